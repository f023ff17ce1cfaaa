"""Forms of the month: sending it back needs its reason."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from tracker.domain.ledger import Action
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import trimmed


class ReopenForm(ActionForm):
    """Why finance sends the month back."""

    note = TextAreaField(_("Why it goes back"), [DataRequired(), Length(max=500)], [trimmed])


FORMS: dict[Action, type[ActionForm]] = {Action.REOPEN: ReopenForm}
