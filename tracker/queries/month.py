"""The month's checklist: what is still open of a month, found by checks as data (rule 1.46)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.calendar import shanghai_date
from tracker.domain.discrepancy import Finding
from tracker.domain.discrepancy import Status as Gap
from tracker.domain.loss import DestructionStatus
from tracker.domain.loss import Status as Form
from tracker.domain.month import Check, span
from tracker.domain.registration import Status as Garment
from tracker.models.ledger import Month
from tracker.models.loss import Destruction, DestructionLine, LossForm, LossLine
from tracker.models.month import MonthCarry
from tracker.models.photo import Photo
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy
from tracker.queries import policy

DISPUTED = "disputed"


@dataclass(frozen=True)
class Item:
    """One thing that is not clean: its noun and number, what it says, and who carried it over.

    ``status`` is where a form stands, so that whoever chases it knows whom.
    """

    check: Check
    noun: str
    no: str
    words: str
    amount_fen: int | None = None
    carried: MonthCarry | None = None
    status: str = ""


@dataclass(frozen=True)
class Window:
    """What a checklist looks at: a month, from when to when, and as it stood at which moment."""

    month: str
    begins: datetime
    ends: datetime
    overdue_days: int


def window(session: Session, month: Month, now: datetime) -> Window:
    """Return what a month's checklist looks at; what came after its submission is the next's."""
    as_of = month.submitted_at or now
    begins, ends = span(month.month)
    days = policy.one(session, "discrepancy_overdue", shanghai_date(as_of)).number
    return Window(month.month, begins, min(ends - timedelta.resolution, as_of), days)


def checklist(session: Session, month: Month, now: datetime) -> Mapping[Check, Sequence[Item]]:
    """Return what is open of a month by check, each item with who carried it over."""
    seen = window(session, month, now)
    carried = {row.document: row for row in carries(session, month.month)}
    return {
        check: [replace(item, carried=carried.get(item.no)) for item in find(session, seen)]
        for check, find in CHECKS.items()
    }


def carries(session: Session, month: str) -> Sequence[MonthCarry]:
    """Return what was carried over from a month, in the order in which it was."""
    query = select(MonthCarry).where(MonthCarry.month == month).order_by(MonthCarry.id)
    return session.scalars(query.options(joinedload(MonthCarry.by))).all()


def unsettled(session: Session, month: Month, now: datetime) -> list[Item]:
    """Return what is neither clean nor carried over, each number once."""
    found = checklist(session, month, now)
    open_items = (item for items in found.values() for item in items if item.carried is None)
    return list({item.no: item for item in open_items}.values())


def _forms(check: Check, *statuses: str) -> Callable[[Session, Window], list[Item]]:
    def find(session: Session, seen: Window) -> list[Item]:
        query = select(LossForm).where(
            LossForm.status.in_(statuses),
            LossForm.month <= seen.month,
            LossForm.opened_at <= seen.ends,
        )
        return [
            Item(check, "loss_form", form.no, form.party_name, form.total_fen, status=form.status)
            for form in session.scalars(query.order_by(LossForm.id))
        ]

    return find


def _unlisted(session: Session, seen: Window) -> list[Item]:
    query = select(Registration).where(
        Registration.status == Garment.SCRAP_PENDING, Registration.since_at <= seen.ends
    )
    return _garments(session, query, Check.UNLISTED)


def _unpriced(session: Session, seen: Window) -> list[Item]:
    """A garment on a draft whose price is missing: its form cannot be submitted."""
    on_draft = exists().where(
        LossLine.registration_id == Registration.id,
        LossLine.is_live,
        LossLine.basis_fen <= 0,
        LossForm.id == LossLine.form_id,
        LossForm.status == Form.DRAFT,
        LossForm.month <= seen.month,
        LossForm.opened_at <= seen.ends,
    )
    query = select(Registration).where(Registration.status == Garment.ON_LOSS_FORM, on_draft)
    return _garments(session, query, Check.UNPRICED)


def _garments(session: Session, query: Select[Registration], check: Check) -> list[Item]:
    return [
        Item(check, "registration", row.no, f"{row.piece.sku.style.style_no} {row.site.name}")
        for row in session.scalars(query.order_by(Registration.id))
    ]


def _unwitnessed(session: Session, seen: Window) -> list[Item]:
    """Pieces went through the shredder, and no witness has signed (rule 1.45)."""
    scanned = exists().where(
        DestructionLine.destruction_id == Destruction.id,
        DestructionLine.scanned_at <= seen.ends,
    )
    query = select(Destruction).where(
        Destruction.status.in_((DestructionStatus.PLANNED, DestructionStatus.SCANNED)), scanned
    )
    return [
        Item(Check.UNWITNESSED, "destruction", row.no, row.planned_by.name)
        for row in session.scalars(query.order_by(Destruction.id))
    ]


def _unproven(session: Session, seen: Window) -> list[Item]:
    """Written off in the month without a photo and without a claim on the carrier."""
    photo = exists().where(
        Photo.noun == "discrepancy",
        Photo.subject_id == Discrepancy.id,
        Photo.removed_at.is_(None),
    )
    query = select(Discrepancy).where(
        Discrepancy.finding.in_((Finding.WRITTEN_OFF, Finding.OUR_LOSS)),
        Discrepancy.resolved_at >= seen.begins,
        Discrepancy.resolved_at <= seen.ends,
        Discrepancy.claim_no.is_(None),
        ~photo,
    )
    return _gaps(session, query, Check.UNPROVEN)


def _overdue(session: Session, seen: Window) -> list[Item]:
    query = select(Discrepancy).where(
        Discrepancy.status == Gap.OPEN,
        Discrepancy.opened_at < seen.ends - timedelta(days=seen.overdue_days),
    )
    return _gaps(session, query, Check.DISCREPANCIES)


def _gaps(session: Session, query: Select[Discrepancy], check: Check) -> list[Item]:
    return [
        Item(check, "discrepancy", row.no, f"{row.shipment.no} {row.counted_site.name}")
        for row in session.scalars(query.order_by(Discrepancy.id))
    ]


CHECKS: Mapping[Check, Callable[[Session, Window], list[Item]]] = {
    Check.DRAFTS: _forms(Check.DRAFTS, Form.DRAFT),
    Check.UNAPPROVED: _forms(Check.UNAPPROVED, Form.SUBMITTED, Form.SIGNED, Form.CONFIRMED),
    Check.DISPUTED: _forms(Check.DISPUTED, DISPUTED),
    Check.UNLISTED: _unlisted,
    Check.UNPRICED: _unpriced,
    Check.UNWITNESSED: _unwitnessed,
    Check.UNPROVEN: _unproven,
    Check.DISCREPANCIES: _overdue,
}
"""The checks as data: a new one is a row here and a name in ``Check``."""
