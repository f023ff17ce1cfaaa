"""Forms of the bench: intake, assessment, work, check."""

from __future__ import annotations

from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.domain.codes import Cause, Grade, LiableKind, Position
from tracker.domain.loss import Share
from tracker.domain.registration import Action, Outcome
from tracker.services.repair import Operation, Part
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import AreaField, CodeField, SelectChoice, YuanField, trimmed
from tracker.web.forms.registration import CHOOSE, FILL_IN, reason_choices

SAME = _("Same as registered")
INTACT_NOW = [
    SelectChoice("", SAME),
    SelectChoice("yes", _("Intact")),
    SelectChoice("no", _("Not intact")),
]
OBSERVED = ("position", "area_mm2", "cause", "tag_intact", "accessories_intact", "number_intact")
LIABLE = ("liable_kind", "liable_party", "liable_percent", "other_kind", "other_party")


Folds = tuple[tuple[Any, tuple[str, ...]], ...]
"""Groups of fields that a page keeps closed: the title and the names of each."""


def _flag(value: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(value or "")


class ObservedForm(ActionForm):
    """What is observed now; left empty, it is as the store registered it (rules 1.16, 1.18)."""

    folds: ClassVar[Folds] = ((_("What was observed, where it differs"), OBSERVED),)

    position = CodeField(_("Position observed"), Position, [Optional()], prompt=SAME)
    area_mm2 = AreaField(_("Area observed (cm²)"), [Optional()])
    cause = CodeField(_("Cause observed"), Cause, [Optional()], prompt=SAME)
    tag_intact = RadioField(_("Hang tag observed"), choices=INTACT_NOW, default="")
    accessories_intact = RadioField(_("Accessories observed"), choices=INTACT_NOW, default="")
    number_intact = RadioField(_("Product number observed"), choices=INTACT_NOW, default="")

    def values(self) -> dict[str, Any]:
        """Return what was observed anew; what was not stands as registered."""
        values = super().values()
        for name in ("tag_intact", "accessories_intact", "number_intact"):
            if name in values:
                values[name] = _flag(values[name])
        return values


class RefuseIntakeForm(ObservedForm):
    reason = SelectField(_("Reason"), choices=reason_choices, validators=[InputRequired(CHOOSE)])


class AssessForm(ObservedForm):
    """The verdict of rule 1.35; who is liable is asked only to override the rules' proposal."""

    folds: ClassVar[Folds] = (
        *ObservedForm.folds,
        (_("Who is liable, if not by the rules (write why in the note)"), LIABLE),
    )

    outcome = CodeField(_("Verdict"), Outcome, [InputRequired(CHOOSE)])
    quality = RadioField(
        _("A quality problem"),
        choices=[
            SelectChoice("yes", _("A problem of quality")),
            SelectChoice("no", _("No problem of quality")),
        ],
        default="yes",
    )
    restorable = RadioField(
        _("As good as new after the repair"),
        choices=[
            SelectChoice("yes", _("Can be restored")),
            SelectChoice("no", _("Cannot be restored")),
        ],
        default="yes",
    )
    liable_kind = CodeField(_("Liable party"), LiableKind, [Optional()], prompt=_("By the rules"))
    liable_party = StringField(_("Party’s code"), [Optional(), Length(max=16)], [trimmed])
    liable_percent = IntegerField(_("Its share (%)"), [Optional(), NumberRange(1, 100)])
    other_kind = CodeField(_("Second liable party"), LiableKind, [Optional()], prompt="—")
    other_party = StringField(_("Party’s code"), [Optional(), Length(max=16)], [trimmed])

    def values(self) -> dict[str, Any]:
        """Return the verdict, with the shares where the rules' proposal is overridden."""
        values = super().values()
        values["quality"] = self.quality.data != "no"
        values["restorable"] = self.restorable.data != "no"
        kind, party, percent, other, other_party = (values.pop(name, None) for name in LIABLE)
        if kind:
            share = percent or (100 if other is None else 50)
            shares = [Share(kind, share, party)]
            if other:
                shares.append(Share(other, 100 - share, other_party))
            values["liabilities"] = shares
        return values


class WorkForm(ActionForm):
    operation = StringField(_("Operation"), [InputRequired(FILL_IN), Length(max=60)], [trimmed])
    minutes = IntegerField(_("Minutes"), [InputRequired(FILL_IN), NumberRange(0, 1440)])
    labour_fen = YuanField(_("Labour (yuan)"), [Optional()])
    part = StringField(_("Part used"), [Optional(), Length(max=60)], [trimmed])
    quantity = IntegerField(_("Quantity"), [Optional(), NumberRange(1, 999)])
    cost_fen = YuanField(_("Cost of parts (yuan)"), [Optional()])

    def values(self) -> dict[str, Any]:
        """Return one operation, its parts and its labour."""
        values: dict[str, Any] = {
            "operations": [Operation(self.operation.data or "", self.minutes.data or 0)],
            "labour_fen": self.labour_fen.data or 0,
        }
        if self.part.data:
            part = Part(self.part.data, self.quantity.data or 1, self.cost_fen.data or 0)
            values["parts"] = [part]
        return values


class PassCheckForm(ActionForm):
    grade = CodeField(_("Grade"), Grade, [InputRequired(CHOOSE)])


FORMS: dict[Action, type[ActionForm]] = {
    Action.REFUSE_INTAKE: RefuseIntakeForm,
    Action.ASSESS: AssessForm,
    Action.WORK: WorkForm,
    Action.PASS_CHECK: PassCheckForm,
}
