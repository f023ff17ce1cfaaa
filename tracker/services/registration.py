"""A garment in the store: registered, decided, voided, handed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import (
    Cause,
    Defect,
    Demand,
    Position,
    Resolution,
    Source,
    refusal_reason,
)
from tracker.domain.errors import Forbidden, RuleViolation
from tracker.domain.number import registration_no
from tracker.domain.policy import Reach
from tracker.domain.registration import (
    MACHINE,
    Action,
    HandedTo,
    Owner,
    Settlement,
    Status,
)
from tracker.models.registration import Customer, Piece, Registration
from tracker.models.site import Site
from tracker.queries import calendar, policy
from tracker.queries import customer as customers
from tracker.queries import registration as queries
from tracker.services import clock, delivery
from tracker.services.act import Act
from tracker.services.fields import Fen, Reason, Text20, Text40, reason_of
from tracker.services.number import next_id
from tracker.services.transition import apply, begin


@dataclass(frozen=True)
class CustomerName:
    """Who brought the garment: masked everywhere but where somebody must call."""

    name: Text40
    phone: Text20


@dataclass(frozen=True)
class Fault:
    """What the store says of the garment (rules 1.16, 1.18): all of it mandatory."""

    defect: Defect
    position: Position
    area_mm2: int
    cause: Cause
    tag_intact: bool
    accessories_intact: bool
    number_intact: bool


@dataclass(frozen=True)
class Story:
    """Where the garment comes from, and what goes with a customer's."""

    source: Source
    production_year: int
    found_on: date | None = None
    purchased_on: date | None = None
    receipt_no: str | None = None
    customer: CustomerName | None = None
    promised_on: date | None = None
    sold_as_imperfect: bool = False
    delivery: str | None = None
    """Our number of the delivery that brought it, where the store names one."""
    demand: Demand | None = None
    gore_card_no: str | None = None
    """The number of the fabric maker's registration card (rule 6.01)."""


def register(
    act: Act, piece: Piece, fault: Fault, story: Story, *, site_id: int | None = None
) -> Registration:
    """Register a piece at a store, the actor's own unless ``site_id``; its decision clock starts.

    Names the piece's previous registration and flags a repeat repair (C-34) and a customer's late
    registration (2.08: a flag, never a bar). What was sold down before is a 处理品
    again. The database refuses a second live registration.
    """
    with act.session.no_autoflush:
        return _registered(act, piece, fault, story, site_id or act.actor.site_id)


def _registered(act: Act, piece: Piece, fault: Fault, story: Story, site_id: int) -> Registration:
    """Write garment, registration and first row of history at once, when all of it is known."""
    is_new = piece in act.session.new
    previous = None if is_new else queries.last_of_piece(act.session, piece.id)
    today = shanghai_date(act.now)
    site = act.session.get_one(Site, site_id)
    reach = policy.reach_of_site(site)
    identity = next_id(act.session, Registration)
    registration = Registration(
        id=identity,
        no=registration_no(identity),
        piece=piece,
        previous_id=previous.id if previous else None,
        site_id=site_id,
        site=site,
        registered_at=act.now,
        registered_by_id=act.actor.account_id,
        is_late=_is_late(act, story, today, reach),
        is_repeat=_is_repeat(act, previous, fault, today, reach),
        repair_count=previous.repair_count if previous else 0,
        note=act.note,
    )
    _describe(registration, fault, story, today, previous)
    if story.source is Source.CUSTOMER and story.promised_on is None:
        registration.promised_on = customers.proposed_promise(act.session, today, reach)
    delivery.link(act, registration, story.delivery)
    clock.start(act.session, registration, clock.DECIDE, act.now)
    begin(act, registration, MACHINE, Action.REGISTER.value)
    _keep_customer(act, registration, story.customer)
    return registration


def _was_sold_down(previous: Registration | None) -> bool:
    """A garment that was once sold down is a 处理品 for life."""
    if previous is None:
        return False
    return previous.sold_as_imperfect or previous.status == Status.SOLD_DOWN


def _describe(
    registration: Registration,
    fault: Fault,
    story: Story,
    today: date,
    previous: Registration | None,
) -> None:
    registration.source = story.source.value
    is_customers = story.source is Source.CUSTOMER
    registration.owner = (Owner.CUSTOMER if is_customers else Owner.STORE).value
    registration.defect = fault.defect.value
    registration.position = fault.position.value
    registration.area_mm2 = fault.area_mm2
    registration.cause = fault.cause.value
    registration.tag_intact = fault.tag_intact
    registration.accessories_intact = fault.accessories_intact
    registration.number_intact = fault.number_intact
    registration.production_year = story.production_year
    registration.found_on = story.found_on or today
    registration.purchased_on = story.purchased_on
    registration.receipt_no = story.receipt_no
    registration.promised_on = story.promised_on
    registration.demand = story.demand.value if story.demand else None
    registration.gore_card_no = story.gore_card_no
    registration.sold_as_imperfect = story.sold_as_imperfect or _was_sold_down(previous)


def _keep_customer(act: Act, registration: Registration, customer: CustomerName | None) -> None:
    if customer is None:
        return
    act.session.add(
        Customer(
            registration_id=registration.id,
            name=customer.name,
            phone=customer.phone,
            phone_tail=customer.phone[-4:],
        )
    )
    act.session.flush()


def _is_late(act: Act, story: Story, today: date, reach: Reach) -> bool:
    if story.purchased_on is None:
        return False
    rule = policy.one(act.session, "customer_registration", today, reach)
    return today > calendar.due_on(act.session, story.purchased_on, rule)


def _is_repeat(
    act: Act, previous: Registration | None, fault: Fault, today: date, reach: Reach
) -> bool:
    if previous is None or previous.position != fault.position.value or previous.closed_at is None:
        return False
    before = previous.previous.repair_count if previous.previous else 0
    if previous.repair_count == before or previous.status != Status.HANDED_OVER:
        return False
    window = policy.one(act.session, "repair_guarantee", today, reach).number
    return today <= shanghai_date(previous.closed_at) + timedelta(days=window)


def accept(act: Act, registration: Registration) -> None:
    """Accept a garment for repair at head office (rule 1.10); from refused it is goodwill.

    Raises ``RuleViolation`` ``registered_anew`` for a refused one that has a newer registration.
    """
    newest = queries.last_of_piece(act.session, registration.piece_id)
    if newest is not None and newest.id != registration.id:
        raise RuleViolation(
            "registered_anew",
            "这件衣服后来又登记过，请在最新的登记单上受理。",
            "This garment was registered anew since: accept that registration.",
        )
    apply(act, registration, MACHINE, Action.ACCEPT)
    clock.stop(registration)


def settle(
    act: Act, registration: Registration, *, resolution: Resolution, defective: bool = True
) -> None:
    """Settle on the spot (rule 1.09): refund or exchange takes it into stock; or local repair."""
    if resolution is not Resolution.LOCAL_REPAIR and registration.owner == Owner.CUSTOMER:
        registration.owner = Owner.STORE.value
    facts = Settlement(resolution, defective)
    apply(
        act,
        registration,
        MACHINE,
        Action.SETTLE,
        facts,
        details={"resolution": resolution.value, "defective": defective},
    )
    clock.stop(registration)


def finish_local_repair(act: Act, registration: Registration, *, cost_fen: Fen) -> None:
    """Note what the local repair cost, in fen; the garment is back in the store."""
    registration.local_repair_fen = cost_fen
    registration.repair_count += 1
    apply(act, registration, MACHINE, Action.FINISH_LOCAL_REPAIR, details={"cost_fen": cost_fen})
    registration.back_at = act.now


def refuse(act: Act, registration: Registration, *, reason: Reason) -> None:
    """Refuse in the store with a reason code of rules 1.15–1.18 or 1.22–1.30."""
    apply(act, registration, MACHINE, Action.REFUSE, reason=refusal_reason(reason).value)
    clock.stop(registration)


def void(act: Act, registration: Registration, *, reason: Reason) -> None:
    """Void a slip of the pen: its author within 15 minutes (policy), later the manager only.

    Raises ``Forbidden`` ``void_too_late``.
    """
    minutes = policy.one(act.session, "void_by_author", shanghai_date(act.now)).number
    is_author = registration.registered_by_id == act.actor.account_id
    is_fresh = act.now <= registration.registered_at + timedelta(minutes=minutes)
    if not act.actor.is_manager and not (is_author and is_fresh):
        raise Forbidden(
            "void_too_late",
            "登记人只能在 {minutes} 分钟内自行作废，现在请店长作废。",
            "The author may void within {minutes} minutes; now ask the store manager.",
            minutes=minutes,
        )
    apply(act, registration, MACHINE, Action.VOID, reason=reason_of(reason))
    clock.stop(registration)


def hand_over(act: Act, registration: Registration, *, to: HandedTo) -> None:
    """Hand the garment to its customer, or put it back to stock; its story ends here.

    Raises ``RuleViolation`` ``not_the_owner`` when it would go to the wrong one of the two.
    """
    apply(act, registration, MACHINE, Action.HAND_OVER, details={"to": to.value})
    owner = Owner.CUSTOMER if to is HandedTo.CUSTOMER else Owner.STORE
    if registration.owner != owner:
        raise RuleViolation(
            "not_the_owner",
            "这件是「{owner}」的，请交给{owner}。",
            "This garment belongs to: {owner}. Hand it over there.",
            owner=Owner(registration.owner).zh,
        )


ACTIONS: Mapping[Action, Callable[..., None]] = {
    Action.ACCEPT: accept,
    Action.SETTLE: settle,
    Action.FINISH_LOCAL_REPAIR: finish_local_repair,
    Action.REFUSE: refuse,
    Action.VOID: void,
    Action.HAND_OVER: hand_over,
}
