"""Forms of the destruction record: the scan at the shredder and the witness's statement."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import DataRequired, Length, Optional

from tracker.domain.loss import DestructionAction
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import YuanField, trimmed
from tracker.web.forms.scan import HandlingScanForm


class WitnessForm(ActionForm):
    """How and where it was destroyed; what the scrap fetched, in yuan, zero if left empty."""

    method = StringField(_("Method"), [DataRequired(), Length(max=40)], [trimmed])
    place = StringField(_("Place"), [DataRequired(), Length(max=80)], [trimmed])
    salvage_fen = YuanField(_("Salvage received (yuan)"), [Optional()])


FORMS: dict[DestructionAction, type[ActionForm]] = {
    DestructionAction.SCAN: HandlingScanForm,
    DestructionAction.WITNESS: WitnessForm,
}
