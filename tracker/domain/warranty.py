"""What a customer is owed for a garment: the chain's own 三包 (rules 2.01 to 2.08).

The values are policies and come in as ``Terms``; nothing here has a number of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.domain.calendar import Overrides, add_days, add_months, days_between, due_on
from tracker.domain.codes import Category, Cause
from tracker.domain.errors import InvalidInput
from tracker.domain.money import Fen, half_up
from tracker.domain.named import NamedEnum
from tracker.domain.policy import CalendarKind, Unit

CUSTOMER_CAUSES = frozenset({Cause.WASH_MISUSE, Cause.WEAR_MISUSE})
"""Causes that are not the garment's quality but its wearing (rule 2.03, 非穿着不当)."""

_DAYS_OF_A_BAND_MONTH = 30
"""Bands are written in days and meant as months: 90 days are three calendar months (C-09)."""


class Entitlement(NamedEnum):
    """The most that the customer may ask for."""

    REFUND = "refund", "免费退货", "refund"
    EXCHANGE = "exchange", "免费换货", "free exchange"
    FREE_REPAIR = "free_repair", "免费维修", "free repair"
    PAID_EXCHANGE = "paid_exchange", "收费退换", "exchange or return at a charge"
    PAID_REPAIR = "paid_repair", "收费维修", "repair at a charge"
    NONE = "none", "不在三包范围", "not covered"


class StepName(NamedEnum):
    """What a step of the derivation settles."""

    DAYS_SINCE_SALE = "days_since_sale", "售出天数", "days since the sale"
    WARRANTY_ENDS_ON = "warranty_ends_on", "保修截止日", "warranty ends on"
    WITHIN_WARRANTY = "within_warranty", "是否在保修期内", "within warranty"
    QUALITY_CAUSE = "quality_cause", "是否质量原因", "caused by quality"
    LATE_REGISTRATION = "late_registration", "登记逾期（仅提示）", "registered late (a flag only)"
    REPAIRS_SO_FAR = "repairs_so_far", "已维修次数", "repairs so far"
    RESTORABLE = "restorable", "能否修复如初", "can be restored"
    DEPRECIATION_PERCENT = "depreciation_percent", "折旧率（%）", "depreciation percent"
    MANUAL_APPROVAL = "manual_approval", "折旧率须主管确认", "depreciation needs approval"
    REPAIR_FEE = "repair_fee", "维修费另行报价", "repair fee quoted separately"
    SOLD_AS_IMPERFECT = "sold_as_imperfect", "按处理品售出", "sold as imperfect"
    ENTITLEMENT = "entitlement", "处理结论", "entitlement"


@dataclass(frozen=True)
class Band:
    """Depreciation ``percent`` up to and including day ``last_day`` (rules 2.05 to 2.07, C-10)."""

    last_day: int
    percent: int


@dataclass(frozen=True)
class Terms:
    """The policies in force for a case. Days count from the sale, which is day 0."""

    return_days: int
    exchange_days: int
    months: Mapping[str, int]
    """Warranty in calendar months by category."""
    is_depreciation_enabled: bool
    bands: tuple[Band, ...]
    after_last_band_percent: int
    max_repairs: int
    registration_working_days: int


@dataclass(frozen=True)
class Case:
    """One garment on one day. ``repair_days`` are days in repair, which lengthen the warranty."""

    category: Category
    purchased_on: date
    on: date
    cause: Cause
    purchase_price_fen: Fen
    is_repairable: bool
    is_restorable: bool = True
    is_sold_as_imperfect: bool = False
    repairs: int = 0
    repair_days: int = 0


@dataclass(frozen=True)
class Step:
    """One step of the derivation: what it settles, by which rule, with which result."""

    step: StepName
    rule: str
    result: str


@dataclass(frozen=True)
class Answer:
    """What the customer is owed, the charge in fen, and how that follows from the rules."""

    within_warranty: bool
    entitlement: Entitlement
    depreciation_percent: int
    charge_fen: Fen
    derivation: tuple[Step, ...]

    @property
    def needs_approval(self) -> bool:
        """Whether a supervisor must confirm the depreciation (C-11)."""
        return any(step.step is StepName.MANUAL_APPROVAL for step in self.derivation)


def terms_from(values: Mapping[str, str]) -> Terms:
    """Return the terms that the policies in force say, by policy name.

    Raises KeyError for a policy that is missing and ValueError for a value that is not a number.
    """
    bands = [band.split(":") for band in values["depreciation_bands"].split(",") if band]
    return Terms(
        return_days=int(values["quality_return_days"]),
        exchange_days=int(values["quality_exchange_days"]),
        months={category.value: int(values[f"warranty_{category}"]) for category in Category},
        is_depreciation_enabled=values["depreciation_enabled"] == "yes",
        bands=tuple(
            sorted((Band(int(day), int(percent)) for day, percent in bands), key=_last_day)
        ),
        after_last_band_percent=int(values["depreciation_after_last_band"]),
        max_repairs=int(values["max_repairs"]),
        registration_working_days=int(values["customer_registration"]),
    )


def warranty_ends_on(terms: Terms, case: Case) -> date:
    """Return the last day in warranty: the sale plus calendar months plus days in repair.

    Rules 2.01, 2.02, C-08, C-09.
    """
    return add_days(
        add_months(case.purchased_on, terms.months[case.category.value]), case.repair_days
    )


def evaluate(terms: Terms, case: Case, overrides: Overrides | None = None) -> Answer:
    """Return what the customer is owed and why (rules 2.01 to 2.08, C-06 to C-12, C-34).

    ``charge_fen`` is the depreciation of a paid exchange; a paid repair is quoted apart and is 0
    here. What was sold as imperfect is repaired but neither refunded nor exchanged (2.124).
    Raises InvalidInput ``purchased_in_future``, ``negative_amount`` or ``negative_count``.
    """
    _check(case)
    ends_on = warranty_ends_on(terms, case)
    is_within = case.on <= ends_on
    is_quality = case.cause not in CUSTOMER_CAUSES
    late_after = due_on(
        case.purchased_on,
        terms.registration_working_days,
        Unit.DAYS,
        CalendarKind.WORKING,
        overrides,
    )
    facts = [
        Step(StepName.DAYS_SINCE_SALE, "C-10", str(_age(case))),
        Step(StepName.WARRANTY_ENDS_ON, _warranty_rule(case), ends_on.isoformat()),
        Step(StepName.WITHIN_WARRANTY, _warranty_rule(case), _yes(is_within)),
        Step(StepName.QUALITY_CAUSE, "2.03", _yes(is_quality)),
        Step(StepName.LATE_REGISTRATION, "2.08, C-06", _yes(case.on > late_after)),
    ]
    if case.is_sold_as_imperfect:
        facts.append(Step(StepName.SOLD_AS_IMPERFECT, "2.124", "yes"))
    if is_within and is_quality:
        return _covered(terms, case, facts)
    return _not_covered(case, is_within, "2.03" if is_within else _warranty_rule(case), facts)


def _covered(terms: Terms, case: Case, facts: list[Step]) -> Answer:
    age = _age(case)
    if case.is_sold_as_imperfect:
        left = Entitlement.FREE_REPAIR if case.is_repairable else Entitlement.NONE
        return _answer(left, "2.124", facts)
    if age <= terms.return_days:
        return _answer(Entitlement.REFUND, "C-06", facts)
    if age <= terms.exchange_days:
        return _answer(Entitlement.EXCHANGE, "2.03, C-06", facts)
    facts.append(Step(StepName.REPAIRS_SO_FAR, "C-34", str(case.repairs)))
    if case.repairs >= terms.max_repairs:
        return _answer(Entitlement.EXCHANGE, "C-34", facts)
    is_restorable = case.is_repairable and case.is_restorable
    facts.append(Step(StepName.RESTORABLE, "2.04", _yes(is_restorable)))
    if is_restorable:
        return _answer(Entitlement.FREE_REPAIR, "2.03", facts)
    if not terms.is_depreciation_enabled:
        facts.append(Step(StepName.DEPRECIATION_PERCENT, "C-12", "0"))
        return _answer(Entitlement.EXCHANGE, "C-12", facts)
    percent, rule, needs_approval = _depreciation(terms, case)
    facts.append(Step(StepName.DEPRECIATION_PERCENT, rule, str(percent)))
    if needs_approval:
        facts.append(Step(StepName.MANUAL_APPROVAL, "C-11", "required"))
    charge_fen = half_up(case.purchase_price_fen * percent, 100)
    return _answer(Entitlement.PAID_EXCHANGE, "2.04", facts, percent, charge_fen)


def _not_covered(case: Case, is_within: bool, rule: str, facts: list[Step]) -> Answer:
    if not case.is_repairable:
        return _answer(Entitlement.NONE, rule, facts, is_within=is_within)
    facts.append(Step(StepName.REPAIR_FEE, rule, "by_quote"))
    return _answer(Entitlement.PAID_REPAIR, rule, facts, is_within=is_within)


def _answer(
    entitlement: Entitlement,
    rule: str,
    facts: list[Step],
    percent: int = 0,
    charge_fen: Fen = 0,
    is_within: bool = True,
) -> Answer:
    last = Step(StepName.ENTITLEMENT, rule, entitlement.value)
    return Answer(is_within, entitlement, percent, charge_fen, (*facts, last))


def _depreciation(terms: Terms, case: Case) -> tuple[int, str, bool]:
    """Return percent, rule and whether it needs approval (rules 2.05 to 2.07, C-09 to C-11)."""
    for band, rule in zip(terms.bands, _band_rules(len(terms.bands)), strict=True):
        if _age(case) <= band.last_day:
            return band.percent, rule, False
    if terms.bands:
        last = terms.bands[-1]
        months = add_months(case.purchased_on, last.last_day // _DAYS_OF_A_BAND_MONTH)
        if case.on <= add_days(months, case.repair_days):
            return last.percent, "2.07, C-09", False
    return terms.after_last_band_percent, "C-11", True


def _band_rules(count: int) -> list[str]:
    named = ["2.05", "2.06", "2.07"]
    return [named[index] if index < len(named) else "2.07" for index in range(count)]


def _check(case: Case) -> None:
    if case.purchased_on > case.on:
        raise InvalidInput(
            "purchased_in_future",
            "购买日期晚于受理日期。请对照小票改正购买日期。",
            "The purchase is dated after the day of the case. Correct it from the receipt.",
            field="purchased_on",
        )
    if case.purchase_price_fen < 0:
        raise InvalidInput(
            "negative_amount",
            "购买价不能为负数。请填写小票上的实付金额。",
            "The purchase price cannot be negative. Enter the price paid on the receipt.",
            field="purchase_price_fen",
        )
    if case.repairs < 0 or case.repair_days < 0:
        raise InvalidInput(
            "negative_count",
            "维修次数和维修天数不能为负数。请填写零或正整数。",
            "Repairs and days in repair cannot be negative. Enter zero or more.",
            field="repairs" if case.repairs < 0 else "repair_days",
        )


def _age(case: Case) -> int:
    return days_between(case.purchased_on, case.on)


def _last_day(band: Band) -> int:
    return band.last_day


def _warranty_rule(case: Case) -> str:
    return "2.02" if case.category is Category.LEATHER else "2.01"


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
