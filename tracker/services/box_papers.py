"""What is printed of a box: its packing list, and the label of each carton."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from labels.carton_label import CartonLabel, carton_face
from labels.fonts import Fonts
from labels.form import Signed
from labels.packing_list import PackedCarton, PackedPiece, PackingList, Sealed, packing_list_pdf
from tracker.domain.calendar import iso_week, shanghai_date
from tracker.domain.chain import Head as ChainHead
from tracker.domain.codes import Defect, Position, Source
from tracker.domain.errors import Forbidden, RuleViolation, not_found
from tracker.domain.label import Setting
from tracker.domain.registration import Ending, Status
from tracker.domain.shipment import MACHINE as BOX
from tracker.domain.shipment import (
    WEEKLY_KINDS,
    Action,
    FreightBearer,
    Kind,
    carton_code,
)
from tracker.domain.shipment import Status as BoxStatus
from tracker.models.shipment import Carton, Shipment, ShipmentLine
from tracker.queries import history
from tracker.queries import shipment as shipments
from tracker.services import chain, label
from tracker.services.act import Act
from tracker.services.papers import PDF, Paper, head, product_name, why_voided
from tracker.services.shipment import usual_bearer

URGENT = "加急"


def packing_list(act: Act, no: str, fonts: Fonts) -> Paper:
    """Print the packing list (装箱单), a sheet for each carton.

    Raises ``NotFound``, and ``Forbidden`` ``blind_count`` for whoever must count it blind.
    """
    row = shipments.get(act.session, act.actor, no)
    if shipments.is_blind(act.actor, row):
        raise Forbidden(
            "blind_count",
            "清点完毕之前，收货方不能查看装箱单。请先逐件扫码清点。",
            "The receiver sees the packing list after the blind count: scan the pieces first.",
        )
    sealed = chain.head(act.session)
    content = packing_list_pdf(_packing_list(act, row, sealed), fonts)
    return Paper(f"{row.no}.pdf", PDF, content, sealed)


def carton_labels(
    act: Act, no: str, fonts: Fonts, setting: Setting, carton: str | None = None
) -> Paper:
    """Print the label of every carton of a sealed box, or of one; none tells what lies in it.

    Its size is its own, whatever the setting says. Raises ``NotFound``, also for a carton that the
    box has not, ``RuleViolation`` ``not_sealed``: only then it is known how many there are;
    ``InvalidInput`` ``one_picture``.
    """
    row = shipments.get(act.session, act.actor, no)
    if row.status in (BoxStatus.OPEN, BoxStatus.VOIDED) or not row.cartons:
        raise RuleViolation(
            "not_sealed",
            "还没有封箱，共几箱未定。请先封箱，再打印箱标。",
            "The box is not sealed, so it is open how many cartons there are: seal it first.",
        )
    wanted = [one for one in row.cartons if carton in (None, str(one.ordinal))]
    if not wanted:
        raise not_found("箱", "carton", f"{row.no}-{carton}")
    faces = [carton_face(_carton_label(act.session, row, one)) for one in wanted]
    return label.printed(f"{row.no}-{carton or 'cartons'}", "箱标", faces, setting, fonts)


def _carton_label(session: Session, row: Shipment, carton: Carton) -> CartonLabel:
    sealed = _sealed(session, row)
    store = row.to_site if row.kind == Kind.RETURN else row.from_site
    return CartonLabel(
        code=carton_code(row.no, carton.ordinal),
        shipment_no=row.no,
        ordinal=carton.ordinal,
        total=len(row.cartons),
        kind=Kind(row.kind).zh,
        sender=f"{row.from_site.code} {row.from_site.name}",
        receiver=f"{row.to_site.code} {row.to_site.name}",
        region=store.region or "",
        weight_g=carton.weight_g,
        seal_no=carton.seal_no or "",
        sealed_on=shanghai_date(sealed.at) if sealed else None,
        sealed_by=sealed.by if sealed else "",
        mark=URGENT if row.is_urgent else "",
    )


def _sealed(session: Session, row: Shipment) -> Sealed | None:
    if row.sealed_at is None:
        return None
    event = history.last(session, BOX.noun, row.id, Action.SEAL.value)
    return Sealed(event.actor.name, event.at) if event else None


def _cartons(session: Session, row: Shipment) -> list[PackedCarton]:
    by_carton: dict[int, list[PackedPiece]] = {}
    for line in shipments.lines(session, row):
        by_carton.setdefault(line.carton, []).append(_packed(line))
    known = {carton.ordinal: carton for carton in row.cartons}
    found = [
        PackedCarton(
            ordinal,
            by_carton.get(ordinal, []),
            known[ordinal].weight_g if ordinal in known else None,
            (known[ordinal].seal_no or "") if ordinal in known else "",
        )
        for ordinal in sorted({*by_carton, *known})
    ]
    return found or [PackedCarton(1, [])]


def _packing_list(act: Act, row: Shipment, sealed: ChainHead | None) -> PackingList:
    is_return, void = row.kind == Kind.RETURN, row.status == BoxStatus.VOIDED
    store = row.to_site if is_return else row.from_site
    leaves = _leaves(act, row)
    sent = row.dispatched_at
    opened = row.opened_at, row.opened_by
    return PackingList(
        head=head(act, row, *opened, BoxStatus, site=store, void=void, sealed=sealed),
        kind=leaves.kind.zh,
        sender=f"{row.from_site.code} {row.from_site.name}",
        receiver=f"{row.to_site.code} {row.to_site.name}",
        receiver_address="",
        iso_year=leaves.year,
        iso_week=leaves.week,
        ordinal=leaves.ordinal,
        cartons=_cartons(act.session, row),
        sealed=_sealed(act.session, row),
        is_return=is_return,
        is_from_store=row.kind in WEEKLY_KINDS,
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
    if kind not in WEEKLY_KINDS:
        return _Leaves(year, week, None, kind, usual_bearer(act, row.from_site, kind))
    earlier = shipments.dispatched_in_week(act.session, row.from_site_id, year, week)
    kind = Kind.EXTRA if earlier else Kind.WEEKLY
    return _Leaves(year, week, earlier + 1, kind, usual_bearer(act, row.from_site, kind))


def _received(session: Session, row: Shipment) -> Signed | None:
    event = history.last(session, BOX.noun, row.id, Action.RECONCILE.value)
    return Signed(event.actor.name, event.at) if event else None


def _packed(line: ShipmentLine) -> PackedPiece:
    row, sku = line.registration, line.registration.piece.sku
    remarks = ["顾客"] if row.source == Source.CUSTOMER else []
    if line.came_from == Status.REFUSED_AT_INTAKE:
        remarks.append(Status.REFUSED_AT_INTAKE.zh)
    if line.came_from == Status.REPAIRED and row.ending:
        remarks.append(Ending(row.ending).zh)
    return PackedPiece(
        registration_no=row.no,
        piece_no=row.piece.piece_no,
        style_no=sku.style.style_no,
        style_name=product_name(sku),
        colour=sku.colour,
        size=sku.size,
        production_year=row.production_year,
        defect=f"{Defect(row.defect).zh}（{Position(row.position).zh}）",
        remark=" · ".join(remarks),
    )
