"""What is printed of each record: the values of the print shop, for whoever may see the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from labels.fonts import Fonts
from labels.form import Head, Signed
from labels.packing_list import PackedCarton, PackedPiece, PackingList, packing_list_pdf
from labels.registration_form import (
    Handling,
    RegisteredCustomer,
    RegistrationForm,
    registration_form_pdf,
)
from labels.repair_tag import RepairTag, repair_tags_pdf
from tracker.domain.calendar import iso_week, shanghai_date
from tracker.domain.codes import Cause, Defect, Position, Source, refusal_reason
from tracker.domain.errors import Forbidden, HangtagError, not_found
from tracker.domain.machine import Machine
from tracker.domain.named import NamedEnum
from tracker.domain.registration import MACHINE as GARMENT
from tracker.domain.registration import Action, Status
from tracker.domain.shipment import MACHINE as BOX
from tracker.domain.shipment import Action as BoxAction
from tracker.domain.shipment import FreightBearer, Kind, bearer_of
from tracker.domain.shipment import Status as BoxStatus
from tracker.models.history import Event
from tracker.models.registration import Registration
from tracker.models.shipment import Shipment, ShipmentLine
from tracker.queries import history, policy
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
    if last is None or not registrations.sees(act.session, act.actor, last):
        raise not_found("件号", "piece", piece_no)
    row = last
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
    values = _registration_form(act, row, decided[-1] if decided else None)
    return Paper(f"{row.no}.pdf", PDF, registration_form_pdf(values, fonts))


def _registration_form(act: Act, row: Registration, decided: Event | None) -> RegistrationForm:
    sku = row.piece.sku
    guarantee = policy.in_force(act.session, shanghai_date(act.now))["repair_guarantee"].number
    void = row.status == Status.VOIDED
    return RegistrationForm(
        head=head(act, row, row.registered_at, row.registered_by, Status, site=row.site, void=void),
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
        handling=_handling(decided) if decided else None,
        remark=_remark(act, row, decided),
        customer=_customer(act, row) if row.customer else None,
        guarantee_days=guarantee,
        handler=Signed(row.registered_by.name, row.registered_at),
        store_manager=Signed(decided.actor.name, decided.at) if decided else None,
    )


def _remark(act: Act, row: Registration, decided: Event | None) -> str:
    """Why it was voided or refused, before what the store noted."""
    words = []
    if row.status == Status.VOIDED:
        words.append(f"作废原因：{why_voided(act.session, GARMENT, row)}")
    if decided is not None and decided.action == Action.REFUSE.value and decided.reason:
        words.append(f"不予受理原因：{refusal_reason(decided.reason).zh}")
    return "；".join([*words, *([row.note] if row.note else [])])


def why_voided(session: Session, machine: Machine, row: Any) -> str:
    """Return the reason that was given when a record was voided."""
    event = history.last(session, machine.noun, row.id, "void")
    return (event.reason or "") if event else ""


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
    is_return, void = row.kind == Kind.RETURN, row.status == BoxStatus.VOIDED
    store = row.to_site if is_return else row.from_site
    leaves = _leaves(act, row)
    sent = row.dispatched_at
    return PackingList(
        head=head(act, row, row.opened_at, row.opened_by, BoxStatus, site=store, void=void),
        kind=leaves.kind.zh,
        sender=f"{row.from_site.code} {row.from_site.name}",
        receiver=f"{row.to_site.code} {row.to_site.name}",
        receiver_address="",
        iso_year=leaves.year,
        iso_week=leaves.week,
        ordinal=leaves.ordinal,
        cartons=[PackedCarton(1, [_packed(x) for x in shipments.lines(act.session, row)])],
        is_return=is_return,
        is_expected=sent is None and not void,
        remark=f"作废原因：{why_voided(act.session, BOX, row)}" if void else "",
        carrier=row.carrier or "",
        tracking_no=row.tracking_no or "",
        dispatched_at=sent,
        freight_fen=row.freight_fen,
        freight_bearer=leaves.bearer.zh,
        sender_signed=Signed(row.dispatched_by.name, sent) if row.dispatched_by and sent else None,
        receiver_signed=_received(act.session, row),
    )


@dataclass(frozen=True)
class _Leaves:
    """Which shipment of which week a box is and who pays: as it left, or if it leaves today."""

    year: int
    week: int
    ordinal: int | None
    kind: Kind
    bearer: FreightBearer


def _leaves(act: Act, row: Shipment) -> _Leaves:
    kind = Kind(row.kind)
    if row.iso_year and row.iso_week and row.freight_bearer:
        bearer = FreightBearer(row.freight_bearer)
        return _Leaves(row.iso_year, row.iso_week, row.week_ordinal, kind, bearer)
    year, week = iso_week(row.opened_at if row.status == BoxStatus.VOIDED else act.now)
    if kind is Kind.RETURN:
        return _Leaves(year, week, None, kind, bearer_of(kind))
    earlier = shipments.dispatched_in_week(act.session, row.from_site_id, year, week)
    kind = Kind.EXTRA if earlier else Kind.WEEKLY
    return _Leaves(year, week, earlier + 1, kind, bearer_of(kind))


def _received(session: Session, row: Shipment) -> Signed | None:
    event = history.last(session, BOX.noun, row.id, BoxAction.RECONCILE.value)
    return Signed(event.actor.name, event.at) if event else None


def _packed(line: ShipmentLine) -> PackedPiece:
    row, sku = line.registration, line.registration.piece.sku
    remarks = ["顾客"] if row.source == Source.CUSTOMER else []
    if line.came_from == Status.REFUSED_AT_INTAKE:
        remarks.append(Status.REFUSED_AT_INTAKE.zh)
    return PackedPiece(
        registration_no=row.no,
        piece_no=row.piece.piece_no,
        style_no=sku.style.style_no,
        style_name=sku.style.name,
        colour=sku.colour,
        size=sku.size,
        production_year=row.production_year,
        defect=f"{Defect(row.defect).zh}（{Position(row.position).zh}）",
        remark=" · ".join(remarks),
    )


def head(
    act: Act,
    record: Any,
    issued_at: datetime,
    issued_by: Any,
    statuses: type[NamedEnum],
    *,
    site: Any = None,
    void: bool = False,
) -> Head:
    """Return the head of a form: its number, date, author and status in words."""
    return Head(
        number=record.no,
        issued_on=shanghai_date(issued_at),
        issued_by=issued_by.name,
        site_code=site.code if site else "",
        site_name=site.name if site else "",
        region=(site.region or "") if site else "",
        status=statuses(record.status).zh,
        printed_at=act.now,
        demo=demo.is_demonstration(act.session),
        void=void,
    )
