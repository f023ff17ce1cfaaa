"""Forms of the liability rules: one version of a rule, its retirement, and a case to try."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from tracker.domain.codes import Cause, Defect
from tracker.domain.delivery import CareLiability, Report
from tracker.domain.liability import Conditions, Earlier, Facts, Found, Goods, Rule
from tracker.domain.named import NamedEnum
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import Choice, CodeField, SelectChoice, trimmed

_ANY = _("any")
_MONTHS = [Optional(), NumberRange(0, 600)]
_PERCENT = [InputRequired(), NumberRange(0, 100)]


class CodesField(SelectMultipleField):
    """Any number of codes of a list, as boxes to tick; none ticked means any."""

    def __init__(self, label: Any, codes: Iterable[NamedEnum], **kwargs: Any) -> None:
        self._codes = {code.value: code for code in codes}
        super().__init__(label, coerce=str, choices=[], validate_choice=False, **kwargs)

    def iter_choices(self) -> Any:
        """Yield the choices in the reader's language."""
        locale = "en" if str(get_locale()).startswith("en") else "zh"
        for value, code in self._codes.items():
            yield Choice(value, code.label(locale), value in (self.data or ()), {})

    def chosen(self) -> frozenset[Any]:
        """Return the codes that are ticked."""
        return frozenset(self._codes[value] for value in self.data or () if value in self._codes)


def _worn_field(label: Any, prompt: Any) -> SelectField:
    words = {"": prompt, "yes": _("worn"), "no": _("not worn")}
    choices = [SelectChoice(value, word) for value, word in words.items()]
    return SelectField(label, choices=choices, default="")


def _worn(value: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(value or "")


class RuleForm(ActionForm):
    """One version of a rule: its place, what it asks, its shares, its words, its day."""

    place = IntegerField(_("Place in the order"), [InputRequired(), NumberRange(0, 9999)])
    supplier = IntegerField(_("Supplier (%)"), _PERCENT, default=0)
    store = IntegerField(_("Store (%)"), _PERCENT, default=0)
    head_office = IntegerField(_("Head office (%)"), _PERCENT, default=0)
    defects = CodesField(_("Defect"), Defect)
    causes = CodesField(_("Cause"), Cause)
    found = CodesField(_("Where it was found"), Found)
    goods = CodesField(_("Whose the goods are"), Goods)
    worn = _worn_field(_("Worn"), _ANY)
    made_from = IntegerField(_("Made at least … months ago"), _MONTHS)
    made_to = IntegerField(_("Made at most … months ago"), _MONTHS)
    delivered_from = IntegerField(_("Delivered at least … months ago"), _MONTHS)
    delivered_to = IntegerField(_("Delivered at most … months ago"), _MONTHS)
    reports = CodesField(_("Inspection and report"), Report)
    care = CodeField(_("Policy on care damage"), CareLiability, [Optional()], prompt=_ANY)
    cases = IntegerField(_("Cases of the style, at least"), [Optional(), NumberRange(1, 9999)])
    days = IntegerField(_("within … days"), [Optional(), NumberRange(1, 3650)])
    stores = IntegerField(_("in … stores, at least"), [Optional(), NumberRange(1, 9999)])
    rules = StringField(_("Rule numbers"), [DataRequired(), Length(max=80)], [trimmed])
    zh = StringField(_("Sentence in Chinese"), [DataRequired(), Length(max=300)], [trimmed])
    en = StringField(_("Sentence in English"), [DataRequired(), Length(max=300)], [trimmed])
    effective_from = DateField(_("In force from"), [InputRequired()])
    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])

    folds: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = (
        (_("Asks for the fault"), ("defects", "causes", "found")),
        (_("Asks for the garment"), ("goods", "worn", "made_from", "made_to", "delivered_from",
                                     "delivered_to")),
        (_("Asks for the store’s report"), ("reports", "care")),
        (_("Asks for the style’s history"), ("cases", "days", "stores")),
    )  # fmt: skip

    def fill(self, rule: Rule, today: date) -> None:
        """Show a version as it stands, to be changed from today on."""
        for name in ("place", "supplier", "store", "head_office", "rules", "zh", "en"):
            self[name].data = getattr(rule, name)
        told = rule.conditions.to_json()
        for name, value in told.items():
            self[name].data = value
        self.care.data = rule.conditions.care
        self.worn.data = {True: "yes", False: "no"}.get(told.get("worn"), "")  # type: ignore[arg-type]
        self.effective_from.data = max(today, rule.effective_from)

    def rule(self, code: str, today: date) -> Rule:
        """Return the version that was typed; where no day was, from ``today`` on."""
        asked = Conditions(
            **{name: self[name].chosen() for name in _LISTS},
            care=self.care.data,
            worn=_worn(self.worn.data),
            **{name: self[name].data for name in _NUMBERS},
        )
        return Rule(
            code,
            self.place.data or 0,
            asked,
            self.supplier.data or 0,
            self.store.data or 0,
            self.head_office.data or 0,
            self.rules.data or "",
            self.zh.data or "",
            self.en.data or "",
            self.effective_from.data or today,
        )


_LISTS = ("defects", "causes", "found", "goods", "reports")
_NUMBERS = ("made_from", "made_to", "delivered_from", "delivered_to", "cases", "days", "stores")


class NewRuleForm(RuleForm):
    """A rule under a code of its own."""

    code = StringField(_("Code"), [DataRequired(), Length(max=16)], [trimmed])

    def shown_fields(self) -> list[Any]:
        """Return the fields with the code first."""
        return sorted(super().shown_fields(), key=lambda field: field.name != "code")


class RetireForm(ActionForm):
    """From which day a rule no longer stands, and why."""

    effective_from = DateField(_("No longer from"), [InputRequired()])
    reason = TextAreaField(_("Reason"), [DataRequired(), Length(max=500)], [trimmed])


class CaseForm(FlaskForm):
    """A case to try the rules on; it changes nothing, so it needs no token."""

    class Meta:
        csrf = False

    defect = CodeField(_("Defect"), Defect, [InputRequired()])
    cause = CodeField(_("Cause"), Cause, [InputRequired()])
    found = CodeField(_("Where it was found"), Found, prompt="")
    goods = CodeField(_("Whose the goods are"), Goods, [Optional()], prompt=_("unknown"))
    report = CodeField(_("Inspection and report"), Report, prompt="")
    care = CodeField(_("Policy on care damage"), CareLiability, prompt="")
    worn = _worn_field(_("Worn"), _("unknown"))
    made = IntegerField(_("Months since it was made"), _MONTHS)
    delivered = IntegerField(_("Months since it was delivered"), _MONTHS)
    cases = IntegerField(_("Cases of the style so far"), [Optional(), NumberRange(0, 500)])
    stores = IntegerField(_("in so many stores"), [Optional(), NumberRange(1, 500)])

    def facts(self) -> Facts:
        """Return the case; its parties are named by their kind."""
        return Facts(
            self.defect.data,
            self.cause.data,
            supplier="",
            store="",
            found=self.found.data or Found.STOCK,
            is_worn=_worn(self.worn.data),
            report=self.report.data or Report.UNKNOWN,
            care=self.care.data or CareLiability.IF_UNREPORTED,
            goods=self.goods.data,
            made_months=self.made.data,
            delivered_months=self.delivered.data,
            earlier=tuple(_earlier(self.cases.data or 0, self.stores.data or 1)),
        )


def _earlier(cases: int, stores: int) -> Iterable[Earlier]:
    return (Earlier(0, str(number % stores)) for number in range(cases))
