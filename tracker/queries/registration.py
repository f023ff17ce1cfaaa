"""Reads of registrations and their pieces, within the actor's sites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, joinedload

from tracker.domain.account import Actor, Role
from tracker.domain.errors import InvalidInput, RuleViolation, not_found
from tracker.domain.registration import MACHINE, Status
from tracker.domain.tag import Kind as TagKind
from tracker.domain.tag import parse
from tracker.models.catalog import Sku, Style
from tracker.models.history import Event
from tracker.models.loss import Liability
from tracker.models.registration import Customer, Piece, Registration
from tracker.models.repair import Assessment, Check, Work
from tracker.models.shipment import Discrepancy, Shipment, ShipmentLine
from tracker.models.site import Site
from tracker.queries import scope, shipment
from tracker.queries.lock import for_writing
from tracker.queries.paging import PAGE, position

STORE_STATUSES = (
    Status.REGISTERED,
    Status.IN_LOCAL_REPAIR,
    Status.READY_TO_SHIP,
    Status.PACKED,
    Status.BACK_IN_STORE,
)
"""Where the garment lies in its store: the same tag scanned again may be the same garment."""
LIVE = tuple(status.value for status in Status if status not in MACHINE.final)
"""Every status of a story that goes on."""


def get(session: Session, actor: Actor, no: str, *, for_update: bool = False) -> Registration:
    """Return a registration that the actor sees. Raises ``NotFound``."""
    query = select(Registration).where(Registration.no == no, scope.registrations(actor))
    if for_update:
        query = for_writing(query, Registration)
    found = session.scalar(query)
    if found is None:
        raise not_found("登记单", "registration", no)
    return found


def sees(session: Session, actor: Actor, registration: Registration) -> bool:
    """Return whether the actor may see a registration that was found by its piece."""
    query = select(Registration.id).where(
        Registration.id == registration.id, scope.registrations(actor)
    )
    return session.scalar(query) is not None


def locked(session: Session, registration_id: int) -> Registration:
    """Return a registration by id, locked for this transaction; the caller checked its bounds."""
    return session.scalars(
        for_writing(select(Registration).where(Registration.id == registration_id), Registration)
    ).one()


def last_of_piece(session: Session, piece_id: int) -> Registration | None:
    """Return a piece's newest registration, open or closed."""
    return session.scalar(
        select(Registration)
        .where(Registration.piece_id == piece_id)
        .order_by(Registration.id.desc())
        .limit(1)
    )


def of_piece(session: Session, actor: Actor, piece_id: int) -> Sequence[Registration]:
    """Return a piece's registrations that the actor sees, newest first."""
    return session.scalars(
        select(Registration)
        .where(Registration.piece_id == piece_id, scope.registrations(actor))
        .order_by(Registration.id.desc())
    ).all()


def piece_by_no(session: Session, piece_no: str) -> Piece | None:
    """Return a piece by its number. Its registrations, not the piece, are bound to a site."""
    return session.scalar(select(Piece).where(Piece.piece_no == piece_no))


def by_scanned_code(session: Session, code: str) -> Registration:
    """Return the newest registration of the piece whose repair tag was scanned, in any site.

    The caller decides what the actor may do with it. A scan is a fact, so every refusal is a
    ``RuleViolation``: ``not_a_piece``, ``unknown_piece`` or the parser's own code.
    """
    try:
        tag = parse(code)
    except InvalidInput as refusal:
        raise RuleViolation(refusal.code, refusal.zh, refusal.en, **refusal.facts) from None
    if tag.kind is not TagKind.PIECE or tag.piece_no is None:
        raise RuleViolation(
            "not_a_piece",
            "「{scanned}」不是维修标签。请扫描衣服上的维修标签（P 开头）；没有标签的先登记。",
            "“{scanned}” is no repair tag. Scan the tag on the garment (it begins with P).",
            scanned=tag.code,
        )
    piece = piece_by_no(session, tag.piece_no)
    registration = last_of_piece(session, piece.id) if piece else None
    if registration is None:
        raise RuleViolation(
            "unknown_piece",
            "系统里没有件号 {scanned}。请放在一边，交主管处理。",
            "There is no piece {scanned}. Put it aside for the supervisor.",
            scanned=tag.code,
        )
    return locked(session, registration.id)


def same_sku_in_store(session: Session, site_id: int, sku_id: int) -> Registration | None:
    """Return the newest live registration of a SKU that still lies in the store."""
    return session.scalar(
        select(Registration)
        .join(Piece)
        .where(
            Registration.site_id == site_id,
            Piece.sku_id == sku_id,
            Registration.closed_at.is_(None),
            Registration.status.in_([status.value for status in STORE_STATUSES]),
        )
        .order_by(Registration.id.desc())
        .limit(1)
    )


@dataclass(frozen=True)
class Filter:
    """What a list shows; the same names stand in its address."""

    site: str | None = None
    status: str | None = None
    style: str | None = None
    overdue: bool = False
    q: str | None = None
    sort: str = "due"


@dataclass(frozen=True)
class Page:
    """A page of a list and the cursor of the next one."""

    items: Sequence[Registration]
    next: str | None


def page(
    session: Session, actor: Actor, wanted: Filter, today: date, cursor: str | None = None
) -> Page:
    """Return registrations that the actor sees: the most pressing first, or the newest."""
    query = select(Registration).where(
        scope.registrations(actor), *_conditions(actor, wanted, today)
    )
    offset = min(position(cursor), 100_000)
    order = (
        (Registration.due_on.asc().nulls_last(), Registration.id.asc())
        if wanted.sort == "due"
        else (Registration.id.desc(),)
    )
    query = query.order_by(*order).offset(offset).limit(PAGE + 1)
    rows = session.scalars(query).all()
    more = str(offset + PAGE) if len(rows) > PAGE else None
    return Page(rows[:PAGE], more)


def _conditions(actor: Actor, wanted: Filter, today: date) -> list[ColumnElement[bool]]:
    conditions = [_not_to_be_counted(actor, wanted.q)]
    if wanted.site:
        conditions.append(Registration.site_id.in_(select(Site.id).where(Site.code == wanted.site)))
    if wanted.status:
        statuses = LIVE if wanted.status == "live" else wanted.status.split(",")
        conditions.append(Registration.status.in_(statuses))
    if wanted.style:
        conditions.append(Registration.piece_id.in_(_pieces_of_style(wanted.style)))
    if wanted.overdue:
        conditions.append(Registration.due_on < today)
    if wanted.q:
        conditions.append(_matches(actor, wanted.q.strip()))
    return conditions


def _pieces_of_style(style_no: str):
    return select(Piece.id).join(Sku).join(Style).where(Style.style_no == style_no.upper())


def _matches(actor: Actor, q: str) -> ColumnElement[bool]:
    """Piece, registration, style, receipt, the phone's last four, tracking number: exact words."""
    upper = q.upper()
    by_piece = (
        select(Piece.id)
        .join(Sku)
        .join(Style)
        .where(or_(Piece.piece_no == upper, Style.style_no == upper, Sku.barcode == q))
    )
    by_phone = select(Customer.registration_id).where(Customer.phone_tail == q[-4:])
    by_box = (
        select(ShipmentLine.registration_id)
        .join(Shipment)
        .where(or_(Shipment.tracking_no == q, Shipment.no == upper), _is_countable(actor))
    )
    found = [
        Registration.no == upper,
        Registration.receipt_no == q,
        Registration.piece_id.in_(by_piece),
        Registration.id.in_(by_box),
    ]
    if len(q) in (4, 11) and q.isascii() and q.isdigit():
        found.append(Registration.id.in_(by_phone))
    return or_(*found)


def _not_to_be_counted(actor: Actor, q: str | None = None) -> ColumnElement[bool]:
    """Keep from a clerk's lists what lies in a box that he has yet to count; its number finds it.

    A list of what is on its way here would be the packing list of a box to be counted blind.
    """
    if Role.CLERK not in actor.roles or Role.SUPERVISOR in actor.roles:
        return true()
    inside = (
        select(ShipmentLine.registration_id)
        .join(Shipment)
        .where(
            Shipment.to_site_id == actor.site_id,
            Shipment.status.not_in(("reconciled", "voided")),
        )
    )
    on_its_way = (Status.PACKED, Status.IN_TRANSIT)
    seen = or_(Registration.status.not_in(on_its_way), Registration.id.not_in(inside))
    if not q:
        return seen
    upper = q.strip().upper()
    asked = select(Piece.id).where(Piece.piece_no == upper)
    return or_(seen, Registration.no == upper, Registration.piece_id.in_(asked))


def _is_countable(actor: Actor) -> ColumnElement[bool]:
    """A box tells its contents to its sender, and to its receiver once he has counted it."""
    if not actor.is_any(scope.RECEIVING_ROLES):
        return true()
    return or_(
        Shipment.from_site_id == actor.site_id,
        Shipment.status.in_(("reconciled", "voided")),
    )


def counts(session: Session, actor: Actor, today: date) -> dict[str, tuple[int, int]]:
    """Return by status how many live registrations the actor sees, and how many are overdue."""
    late = func.count().filter(Registration.due_on < today)
    rows = session.execute(
        select(Registration.status, func.count(), late)
        .where(
            scope.registrations(actor),
            Registration.closed_at.is_(None),
            _not_to_be_counted(actor),
        )
        .group_by(Registration.status)
    )
    return {status: (total, overdue) for status, total, overdue in rows}


def timeline(session: Session, registration: Registration) -> Sequence[Event]:
    """Return every row of a garment's story, oldest first, with who and where."""
    return session.scalars(
        select(Event)
        .where(Event.noun == "registration", Event.subject_id == registration.id)
        .order_by(Event.id)
        .options(joinedload(Event.actor), joinedload(Event.site))
    ).all()


@dataclass(frozen=True)
class Bench:
    """What after-sales knows of a garment."""

    assessments: Sequence[Assessment]
    works: Sequence[Work]
    checks: Sequence[Check]
    liabilities: Sequence[Liability]
    discrepancies: Sequence[Discrepancy]
    boxes: Sequence[Shipment]


def bench(session: Session, registration: Registration) -> Bench:
    """Return assessments, work, checks, shares, discrepancies and boxes of a garment, in order."""

    def rows(model, options=()):
        query = select(model).where(model.registration_id == registration.id)
        return session.scalars(query.order_by(model.id).options(*options)).all()

    return Bench(
        assessments=rows(Assessment, (joinedload(Assessment.by),)),
        works=rows(Work, (joinedload(Work.by),)),
        checks=rows(Check, (joinedload(Check.by),)),
        liabilities=rows(Liability),
        discrepancies=rows(Discrepancy),
        boxes=shipment.boxes_of(session, registration.id),
    )
