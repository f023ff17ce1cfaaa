"""Forms of the ledger's entries and of the chain."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import trimmed


class ReversalForm(ActionForm):
    """Why an entry is taken back."""

    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])
