"""Destruction (销毁记录): scanned piece by piece, before a witness (rules 1.44, 1.45)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tracker.domain import registration as garment
from tracker.domain.account import Role
from tracker.domain.chain import Kind
from tracker.domain.errors import Forbidden, RuleViolation
from tracker.domain.loss import (
    DESTRUCTION,
    DestructionAction,
    Progress,
    check_distinct,
)
from tracker.domain.month import Departure
from tracker.domain.number import DocumentPrefix
from tracker.models.loss import Destruction, DestructionLine
from tracker.models.registration import Registration
from tracker.queries import loss as queries
from tracker.queries import registration as registrations
from tracker.queries import shipment as boxes
from tracker.services import chain, ledger, month
from tracker.services.act import Act
from tracker.services.fields import Code, Fen, Text40, Text80, required
from tracker.services.number import next_document_no
from tracker.services.transition import apply, begin


def plan(act: Act) -> Destruction:
    """Plan the destruction of every piece all of whose forms are approved (rule 1.44).

    Raises ``Forbidden``, ``RuleViolation`` ``nothing_to_destroy``.
    """
    if Role.WAREHOUSE not in act.actor.roles:
        raise Forbidden(
            "wrong_role", "销毁由总仓安排。", "Destruction is arranged by the main warehouse."
        )
    pieces = queries.destroyable(act.session)
    if not pieces:
        raise RuleViolation(
            "nothing_to_destroy",
            "没有可销毁的衣服：报损单须全部批准后才能销毁。",
            "Nothing to destroy: every form of a piece must be approved first.",
        )
    record = Destruction(
        no=next_document_no(act.session, DocumentPrefix.DESTRUCTION, act.now),
        planned_at=act.now,
        planned_by_id=act.actor.account_id,
    )
    begin(act, record, DESTRUCTION, "plan")
    for piece in pieces:
        act.session.add(DestructionLine(destruction_id=record.id, registration_id=piece.id))
    act.session.flush()
    return record


def scan(act: Act, record: Destruction, *, code: Code) -> Registration:
    """Scan a piece at the shredder; the record is complete with its last piece. Returns the piece.

    Raises ``RuleViolation`` ``not_on_record``, ``already_scanned``, ``same_person``, ``in_a_box``.
    """
    registration = registrations.by_scanned_code(act.session, code)
    lines = queries.destruction_lines(act.session, record)
    line = next((row for row in lines if row.registration_id == registration.id), None)
    if line is None:
        raise RuleViolation(
            "not_on_record",
            "这件不在本销毁记录上，不能销毁！请放到一边，核对报损单。",
            "This piece is NOT on the record: do not destroy it. Put it aside.",
        )
    if line.scanned_at is not None:
        raise RuleViolation(
            "already_scanned", "这件已经扫过了。", "This piece was scanned already."
        )
    boxes.check_in_no_box(act.session, registration.id)
    _check_people(act, [line], DestructionAction.SCAN)
    left = sum(1 for row in lines if row.scanned_at is None) - 1
    apply(act, record, DESTRUCTION, DestructionAction.SCAN, Progress(left))
    line.scanned_at = act.now
    line.scanned_by_id = act.actor.account_id
    record.destroyed_by_id = act.actor.account_id
    act.session.flush()
    return registration


def witness(
    act: Act, record: Destruction, *, method: Text40, place: Text80, salvage_fen: Fen = 0
) -> None:
    """Witness the destruction (rule 1.45): its pieces are destroyed, actual salvage posts.

    Raises ``RuleViolation`` ``same_person`` when the witness signed, approved or destroyed,
    ``in_a_box`` while one of them lies in a box that is under way.
    """
    lines = queries.destruction_lines(act.session, record)
    apply(
        act,
        record,
        DESTRUCTION,
        DestructionAction.WITNESS,
        details={"method": method, "place": place, "salvage_fen": salvage_fen},
    )
    _check_people(act, lines, DestructionAction.WITNESS)
    record.method = required(method, "method", "请填写销毁方式。", "Fill in the method.")
    record.place = required(place, "place", "请填写销毁地点。", "Fill in the place.")
    record.salvage_fen = salvage_fen
    record.witnessed_by_id, record.witnessed_at = act.actor.account_id, act.now
    for line in lines:
        registration = registrations.locked(act.session, line.registration_id)
        boxes.check_in_no_box(act.session, registration.id)
        apply(act, registration, garment.MACHINE, garment.Action.DESTROY, document=record.no)
    month.depart(act, [line.registration for line in lines], Departure.DESTROYED)
    entries = ledger.post_salvage(act, record, salvage_fen)
    covered = [(Kind.ENTRY, no) for no in entries]
    chain.append(act, *covered, (Kind.DESTRUCTION, record.no))


def _check_people(act: Act, lines: Sequence[DestructionLine], step: DestructionAction) -> None:
    form_ids = {
        loss_line.form_id
        for row in lines
        for loss_line in queries.live_lines_of(act.session, row.registration_id)
    }
    taken = set(queries.signers(act.session, sorted(form_ids)))
    if step is DestructionAction.WITNESS:
        taken |= {row.scanned_by_id for row in lines if row.scanned_by_id}
    check_distinct(step.zh, step.en, act.actor.account_id, tuple(taken))


ACTIONS: Mapping[DestructionAction, Callable[..., object]] = {
    DestructionAction.SCAN: scan,
    DestructionAction.WITNESS: witness,
}
