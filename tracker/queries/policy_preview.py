"""What a version of a policy would do to the cases that are open: due days and bearers, row by row.

A case is judged by the version of its own day, so most open cases keep theirs: they are listed with
what the version says of their like, and ``is_moved`` only where it holds for them themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.calendar import Overrides, due_on, shanghai_date
from tracker.domain.codes import Category
from tracker.domain.loss import Status as FormStatus
from tracker.domain.policy import Policy, Reach, Unit
from tracker.domain.registration import Owner
from tracker.domain.shipment import WEEKLY_KINDS
from tracker.domain.shipment import Status as BoxStatus
from tracker.models.catalog import Sku, Style, Supplier
from tracker.models.delivery import Delivery
from tracker.models.loss import LossForm
from tracker.models.registration import Piece, Registration
from tracker.models.repair import OutsideJob
from tracker.models.shipment import Shipment
from tracker.models.site import Site
from tracker.queries import calendar, policy
from tracker.queries.policy import Book, reach_of_party

SHOWN = 200
"""So many rows are listed; all are counted."""


@dataclass(frozen=True)
class Case:
    """One open case of a policy: its record, the day that judges it and what it is known by."""

    noun: str
    identity: int
    no: str
    began_on: date
    reach: Reach
    store: str = ""


@dataclass(frozen=True)
class Effect:
    """A case of which the version says something else; from ``before`` to ``after``."""

    case: Case
    before: str
    after: str
    is_moved: bool


@dataclass(frozen=True)
class Preview:
    """What a version would do. ``is_counted`` says whether the policy has open cases at all."""

    is_counted: bool
    looked_at: int
    effects: tuple[Effect, ...]

    @property
    def moved(self) -> tuple[Effect, ...]:
        """The cases that the version itself judges, and so moves."""
        return tuple(effect for effect in self.effects if effect.is_moved)


def preview(session: Session, version: Policy, today: date) -> Preview:
    """Return what ``version`` would do to the open cases if it were confirmed ``today``."""
    source = _SOURCES.get(version.name)
    if source is None:
        return Preview(False, 0, ())
    now, said = policy.book(session, version.name), calendar.overrides(session)
    then = now.plus(version)
    cases = list(source(session, today))
    found = (_effect(_Days(now, said), _Days(then, said), version, case) for case in cases)
    return Preview(True, len(cases), tuple(effect for effect in found if effect is not None))


@dataclass(frozen=True)
class _Days:
    """The versions of a policy, and the company's calendar."""

    book: Book
    said: Overrides


def _effect(now: _Days, then: _Days, version: Policy, case: Case) -> Effect | None:
    """Return what changes: for the case itself, or for its like on the version's first day."""
    before = _said(now, version.name, case, case.began_on)
    after = _said(then, version.name, case, case.began_on)
    if before != after:
        return Effect(case, before, after, is_moved=True)
    like = _said(then, version.name, case, max(case.began_on, version.effective_from))
    kept = _said(now, version.name, case, max(case.began_on, version.effective_from))
    return Effect(case, before, like, is_moved=False) if like != kept else None


def _said(days: _Days, name: str, case: Case, judged_on: date) -> str:
    """Return the due day of a case, or the choice, by the version of ``judged_on``."""
    rule = days.book.one(name, judged_on, case.reach)
    if rule.unit in (Unit.DAYS, Unit.MONTHS):
        due = due_on(case.began_on, rule.number, rule.unit, rule.calendar, days.said)
        return due.isoformat()
    return rule.value


def _garments(session: Session, *conditions: Any, began: Any) -> Iterable[Any]:
    return session.execute(
        select(
            Registration.id, Registration.no, began, Site.code, Site.region, Supplier.code,
            Style.category,
        )
        .join(Site, Site.id == Registration.site_id)
        .join(Piece, Piece.id == Registration.piece_id)
        .join(Supplier, Supplier.id == Piece.supplier_id)
        .join(Sku, Sku.id == Piece.sku_id)
        .join(Style, Style.id == Sku.style_id)
        .where(*conditions)
        .order_by(Registration.id)
    ).all()  # fmt: skip


def _case(noun: str, row: Any) -> Case:
    identity, no, began, store, region, supplier, category = row
    day = began if isinstance(began, date) and not hasattr(began, "hour") else shanghai_date(began)
    return Case(noun, identity, no, day, Reach(store, region or "", supplier, category), store)


def _running(clock: str, began: Any) -> Callable[[Session, date], Iterable[Case]]:
    def cases(session: Session, _today: date) -> Iterable[Case]:
        rows = _garments(session, Registration.clock == clock, began.is_not(None), began=began)
        return (_case("registration", row) for row in rows)

    return cases


def _outside(session: Session, _today: date) -> Iterable[Case]:
    rows = _garments(
        session,
        OutsideJob.registration_id == Registration.id,
        OutsideJob.returned_at.is_(None),
        began=OutsideJob.sent_at,
    )
    return (_case("outside_job", row) for row in rows)


def _bought(category: Category) -> Callable[[Session, date], Iterable[Case]]:
    def cases(session: Session, _today: date) -> Iterable[Case]:
        rows = _garments(
            session,
            Registration.owner == Owner.CUSTOMER.value,
            Registration.closed_at.is_(None),
            Registration.purchased_on.is_not(None),
            Style.category == category.value,
            began=Registration.purchased_on,
        )
        return (_case("warranty", row) for row in rows)

    return cases


def _deliveries(session: Session, _today: date) -> Iterable[Case]:
    rows = session.execute(
        select(Delivery.id, Delivery.no, Delivery.received_on, Site.code, Site.region)
        .join(Site, Site.id == Delivery.site_id)
        .where(Delivery.inspected_at.is_(None))
        .order_by(Delivery.id)
    )
    for identity, no, received_on, store, region in rows:
        yield Case("delivery", identity, no, received_on, Reach(store, region or ""), store)


def _asked(session: Session, _today: date) -> Iterable[Case]:
    rows = session.execute(
        select(LossForm.id, LossForm.no, LossForm.asked_at, LossForm.liable_kind, LossForm.party)
        .where(LossForm.status == FormStatus.SUBMITTED.value, LossForm.asked_at.is_not(None))
        .order_by(LossForm.id)
    )
    for identity, no, asked_at, kind, party in rows:
        if asked_at is not None:
            reach = reach_of_party(kind, party)
            yield Case("loss_form", identity, no, shanghai_date(asked_at), reach, party)


def _extra_boxes(session: Session, today: date) -> Iterable[Case]:
    """Boxes still in the store whose week had its box already: they would leave as extra."""
    week = today.isocalendar()
    sent = select(Shipment.from_site_id).where(
        Shipment.dispatched_at.is_not(None),
        Shipment.kind.in_([kind.value for kind in WEEKLY_KINDS]),
        Shipment.iso_year == week.year,
        Shipment.iso_week == week.week,
    )
    rows = session.execute(
        select(Shipment.id, Shipment.no, Site.code, Site.region)
        .join(Site, Site.id == Shipment.from_site_id)
        .where(
            Shipment.status.in_((BoxStatus.OPEN.value, BoxStatus.SEALED.value)),
            Shipment.kind.in_([kind.value for kind in WEEKLY_KINDS]),
            Shipment.from_site_id.in_(sent),
        )
        .order_by(Shipment.id)
    )
    for identity, no, store, region in rows:
        yield Case("shipment", identity, no, today, Reach(store, region or ""), store)


_SOURCES: Mapping[str, Callable[[Session, date], Iterable[Case]]] = {
    "repair_tat": _running("repair_tat", Registration.dispatched_at),
    "decide": _running("decide", Registration.registered_at),
    "outside_repair": _outside,
    "store_inspection": _deliveries,
    "liable_signature": _asked,
    "extra_shipment_cost_bearer": _extra_boxes,
    **{f"warranty_{category}": _bought(category) for category in Category},
}
