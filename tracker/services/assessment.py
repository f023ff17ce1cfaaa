"""Intake: what after-sales observes, and its verdict (rules 1.15–1.18, 1.21–1.30, 1.35)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Cause, Defect, Position, refusal_reason
from tracker.domain.errors import RuleViolation
from tracker.domain.loss import Share
from tracker.domain.money import half_up
from tracker.domain.registration import MACHINE, Action, Ending, Finding, Outcome, Owner, Status
from tracker.domain.repair import Papers, Route, check_route
from tracker.models.registration import Registration
from tracker.models.repair import Assessment
from tracker.queries import policy
from tracker.services import clock, ledger, liability, warranty
from tracker.services.act import Act
from tracker.services.fields import Area, Fen, Reason
from tracker.services.transition import apply


def refuse_intake(
    act: Act,
    registration: Registration,
    *,
    reason: Reason,
    position: Position | None = None,
    area_mm2: Area | None = None,
    cause: Cause | None = None,
    tag_intact: bool | None = None,
    accessories_intact: bool | None = None,
    number_intact: bool | None = None,
) -> None:
    """Refuse a garment at intake with observed facts and a reason (rules 1.15–1.18, 1.21–1.30)."""
    code = refusal_reason(reason)
    observed = _observed(
        registration, position, area_mm2, cause, tag_intact, accessories_intact, number_intact
    )
    observed.outcome, observed.reason, observed.is_quality = "refused", code.value, False
    apply(
        act,
        registration,
        MACHINE,
        Action.REFUSE_INTAKE,
        reason=code.value,
        details={"mismatches": observed.mismatches},
    )
    _keep(act, observed)


def assess(
    act: Act,
    registration: Registration,
    *,
    outcome: Outcome,
    route: Route = Route.IN_HOUSE,
    quality: bool = True,
    restorable: bool = True,
    position: Position | None = None,
    area_mm2: Area | None = None,
    cause: Cause | None = None,
    tag_intact: bool | None = None,
    accessories_intact: bool | None = None,
    number_intact: bool | None = None,
    liabilities: Sequence[Share] = (),
    quote_fen: Fen | None = None,
    markdown_fen: Fen | None = None,
) -> None:
    """Give the verdict of rule 1.35: repairable and where (C-25), not repairable, or no fault.

    What was not observed anew stands as registered; what differs is flagged (rule 1.16). For scrap
    the rules propose who is liable, by the observed cause; ``liabilities`` override them and need
    a note. A customer is asked before a repair that does not restore his garment or is not free
    (rules 2.03, 2.04); ``quote_fen`` is what it would cost him. ``markdown_fen`` is the loss of a
    garment sold down, by policy if not given. Raises ``RuleViolation`` ``customer_cause`` and what
    ``check_route``, ``check_price`` and ``liability.override`` raise.
    """
    observed = _observed(
        registration, position, area_mm2, cause, tag_intact, accessories_intact, number_intact
    )
    observed.outcome = outcome.value
    observed.is_quality, observed.is_restorable = quality, restorable
    observed.route = route.value if outcome is Outcome.REPAIR else None
    is_free = restorable and warranty.is_repaired_free(act, registration, Cause(observed.cause))
    is_outside = observed.route is not None and route is not Route.IN_HOUSE
    facts = Finding(outcome, Owner(registration.owner), is_free, is_outside)
    told = {"outcome": outcome.value, "route": observed.route, "mismatches": observed.mismatches}
    apply(act, registration, MACHINE, Action.ASSESS, facts, details=told)
    if is_outside:
        _check_route(registration, route, Cause(observed.cause))
    _keep(act, observed)
    registration.quote_fen = quote_fen
    registration.ending = _ENDINGS.get(outcome)
    _close(act, registration, liabilities, markdown_fen)


def _close(
    act: Act, registration: Registration, liabilities: Sequence[Share], markdown_fen: int | None
) -> None:
    """Where the garment does not go back its clock stops, and somebody bears the loss."""
    if registration.status not in (Status.SCRAP_PENDING, Status.SOLD_DOWN):
        return
    clock.stop(registration)
    if registration.status == Status.SOLD_DOWN:
        _mark_down(act, registration, markdown_fen)
    elif liabilities:
        liability.override(act, registration, liabilities)
        liability.derive(act, registration)
    else:
        liability.propose_for(act, registration)


_ENDINGS = {
    Outcome.NO_FAULT: Ending.NO_FAULT.value,
    Outcome.WRONG_ITEM: Ending.WRONG_ITEM.value,
}


def routes(registration: Registration) -> dict[Route, RuleViolation | None]:
    """Return each way to repair a garment, with why it is closed (rules 6.01–6.03).

    By its fabric, its defect and its papers; the cause is judged when the verdict is given.
    """
    found: dict[Route, RuleViolation | None] = {}
    for route in Route:
        try:
            _check_route(registration, route, Cause.MATERIAL)
            found[route] = None
        except RuleViolation as refusal:
            found[route] = refusal
    return found


def _check_route(registration: Registration, route: Route, cause: Cause) -> None:
    is_customers = registration.owner == Owner.CUSTOMER
    papers = Papers(registration.gore_card_no, registration.receipt_no) if is_customers else None
    fabric = registration.piece.sku.style.fabric
    check_route(route, fabric, Defect(registration.defect), cause, papers)


def _mark_down(act: Act, registration: Registration, markdown_fen: int | None) -> None:
    """Keep the loss of a garment sold down (fen) and post it to its month."""
    if markdown_fen is None:
        warranty.check_price(registration)
        markdown_fen = usual_markdown(act, registration)
    registration.markdown_fen = markdown_fen
    if markdown_fen:
        ledger.post_markdown(act, registration, markdown_fen)


def usual_markdown(act: Act, registration: Registration) -> int:
    """Return what a garment sold down loses by policy ``markdown_percent``, in fen (C-28)."""
    rule = policy.one(
        act.session, "markdown_percent", shanghai_date(act.now), policy.reach_of(registration)
    )
    return half_up(registration.piece.sku.style.tag_price_fen * rule.number, 100)


def _observed(
    registration: Registration,
    position: Position | None,
    area_mm2: int | None,
    cause: Cause | None,
    tag_intact: bool | None,
    accessories_intact: bool | None,
    number_intact: bool | None,
) -> Assessment:
    seen = {
        "position": position.value if position else None,
        "area_mm2": area_mm2,
        "cause": cause.value if cause else None,
        "tag_intact": tag_intact,
        "accessories_intact": accessories_intact,
        "number_intact": number_intact,
    }
    registered = {name: getattr(registration, name) for name in seen}
    facts = {name: registered[name] if value is None else value for name, value in seen.items()}
    mismatches = [name for name in seen if facts[name] != registered[name]]
    return Assessment(registration_id=registration.id, mismatches=mismatches, **facts)


def _keep(act: Act, assessment: Assessment) -> None:
    assessment.at = act.now
    assessment.by_id = act.actor.account_id
    act.session.add(assessment)
    act.session.flush()


ACTIONS: Mapping[Action, Callable[..., None]] = {
    Action.REFUSE_INTAKE: refuse_intake,
    Action.ASSESS: assess,
}
