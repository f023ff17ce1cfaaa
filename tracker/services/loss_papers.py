"""What is printed of a loss: the loss form (报损单) and the destruction record (销毁记录)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from labels.destruction_record import DestroyedPiece, DestructionRecord, destruction_record_pdf
from labels.fonts import Fonts
from labels.form import Signed
from labels.loss_form import LiableKind as LiableWord
from labels.loss_form import LossFormLine, LossFormSheet, loss_form_pdf
from tracker.domain.calendar import month_of
from tracker.domain.codes import Defect
from tracker.domain.errors import Forbidden
from tracker.domain.loss import Action as Step
from tracker.domain.loss import Basis, DestructionStatus
from tracker.domain.loss import Status as FormStatus
from tracker.models.loss import Destruction, LossForm, LossLine, Signature
from tracker.models.registration import Registration
from tracker.queries import loss as losses
from tracker.services.act import Act
from tracker.services.papers import PDF, Paper, head


def sees_amounts(act: Act, form: LossForm) -> bool:
    """Return whether the actor may see a form's amounts: cost roles, and the party that signs."""
    own = act.actor.site_code if act.actor.is_store else act.actor.supplier_code
    return act.actor.sees_cost or (own is not None and form.party == own)


def loss_form(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the loss form (报损单) in three copies (rules 1.40–1.43, 1.49).

    Raises ``NotFound``, and ``Forbidden`` ``no_cost`` for whoever may not see its amounts.
    """
    form = losses.get(act.session, act.actor, no)
    if not sees_amounts(act, form):
        raise Forbidden(
            "no_cost",
            "报损单载有成本价，您的岗位不能打印。",
            "The loss form shows cost prices: it is not for your role.",
        )
    signed = {
        signature.step: signature
        for signature in losses.signatures(act.session, form)
        if signature.is_live
    }
    void = form.status == FormStatus.VOIDED
    values = LossFormSheet(
        head=head(act, form, form.opened_at, form.opened_by, FormStatus, void=void),
        month=form.month,
        liable_kind=_liable_word(form),
        liable_code=form.party,
        liable_name=form.party_name if form.party else "",
        lines=[_loss_line(line) for line in losses.lines(act.session, form)],
        total_fen=form.total_fen,
        disposal="销毁",
        handler=_signed(signed.get(Step.SUBMIT.value)),
        liable_party=_signed(signed.get(Step.SIGN.value)),
        logistics_manager=_signed(signed.get(Step.CONFIRM.value)),
        vice_president=_signed(signed.get(Step.APPROVE.value)),
    )
    return Paper(f"{form.no}.pdf", PDF, loss_form_pdf(values, fonts))


def _liable_word(form: LossForm) -> LiableWord:
    words: dict[str, LiableWord] = {"supplier": "supplier", "store": "store"}
    return words.get(form.liable_kind, "head_office")


def _signed(signature: Signature | None) -> Signed | None:
    if signature is None:
        return None
    return Signed(signature.by.name, signature.at, "纸质签字" if signature.is_on_paper else "")


def _loss_line(line: LossLine) -> LossFormLine:
    row = line.registration
    sku, supplier = row.piece.sku, row.piece.supplier
    return LossFormLine(
        piece_no=row.piece.piece_no,
        registration_no=row.no,
        style_no=sku.style.style_no,
        style_name=sku.style.name,
        colour=sku.colour,
        size=sku.size,
        production_year=row.production_year,
        supplier=f"{supplier.code} {supplier.name}",
        supplier_presumed=row.piece.is_supplier_presumed,
        defect=Defect(row.defect).zh,
        share_percent=line.percent,
        basis=Basis(line.basis).zh if line.basis else "",
        basis_fen=line.basis_fen,
        spent_fen=line.spent_fen,
        salvage_fen=line.salvage_fen,
        loss_fen=line.amount_fen,
    )


def destruction(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the destruction record (销毁记录, rules 1.44, 1.45). Raises ``NotFound``."""
    row = losses.destruction(act.session, act.actor, no)
    lines = losses.destruction_lines(act.session, row)
    scanned = [line.scanned_at for line in lines if line.scanned_at]
    values = DestructionRecord(
        head=head(act, row, row.planned_at, row.planned_by, DestructionStatus),
        month=month_of(row.planned_at),
        method=row.method or "",
        place=row.place or "",
        destroyed_at=row.witnessed_at,
        pieces=[_destroyed(act.session, line.registration, line.scanned_at) for line in lines],
        salvage_fen=row.salvage_fen or 0,
        executor=_hand(row, max(scanned, default=None)),
        witness=(
            Signed(row.witnessed_by.name, row.witnessed_at)
            if row.witnessed_by and row.witnessed_at
            else None
        ),
    )
    return Paper(f"{row.no}.pdf", PDF, destruction_record_pdf(values, fonts))


def _hand(row: Destruction, last_scan_at: datetime | None) -> Signed | None:
    is_done = row.status != DestructionStatus.PLANNED
    if row.destroyed_by is None or last_scan_at is None or not is_done:
        return None
    return Signed(row.destroyed_by.name, last_scan_at)


def _destroyed(session: Session, row: Registration, scanned_at: datetime | None) -> DestroyedPiece:
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
        scanned_at=scanned_at,
    )
