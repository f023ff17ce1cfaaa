"""The first page: each role's own work, with counts that open their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from sqlalchemy import text

from tracker import edge
from tracker.config import LOCALES, NEEDED_FILES
from tracker.db import utc_now
from tracker.domain.account import Actor, Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.ledger import Status as MonthStatus
from tracker.domain.loss import DestructionStatus
from tracker.domain.loss import Status as Form
from tracker.domain.registration import Status
from tracker.domain.shipment import Status as Box
from tracker.extensions import db
from tracker.queries import account, ledger, loss, registration, shipment
from tracker.queries import site as sites
from tracker.web.access import can_open
from tracker.web.filters import has_endpoint

blueprint = Blueprint("home", __name__)


@dataclass(frozen=True)
class Card:
    """One kind of work: what is counted, of which statuses, and the list that shows it."""

    title: Any
    noun: str = "garment"
    statuses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Door:
    """A card with its count, ready to be shown; ``href`` is nothing where no list opens."""

    title: Any
    count: int | str
    href: str | None
    overdue: int = 0
    overdue_href: str | None = None


LISTS = {
    "garment": "registration.index",
    "box_out": "shipment.index",
    "box_in": "shipment.index",
    "discrepancy": "discrepancy.index",
    "loss": "loss.index",
    "destroyable": "destruction.index",
    "destruction": "destruction.index",
    "month": "ledger.index",
    "account": "account.index",
    "site": "account.index",
}
"""Where each noun's rows are listed."""

_LIVE = Card(_("All open garments"), statuses=registration.LIVE)
_TO_CHECK = Card(_("To check"), statuses=(Status.IN_CHECK,))
_DIFFERENCES = Card(_("Open discrepancies"), "discrepancy", ("open",))
_TO_SIGN = Card(_("To sign"), "loss", (Form.SUBMITTED,))

CARDS: dict[Role, tuple[Card, ...]] = {
    Role.STORE_MANAGER: (_TO_SIGN,),
    Role.STORE_STAFF: (
        Card(_("To decide"), statuses=(Status.REGISTERED,)),
        Card(_("Ready to ship"), statuses=(Status.READY_TO_SHIP,)),
        Card(_("Open box"), "box_out", (Box.OPEN, Box.SEALED)),
        Card(_("Boxes to receive back"), "box_in", (Box.DISPATCHED, Box.ARRIVING)),
        Card(_("To hand over"), statuses=(Status.BACK_IN_STORE,)),
        Card(_("Ask the customer"), statuses=(Status.AWAITING_CUSTOMER,)),
        Card(_("In local repair"), statuses=(Status.IN_LOCAL_REPAIR,)),
    ),
    Role.REGION: (
        Card(_("To decide"), statuses=(Status.REGISTERED,)),
        Card(_("Ready to ship"), statuses=(Status.READY_TO_SHIP, Status.PACKED)),
        Card(_("On the road"), statuses=(Status.IN_TRANSIT, Status.RETURNING)),
        _LIVE,
    ),
    Role.SUPERVISOR: (
        _LIVE,
        _DIFFERENCES,
        Card(_("Missing"), statuses=(Status.MISSING,)),
        Card(_("Forms to submit"), "loss", (Form.DRAFT,)),
        Card(_("Months to submit"), "month", (MonthStatus.OPEN,)),
    ),
    Role.CLERK: (
        Card(_("Boxes on their way here"), "box_in", (Box.DISPATCHED,)),
        Card(_("Boxes to reconcile"), "box_in", (Box.ARRIVING,)),
        Card(_("To send back"), statuses=(Status.REPAIRED, Status.REFUSED_AT_INTAKE)),
        Card(_("Return boxes being packed"), "box_out", (Box.OPEN, Box.SEALED)),
        Card(_("To put on a loss form"), statuses=(Status.SCRAP_PENDING,)),
        Card(_("Forms to submit"), "loss", (Form.DRAFT,)),
    ),
    Role.ASSESSOR: (Card(_("To assess"), statuses=(Status.RECEIVED,)), _TO_CHECK),
    Role.REPAIRER: (Card(_("To repair"), statuses=(Status.IN_REPAIR,)), _TO_CHECK),
    Role.QA: (_TO_CHECK, _LIVE),
    Role.BUSINESS: (_TO_SIGN,),
    Role.SUPPLIER: (_TO_SIGN,),
    Role.LOGISTICS: (Card(_("To confirm"), "loss", (Form.SIGNED,)), _DIFFERENCES),
    Role.VICE_PRESIDENT: (Card(_("To approve"), "loss", (Form.CONFIRMED,)),),
    Role.WAREHOUSE: (
        Card(_("Pieces ready to destroy"), "destroyable"),
        Card(_("Destructions to carry out"), "destruction", (DestructionStatus.PLANNED,)),
    ),
    Role.ADMINISTRATION: (
        Card(_("Destructions to witness"), "destruction", (DestructionStatus.SCANNED,)),
        Card(_("Destructions in preparation"), "destruction", (DestructionStatus.PLANNED,)),
    ),
    Role.FINANCE: (
        Card(_("Months to review"), "month", (MonthStatus.IN_REVIEW,)),
        Card(_("Open months"), "month", (MonthStatus.OPEN,)),
        Card(_("Approved forms"), "loss", (Form.APPROVED,)),
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

    def __init__(self, actor: Actor, today: date) -> None:
        self._actor, self._today = actor, today
        self._session = db.session()
        self._by_noun: dict[str, Mapping[str, tuple[int, int]]] = {}

    def of(self, card: Card) -> tuple[int, int]:
        """Return how many rows a card's list has, and how many of them are overdue."""
        if card.noun not in self._by_noun:
            self._by_noun[card.noun] = getattr(self, f"_{card.noun}")()
        counts = self._by_noun[card.noun]
        wanted = card.statuses or tuple(counts)
        found = [counts.get(str(status), (0, 0)) for status in wanted]
        return sum(total for total, _late in found), sum(late for _total, late in found)

    def _garment(self) -> Mapping[str, tuple[int, int]]:
        return registration.counts(self._session, self._actor, self._today)

    def _loss(self) -> Mapping[str, tuple[int, int]]:
        return _plain(loss.counts(self._session, self._actor))

    def _destruction(self) -> Mapping[str, tuple[int, int]]:
        return _plain(loss.open_destructions(self._session))

    def _destroyable(self) -> Mapping[str, tuple[int, int]]:
        return _plain({"all": len(loss.destroyable(self._session))})

    def _discrepancy(self) -> Mapping[str, tuple[int, int]]:
        found = shipment.discrepancies(self._session, self._actor, status="open")
        return _plain({"open": len(found)})

    def _month(self) -> Mapping[str, tuple[int, int]]:
        return _by_status(ledger.months(self._session, self._actor))

    def _account(self) -> Mapping[str, tuple[int, int]]:
        return _plain({"all": len(account.every(self._session))})

    def _site(self) -> Mapping[str, tuple[int, int]]:
        return _plain({"all": len(sites.every(self._session))})

    def _box_out(self) -> Mapping[str, tuple[int, int]]:
        own = self._actor.site_id
        return _by_status(box for box in self._boxes() if box.from_site_id == own)

    def _box_in(self) -> Mapping[str, tuple[int, int]]:
        own = self._actor.site_id
        return _by_status(box for box in self._boxes() if box.to_site_id == own)

    def _boxes(self) -> Iterable[Any]:
        moving = (Box.OPEN, Box.SEALED, Box.DISPATCHED, Box.ARRIVING)
        cursor: str | None = None
        while True:
            rows, cursor = shipment.page(self._session, self._actor, moving, cursor)
            yield from rows
            if cursor is None:
                return


def _plain(counts: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    return {status: (count, 0) for status, count in counts.items()}


def _by_status(records: Iterable[Any]) -> dict[str, tuple[int, int]]:
    counts: dict[str, int] = {}
    for record in records:
        counts[record.status] = counts.get(record.status, 0) + 1
    return _plain(counts)


def _door(card: Card, tally: Tally) -> Door:
    total, overdue = tally.of(card)
    endpoint = LISTS[card.noun]
    is_open = has_endpoint(endpoint) and can_open(endpoint)
    status = "live" if card is _LIVE else ",".join(card.statuses) or None
    late = url_for(endpoint, status=status, overdue=1) if is_open and overdue else None
    href = url_for(endpoint, status=status) if is_open else None
    return Door(card.title, total, href, overdue, late)


@blueprint.get("/")
@edge.signed_in
def show() -> ResponseReturnValue:
    """The reader's work lists, the pressing ones first."""
    actor, today = edge.actor(), shanghai_date(utc_now())
    cards, tally = cards_of(actor.roles), Tally(actor, today)
    mine = [status for card in cards if card.noun == "garment" for status in card.statuses]
    pressing = registration.Filter(status=",".join(mine) or None)
    has_list = can_open("registration.index") and any(card.noun == "garment" for card in cards)
    return render_template(
        "home/show.html",
        site=sites.get(db.session(), actor.site_id),
        doors=[_door(card, tally) for card in cards],
        pressing=registration.page(db.session(), actor, pressing, today).items[:10]
        if has_list
        else None,
    )


@blueprint.get("/healthz")
@edge.public
def health() -> ResponseReturnValue:
    """200 when the server can serve: the database answers, pages and papers have their files."""
    db.session.execute(text("SELECT 1"))
    missing = [path.name for path in NEEDED_FILES if not path.exists()]
    if missing:
        return jsonify(status="incomplete", missing=missing, mend="make install"), 503
    return jsonify(status="ok")


@blueprint.post("/language/<code>")
@edge.public
def language(code: str) -> ResponseReturnValue:
    """Keep the reader's language in a cookie and go back to where he was."""
    answer = redirect(edge.inside(request.form.get("back")), 303)
    if code in LOCALES:
        answer.set_cookie("locale", code, max_age=31_536_000, samesite="Lax", httponly=True)
    return answer
