"""The one field of a scan into or out of a box, at the counting table or at the shredder."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.validators import DataRequired

from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import trimmed


class HandlingScanForm(ActionForm):
    """A repair tag as the scanner typed it; what no scanner types is refused by the service."""

    code = StringField(_("Repair tag"), [DataRequired()], [trimmed])
