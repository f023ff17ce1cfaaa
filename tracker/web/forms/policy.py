"""Forms of a policy's change: the version that somebody has in mind, then the proposal itself."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker.domain.policy import Policy, Scope
from tracker.domain.policy_registry import Terms
from tracker.domain.policy_value import Choice
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, SelectChoice, trimmed


class DraftForm(FlaskForm):
    """The version that somebody has in mind; it is only looked at, so it needs no token."""

    class Meta:
        csrf = False

    scope = CodeField(_("For whom"), Scope, [InputRequired()], prompt="")
    target = StringField(_("Which one (its code)"), [Optional(), Length(max=16)], [trimmed])
    value: Any = StringField(_("Value"), [Optional(), Length(max=80)], [trimmed])
    effective_from = DateField(_("In force from"), [InputRequired()])


class ChoiceForm(DraftForm):
    """The same for a policy whose value is one of some options."""

    value = SelectField(_("Value"), [Optional()], choices=[], validate_choice=False)


def draft_form(policy: Policy, terms: Terms, typed: Any, today: date) -> DraftForm:
    """Return the form of one policy: its scopes, its options, its value as it stands."""
    is_list = isinstance(terms.kind, Choice) and not terms.kind.measured
    form = (ChoiceForm if is_list else DraftForm)(typed or None)
    _narrow(form.scope, terms.scopes)
    if is_list:
        form.value.choices = _options(terms)
    if not typed:
        form.scope.data, form.value.data = Scope.CHAIN, policy.value
        form.effective_from.data = today
    if len(terms.scopes) == 1:
        del form.target
    else:
        form.target.description = _("Leave empty for the whole chain.")
        form.value.description = _(
            "Empty takes the narrower version back: the wider one holds again."
        )
    return form


def _narrow(field: Field, scopes: tuple[Scope, ...]) -> None:
    field._by_value = {scope.value: scope for scope in reversed(scopes)}  # type: ignore[attr-defined]


def _options(terms: Terms) -> list[Any]:
    assert isinstance(terms.kind, Choice)  # noqa: S101
    is_english = str(get_locale()).startswith("en")
    rows = [(one.value, one.en if is_english else one.zh) for one in terms.kind.options]
    if len(terms.scopes) > 1:
        rows.append(("", str(_("take the narrower version back"))))
    return [SelectChoice(value, name) for value, name in rows]


class ProposalForm(ActionForm):
    """A proposal after its preview: the version stands, the reason is typed."""

    scope = HiddenField()
    target = HiddenField()
    value = HiddenField()
    effective_from = HiddenField()
    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])

    def shown_fields(self) -> list[Any]:
        """Return what a person fills in: the reason alone."""
        return [self.reason]


class RefusalForm(ActionForm):
    """Why a proposal is refused."""

    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])
