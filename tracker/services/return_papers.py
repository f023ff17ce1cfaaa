"""What is printed of scrap that goes back to its supplier: the return note (退货单, C-28)."""

from __future__ import annotations

from labels.fonts import Fonts
from labels.form import Signed
from labels.return_note import ReturnedPiece, ReturnNote, return_note_pdf
from tracker.domain.chain import Head as ChainHead
from tracker.domain.codes import Defect, LiableKind
from tracker.domain.errors import not_found
from tracker.domain.registration import MACHINE as GARMENT
from tracker.domain.registration import Action, Status
from tracker.domain.shipment import MACHINE as BOX
from tracker.domain.shipment import Kind
from tracker.domain.shipment import Status as BoxStatus
from tracker.models.loss import LossLine
from tracker.models.registration import Registration
from tracker.models.shipment import Shipment
from tracker.queries import history
from tracker.queries import loss as losses
from tracker.queries import registration as registrations
from tracker.queries import shipment as shipments
from tracker.services import chain
from tracker.services.act import Act
from tracker.services.papers import PDF, Paper, head, why_voided

BY_HAND = "单件交还"


def box(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the return note of a box to a supplier, a draft until it leaves.

    Raises ``NotFound``, for any other box too.
    """
    row = shipments.get(act.session, act.actor, no)
    if row.kind != Kind.TO_SUPPLIER:
        raise not_found("退货单", "return note", no)
    void, sealed = row.status == BoxStatus.VOIDED, chain.head(act.session)
    lines = shipments.lines(act.session, row)
    values = ReturnNote(
        head=head(act, row, row.opened_at, row.opened_by, BoxStatus, void=void, sealed=sealed),
        receiver=f"{row.to_site.code} {row.to_site.name}",
        how=_how(row),
        pieces=[_goes_to(act, line.registration, row.to_site.code) for line in lines],
        sent_at=row.dispatched_at,
        is_draft=row.dispatched_at is None and not void,
        remark=f"作废原因：{why_voided(act.session, BOX, row)}" if void else "",
        maker=Signed(row.opened_by.name, row.opened_at),
    )
    return _paper(no, values, fonts, sealed)


def garment(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the return note of one garment that went back by itself, or of the box it went in.

    Raises ``NotFound``, for one that did not go back too.
    """
    row = registrations.get(act.session, act.actor, no)
    event = history.last(act.session, GARMENT.noun, row.id, Action.RETURN_TO_SUPPLIER.value)
    if event is None:
        raise not_found("退货单", "return note", no)
    if event.document:
        return box(act, event.document, fonts)
    sealed = chain.head(act.session)
    first, *others = _borne(act, row)
    values = ReturnNote(
        head=head(act, row, event.at, event.actor, Status, sealed=sealed),
        receiver=_party(first),
        how=BY_HAND,
        pieces=[_piece(row, first)],
        sent_at=event.at,
        remark="；".join(f"{_party(one)} 另担 {one.percent}%（{one.form.no}）" for one in others),
        maker=Signed(event.actor.name, event.at),
    )
    return _paper(no, values, fonts, sealed)


def _paper(no: str, values: ReturnNote, fonts: Fonts, sealed: ChainHead | None) -> Paper:
    return Paper(f"return-{no}.pdf", PDF, return_note_pdf(values, fonts), sealed)


def _how(row: Shipment) -> str:
    parts = [f"装箱单 {row.no}", f"{len(row.cartons)} 箱" if row.cartons else ""]
    parts += [row.carrier or "", f"运单号 {row.tracking_no}" if row.tracking_no else ""]
    return " · ".join(part for part in parts if part)


def _borne(act: Act, row: Registration) -> list[LossLine]:
    """The suppliers' lines that bear a garment, the greatest share first: to him it goes back."""
    lines = losses.live_lines_of(act.session, row.id)
    borne = [line for line in lines if line.liable_kind == LiableKind.SUPPLIER]
    return sorted(borne, key=lambda line: (-line.percent, line.id))


def _party(line: LossLine) -> str:
    return f"{line.party} {line.form.party_name}"


def _goes_to(act: Act, row: Registration, supplier: str) -> ReturnedPiece:
    """One garment of a box, with the line of the supplier to whom the box goes."""
    return _piece(row, next(line for line in _borne(act, row) if line.party == supplier))


def _piece(row: Registration, borne: LossLine) -> ReturnedPiece:
    sku, maker = row.piece.sku, row.piece.supplier
    return ReturnedPiece(
        piece_no=row.piece.piece_no,
        registration_no=row.no,
        style_no=sku.style.style_no,
        style_name=sku.style.name,
        colour=sku.colour,
        size=sku.size,
        production_year=row.production_year,
        supplier=f"{maker.code} {maker.name}",
        supplier_presumed=row.piece.is_supplier_presumed,
        defect=Defect(row.defect).zh,
        form_no=borne.form.no,
        percent=borne.percent,
        price_fen=borne.basis_fen,
    )
