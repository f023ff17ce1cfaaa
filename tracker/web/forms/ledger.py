"""Forms of the month: sending it back needs its reason."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, Length

from tracker.domain.ledger import Action
from tracker.web.forms.action import ActionForm, PasswordForm
from tracker.web.forms.fields import trimmed


class ReopenForm(ActionForm):
    """Why finance sends the month back."""

    note = TextAreaField(_("Why it goes back"), [DataRequired(), Length(max=500)], [trimmed])


class CarryForm(ActionForm):
    """The items ticked on the checklist, and why they go over to the next month."""

    documents = SelectMultipleField(_("Items"), validate_choice=False)
    reason = TextAreaField(
        _("Why it is carried over"), [DataRequired(), Length(max=500)], [trimmed]
    )


FORMS: dict[Action, type[ActionForm]] = {
    Action.REOPEN: ReopenForm,
    Action.CLOSE: PasswordForm,
}
