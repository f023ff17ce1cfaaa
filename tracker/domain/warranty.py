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
from tracker.domain.policy import CalendarKind, Unit
from tracker.domain.warranty_step import Entitlement, Step, StepName

__all__ = [
    "CUSTOMER_CAUSES",
    "Answer",
    "Band",
    "Case",
    "Entitlement",
    "Limit",
    "Settled",
    "Step",
    "StepName",
    "Terms",
    "evaluate",
    "terms_from",
    "warranty_ends_on",
]

CUSTOMER_CAUSES = frozenset({Cause.WASH_MISUSE, Cause.WEAR_MISUSE})
"""Causes that are not the garment's quality but its wearing (rule 2.03, 非穿着不当)."""

_DAYS_OF_A_BAND_MONTH = 30
"""Bands are written in days and meant as months: 90 days are three calendar months (C-09)."""


@dataclass(frozen=True)
class Band:
    """Depreciation ``percent`` up to and including day ``last_day`` (rules 2.05 to 2.07, C-10)."""

    last_day: int
    percent: int


@dataclass(frozen=True)
class Limit:
    """The last day of a right, and the rule by which it is that day."""

    until: date
    rule: str


@dataclass(frozen=True)
class Settled:
    """What a promise and the law settle for one case, in place of the policies' numbers."""

    returns: Limit
    exchanges: Limit
    repairs: Limit
    repairs_rule: str
    depreciation_rule: str
    permille_per_day: int | None = None
    """Depreciation in tenths of a percent a day; ``None``: by the bands."""
    repair_days: tuple[int, str] | None = None
    """From more days in repair than these a garment may be returned, by this article."""
    failed_repair_refund: str | None = None
    """The rule by which repairs that failed give a return."""


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
    mends_small_faults: bool = True
    """Whether what is no quality problem is mended for nothing, as goodwill (C-19)."""
    settled: Settled | None = None


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
        mends_small_faults=values["goodwill_minor_repair"] == "yes",
    )


def warranty_ends_on(terms: Terms, case: Case) -> date:
    """Return the last day in warranty: the sale plus calendar months plus days in repair.

    Rules 2.01, 2.02, C-08, C-09, or what a promise and the law settled.
    """
    if terms.settled is not None:
        return add_days(terms.settled.repairs.until, case.repair_days)
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
        Step(StepName.WARRANTY_ENDS_ON, _warranty_rule(terms, case), ends_on.isoformat()),
        Step(StepName.WITHIN_WARRANTY, _warranty_rule(terms, case), _yes(is_within)),
        Step(StepName.QUALITY_CAUSE, "2.03", _yes(is_quality)),
        Step(StepName.LATE_REGISTRATION, "2.08, C-06", _yes(case.on > late_after)),
    ]
    if case.is_sold_as_imperfect:
        facts.append(Step(StepName.SOLD_AS_IMPERFECT, "2.124", "yes"))
    if is_within and is_quality:
        return _covered(terms, case, facts)
    rule = "2.03" if is_within else _warranty_rule(terms, case)
    return _not_covered(case, is_within, rule, facts)


def _covered(terms: Terms, case: Case, facts: list[Step]) -> Answer:
    if case.is_sold_as_imperfect:
        left = Entitlement.FREE_REPAIR if case.is_repairable else Entitlement.NONE
        return _answer(left, "2.124", facts)
    returns, exchanges = _limits(terms, case)
    if case.on <= returns.until:
        return _answer(Entitlement.REFUND, returns.rule, facts)
    failed = _failed(terms, case, facts)
    if case.on <= exchanges.until and (failed is None or failed[0] is Entitlement.EXCHANGE):
        return _answer(Entitlement.EXCHANGE, exchanges.rule, facts)
    if failed is not None:
        return _answer(*failed, facts)
    is_restorable = case.is_repairable and case.is_restorable
    facts.append(Step(StepName.RESTORABLE, "2.04", _yes(is_restorable)))
    if is_restorable:
        return _answer(Entitlement.FREE_REPAIR, "2.03", facts)
    return _worn(terms, case, facts)


def _limits(terms: Terms, case: Case) -> tuple[Limit, Limit]:
    """Return the last days of return and exchange (C-06)."""
    if terms.settled is not None:
        return terms.settled.returns, terms.settled.exchanges
    return (
        Limit(add_days(case.purchased_on, terms.return_days), "C-06"),
        Limit(add_days(case.purchased_on, terms.exchange_days), "2.03, C-06"),
    )


def _failed(terms: Terms, case: Case, facts: list[Step]) -> tuple[Entitlement, str] | None:
    """Return what repairs that failed the customer give, and by which rule (C-34)."""
    settled = terms.settled
    rule = settled.repairs_rule if settled else "C-34"
    facts.append(Step(StepName.REPAIRS_SO_FAR, rule, str(case.repairs)))
    if case.repairs >= terms.max_repairs:
        if settled is None or settled.failed_repair_refund is None:
            return Entitlement.EXCHANGE, rule
        return Entitlement.REFUND, settled.failed_repair_refund
    if settled is None or settled.repair_days is None:
        return None
    limit, article = settled.repair_days
    facts.append(Step(StepName.REPAIR_DAYS, article, str(case.repair_days)))
    return (Entitlement.REFUND, article) if case.repair_days > limit else None


def _worn(terms: Terms, case: Case, facts: list[Step]) -> Answer:
    """Answer what cannot be restored: an exchange less its wear (rule 2.04), or free (C-12)."""
    if not terms.is_depreciation_enabled:
        rule = terms.settled.depreciation_rule if terms.settled else "C-12"
        facts.append(Step(StepName.DEPRECIATION_PERCENT, rule, "0"))
        return _answer(Entitlement.EXCHANGE, rule, facts)
    per_day = terms.settled.permille_per_day if terms.settled else None
    if terms.settled is not None and per_day is not None:
        permille = min(1000, per_day * _age(case))
        tenths = f"{permille // 10}.{permille % 10}"
        rule = terms.settled.depreciation_rule
        facts.append(Step(StepName.DEPRECIATION_PERCENT, rule, tenths))
        charge_fen = half_up(case.purchase_price_fen * permille, 1000)
        return _answer(Entitlement.PAID_EXCHANGE, "2.04", facts, permille // 10, charge_fen)
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


def _warranty_rule(terms: Terms, case: Case) -> str:
    if terms.settled is not None:
        return terms.settled.repairs.rule
    return "2.02" if case.category is Category.LEATHER else "2.01"


def _yes(is_so: bool) -> str:
    return "yes" if is_so else "no"
