"""Forms of the intake: what is observed, the verdict, and the refusal (rules 1.15–1.18, 1.35)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from tracker.domain.codes import Cause, LiableKind, Position
from tracker.domain.loss import Share
from tracker.domain.registration import Outcome
from tracker.domain.repair import Route
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import AreaField, CodeField, SelectChoice, YuanField, trimmed
from tracker.web.forms.registration import CHOOSE, reason_choices

SAME = _("Same as registered")
INTACT_NOW = [
    SelectChoice("", SAME),
    SelectChoice("yes", _("Intact")),
    SelectChoice("no", _("Not intact")),
]
FLAGS = ("tag_intact", "accessories_intact", "number_intact")
LIABLE = ("liable_kind", "liable_party", "liable_percent", "other_kind", "other_party")


def _flag(value: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(value or "")


class ObservedForm(ActionForm):
    """What is observed now; left empty, it is as the store registered it (rules 1.16, 1.18)."""

    position = CodeField(_("Position observed"), Position, [Optional()], prompt=SAME)
    area_mm2 = AreaField(_("Area observed (cm²)"), [Optional()])
    cause = CodeField(_("Cause observed"), Cause, [Optional()], prompt=SAME)
    tag_intact = SelectField(_("Hang tag observed"), choices=INTACT_NOW, default="")
    accessories_intact = SelectField(_("Accessories observed"), choices=INTACT_NOW, default="")
    number_intact = SelectField(_("Product number observed"), choices=INTACT_NOW, default="")

    def values(self) -> dict[str, Any]:
        """Return what was observed anew; what was not stands as registered."""
        values = super().values()
        for name in FLAGS:
            if name in values:
                values[name] = _flag(values[name])
        return values


class RefuseIntakeForm(ObservedForm):
    reason = SelectField(_("Reason"), choices=reason_choices, validators=[InputRequired(CHOOSE)])


class AssessForm(ObservedForm):
    """The verdict of rule 1.35; who is liable is asked only to override the rules' proposal."""

    outcome = CodeField(_("Verdict"), Outcome, [InputRequired(CHOOSE)])
    route = CodeField(
        _("Where it is repaired"), Route, [Optional()], prompt="", default=Route.IN_HOUSE
    )
    quote_fen = YuanField(_("Quote to the customer, if he pays (yuan)"), [Optional()])
    markdown_fen = YuanField(_("Markdown (yuan)"), [Optional()])
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

    liable: ClassVar[tuple[str, ...]] = LIABLE

    def values(self) -> dict[str, Any]:
        """Return the verdict, with the shares where the rules' proposal is overridden."""
        values = super().values()
        values["quality"] = self.quality.data != "no"
        values["restorable"] = self.restorable.data != "no"
        if self.outcome.data is not Outcome.REPAIR:
            values.pop("route", None)
            values.pop("quote_fen", None)
        if self.outcome.data is not Outcome.SOLD_DOWN:
            values.pop("markdown_fen", None)
        kind, party, percent, other, other_party = (values.pop(name, None) for name in LIABLE)
        if kind:
            share = percent or (100 if other is None else 50)
            shares = [Share(kind, share, party)]
            if other:
                shares.append(Share(other, 100 - share, other_party))
            values["liabilities"] = shares
        return values


def assess_form(routes: Iterable[Route]) -> type[AssessForm]:
    """Return the form of a garment that may be repaired at these places."""
    open_routes = tuple(routes)

    class RoutedAssessForm(AssessForm):
        route = CodeField(
            _("Where it is repaired"),
            open_routes,
            [Optional()],
            prompt="",
            default=Route.IN_HOUSE,
        )

    return RoutedAssessForm
