"""The warranty calculator: the most that a customer may ask for, by promise, law and policy.

The quality of a garment is answered by ``warranty.evaluate`` under the limits that the promise and
the law settle; what comes back without a reason, and what went wrong on the way, is answered here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.calendar import Overrides
from tracker.domain.codes import Category, Cause
from tracker.domain.errors import InvalidInput
from tracker.domain.money import Fen
from tracker.domain.no_reason import Without, without_reason
from tracker.domain.promise import (
    FREE_REPAIR,
    Channel,
    Dates,
    Exclusion,
    Payer,
    PriceBasis,
    TermName,
    Why,
    last_day,
)
from tracker.domain.promise_terms import Held, Matter
from tracker.domain.quality_guide import Ground
from tracker.domain.warranty import Answer, Case, Limit, Settled, Terms, evaluate
from tracker.domain.warranty_step import Entitlement, Step, StepName

RANK = {
    Entitlement.NONE: 0,
    Entitlement.PAID_REPAIR: 1,
    Entitlement.PAID_EXCHANGE: 2,
    Entitlement.FREE_REPAIR: 3,
    Entitlement.EXCHANGE: 4,
    Entitlement.REFUND: 5,
}
"""How much each is, for the customer: the most that he may ask for is the highest."""

_TAKEN_BACK = frozenset({Entitlement.REFUND, Entitlement.EXCHANGE, Entitlement.PAID_EXCHANGE})


@dataclass(frozen=True)
class Claim:
    """One garment and what its customer comes with. Amounts in fen; ``repair_days`` in days.

    ``received_on`` of ``None`` is a sale over the counter. ``is_worn`` is what a garment is unless
    somebody looked: what was worn or washed comes back for its quality only.
    """

    channel: Channel
    category: Category
    ground: Ground
    purchased_on: date
    on: date
    paid_fen: Fen
    received_on: date | None = None
    price_now_fen: Fen | None = None
    is_repairable: bool = True
    is_restorable: bool = True
    is_custom: bool = False
    is_underwear: bool = False
    is_accessory: bool = False
    is_imperfect: bool = False
    is_low_value: bool = False
    was_exclusion_confirmed: bool = False
    has_receipt: bool = True
    has_tag: bool = True
    has_packaging: bool = True
    is_worn: bool = True
    repairs: int = 0
    repair_days: int = 0
    exchanges: int = 0
    cause: Cause = Cause.UNKNOWN

    @property
    def dates(self) -> Dates:
        """The days from which terms count."""
        return Dates(self.purchased_on, self.received_on or self.purchased_on, self.on)


@dataclass(frozen=True)
class Owed:
    """The most that the customer may ask for, and how that follows. Amounts in fen.

    ``freight`` is ``None`` where nothing travels for the customer's sake, ``done_by`` the last day
    for the company to be done if the garment is handed in on the day of the claim.
    """

    entitlement: Entitlement
    charge_fen: Fen
    refund_fen: Fen | None
    freight: Payer | None
    done_by: date | None
    within_warranty: bool
    depreciation_percent: int
    needs_approval: bool
    steps: tuple[Step, ...]
    held: Held


def settle(terms: Terms, held: Held, claim: Claim, overrides: Overrides | None = None) -> Terms:
    """Return the terms of quality as promise and law settle them for one claim."""
    dates, said = claim.dates, held.terms
    repair = said[FREE_REPAIR[claim.category.value]]
    if claim.is_underwear:
        repair = said.get(TermName.REPAIR_UNDERWEAR, repair)
    returns = _limit(held, TermName.QUALITY_RETURN, dates, overrides)
    exchanges = _limit(held, TermName.QUALITY_EXCHANGE, dates, overrides)
    if claim.is_custom and Exclusion.CUSTOM in held.exclusions:
        returns = exchanges = _of_law(held, dates, overrides)
    days = said.get(TermName.REPAIR_DAYS_LIMIT)
    tries = said[TermName.REPAIRS_BEFORE_EXCHANGE]
    settled = Settled(
        returns=returns,
        exchanges=exchanges,
        repairs=Limit(last_day(repair, dates, overrides), repair.rule),
        repairs_rule=tries.rule,
        depreciation_rule=held.depreciation.rule,
        permille_per_day=held.depreciation.permille_per_day,
        repair_days=(days.value, days.rule) if days else None,
        failed_repair_refund=held.failed_repair_refund,
    )
    return replace(
        terms,
        settled=settled,
        max_repairs=tries.value,
        is_depreciation_enabled=held.depreciation.is_charged,
    )


def _limit(held: Held, name: TermName, dates: Dates, overrides: Overrides | None) -> Limit:
    term = held.terms[name]
    return Limit(last_day(term, dates, overrides), term.rule)


def _of_law(held: Held, dates: Dates, overrides: Overrides | None) -> Limit:
    """Return the law's own days of return for quality, which made-to-measure goods have too."""
    term = next(one.term for one in held.laws[0].terms if one.name is TermName.QUALITY_RETURN)
    return Limit(last_day(term, dates, overrides), f"{term.rule}, C-33")


def owed(terms: Terms, held: Held, claim: Claim, overrides: Overrides | None = None) -> Owed:
    """Return the most that the customer may ask for, and why (rules 2.01 to 2.127, 6.1).

    Raises ``InvalidInput`` ``received_before_purchase``, ``negative_amount``, and what
    ``warranty.evaluate`` raises.
    """
    _check(claim)
    ground = Step(StepName.GROUND, _GROUND_RULES[claim.ground], claim.ground.value)
    first = (*opening(held), ground)
    quality = evaluate(settle(terms, held, claim, overrides), case_of(claim), overrides)
    if claim.ground is Ground.LOST:
        step = Step(StepName.ENTITLEMENT, "2.30", Entitlement.REFUND)
        return _close(held, claim, _lost(), (*first, step), overrides, Why.QUALITY)
    quality = _without_proof(claim, _custom(held, claim, quality, overrides))
    if claim.ground is Ground.CUSTOMER_DAMAGE:
        return _close(held, claim, quality, (*first, *quality.derivation), overrides, None)
    free = without_reason(held, claim, overrides)
    if claim.ground is Ground.NO_REASON:
        return _by_grace(held, claim, free, first, overrides)
    if claim.ground is Ground.MINOR:
        quality = _goodwill(terms, claim, quality)
    if RANK[free.entitlement] > RANK[quality.entitlement]:
        return _by_grace(held, claim, free, first, overrides)
    why = Why.QUALITY if claim.ground is not Ground.MINOR else None
    return _close(held, claim, quality, (*first, *quality.derivation), overrides, why)


def opening(held: Held) -> tuple[Step, ...]:
    """Return the steps with which each derivation begins: promise, law, conflicts."""
    return (
        Step(StepName.PROFILE, held.profile.rules, held.profile.code),
        Step(StepName.LAW_PACK, "6.1", held.pack.value),
        *(
            Step(StepName.CONFLICT, f"{one.promised_rule} → {one.article}", one.matter.value)
            for one in held.conflicts
        ),
    )


_GROUND_RULES = {
    Ground.QUALITY: "1.21",
    Ground.NO_REASON: "1.22–1.30",
    Ground.MINOR: "C-19",
    Ground.CUSTOMER_DAMAGE: "1.29, 2.03",
    Ground.LOST: "2.30",
    Ground.DAMAGED: "1.21",
}


def _lost() -> Answer:
    return Answer(True, Entitlement.REFUND, 0, 0, ())


def case_of(claim: Claim) -> Case:
    """Return the quality of a claim as the case that ``warranty.evaluate`` answers."""
    cause = claim.cause
    if claim.ground is Ground.CUSTOMER_DAMAGE:
        cause = Cause.WEAR_MISUSE
    elif claim.ground is Ground.DAMAGED:
        cause = Cause.TRANSPORT
    return Case(
        category=claim.category,
        purchased_on=claim.purchased_on,
        on=claim.on,
        cause=cause,
        purchase_price_fen=claim.paid_fen,
        is_repairable=claim.is_repairable,
        is_restorable=claim.is_restorable,
        is_sold_as_imperfect=claim.is_imperfect,
        repairs=claim.repairs,
        repair_days=claim.repair_days,
    )


def _custom(held: Held, claim: Claim, found: Answer, overrides: Overrides | None) -> Answer:
    """Show that the letter excluded made-to-measure goods where the law gives a return (C-33)."""
    rule = held.exclusions.get(Exclusion.CUSTOM)
    if rule is None or not claim.is_custom or found.entitlement is not Entitlement.REFUND:
        return found
    law = _of_law(held, claim.dates, overrides)
    if claim.on > law.until:
        return found
    said = Step(StepName.CONFLICT, f"{rule} → {law.rule}", Matter.CUSTOM_QUALITY.value)
    return replace(found, derivation=(*found.derivation[:-1], said, found.derivation[-1]))


def _without_proof(claim: Claim, found: Answer) -> Answer:
    """Leave a garment without proof of purchase its repair, no return or exchange (C-23)."""
    if claim.has_receipt or found.entitlement not in _TAKEN_BACK:
        return found
    left = Entitlement.FREE_REPAIR if claim.is_repairable else Entitlement.NONE
    steps = (
        *found.derivation[:-1],
        Step(StepName.PROOF, "1.19, C-23", "no"),
        Step(StepName.ENTITLEMENT, "1.19, C-23", left.value),
    )
    return Answer(found.within_warranty, left, 0, 0, steps)


def _goodwill(terms: Terms, claim: Claim, quality: Answer) -> Answer:
    """Mend a small fault for nothing within the warranty; it gives no return (C-19)."""
    if not (quality.within_warranty and claim.is_repairable and terms.mends_small_faults):
        left = Entitlement.PAID_REPAIR if claim.is_repairable else Entitlement.NONE
        rule = "1.22–1.25"
    else:
        left, rule = Entitlement.FREE_REPAIR, "C-19"
    steps = tuple(step for step in quality.derivation if step.step in _FACTS)
    last = Step(StepName.ENTITLEMENT, rule, left.value)
    return Answer(quality.within_warranty, left, 0, 0, (*steps, last))


_FACTS = frozenset({StepName.DAYS_SINCE_SALE, StepName.WARRANTY_ENDS_ON, StepName.WITHIN_WARRANTY})


def _by_grace(
    held: Held,
    claim: Claim,
    free: Without,
    first: tuple[Step, ...],
    overrides: Overrides | None,
) -> Owed:
    found = Answer(True, free.entitlement, 0, 0, free.steps)
    return _close(held, claim, found, (*first, *free.steps), overrides, Why.NO_REASON)


def _close(
    held: Held,
    claim: Claim,
    found: Answer,
    steps: tuple[Step, ...],
    overrides: Overrides | None,
    why: Why | None,
) -> Owed:
    """Add to what is owed who pays the freight, which price comes back and by when."""
    closing: list[Step] = []
    freight = None
    if why is not None and found.entitlement is not Entitlement.NONE:
        freight, rule = held.freight[why]
        closing.append(Step(StepName.FREIGHT, rule, freight.value))
    refund_fen = None
    if found.entitlement in (Entitlement.REFUND, Entitlement.PAID_EXCHANGE):
        basis, rule = held.no_reason_price if why is Why.NO_REASON else held.quality_price
        refund_fen = max(0, _price(claim, basis) - found.charge_fen)
        closing.append(Step(StepName.REFUND_PRICE, rule, basis.value))
    done_by = None
    if found.entitlement is not Entitlement.NONE:
        name = TermName.REFUND_WITHIN
        if found.entitlement not in _TAKEN_BACK:
            name = TermName.REWORK if TermName.REWORK in held.terms else TermName.REPAIR_WITHIN
        limit = _limit(held, name, claim.dates, overrides)
        done_by = limit.until
        closing.append(Step(StepName.DONE_BY, limit.rule, done_by.isoformat()))
    return Owed(
        found.entitlement,
        found.charge_fen,
        refund_fen,
        freight,
        done_by,
        found.within_warranty,
        found.depreciation_percent,
        found.needs_approval,
        (*steps, *closing),
        held,
    )


def _price(claim: Claim, basis: PriceBasis) -> Fen:
    now = claim.paid_fen if claim.price_now_fen is None else claim.price_now_fen
    if basis is PriceBasis.LOWER:
        return min(claim.paid_fen, now)
    return max(claim.paid_fen, now) if basis is PriceBasis.HIGHER else claim.paid_fen


def _check(claim: Claim) -> None:
    if claim.received_on is not None and claim.received_on < claim.purchased_on:
        raise InvalidInput(
            "received_before_purchase",
            "签收日期不能早于购买日期。请对照订单改正。",
            "The parcel cannot be received before the purchase. Correct it from the order.",
            "received_on",
        )
    if claim.price_now_fen is not None and claim.price_now_fen < 0:
        raise InvalidInput(
            "negative_amount",
            "现价不能为负数。",
            "The price now cannot be negative.",
            "price_now_fen",
        )
