"""What is printed of a destruction: its record (销毁记录), signed by executor and witness."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from labels.destruction_record import (
    DestroyedPiece,
    DestructionRecord,
    MissingPiece,
    Photo,
    destruction_record_pdf,
)
from labels.fonts import Fonts
from labels.form import Signed
from tracker.domain.calendar import month_of
from tracker.domain.loss import DestructionStatus
from tracker.domain.photo import Kind as PhotoKind
from tracker.models.destruction import TakenOff
from tracker.models.loss import Destruction, DestructionLine, LossLine
from tracker.queries import destruction as records
from tracker.queries import loss as losses
from tracker.services import chain
from tracker.services.act import Act
from tracker.services.papers import PDF, Paper, head


def record(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the destruction record (销毁记录, rules 1.44, 1.45). Raises ``NotFound``."""
    row = losses.destruction(act.session, act.actor, no)
    lines = losses.destruction_lines(act.session, row)
    scanned = [line.scanned_at for line in lines if line.scanned_at]
    photos = records.photos(act.session, row)
    sealed, void = chain.head(act.session), row.status == DestructionStatus.VOIDED
    values = DestructionRecord(
        head=head(
            act, row, row.planned_at, row.planned_by, DestructionStatus, void=void, sealed=sealed
        ),
        month=month_of(row.witnessed_at or row.planned_at),
        method=row.method or "",
        place=row.place or "",
        destroyed_at=row.witnessed_at,
        pieces=[_destroyed(act.session, line) for line in lines],
        photos=[
            Photo(PhotoKind(one.kind).zh, one.taken_by.name, one.at, one.sha256) for one in photos
        ],
        evidence=f"照片 {len(photos)} 张" if photos else "",
        missing=[_missing(one) for one in records.taken_off(act.session, row)],
        checked=_checked(row, lines),
        salvage_fen=row.salvage_fen,
        estimated_fen=losses.estimated_salvage_fen(act.session, row),
        executor=_hand(act.session, row, lines, max(scanned, default=None)),
        witness=(
            Signed(row.witnessed_by.name, row.witnessed_at)
            if row.witnessed_by and row.witnessed_at
            else None
        ),
    )
    return Paper(f"{row.no}.pdf", PDF, destruction_record_pdf(values, fonts), sealed)


def _hand(
    session: Session,
    row: Destruction,
    lines: Sequence[DestructionLine],
    last_scan_at: datetime | None,
) -> Signed | None:
    """Everybody who scanned for the warehouse, once nothing is left to scan."""
    if last_scan_at is None or row.status == DestructionStatus.PLANNED:
        return None
    names = records.people(session, [line.scanned_by_id for line in lines])
    hands = dict.fromkeys(line.scanned_by_id for line in lines if line.scanned_by_id)
    return Signed("、".join(names[hand] for hand in hands), last_scan_at)


def _checked(row: Destruction, lines: Sequence[DestructionLine]) -> str:
    """How the witness checked: what he scanned himself, or how many he counted."""
    if row.witnessed_by_id is None:
        return ""
    own = sum(1 for line in lines if line.checked_by_id == row.witnessed_by_id)
    told = [f"逐件扫码 {own} 件"] if own else []
    told += [f"清点 {row.counted} 件"] if row.counted is not None else []
    return "，".join(told) or "按清单确认"


def _missing(one: TakenOff) -> MissingPiece:
    piece = one.registration.piece
    return MissingPiece(
        piece_no=piece.piece_no,
        style_no=piece.sku.style.style_no,
        case_no=one.discrepancy.no,
        by=one.by.name,
        at=one.at,
        reason=one.reason,
    )


def _destroyed(session: Session, line: DestructionLine) -> DestroyedPiece:
    row = line.registration
    sku = row.piece.sku
    forms: Sequence[LossLine] = losses.live_lines_of(session, row.id)
    return DestroyedPiece(
        piece_no=row.piece.piece_no,
        style_no=sku.style.style_no,
        style_name=sku.style.name,
        colour=sku.colour,
        size=sku.size,
        production_year=row.production_year,
        form_nos=[line.form.no for line in forms],
        scanned_at=line.scanned_at,
        checked_at=line.checked_at,
    )
