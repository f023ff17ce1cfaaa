"""Reads about customers: who must be called, the calls, and who was shown a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from tracker.domain import customer
from tracker.domain.account import Actor
from tracker.domain.customer import CallReason
from tracker.domain.policy import CHAIN, Reach
from tracker.domain.registration import Owner, Status
from tracker.models.account import Account
from tracker.models.customer import CustomerAccess, CustomerCall
from tracker.models.registration import Customer, Piece, Registration
from tracker.models.site import Site
from tracker.queries import calendar, policy, scope
from tracker.queries.paging import PAGE, position

LONGEST_OFFSET = 100_000


def proposed_promise(session: Session, today: date, reach: Reach = CHAIN) -> date:
    """Return the day to promise a customer who brings a garment today, by the store’s policies."""
    book = policy.book(session, "repair_tat", "promise_margin")
    turnaround, margin = (book.one(name, today, reach) for name in ("repair_tat", "promise_margin"))
    said = calendar.for_rule(session, turnaround) or calendar.for_rule(session, margin)
    return customer.proposed_promise(today, turnaround, margin, said)


@dataclass(frozen=True)
class Wanted:
    """What the list of customers to call shows; the same names stand in its address.

    ``called`` is ``yes``, ``no`` or ``again`` (the day for the next call has come); ``days`` is the
    least number of days that the garment lies in the store.
    """

    why: CallReason = CallReason.TO_COLLECT
    site: str | None = None
    called: str | None = None
    days: int | None = None


@dataclass(frozen=True)
class Waiting:
    """A customer's garment for which somebody must call, and the last call."""

    registration: Registration
    last_call: CustomerCall | None


@dataclass(frozen=True)
class WaitingPage:
    """A page of the list and the cursor of the next one."""

    items: Sequence[Waiting]
    next: str | None


def waiting(
    session: Session, actor: Actor, wanted: Wanted, now: datetime, today: date, cursor: str | None
) -> WaitingPage:
    """Return the garments that the actor sees whose customers must be called, longest first."""
    offset = min(position(cursor), LONGEST_OFFSET)
    order = {
        CallReason.TO_COLLECT: Registration.back_at,
        CallReason.TO_DECIDE: Registration.since_at,
        CallReason.PROMISE_OVERDUE: Registration.promised_on,
    }[wanted.why]
    query = (
        select(Registration, CustomerCall)
        .outerjoin(CustomerCall, CustomerCall.id == _last_call_id())
        .where(scope.registrations(actor), *_conditions(wanted, now, today))
        .options(joinedload(Registration.customer), joinedload(CustomerCall.by))
        .order_by(order, Registration.id)
        .offset(offset)
        .limit(PAGE + 1)
    )
    rows = session.execute(query).all()
    items = [Waiting(garment, call) for garment, call in rows[:PAGE]]
    return WaitingPage(items, str(offset + PAGE) if len(rows) > PAGE else None)


def counts(session: Session, actor: Actor, today: date) -> dict[CallReason, int]:
    """Return how many customers of the actor's sites must be called, by reason."""
    found = {}
    for why in CallReason:
        query = select(func.count()).select_from(Registration)
        query = query.where(scope.registrations(actor), *_of_reason(why, today))
        found[why] = int(session.scalar(query) or 0)
    return found


def _of_reason(why: CallReason, today: date) -> list[ColumnElement[bool]]:
    theirs = [Registration.owner == Owner.CUSTOMER.value, Registration.closed_at.is_(None)]
    if why is CallReason.TO_COLLECT:
        return [*theirs, Registration.status == Status.BACK_IN_STORE.value]
    if why is CallReason.TO_DECIDE:
        return [*theirs, Registration.status == Status.AWAITING_CUSTOMER.value]
    others = (Status.BACK_IN_STORE.value, Status.AWAITING_CUSTOMER.value)
    return [
        *theirs,
        Registration.promised_on.is_not(None),
        Registration.promised_on < today,
        Registration.status.not_in(others),
    ]


def _conditions(wanted: Wanted, now: datetime, today: date) -> list[ColumnElement[bool]]:
    conditions = _of_reason(wanted.why, today)
    if wanted.site:
        conditions.append(Registration.site_id.in_(select(Site.id).where(Site.code == wanted.site)))
    if wanted.days and wanted.why is CallReason.TO_COLLECT:
        conditions.append(Registration.back_at <= now - timedelta(days=wanted.days))
    if wanted.called == "no":
        conditions.append(CustomerCall.id.is_(None))
    elif wanted.called == "yes":
        conditions.append(CustomerCall.id.is_not(None))
    elif wanted.called == "again":
        conditions.append(CustomerCall.next_on <= today)
    return conditions


def _last_call_id() -> ColumnElement[int]:
    return (
        select(func.max(CustomerCall.id))
        .where(CustomerCall.registration_id == Registration.id)
        .correlate(Registration)
        .scalar_subquery()
    )


def calls(session: Session, registration: Registration) -> Sequence[CustomerCall]:
    """Return the calls about a garment, newest first; its page is bounded already."""
    return session.scalars(
        select(CustomerCall)
        .where(CustomerCall.registration_id == registration.id)
        .order_by(CustomerCall.id.desc())
        .options(joinedload(CustomerCall.by))
    ).all()


def earlier(session: Session, actor: Actor, q: str, limit: int = 20) -> Sequence[Registration]:
    """Return what the actor's own store registered for a receipt or a phone, newest first.

    ``q`` is the receipt's number, the whole phone number or its last four digits. Whoever shows
    them masks name and number: only the calls show them whole, and those are logged.
    """
    theirs = (Registration.receipt_no == q) | (Customer.phone == q)
    if len(q) == 4 and q.isascii() and q.isdigit():
        theirs = theirs | (Customer.phone_tail == q)
    return session.scalars(
        select(Registration)
        .join(Customer)
        .where(scope.registrations(actor), Registration.site_id == actor.site_id, theirs)
        .options(contains_eager(Registration.customer))
        .order_by(Registration.id.desc())
        .limit(limit)
    ).all()


@dataclass(frozen=True)
class AccessFilter:
    """What the access log shows; the same names stand in its address."""

    site: str | None = None
    login: str | None = None
    q: str | None = None
    first_on: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class AccessPage:
    """A page of the access log, newest first, and the cursor of the next one."""

    items: Sequence[CustomerAccess]
    next: str | None


def accesses(
    session: Session, actor: Actor, wanted: AccessFilter, cursor: str | None
) -> AccessPage:
    """Return who was shown customers' numbers at the actor's sites, newest first.

    ``q`` is a registration or piece number in full; the moments bound when it was.
    """
    query = (
        select(CustomerAccess)
        .where(scope.within_sites(actor, CustomerAccess.site_id))
        .options(joinedload(CustomerAccess.by), joinedload(CustomerAccess.site))
        .options(joinedload(CustomerAccess.registration))
        .order_by(CustomerAccess.id.desc())
        .limit(PAGE + 1)
    )
    before = position(cursor)
    if before:
        query = query.where(CustomerAccess.id < before)
    for condition in _access_conditions(wanted):
        query = query.where(condition)
    rows = session.scalars(query).all()
    more = str(rows[PAGE - 1].id) if len(rows) > PAGE else None
    return AccessPage(rows[:PAGE], more)


def _access_conditions(wanted: AccessFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.site:
        found.append(CustomerAccess.site_id.in_(select(Site.id).where(Site.code == wanted.site)))
    if wanted.login:
        of_login = select(Account.id).where(Account.login == wanted.login)
        found.append(CustomerAccess.by_id.in_(of_login))
    if wanted.q:
        upper = wanted.q.upper()
        pieces = select(Piece.id).where(Piece.piece_no == upper)
        garments = select(Registration.id).where(
            (Registration.no == upper) | Registration.piece_id.in_(pieces)
        )
        found.append(CustomerAccess.registration_id.in_(garments))
    if wanted.first_on:
        found.append(CustomerAccess.at >= wanted.first_on)
    if wanted.until:
        found.append(CustomerAccess.at < wanted.until)
    return found
