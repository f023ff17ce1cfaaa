"""Forms of the box: opening it, packing, sending, counting."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.domain.shipment import Action, Kind
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, YuanField, trimmed
from tracker.web.forms.scan import HandlingScanForm


class OpenBoxForm(ActionForm):
    """Where the box goes; its kind follows from who sends it."""

    to_site = StringField(_("To"), [DataRequired(), Length(max=16)], [trimmed])
    kind = CodeField(_("Kind"), Kind, [InputRequired()])


class DispatchForm(ActionForm):
    """The carrier's facts and the freight, in yuan; left empty it is zero."""

    carrier = StringField(_("Carrier"), [DataRequired(), Length(max=40)], [trimmed])
    tracking_no = StringField(_("Tracking number"), [DataRequired(), Length(max=40)], [trimmed])
    freight_fen = YuanField(_("Freight (yuan)"), [Optional()])


FORMS: dict[Action, type[ActionForm]] = {
    Action.PACK: HandlingScanForm,
    Action.UNPACK: HandlingScanForm,
    Action.RECEIVE: HandlingScanForm,
    Action.DISPATCH: DispatchForm,
}
