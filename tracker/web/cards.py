"""Each role's work: what is counted on its first page, and the list that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _

from tracker.domain.account import Actor, Role
from tracker.domain.alarm import desk_of
from tracker.domain.calendar import shanghai_date
from tracker.domain.delivery import Status as Delivery
from tracker.domain.ledger import Status as MonthStatus
from tracker.domain.loss import DestructionStatus
from tracker.domain.loss import Status as Form
from tracker.domain.registration import Status
from tracker.domain.shipment import Status as Box
from tracker.domain.statement import Status as Statement
from tracker.extensions import db
from tracker.queries import (
    account,
    alarm,
    approval,
    customer,
    delivery,
    ledger,
    loss,
    loss_clock,
    policy,
    policy_change,
    provisional,
    scan,
    statement,
    work_counts,
    work_list,
)
from tracker.queries import site as sites
from tracker.queries.work_counts import Count
from tracker.web.access import can_open
from tracker.web.filters import has_endpoint

ALL = "all"


@dataclass(frozen=True)
class Card:
    """One kind of work: what is counted, of which statuses, and the list that shows it."""

    title: Any
    noun: str = "garment"
    statuses: tuple[str, ...] = ()
    endpoint: str = ""
    shown: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the list's address says, if not the statuses."""


@dataclass(frozen=True)
class Door:
    """A card with its count, ready to be shown; ``href`` is nothing where no list opens."""

    title: Any
    count: Count
    href: str | None
    overdue_href: str | None = None


LISTS = {
    "garment": "registration.index",
    "box_out": "shipment.index",
    "box_in": "shipment.index",
    "road": "shipment.index",
    "relay": "shipment.relay",
    "call": "customer.waiting",
    "alarm": "alarm.index",
    "scan": "scan_review.index",
    "delivery": "delivery.index",
    "provisional": "provisional.index",
    "discrepancy": "discrepancy.index",
    "loss": "loss.index",
    "unsigned": "loss.index",
    "approval": "approval.waiting",
    "destroyable": "destruction.index",
    "destruction": "destruction.index",
    "month": "ledger.index",
    "statement": "statement.index",
    "to_bill": "statement.index",
    "proposal": "policy.index",
    "account": "account.index",
    "site": "account.index",
}
"""Where each noun's rows are listed."""

_LIVE = Card(_("All open garments"), statuses=work_list.LIVE, shown={"status": "live"})
_TO_CHECK = Card(_("To check"), statuses=(Status.IN_CHECK,))
_ALARMS = Card(_("Alarms to look into"), "alarm")
_DIFFERENCES = Card(_("Open discrepancies"), "discrepancy", ("open",))
_TO_SIGN = Card(_("To sign"), "loss", (Form.SUBMITTED,))
_UNSIGNED = Card(
    _("Signatures overdue"), "unsigned", shown={"status": Form.SUBMITTED.value, "overdue": "1"}
)
_APPROVALS = Card(_("Loss forms that wait for me"), "approval")
_UNANSWERED = Card(_("Statements without an answer"), "statement", (Statement.DELIVERED,))
_PROPOSALS = Card(_("Policy changes to confirm"), "proposal")
_OUTSIDE = Card(
    _("In outside repair"), statuses=(Status.IN_OUTSIDE_REPAIR,), endpoint="outside.index"
)

_OF_PARTY = (
    _TO_SIGN,
    _UNSIGNED,
    Card(_("Our disputes, being answered"), "loss", (Form.DISPUTED,)),
    Card(_("Statements to confirm"), "statement", (Statement.ISSUED,)),
    Card(_("Statements to answer"), "statement", (Statement.DELIVERED,)),
)
"""What waits for a liable party: a supplier, or a store by its manager."""

CARDS: dict[Role, tuple[Card, ...]] = {
    Role.STORE_MANAGER: _OF_PARTY,
    Role.STORE_STAFF: (
        Card(_("To decide"), statuses=(Status.REGISTERED,)),
        Card(_("Ready to ship"), statuses=(Status.READY_TO_SHIP,)),
        Card(_("Open box"), "box_out", (Box.OPEN, Box.SEALED)),
        Card(_("Boxes to receive back"), "box_in", (Box.DISPATCHED, Box.ARRIVING)),
        Card(_("To hand over"), statuses=(Status.BACK_IN_STORE,)),
        Card(_("Customers to call"), "call"),
        Card(_("Ask the customer"), statuses=(Status.AWAITING_CUSTOMER,)),
        Card(_("Deliveries to inspect"), "delivery", (Delivery.RECEIVED,)),
        Card(_("In local repair"), statuses=(Status.IN_LOCAL_REPAIR,)),
        Card(_("Scans to check"), "scan"),
    ),
    Role.REGION: (
        Card(_("Papers to relay"), "relay"),
        Card(_("To decide"), statuses=(Status.REGISTERED,)),
        Card(_("Ready to ship"), statuses=(Status.READY_TO_SHIP, Status.PACKED)),
        Card(_("On the road"), statuses=(Status.IN_TRANSIT, Status.RETURNING)),
        _LIVE,
    ),
    Role.SUPERVISOR: (
        _LIVE,
        _DIFFERENCES,
        Card(_("Missing"), statuses=(Status.MISSING,)),
        Card(_("Received, to refuse or assess"), statuses=(Status.RECEIVED,)),
        Card(_("Disputes to answer"), "loss", (Form.DISPUTED,)),
        _APPROVALS,
        _UNSIGNED,
        Card(_("Months to submit"), "month", (MonthStatus.OPEN,)),
        _ALARMS,
        _PROPOSALS,
    ),
    Role.CLERK: (
        Card(_("Boxes on their way here"), "box_in", (Box.DISPATCHED,)),
        Card(_("Boxes to reconcile"), "box_in", (Box.ARRIVING,)),
        Card(
            _("To send back"),
            statuses=(Status.REPAIRED, Status.REFUSED_AT_INTAKE),
            endpoint="shipment.plan",
        ),
        Card(_("Boxes being packed"), "box_out", (Box.OPEN, Box.SEALED)),
        _OUTSIDE,
        Card(_("To put on a loss form"), statuses=(Status.SCRAP_PENDING,)),
        Card(_("Forms to submit"), "loss", (Form.DRAFT,)),
        Card(_("Products to confirm"), "provisional"),
    ),
    Role.ASSESSOR: (Card(_("To assess"), statuses=(Status.RECEIVED,)), _TO_CHECK),
    Role.REPAIRER: (
        Card(_("To repair"), statuses=(Status.IN_REPAIR,), endpoint="bench.index"),
        _TO_CHECK,
    ),
    Role.QA: (_TO_CHECK, _LIVE),
    Role.BUSINESS: (_APPROVALS, _UNSIGNED, _UNANSWERED, _OUTSIDE),
    Role.SUPPLIER: (
        *_OF_PARTY,
        Card(_("Statements in dispute"), "statement", (Statement.DISPUTED,)),
        Card(_("Approved forms"), "loss", (Form.APPROVED,)),
        Card(_("Settled statements"), "statement", (Statement.SETTLED,)),
    ),
    Role.LOGISTICS: (
        _APPROVALS,
        Card(_("Boxes on the road"), "road", (Box.DISPATCHED,)),
        _DIFFERENCES,
        _PROPOSALS,
    ),
    Role.VICE_PRESIDENT: (_APPROVALS, _PROPOSALS),
    Role.WAREHOUSE: (
        Card(_("Boxes on their way here"), "box_in", (Box.DISPATCHED,)),
        Card(_("Boxes to reconcile"), "box_in", (Box.ARRIVING,)),
        Card(_("Pieces ready to destroy"), "destroyable"),
        Card(_("Destructions to carry out"), "destruction", (DestructionStatus.PLANNED,)),
    ),
    Role.ADMINISTRATION: (
        Card(_("Destructions to witness"), "destruction", (DestructionStatus.SCANNED,)),
        Card(_("Destructions in preparation"), "destruction", (DestructionStatus.PLANNED,)),
    ),
    Role.FINANCE: (
        _APPROVALS,
        Card(_("Months to review"), "month", (MonthStatus.IN_REVIEW,)),
        Card(_("Open months"), "month", (MonthStatus.OPEN,)),
        _ALARMS,
        Card(_("Approved forms"), "loss", (Form.APPROVED,)),
        Card(_("Closed months without statements"), "to_bill"),
        Card(_("Statements to issue"), "statement", (Statement.DRAFT,)),
        Card(_("Statements to deliver"), "statement", (Statement.ISSUED,)),
        _UNANSWERED,
        Card(_("Statements in dispute"), "statement", (Statement.DISPUTED,)),
        _PROPOSALS,
    ),
    Role.AUDITOR: (
        _LIVE,
        _DIFFERENCES,
        Card(_("Approved forms"), "loss", (Form.APPROVED,)),
        Card(_("Closed months"), "month", (MonthStatus.CLOSED,)),
    ),
    Role.ADMINISTRATOR: (Card(_("Accounts"), "account"), Card(_("Sites"), "site")),
}
"""Each role's work, its most pressing first; a role that includes another shows both."""


def cards_of(roles: frozenset[Role]) -> list[Card]:
    """Return the cards of all roles that somebody holds, each once."""
    cards = (card for role, own in CARDS.items() if role in roles for card in own)
    return list(dict.fromkeys(cards))


class Tally:
    """Counts of the reader's work; each noun is counted once, and only where a card asks."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self._actor, self._now, self._today = actor, now, shanghai_date(now)
        self._session = db.session()
        self._by_noun: dict[str, Mapping[str, Count]] = {}

    def of(self, card: Card) -> Count:
        """Return how much work a card's list has."""
        if card.noun not in self._by_noun:
            self._by_noun[card.noun] = getattr(self, f"_{card.noun}")()
        counts = self._by_noun[card.noun]
        wanted = card.statuses or tuple(counts)
        return sum((counts.get(str(status), Count()) for status in wanted), Count())

    def _garment(self) -> Mapping[str, Count]:
        return work_counts.garments(self._session, self._actor, self._today)

    def _box_out(self) -> Mapping[str, Count]:
        return work_counts.boxes_out(self._session, self._actor)

    def _box_in(self) -> Mapping[str, Count]:
        leg = "leg_transit_back" if self._actor.is_store else "leg_transit_out"
        return work_counts.boxes_in(self._session, self._actor, self._late_from(leg))

    def _road(self) -> Mapping[str, Count]:
        late_from = self._late_from("leg_transit_out")
        return work_counts.boxes_on_the_road(self._session, self._actor, late_from)

    def _late_from(self, leg: str) -> datetime:
        days = policy.one(self._session, leg, self._today).number
        return self._now - timedelta(days=days)

    def _relay(self) -> Mapping[str, Count]:
        return {ALL: work_counts.unrelayed(self._session, self._actor)}

    def _alarm(self) -> Mapping[str, Count]:
        total, oldest_at = alarm.open_count(self._session, desk_of(self._actor))
        return {ALL: Count(total, 0, oldest_at)}

    def _scan(self) -> Mapping[str, Count]:
        return {ALL: Count(scan.count_to_settle(self._session, self._actor))}

    def _discrepancy(self) -> Mapping[str, Count]:
        return {"open": work_counts.open_cases(self._session, self._actor)}

    def _call(self) -> Mapping[str, Count]:
        return _plain(customer.counts(self._session, self._actor, self._today))

    def _delivery(self) -> Mapping[str, Count]:
        found = delivery.counts(self._session, self._actor, self._today)
        return {status: Count(total, late) for status, (total, late) in found.items()}

    def _provisional(self) -> Mapping[str, Count]:
        return {ALL: Count(provisional.count(self._session))}

    def _loss(self) -> Mapping[str, Count]:
        return _plain(loss.counts(self._session, self._actor))

    def _approval(self) -> Mapping[str, Count]:
        rows = approval.waiting(self._session, self._actor, self._now)
        ahead = [row.due_on for row in rows if row.due_on >= self._today]
        oldest = min((row.since_at for row in rows), default=None)
        late = len(rows) - len(ahead)
        return {ALL: Count(len(rows), late, oldest, min(ahead, default=None))}

    def _unsigned(self) -> Mapping[str, Count]:
        return {ALL: Count(loss_clock.late_count(self._session, self._actor, self._today))}

    def _destruction(self) -> Mapping[str, Count]:
        return _plain(loss.open_destructions(self._session))

    def _destroyable(self) -> Mapping[str, Count]:
        return {ALL: Count(loss.destroyable_count(self._session))}

    def _month(self) -> Mapping[str, Count]:
        return _by_status(ledger.months(self._session, self._actor))

    def _statement(self) -> Mapping[str, Count]:
        found = statement.counts(self._session, self._actor, statement.Wanted())
        return {status: Count(row[0]) for status, row in found.items()}

    def _to_bill(self) -> Mapping[str, Count]:
        return {ALL: Count(len(statement.months_to_bill(self._session, self._actor)))}

    def _proposal(self) -> Mapping[str, Count]:
        return {ALL: Count(len(policy_change.waiting(self._session, self._actor)))}

    def _account(self) -> Mapping[str, Count]:
        return {ALL: Count(len(account.every(self._session)))}

    def _site(self) -> Mapping[str, Count]:
        return {ALL: Count(len(sites.every(self._session)))}


def _plain(counts: Mapping[Any, int]) -> dict[str, Count]:
    return {str(status): Count(count) for status, count in counts.items()}


def _by_status(records: Iterable[Any]) -> dict[str, Count]:
    return _plain(Counter(record.status for record in records))


def door_of(card: Card, tally: Tally) -> Door:
    """Return a card with its count and the addresses of its rows."""
    count = tally.of(card)
    endpoint = card.endpoint if _opens(card.endpoint) else LISTS[card.noun]
    if not _opens(endpoint):
        return Door(card.title, count, None)
    shown: dict[str, Any] = dict(card.shown) or (
        {"status": ",".join(card.statuses)} if card.statuses else {}
    )
    if card.noun in ("box_out", "box_in"):
        shown["way"] = card.noun.removeprefix("box_")
    late = url_for(endpoint, **shown, overdue=1) if count.overdue else None
    return Door(card.title, count, url_for(endpoint, **shown), late)


def _opens(endpoint: str) -> bool:
    return bool(endpoint) and has_endpoint(endpoint) and can_open(endpoint)
