"""The one field of a scan into or out of a box, at the counting table or at the shredder."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.domain.scan import Settlement
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import SelectChoice, trimmed


class HandlingScanForm(ActionForm):
    """A repair tag as the scanner typed it; what no scanner types is refused by the service."""

    code = StringField(_("Repair tag"), [DataRequired()], [trimmed])


class SettleScanForm(ActionForm):
    """How a late scan is settled where it is not registered."""

    settlement = SelectField(
        _("What it was"),
        choices=[
            SelectChoice(Settlement.SAME.value, _("The same garment, registered already")),
            SelectChoice(Settlement.DISMISSED.value, _("Nothing to register")),
        ],
        validators=[InputRequired()],
    )
    registration = StringField(
        _("Registration or piece number"), [Optional(), Length(max=20)], [trimmed]
    )
