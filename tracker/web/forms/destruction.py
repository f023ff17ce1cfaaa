"""Forms of the destruction record: scans at the shredder, a missing piece, the witness."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from tracker.domain.loss import DestructionAction
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import YuanField, trimmed
from tracker.web.forms.scan import HandlingScanForm


class WitnessForm(ActionForm):
    """How and where it was destroyed; what the scrap fetched, in yuan, zero if left empty."""

    method = StringField(
        _("Method"),
        [DataRequired(), Length(max=40)],
        [trimmed],
        description=_("For example: cut up, shredded, burnt by a contractor."),
    )
    place = StringField(_("Place of destruction"), [DataRequired(), Length(max=80)], [trimmed])
    salvage_fen = YuanField(_("Salvage received (yuan)"), [Optional()])


class CountingWitnessForm(WitnessForm):
    """The same for a witness who did not scan every piece: he counts them himself."""

    counted = IntegerField(
        _("Pieces that you counted yourself"),
        [InputRequired(), NumberRange(0, 100_000)],
        description=_("Needed unless you scan every piece from your own log-in."),
    )


class TakeOffForm(ActionForm):
    """Which piece is missing, and where it was looked for."""

    registration = SelectField(
        _("The missing piece"), [DataRequired()], choices=[], validate_choice=False
    )
    reason = TextAreaField(
        _("Where it was looked for, and by whom"), [DataRequired(), Length(max=500)], [trimmed]
    )


FORMS: dict[DestructionAction, type[ActionForm]] = {
    DestructionAction.SCAN: HandlingScanForm,
    DestructionAction.UNSCAN: HandlingScanForm,
    DestructionAction.TAKE_OFF: TakeOffForm,
    DestructionAction.WITNESS: WitnessForm,
}
