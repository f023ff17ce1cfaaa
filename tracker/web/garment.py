"""What a garment's page offers beside its record: forms made for it, and what each way costs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker import edge, errors
from tracker.domain.calendar import days_between, shanghai_date
from tracker.domain.discrepancy import Kind as Gap
from tracker.domain.errors import HangtagError
from tracker.domain.liability_rules import DERIVATION_READERS
from tracker.domain.registration import MACHINE, Action, Choice, HandedTo, Owner, Status
from tracker.domain.repair import Route
from tracker.extensions import db
from tracker.queries import liability_rule
from tracker.queries import outside as queries
from tracker.queries import repair as repairs
from tracker.queries import shipment as shipments
from tracker.queries import site as sites
from tracker.services import actions, assessment, outside, warranty
from tracker.web.day import business_day
from tracker.web.forms import registration as forms
from tracker.web.forms import repair as repair_forms
from tracker.web.forms.action import ActionForm
from tracker.web.forms.assessment import AssessForm, RefuseIntakeForm, assess_form
from tracker.web.forms.outside import ReturnFromOutsideForm, send_out_form

FORMS: Mapping[Action, type[ActionForm]] = {
    **forms.FORMS,
    **repair_forms.FORMS,
    Action.REFUSE_INTAKE: RefuseIntakeForm,
    Action.ASSESS: AssessForm,
    Action.RETURN_FROM_OUTSIDE: ReturnFromOutsideForm,
}
TO_ASSESS = (Status.RECEIVED, Status.REFUSED_AT_INTAKE)
_VERBS = actions.NOUNS["registration"].verbs


def forms_of(found: Any) -> Mapping[Action, type[ActionForm]]:
    """Return the form of each action, made for this garment where its facts bound the choices."""
    if found.status in TO_ASSESS:
        routes = assessment.routes(found)
        form = assess_form(route for route, refusal in routes.items() if refusal is None)
        return {**FORMS, Action.ASSESS: form}
    if found.status == Status.IN_OUTSIDE_REPAIR:
        return {**FORMS, Action.SEND_OUT: send_out_form(*_vendors(found))}
    if found.status == Status.BACK_IN_STORE:
        is_customers = found.owner == Owner.CUSTOMER
        to = HandedTo.CUSTOMER if is_customers else HandedTo.STOCK
        return {**FORMS, Action.HAND_OVER: forms.hand_over_form(to)}
    return FORMS


def _vendors(found: Any) -> tuple[list[tuple[str, str]], str | None]:
    """Return whom the garment may be sent to, and whom it usually goes to."""
    route = repairs.last_route(db.session(), found.id) or Route.FACTORY
    known = queries.vendors(db.session(), Route.FACTORY if route is Route.IN_HOUSE else route)
    own = found.piece.supplier.code if route is Route.FACTORY else None
    only = known[0][0] if len(known) == 1 else None
    return known, own or only


def offered(found: Any) -> list[Action]:
    """Return what the reader may do now: the table's actions that this garment is ready for."""
    named = MACHINE.actions_from(Status(found.status), edge.actor().roles)
    known = [Action(action.value) for action in named if action in _VERBS]
    return [action for action in known if _is_ready(found, action)]


def _is_ready(found: Any, action: Action) -> bool:
    if action is Action.RETURN_TO_SUPPLIER:
        return outside.is_returnable(edge.act(), found)
    if action in (Action.PASS_CHECK, Action.FAIL_CHECK):
        return edge.actor().account_id not in repairs.repairers(db.session(), found.id)
    if action is Action.WITHDRAW and found.owner != Owner.CUSTOMER:
        return False
    if action in (Action.PAUSE, Action.RESUME):
        return (found.pause is None) == (action is Action.PAUSE)
    if found.status == Status.IN_OUTSIDE_REPAIR:
        is_away = repairs.open_job(db.session(), found.id) is not None
        needs = {Action.SEND_OUT: False, Action.WITHDRAW: False}
        return needs.get(action, is_away) == is_away
    return True


@dataclass(frozen=True)
class Offer:
    """What a customer may choose: what it costs him in fen, or why he may not choose it."""

    choice: Choice
    charge_fen: int | None
    refusal: str | None = None


def offers(found: Any) -> list[Offer]:
    """Return the customer's choices with their price (rules 2.03–2.07)."""
    made = []
    for choice in Choice:
        try:
            made.append(Offer(choice, warranty.cost_of(edge.act(), found, choice)))
        except HangtagError as refusal:
            made.append(Offer(choice, None, refusal.message(errors.locale_code())))
    return made


def panels(found: Any, timeline: Iterable[Any], bench: Any) -> dict[str, Any]:
    """Return what the page's panels show of the ways off the plain road."""
    events = list(timeline)
    jobs = queries.of_garment(db.session(), found.id)
    is_outside = found.status == Status.IN_OUTSIDE_REPAIR
    return {
        "verdict": _verdict(found) if found.status in TO_ASSESS else None,
        "offers": offers(found) if found.status == Status.AWAITING_CUSTOMER else [],
        "jobs": jobs,
        "job_boxes": queries.boxes(db.session(), jobs) if jobs else {},
        "waits_outside": is_outside and not any(job.returned_at is None for job in jobs),
        "carriers": shipments.carriers(db.session()) if is_outside else [],
        "missing": _missing(found, bench.discrepancies),
        "goodwill": _goodwill(events),
        "refusal": _refusal(events),
        "vendor_names": _vendor_names(events),
    }


def derivation(found: Any) -> Any:
    """Return how a garment's proposal follows, for those who may read it."""
    if not edge.actor().is_any(DERIVATION_READERS):
        return None
    return liability_rule.derivation(db.session(), found.id)


def _verdict(found: Any) -> dict[str, Any]:
    """Return what the assessor needs at hand: the routes, the quote's reason, the markdown."""
    act = edge.act()
    cause = repairs.last_cause(db.session(), found)
    try:
        is_free: bool | None = warranty.is_repaired_free(act, found, cause)
    except HangtagError:
        is_free = None
    refusals = {route: no for route, no in assessment.routes(found).items() if no is not None}
    return {
        "closed": {
            route: refusal.message(errors.locale_code()) for route, refusal in refusals.items()
        },
        "is_customers": found.owner == Owner.CUSTOMER,
        "is_free": is_free,
        "markdown_fen": assessment.usual_markdown(act, found),
    }


def _missing(found: Any, cases: Iterable[Any]) -> dict[str, Any] | None:
    """Return the case of a garment that is missing, and since how many days."""
    if found.status != Status.MISSING:
        return None
    case = next((one for one in reversed(list(cases)) if one.kind == Gap.SHORT), None)
    if case is None:
        return None
    age = days_between(shanghai_date(case.opened_at), business_day())
    return {"case": case, "age": age}


def _goodwill(events: list[Any]) -> Any:
    """Return the step that took in a garment though it had been refused (C-19), or ``None``."""
    steps = {
        (Status.REFUSED_IN_STORE.value, Action.ACCEPT.value),
        (Status.REFUSED_AT_INTAKE.value, Action.ASSESS.value),
    }
    taken = [event for event in events if (event.from_status, event.action) in steps]
    return taken[-1] if taken else None


def _refusal(events: list[Any]) -> str | None:
    """Return the reason for which the garment was last refused, where it still tells."""
    refused = [one for one in events if one.action in (Action.REFUSE, Action.REFUSE_INTAKE)]
    return refused[-1].reason if refused else None


def _vendor_names(events: list[Any]) -> dict[str, str]:
    codes = {(event.details or {}).get("vendor") for event in events} - {None}
    known = {code: sites.find(db.session(), str(code)) for code in codes}
    return {str(code): site.name for code, site in known.items() if site is not None}
