"""What is printed of each record: the values of the print shop, for whoever may see the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from labels.destruction_record import DestroyedPiece, DestructionRecord, destruction_record_pdf
from labels.fonts import Fonts
from labels.form import Head, Signed
from labels.loss_form import LiableKind as LiableWord
from labels.loss_form import LossFormLine, LossFormSheet, loss_form_pdf
from labels.packing_list import PackedCarton, PackedPiece, PackingList, packing_list_pdf
from labels.registration_form import (
    Handling,
    RegisteredCustomer,
    RegistrationForm,
    registration_form_pdf,
)
from labels.repair_tag import RepairTag, repair_tags_pdf
from tracker.domain.calendar import iso_week, month_of, shanghai_date
from tracker.domain.codes import Cause, Defect, Position, Source
from tracker.domain.errors import Forbidden, HangtagError, not_found
from tracker.domain.loss import Action as Step
from tracker.domain.loss import Basis, DestructionStatus
from tracker.domain.loss import Status as FormStatus
from tracker.domain.registration import Action, Status
from tracker.domain.shipment import FreightBearer, Kind
from tracker.domain.shipment import Status as BoxStatus
from tracker.models.history import Event
from tracker.models.loss import Destruction, LossForm, LossLine, Signature
from tracker.models.registration import Registration
from tracker.models.shipment import Shipment
from tracker.queries import loss as losses
from tracker.queries import policy
from tracker.queries import registration as registrations
from tracker.queries import shipment as shipments
from tracker.services import demo, warranty
from tracker.services.act import Act

PDF = "application/pdf"


@dataclass(frozen=True)
class Paper:
    """A print: its file name in plain ASCII, its media type and its bytes."""

    name: str
    media: str
    content: bytes


def label(act: Act, piece_no: str, fonts: Fonts) -> Paper:
    """Print the repair tag of a piece (rule 1.11). Raises ``NotFound``."""
    piece = registrations.piece_by_no(act.session, piece_no)
    last = registrations.last_of_piece(act.session, piece.id) if piece else None
    if last is None:
        raise not_found("件号", "piece", piece_no)
    row = registrations.get(act.session, act.actor, last.no)
    sku = row.piece.sku
    tag = RepairTag(
        piece_no=row.piece.piece_no,
        registration_no=row.no,
        style_no=sku.style.style_no,
        style_name=sku.style.name,
        colour=sku.colour,
        size=sku.size,
        defect=Defect(row.defect).zh,
        position=Position(row.position).zh,
        store=f"{row.site.code} {row.site.name}",
        registered_on=shanghai_date(row.registered_at),
        source=Source(row.source).zh,
        customer_hint="顾客" if row.source == Source.CUSTOMER else "",
    )
    return Paper(f"{piece_no}.pdf", PDF, repair_tags_pdf([tag], fonts))


def registration(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the registration form (登记单); the customer stands masked. Raises ``NotFound``."""
    row = registrations.get(act.session, act.actor, no)
    events = registrations.timeline(act.session, row)
    decided = [event for event in events if event.action in _HANDLED]
    sku, customer = row.piece.sku, row.customer
    guarantee = policy.in_force(act.session, shanghai_date(act.now))["repair_guarantee"].number
    values = RegistrationForm(
        head=_head(
            act,
            row.no,
            row.registered_at,
            row.registered_by.name,
            Status(row.status).zh,
            site=row.site,
            void=row.status == Status.VOIDED,
        ),
        piece_no=row.piece.piece_no,
        source=Source(row.source).zh,
        style_no=sku.style.style_no,
        style_name=sku.style.name,
        colour=sku.colour,
        size=sku.size,
        barcode=sku.barcode,
        production_year=row.production_year,
        season=sku.style.season or "",
        defect=Defect(row.defect).zh,
        position=Position(row.position).zh,
        area_cm2=row.area_mm2 / 100,
        cause=Cause(row.cause).zh,
        tag_intact=row.tag_intact,
        accessories_intact=row.accessories_intact,
        number_intact=row.number_intact,
        found_on=row.found_on,
        handling=_handling(decided[-1]) if decided else None,
        remark=row.note or "",
        customer=_customer(act, row) if customer else None,
        guarantee_days=guarantee,
        handler=Signed(row.registered_by.name, row.registered_at),
        store_manager=Signed(decided[-1].actor.name, decided[-1].at) if decided else None,
    )
    return Paper(f"{row.no}.pdf", PDF, registration_form_pdf(values, fonts))


_HANDLED = (Action.ACCEPT.value, Action.SETTLE.value, Action.REFUSE.value)


def _handling(event: Event) -> Handling:
    if event.action == Action.ACCEPT.value:
        return "head_office"
    if event.action == Action.REFUSE.value:
        return "refuse"
    words: dict[str, Handling] = {
        "refund": "refund",
        "exchange": "exchange",
        "local_repair": "local_repair",
    }
    return words[str((event.details or {})["resolution"])]


def _customer(act: Act, row: Registration) -> RegisteredCustomer:
    assert row.customer is not None  # noqa: S101
    phone, name = row.customer.phone, row.customer.name
    masked = f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else f"****{phone[-2:]}"
    return RegisteredCustomer(
        name=f"{name[:1]}*",
        phone=masked,
        purchased_on=row.purchased_on,
        receipt_no=row.receipt_no or "",
        warranty=_warranty(act, row),
        demand="",
        promised_on=row.promised_on,
    )


def _warranty(act: Act, row: Registration) -> str:
    try:
        found = warranty.warranty(act, row)
    except HangtagError:
        return ""
    where = "保修期内" if found.within_warranty else "保修期外"
    return f"{where} · {found.entitlement.zh}"


def shipment(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the packing list (装箱单).

    Raises ``NotFound``, and ``Forbidden`` ``blind_count`` for whoever must count it blind.
    """
    row = shipments.get(act.session, act.actor, no)
    if shipments.is_blind(act.actor, row):
        raise Forbidden(
            "blind_count",
            "清点完毕之前，收货方不能查看装箱单。请先逐件扫码清点。",
            "The receiver sees the packing list after the blind count: scan the pieces first.",
        )
    return Paper(f"{row.no}.pdf", PDF, packing_list_pdf(_packing_list(act, row), fonts))


def _packing_list(act: Act, row: Shipment) -> PackingList:
    year, week = iso_week(row.dispatched_at or act.now)
    pieces = [_packed(line.registration) for line in shipments.lines(act.session, row)]
    sent = row.dispatched_at
    return PackingList(
        head=_head(
            act,
            row.no,
            row.opened_at,
            row.opened_by.name,
            BoxStatus(row.status).zh,
            site=row.from_site,
            void=row.status == BoxStatus.VOIDED,
        ),
        kind=Kind(row.kind).zh,
        sender=f"{row.from_site.code} {row.from_site.name}",
        receiver=f"{row.to_site.code} {row.to_site.name}",
        receiver_address="",
        iso_year=row.iso_year or year,
        iso_week=row.iso_week or week,
        ordinal=row.week_ordinal or 1,
        cartons=[PackedCarton(1, pieces)],
        carrier=row.carrier or "",
        tracking_no=row.tracking_no or "",
        dispatched_at=sent,
        freight_fen=row.freight_fen,
        freight_bearer=FreightBearer(row.freight_bearer).zh if row.freight_bearer else "",
        sender_signed=Signed(row.dispatched_by.name, sent) if row.dispatched_by and sent else None,
    )


def _packed(row: Registration) -> PackedPiece:
    sku = row.piece.sku
    return PackedPiece(
        registration_no=row.no,
        piece_no=row.piece.piece_no,
        style_no=sku.style.style_no,
        style_name=sku.style.name,
        colour=sku.colour,
        size=sku.size,
        production_year=row.production_year,
        defect=f"{Defect(row.defect).zh}（{Position(row.position).zh}）",
        remark="顾客" if row.source == Source.CUSTOMER else "",
    )


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
    values = LossFormSheet(
        head=_head(
            act,
            form.no,
            form.opened_at,
            form.opened_by.name,
            FormStatus(form.status).zh,
            void=form.status == FormStatus.VOIDED,
        ),
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
        head=_head(
            act, row.no, row.planned_at, row.planned_by.name, DestructionStatus(row.status).zh
        ),
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


def _hand(row: Destruction, last_scan_at: Any) -> Signed | None:
    is_done = row.status != DestructionStatus.PLANNED
    if row.destroyed_by is None or last_scan_at is None or not is_done:
        return None
    return Signed(row.destroyed_by.name, last_scan_at)


def _destroyed(session: Session, row: Registration, scanned_at: Any) -> DestroyedPiece:
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


def _head(
    act: Act,
    number: str,
    issued_at: Any,
    issued_by: str,
    status: str,
    *,
    site: Any = None,
    void: bool = False,
) -> Head:
    return Head(
        number=number,
        issued_on=shanghai_date(issued_at),
        issued_by=issued_by,
        site_code=site.code if site else "",
        site_name=site.name if site else "",
        region=(site.region or "") if site else "",
        status=status,
        printed_at=act.now,
        demo=demo.is_demonstration(act.session),
        void=void,
    )
