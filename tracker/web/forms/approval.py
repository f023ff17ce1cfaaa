"""Forms of the approval chain: one version of a step, its retirement, and a delegation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from tracker.domain.account import Role
from tracker.domain.approval import TAKEN_BY_STEPS, Step, Switch
from tracker.domain.codes import LiableKind
from tracker.domain.loss import MACHINE
from tracker.web.forms.action import PasswordForm
from tracker.web.forms.fields import Choice, CodeField, SelectChoice, YuanField, trimmed
from tracker.web.forms.liability_rule import CodesField

_ROLES = [role for role in Role if any(role in MACHINE.who[action] for action in TAKEN_BY_STEPS)]


class StepForm(PasswordForm):
    """One version of a step: its place, what it does, who takes it, in which case, from when."""

    place = IntegerField(_("Place in the order"), [InputRequired(), NumberRange(0, 9999)])
    zh = StringField(_("Name in Chinese"), [DataRequired(), Length(max=40)], [trimmed])
    en = StringField(_("Name in English"), [DataRequired(), Length(max=40)], [trimmed])
    action = CodeField(_("What it does to the form"), TAKEN_BY_STEPS, [InputRequired()], prompt="")
    roles = CodesField(_("Who may take it"), _ROLES)
    kinds = CodesField(_("Of which liable party’s forms (none ticked: all)"), LiableKind)
    from_fen = YuanField(_("From this amount (yuan)"))
    to_fen = YuanField(_("Up to this amount (yuan)"))
    switch = CodeField(_("When it applies"), Switch, prompt="", default=Switch.ALWAYS.value)
    is_distinct = BooleanField(_("Another person than took any step before"), default=True)
    effective_from = DateField(_("In force from"), [InputRequired()])
    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])

    folds: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = (
        (_("In which case"), ("kinds", "from_fen", "to_fen", "switch")),
    )

    def fill(self, step: Step, today: date) -> None:
        """Show a version as it stands, to be changed from today on."""
        same = ("place", "zh", "en", "action", "from_fen", "to_fen", "switch", "is_distinct")
        for name in same:
            self[name].data = getattr(step, name)
        self.roles.data = [role.value for role in step.roles]
        self.kinds.data = [kind.value for kind in step.kinds]
        self.effective_from.data = max(today, step.effective_from)

    def step(self, code: str, today: date) -> Step:
        """Return the version that was typed; where no day was, from ``today`` on."""
        return Step(
            code,
            self.place.data or 0,
            self.action.data,
            self.zh.data or "",
            self.en.data or "",
            self.roles.chosen(),
            self.kinds.chosen(),
            self.from_fen.data,
            self.to_fen.data,
            self.switch.data,
            self.is_distinct.data,
            self.effective_from.data or today,
        )


class NewStepForm(StepForm):
    """A step under a code of its own."""

    code = StringField(_("Code"), [DataRequired(), Length(max=16)], [trimmed])

    def shown_fields(self) -> list[Any]:
        """Return the fields with the code first."""
        return sorted(super().shown_fields(), key=lambda field: field.name != "code")


class RetireStepForm(PasswordForm):
    """From which day a step is no longer taken, and why."""

    effective_from = DateField(_("No longer from"), [InputRequired()])
    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])


class StepsField(CodesField):
    """Any number of the chain's steps, as boxes to tick."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        super().__init__(label, (), **kwargs)
        self.known: Collection[Step] = ()

    def iter_choices(self) -> Any:
        """Yield the steps by their names in the reader's language."""
        is_english = str(get_locale()).startswith("en")
        for step in self.known:
            name = step.en if is_english else step.zh
            yield Choice(step.code, name, step.code in (self.data or ()), {})


class DelegationForm(PasswordForm):
    """Who stands in for whom, for which steps, from when to when, and why."""

    absent = SelectField(_("Absent person"), [InputRequired()])
    to = SelectField(_("Stands in"), [InputRequired()])
    steps = StepsField(_("For which steps (none ticked: all)"))
    from_on = DateField(_("First day"), [InputRequired()])
    until_on = DateField(_("Last day"), [InputRequired()])
    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])

    def offer(
        self, absent: Collection[Any], stand_ins: Collection[Any], known: Collection[Step]
    ) -> None:
        """Offer these accounts and these steps."""
        locale = "en" if str(get_locale()).startswith("en") else "zh"
        pairs = ((self.absent, absent), (self.to, stand_ins))
        for field, people in pairs:
            field.choices = [SelectChoice("", _("Please choose"))] + [
                SelectChoice(one.login, f"{one.name} · {Role(one.role).label(locale)}")
                for one in people
            ]
        self.steps.known = known
