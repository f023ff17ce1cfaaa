"""Forms about customers: a call that was made, and another day promised."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.domain.customer import CallResult
from tracker.domain.registration import Action
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, trimmed
from tracker.web.forms.registration import DAYS

CHOOSE = _("Choose one of these.")


class CallForm(ActionForm):
    """What came of a call. ``back`` is the list from which the caller came."""

    back = HiddenField()
    result = CodeField(_("What came of the call"), CallResult, [InputRequired(CHOOSE)])
    next_on = DateField(_("Call again on"), [Optional()], render_kw=DAYS)
    remark = StringField(_("Remark"), [Optional(), Length(max=200)], [trimmed])

    def shown_fields(self) -> list[Any]:
        """Return the fields that a person fills in."""
        return [field for field in super().shown_fields() if field.name != "back"]


class PromiseForm(ActionForm):
    """Another day for the customer, and why."""

    promised_on = DateField(
        _("New promised day"), [InputRequired(_("Choose the day."))], render_kw=DAYS
    )
    reason = StringField(
        _("Reason"), [DataRequired(_("Fill this in.")), Length(max=200)], [trimmed]
    )


FORMS: dict[Action, type[ActionForm]] = {Action.PROMISE: PromiseForm}
