"""What comes back without a reason: excluded goods, conditions, windows (C-05, C-07, C-31)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.domain.calendar import Overrides
from tracker.domain.law_packs import LawTerm
from tracker.domain.promise import Channel, Condition, Exclusion, TermName, last_day
from tracker.domain.promise_terms import Held, Matter
from tracker.domain.warranty_step import Entitlement, Step, StepName

if TYPE_CHECKING:
    from tracker.domain.entitlement import Claim


@dataclass(frozen=True)
class Without:
    """What a customer may ask for without a reason, and how that follows."""

    entitlement: Entitlement
    steps: tuple[Step, ...]


def without_reason(held: Held, claim: Claim, overrides: Overrides | None = None) -> Without:
    """Return what may be asked for without a reason (rules 2.32 to 2.124, 消法 25)."""
    steps: list[Step] = []
    excluded = _excluded(held, claim)
    only_law = False
    for kind, rule in excluded.items():
        article = _needs_confirmation(held, claim, kind)
        if article is None:
            return _no(steps, Step(StepName.EXCLUDED, rule, kind.value), rule)
        only_law = True
        steps.append(Step(StepName.CONFLICT, f"{rule} → {article}", Matter.CONFIRMATION.value))
    for condition, rule in _unmet(held, claim).items():
        article = _lifted(held, claim, condition)
        if article is None:
            return _no(steps, Step(StepName.CONDITION_MISSING, rule, condition.value), rule)
        only_law = True
        steps.append(Step(StepName.CONFLICT, f"{rule} → {article}", Matter.PACKAGING.value))
    return _window(held, claim, steps, overrides, only_law=only_law)


def _window(
    held: Held,
    claim: Claim,
    steps: list[Step],
    overrides: Overrides | None,
    *,
    only_law: bool,
) -> Without:
    """Answer by the days; where only the law gives the right, only by the law's own days."""
    term = held.terms[TermName.NO_REASON_RETURN]
    if only_law:
        term = _law_of_returns(held).term
    until = last_day(term, claim.dates, overrides)
    steps.append(Step(StepName.RETURN_UNTIL, term.rule, until.isoformat()))
    if claim.on <= until:
        return _yes(steps, Entitlement.REFUND, term.rule)
    if only_law:
        return _no(steps, None, term.rule)
    term = held.terms[TermName.NO_REASON_EXCHANGE]
    until = last_day(term, claim.dates, overrides)
    steps.append(Step(StepName.EXCHANGE_UNTIL, term.rule, until.isoformat()))
    if claim.on > until:
        return _no(steps, None, term.rule)
    count = held.terms[TermName.FREE_EXCHANGES]
    steps.append(Step(StepName.EXCHANGES_SO_FAR, count.rule, str(claim.exchanges)))
    if claim.exchanges >= count.value:
        return _no(steps, None, count.rule)
    return _yes(steps, Entitlement.EXCHANGE, term.rule)


def _yes(steps: list[Step], given: Entitlement, rule: str) -> Without:
    return Without(given, (*steps, Step(StepName.ENTITLEMENT, rule, given.value)))


def _no(steps: list[Step], because: Step | None, rule: str) -> Without:
    if because is not None:
        steps.append(because)
    return _yes(steps, Entitlement.NONE, rule)


def _excluded(held: Held, claim: Claim) -> dict[Exclusion, str]:
    is_so = {
        Exclusion.CUSTOM: claim.is_custom,
        Exclusion.UNDERWEAR: claim.is_underwear,
        Exclusion.ACCESSORY: claim.is_accessory,
        Exclusion.IMPERFECT: claim.is_imperfect,
    }
    return {kind: rule for kind, rule in held.exclusions.items() if is_so[kind]}


def _unmet(held: Held, claim: Claim) -> dict[Condition, str]:
    is_met = {
        Condition.RECEIPT: claim.has_receipt,
        Condition.TAG: claim.has_tag,
        Condition.PACKAGING: claim.has_packaging,
        Condition.UNWORN: not claim.is_worn,
    }
    asked = {Condition.UNWORN: "2.40", **held.conditions}
    return {one: rule for one, rule in asked.items() if not is_met.get(one, True)}


def _needs_confirmation(held: Held, claim: Claim, kind: Exclusion) -> str | None:
    """Return the article by which an exclusion does not hold here, if one says so (C-31)."""
    if claim.channel is not Channel.ONLINE or claim.was_exclusion_confirmed:
        return None
    if kind is Exclusion.CUSTOM:
        return None
    return next((law.needs_confirmation for law in held.laws if law.needs_confirmation), None)


def _lifted(held: Held, claim: Claim, condition: Condition) -> str | None:
    if claim.channel is not Channel.ONLINE:
        return None
    return next((law.lifted[condition] for law in held.laws if condition in law.lifted), None)


def _law_of_returns(held: Held) -> LawTerm:
    return next(one for one in held.laws[0].terms if one.name is TermName.NO_REASON_RETURN)
