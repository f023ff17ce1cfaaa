"""Gaps between packed and received: opened with the last hand named, resolved by the supervisor."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracker.domain import registration as garment
from tracker.domain.errors import RuleViolation
from tracker.domain.number import DocumentPrefix
from tracker.domain.shipment import (
    DISCREPANCY,
    FINDINGS,
    DiscrepancyAction,
    DiscrepancyKind,
    Finding,
    Kind,
)
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy, Shipment
from tracker.queries import registration as registrations
from tracker.queries import shipment as queries
from tracker.services import clock, loss
from tracker.services.act import Act
from tracker.services.fields import required
from tracker.services.number import next_document_no
from tracker.services.transition import apply, begin


def kind_of_extra(act: Act, shipment: Shipment, registration: Registration) -> DiscrepancyKind:
    """A piece of another sender or another box is a wrong piece; else it is surplus."""
    line = queries.last_line(act.session, registration.id)
    other_home = registration.site_id not in (shipment.from_site_id, shipment.to_site_id)
    other_box = line is not None and line.shipment_id != shipment.id
    return DiscrepancyKind.WRONG_PIECE if other_home or other_box else DiscrepancyKind.SURPLUS


def open_case(
    act: Act, shipment: Shipment, registration: Registration, kind: DiscrepancyKind
) -> Discrepancy:
    """Open a discrepancy: it names the last scan before the count, and who counted."""
    last = queries.last_scan(act.session, registration.id)
    case = Discrepancy(
        no=next_document_no(act.session, DocumentPrefix.DISCREPANCY, act.now),
        kind=kind.value,
        shipment_id=shipment.id,
        registration_id=registration.id,
        opened_at=act.now,
        last_hand_id=last.actor_id,
        last_site_id=last.site_id,
        last_scan_at=last.at,
        counted_by_id=act.actor.account_id,
        counted_at=act.now,
    )
    begin(act, case, DISCREPANCY, "open", document=shipment.no)
    return case


def resolve(act: Act, case: Discrepancy, *, finding: Finding) -> None:
    """Close a discrepancy with what was found; the garment follows. A note is mandatory.

    Raises ``RuleViolation`` ``wrong_finding`` for a finding that this kind cannot have,
    ``already_found`` for writing off what turned up since.
    """
    if finding not in FINDINGS[DiscrepancyKind(case.kind)]:
        raise RuleViolation(
            "wrong_finding",
            "「{kind}」不能这样处理，请另选一项。",
            "This kind of discrepancy cannot end so: choose another finding.",
            kind=DiscrepancyKind(case.kind).zh,
        )
    required(act.note, "note", "请写明查找经过。", "Write how it was found out.")
    apply(act, case, DISCREPANCY, DiscrepancyAction.RESOLVE, details={"finding": finding.value})
    case.finding = finding.value
    case.resolved_at = act.now
    registration = registrations.locked(act.session, case.registration_id)
    if registration.status == garment.Status.MISSING:
        _settle_missing(act, case, registration, finding)
    elif finding is Finding.BELONGS:
        _check_counted_in(registration)
    elif finding is Finding.WRITTEN_OFF:
        raise RuleViolation(
            "already_found",
            "这件后来已经找到（当前「{status}」），不能核销。请按实际情况另选一项。",
            "This piece has turned up since, so it cannot be written off. Choose another finding.",
            status=garment.Status(registration.status).zh,
        )


def _settle_missing(
    act: Act, case: Discrepancy, registration: Registration, finding: Finding
) -> None:
    if finding is Finding.WRITTEN_OFF:
        apply(act, registration, garment.MACHINE, garment.Action.WRITE_OFF, document=case.no)
        clock.stop(registration)
        loss.propose_lost(act, registration)
        return
    is_return = case.shipment.kind == Kind.RETURN
    in_store = is_return == (finding is Finding.FOUND_HERE)
    where = garment.Status.BACK_IN_STORE if in_store else garment.Status.RECEIVED
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
        clock.stop(registration)


def _check_counted_in(registration: Registration) -> None:
    """A piece belongs here only if it travelled here: one that was never packed goes back."""
    if registration.status not in (garment.Status.RECEIVED, garment.Status.BACK_IN_STORE):
        raise RuleViolation(
            "never_packed",
            "这件没有装箱记录（当前「{status}」），不能直接签收。请退还店铺补扫装箱，并选择「已转交应收方」。",
            "This piece was never packed: hand it back to its store to be packed, and say so.",
            status=garment.Status(registration.status).zh,
        )


ACTIONS: Mapping[DiscrepancyAction, Callable[..., None]] = {DiscrepancyAction.RESOLVE: resolve}
