"""Gaps between packed and received: opened with the last hand named, resolved by the supervisor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from tracker.domain import registration as garment
from tracker.domain.discrepancy import FINDINGS, MACHINE, Action, Finding, Kind
from tracker.domain.errors import RuleViolation
from tracker.domain.loss import check_distinct
from tracker.domain.number import DocumentPrefix
from tracker.domain.shipment import WEEKLY_KINDS
from tracker.domain.shipment import Kind as BoxKind
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy, Shipment, ShipmentLine
from tracker.queries import destruction as destructions
from tracker.queries import registration as registrations
from tracker.queries import shipment as queries
from tracker.services import clock, liability, outside, turnaround, warranty
from tracker.services.act import Act
from tracker.services.fields import Fen, Text40, required
from tracker.services.number import next_document_no
from tracker.services.transition import apply, begin


def kind_of_extra(act: Act, shipment: Shipment, registration: Registration) -> Kind:
    """A piece of another sender or another box is a wrong piece; else it is surplus."""
    line = queries.last_line(act.session, registration.id)
    other_home = registration.site_id not in (shipment.from_site_id, shipment.to_site_id)
    other_box = line is not None and line.shipment_id != shipment.id
    return Kind.WRONG_PIECE if other_home or other_box else Kind.SURPLUS


def open_case(act: Act, shipment: Shipment, registration: Registration, kind: Kind) -> Discrepancy:
    """Open a discrepancy: it names the last scan before the count, and who counted."""
    last = queries.last_scan(act.session, registration.id)
    return _open(act, shipment, kind, last.actor_id, last.site_id, last.at, registration.id)


def open_scrap_gone(act: Act, registration: Registration) -> Discrepancy:
    """Open the case of scrap that is missing at the shredder (rule 1.44): it names the box in which
    it came last, and the last hand that scanned it."""
    box = destructions.last_box(act.session, registration.id)
    hand = destructions.last_hand(act.session, registration.id)
    return _open(act, box, Kind.SCRAP_GONE, hand.account_id, hand.site_id, hand.at, registration.id)


def open_box_case(act: Act, shipment: Shipment, kind: Kind) -> Discrepancy:
    """Open a discrepancy about a whole box: its sender held it last."""
    sender, at = shipment.dispatched_by_id, shipment.dispatched_at
    return _open(
        act,
        shipment,
        kind,
        sender or shipment.opened_by_id,
        shipment.from_site_id,
        at or shipment.opened_at,
    )


def _open(
    act: Act,
    shipment: Shipment,
    kind: Kind,
    last_hand_id: int,
    last_site_id: int,
    last_scan_at: datetime,
    registration_id: int | None = None,
) -> Discrepancy:
    case = Discrepancy(
        no=next_document_no(act.session, DocumentPrefix.DISCREPANCY, act.now),
        kind=kind.value,
        shipment_id=shipment.id,
        registration_id=registration_id,
        opened_at=act.now,
        last_hand_id=last_hand_id,
        last_site_id=last_site_id,
        last_scan_at=last_scan_at,
        counted_by_id=act.actor.account_id,
        counted_at=act.now,
        counted_site_id=act.actor.site_id,
    )
    begin(act, case, MACHINE, "open", document=shipment.no)
    return case


_ON_THE_ROAD = (
    garment.Status.IN_TRANSIT,
    garment.Status.RETURNING,
    garment.Status.IN_OUTSIDE_REPAIR,
)


def miss(
    act: Act, shipment: Shipment, line: ShipmentLine, registration: Registration
) -> Discrepancy:
    """Open the case of a packed piece that did not come; on the road it goes ``missing``."""
    case = open_case(act, shipment, registration, Kind.SHORT)
    if registration.status in _ON_THE_ROAD:
        apply(act, registration, garment.MACHINE, garment.Action.MISS, document=shipment.no)
    line.settled_at = line.settled_at or act.now
    act.session.flush()
    return case


def claim(act: Act, case: Discrepancy, *, claimed_fen: Fen, claim_no: Text40 | None = None) -> None:
    """Note a claim on the carrier (fen) for what was damaged or lost in transit."""
    details = {"claimed_fen": claimed_fen, "claim_no": claim_no}
    apply(act, case, MACHINE, Action.CLAIM, details=details)
    case.claimed_fen, case.claim_no, case.claimed_at = claimed_fen, claim_no, act.now


def resolve(
    act: Act, case: Discrepancy, *, finding: Finding, compensation_fen: Fen | None = None
) -> None:
    """Close a discrepancy with what was found; the garment follows. A note is mandatory.

    ``compensation_fen`` is what the carrier pays. Who took a piece off a destruction's plan does
    not write it off. A customer whose garment is written off does not pay for its repair.

    Raises ``RuleViolation`` ``wrong_finding`` for a finding that this kind cannot have,
    ``already_found`` for writing off what turned up since, ``same_person``.
    """
    if finding not in FINDINGS[Kind(case.kind)]:
        raise RuleViolation(
            "wrong_finding",
            "「{kind}」不能这样处理，请另选一项。",
            "This kind of discrepancy cannot end so: choose another finding.",
            kind=Kind(case.kind).zh,
        )
    required(act.note, "note", "请写明查找经过。", "Write how it was found out.")
    apply(act, case, MACHINE, Action.RESOLVE, details={"finding": finding.value})
    if finding is Finding.WRITTEN_OFF:
        hands = destructions.taken_off_by(act.session, case)
        check_distinct(finding.zh, finding.en, act.actor.account_id, hands)
    case.finding = finding.value
    case.compensation_fen = compensation_fen
    case.resolved_at = act.now
    if case.registration_id is None:
        return
    registration = registrations.locked(act.session, case.registration_id)
    is_told = case.kind == Kind.SHORT or finding is Finding.BELONGS
    if registration.status == garment.Status.MISSING and is_told:
        _settle_missing(act, case, registration, finding)
    elif finding is Finding.BELONGS:
        _check_counted_in(case, registration)
    elif finding is Finding.WRITTEN_OFF and not (
        _is_still_gone(case, registration) or _is_lost_scrap(act, case, registration)
    ):
        raise RuleViolation(
            "already_found",
            "这件后来已经找到（当前「{status}」），不能核销。请按实际情况另选一项。",
            "This piece has turned up since, so it cannot be written off. Choose another finding.",
            status=garment.Status(registration.status).zh,
        )


def found(act: Act, case: Discrepancy) -> None:
    """Note that a garment written off as lost turned up after all: as scrap it may be planned.

    What was charged for it stands. Raises ``RuleViolation`` ``not_written_off``, ``InvalidInput``
    ``missing_field`` without a note.
    """
    required(act.note, "note", "请写明在哪里找到。", "Write where it was found.")
    if case.finding != Finding.WRITTEN_OFF:
        raise RuleViolation(
            "not_written_off",
            "这份差异没有核销，不用登记找回。",
            "This discrepancy wrote nothing off: there is nothing to note as found.",
        )
    turned_up = FINDINGS[Kind(case.kind)][0]
    apply(act, case, MACHINE, Action.FOUND, details={"finding": turned_up.value})
    case.finding = turned_up.value


def _settle_missing(
    act: Act, case: Discrepancy, registration: Registration, finding: Finding
) -> None:
    if finding is Finding.WRITTEN_OFF:
        apply(act, registration, garment.MACHINE, garment.Action.WRITE_OFF, document=case.no)
        outside.end_stay(act, registration)
        clock.stop(registration)
        if registration.owner == garment.Owner.CUSTOMER:
            warranty.take_back_charge(act, registration)
        liability.propose_lost(act, registration)
        return
    where = _found_at(BoxKind(case.shipment.kind), finding)
    apply(
        act,
        registration,
        garment.MACHINE,
        garment.Action.FOUND,
        garment.Origin(where),
        document=case.no,
    )
    if where is garment.Status.BACK_IN_STORE:
        registration.back_at = act.now
        turnaround.finish(act, registration)
        clock.stop(registration)
    elif where is garment.Status.RECEIVED:
        outside.end_stay(act, registration)


def _is_still_gone(case: Discrepancy, registration: Registration) -> bool:
    """Whether scrap that was missing at the shredder never turned up: its form stands."""
    return case.kind == Kind.SCRAP_GONE and registration.status == garment.Status.ON_LOSS_FORM


def _is_lost_scrap(act: Act, case: Discrepancy, registration: Registration) -> bool:
    """Whether scrap never came: its loss stands already, only nobody can destroy it any more."""
    if case.shipment.kind not in (BoxKind.SCRAP_TRANSFER, BoxKind.TO_SUPPLIER):
        return False
    line = queries.last_line(act.session, registration.id)
    is_last = line is not None and line.shipment_id == case.shipment_id
    return is_last and not queries.is_counted(act.session, case.shipment_id, registration.id)


def _found_at(kind: BoxKind, finding: Finding) -> garment.Status:
    """Return what a missing garment is where it was found: at one of the box's two ends."""
    at_sender = finding is Finding.FOUND_AT_SENDER
    if at_sender == (kind is BoxKind.FROM_FACTORY) and kind in _OUTSIDE_ROADS:
        return garment.Status.IN_OUTSIDE_REPAIR
    if at_sender == (kind in WEEKLY_KINDS) and (kind in WEEKLY_KINDS or kind is BoxKind.RETURN):
        return garment.Status.BACK_IN_STORE
    return garment.Status.RECEIVED


_NOT_YET_HERE = (
    garment.Status.REGISTERED,
    garment.Status.REFUSED_IN_STORE,
    garment.Status.SETTLED_IN_STORE,
    garment.Status.IN_LOCAL_REPAIR,
    garment.Status.READY_TO_SHIP,
    garment.Status.PACKED,
    garment.Status.IN_TRANSIT,
    garment.Status.VOIDED,
)
_OUTSIDE_ROADS = (BoxKind.TO_FACTORY, BoxKind.FROM_FACTORY)


def _check_counted_in(case: Discrepancy, registration: Registration) -> None:
    """A piece belongs here only if it travelled here: one that was never packed goes back."""
    is_return = case.shipment.kind == BoxKind.RETURN
    is_here = registration.status in garment.IN_STORE_AGAIN
    if not is_return:
        is_here = registration.status not in _NOT_YET_HERE
    if not is_here:
        raise RuleViolation(
            "never_packed",
            "这件没有装箱记录（当前「{status}」），不能直接签收。请退还店铺补扫装箱，并选择「已转交应收方」。",
            "This piece was never packed: hand it back to its store to be packed, and say so.",
            status=garment.Status(registration.status).zh,
        )


ACTIONS: Mapping[Action, Callable[..., None]] = {
    Action.CLAIM: claim,
    Action.RESOLVE: resolve,
    Action.FOUND: found,
}
