"""Destruction (销毁记录): scanned piece by piece by two log-ins (rules 1.44, 1.45)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm.attributes import flag_modified

from tracker.domain import registration as garment
from tracker.domain.account import Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.chain import Kind
from tracker.domain.destruction import Proof, check_proof
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.loss import (
    DESTRUCTION,
    DestructionAction,
    DestructionStatus,
    Progress,
    Status,
    check_distinct,
)
from tracker.domain.month import Departure
from tracker.domain.number import DocumentPrefix
from tracker.models.destruction import TakenOff
from tracker.models.loss import Destruction, DestructionLine
from tracker.models.registration import Registration
from tracker.queries import destruction as records
from tracker.queries import loss as queries
from tracker.queries import policy
from tracker.queries import registration as registrations
from tracker.queries import shipment as boxes
from tracker.services import chain, discrepancy, ledger, month
from tracker.services.act import Act
from tracker.services.fields import (
    Code,
    Count,
    Fen,
    Reason,
    Text16,
    Text40,
    Text80,
    reason_of,
    required,
)
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
    """Scan a piece at the shredder; returns it.

    The warehouse's last scan completes the record. Administration's scans are the witness's own:
    before or after the warehouse's, from another log-in (rule 1.45). Raises ``RuleViolation``
    ``not_on_record``, ``already_scanned``, ``same_person``, ``in_a_box``.
    """
    registration, lines, line = _found(act, record, code)
    is_witness = _is_witness(act)
    if (line.checked_at if is_witness else line.scanned_at) is not None:
        raise RuleViolation(
            "already_scanned", "这件已经扫过了。", "This piece was scanned already."
        )
    boxes.check_in_no_box(act.session, registration.id)
    step = DestructionAction.WITNESS if is_witness else DestructionAction.SCAN
    _check_people(act, [line], step)
    left = sum(1 for row in lines if row.scanned_at is None) - (not is_witness)
    apply(act, record, DESTRUCTION, DestructionAction.SCAN, Progress(left))
    if is_witness:
        line.checked_at, line.checked_by_id = act.now, act.actor.account_id
    else:
        line.scanned_at, line.scanned_by_id = act.now, act.actor.account_id
        record.destroyed_by_id = act.actor.account_id
    act.session.flush()
    return registration


def unscan(act: Act, record: Destruction, *, code: Code) -> Registration:
    """Take one's own scan back, until the witness has signed; returns the piece.

    Raises ``WrongStatus`` before it looks at the piece: what is destroyed by then was no find.
    Raises ``RuleViolation`` ``not_on_record``, ``not_your_scan``.
    """
    DESTRUCTION.move(DestructionStatus(record.status), DestructionAction.UNSCAN)
    registration, lines, line = _found(act, record, code)
    is_witness = _is_witness(act)
    if (line.checked_by_id if is_witness else line.scanned_by_id) != act.actor.account_id:
        raise RuleViolation(
            "not_your_scan",
            "这件不是您扫的，不能由您撤销。请扫码的人用自己的账号撤销。",
            "You did not scan this piece: who did takes the scan back from his own log-in.",
        )
    left = sum(1 for row in lines if row.scanned_at is None) + (not is_witness)
    apply(act, record, DESTRUCTION, DestructionAction.UNSCAN, Progress(left))
    if is_witness:
        line.checked_at = line.checked_by_id = None
    else:
        line.scanned_at = line.scanned_by_id = None
        record.destroyed_by_id = _last_hand(lines)
    act.session.flush()
    return registration


def take_off(act: Act, record: Destruction, *, registration: Text16, reason: Reason) -> None:
    """Take a piece that is missing at the shredder off the plan, as supervisor (rule 1.44).

    Its forms stay approved, a discrepancy looks for it; found, it is planned anew. ``registration``
    is its registration or piece number. A plan without a piece left is void. Raises
    ``InvalidInput`` ``not_on_plan``, ``RuleViolation`` ``scanned_piece``.
    """
    lines = list(queries.destruction_lines(act.session, record))
    wanted = registration.strip().upper()
    line = next((row for row in lines if wanted in _numbers(row.registration)), None)
    if line is None:
        raise InvalidInput(
            "not_on_plan",
            "「{no}」不在本销毁记录上，请从清单中选择。",
            "“{no}” is not on this record: choose it from the list.",
            "registration",
            no=registration,
        )
    _check_missing(line)
    why = reason_of(reason)
    lines.remove(line)
    left = sum(1 for row in lines if row.scanned_at is None)
    flag_modified(record, "status")
    told = {"registration": line.registration.no}
    progress = Progress(left, len(lines))
    apply(act, record, DESTRUCTION, DestructionAction.TAKE_OFF, progress, reason=why, details=told)
    record.destroyed_by_id = _last_hand(lines)
    case = discrepancy.open_scrap_gone(act, line.registration)
    act.session.add(
        TakenOff(
            destruction_id=record.id,
            registration_id=line.registration_id,
            discrepancy_id=case.id,
            at=act.now,
            by_id=act.actor.account_id,
            reason=why,
        )
    )
    act.session.delete(line)
    act.session.flush()


def _check_missing(line: DestructionLine) -> None:
    if line.scanned_at is not None or line.checked_at is not None:
        raise RuleViolation(
            "scanned_piece",
            "这件在销毁现场已经扫到，不是缺件，不能移出计划。确实扫错的，请扫码的人先撤销扫描。",
            "This piece was scanned at the shredder: it is not missing. Who scanned it by mistake "
            "takes the scan back first.",
        )


def witness(
    act: Act,
    record: Destruction,
    *,
    method: Text40,
    place: Text80,
    salvage_fen: Fen = 0,
    counted: Count | None = None,
) -> None:
    """Witness the destruction (rule 1.45): its pieces are destroyed, actual salvage posts (fen).

    ``counted`` is how many pieces the witness counted where he did not scan them. Raises
    ``RuleViolation`` ``same_person`` when the witness signed, approved or destroyed, ``in_a_box``
    while one of them lies in a box that is under way, and what ``check_proof`` raises.
    """
    lines = queries.destruction_lines(act.session, record)
    apply(
        act,
        record,
        DESTRUCTION,
        DestructionAction.WITNESS,
        details={"method": method, "place": place, "salvage_fen": salvage_fen, "counted": counted},
    )
    _check_people(act, lines, DestructionAction.WITNESS)
    _check_proof(act, record, lines, counted)
    record.method = required(method, "method", "请填写销毁方式。", "Fill in the method.")
    record.place = required(place, "place", "请填写销毁地点。", "Fill in the place.")
    record.salvage_fen, record.counted = salvage_fen, counted
    record.witnessed_by_id, record.witnessed_at = act.actor.account_id, act.now
    for line in lines:
        registration = registrations.locked(act.session, line.registration_id)
        boxes.check_in_no_box(act.session, registration.id)
        apply(act, registration, garment.MACHINE, garment.Action.DESTROY, document=record.no)
    month.depart(act, [line.registration for line in lines], Departure.DESTROYED)
    entries = ledger.post_salvage(act, record, salvage_fen)
    covered = [(Kind.ENTRY, no) for no in entries]
    chain.append(act, *covered, (Kind.DESTRUCTION, record.no))


def _is_witness(act: Act) -> bool:
    return Role.ADMINISTRATION in act.actor.roles


def _found(
    act: Act, record: Destruction, code: str
) -> tuple[Registration, Sequence[DestructionLine], DestructionLine]:
    """Return the garment scanned, the record's lines and its own. Raises ``not_on_record``."""
    registration = registrations.by_scanned_code(act.session, code)
    lines = queries.destruction_lines(act.session, record)
    for line in lines:
        if line.registration_id == registration.id:
            return registration, lines, line
    zh, en = _why_not(act, registration)
    raise RuleViolation(
        "not_on_record",
        f"这件不在本销毁记录上，不能销毁！{zh}请放到一边。",
        f"This piece is NOT on the record: do not destroy it, put it aside. {en}",
        registration=registration.no,
    )


def _why_not(act: Act, registration: Registration) -> tuple[str, str]:
    """Why a garment is not on the plan, in both languages."""
    if (no := records.looked_for(act.session, registration.id)) is not None:
        return (
            f"它因缺件移出了计划（收货差异 {no}），现在找到了，请告诉售后主管。",
            f"It was missing and taken off (discrepancy {no}): tell the after-sales supervisor.",
        )
    if (other := records.record_of(act.session, registration.id)) is not None:
        return f"它列在销毁记录 {other} 上。", f"It stands on record {other}."
    if registration.status != garment.Status.ON_LOSS_FORM:
        status = garment.Status(registration.status)
        return f"它现在的状态是「{status.zh}」。", f"Its status is “{status.en}”."
    if (form := records.unapproved_form(act.session, registration.id)) is not None:
        status_of_form = Status(form.status)
        return (
            f"它的报损单 {form.no} 还没批准（{status_of_form.zh}）。",
            f"Its form {form.no} is not approved ({status_of_form.en}).",
        )
    return (
        "它排在本次计划之后，留待下一次销毁。",
        "This plan was made before: it waits for the next.",
    )


def _numbers(registration: Registration) -> tuple[str, str]:
    return registration.no, registration.piece.piece_no


def _last_hand(lines: Sequence[DestructionLine]) -> int | None:
    """Return who scanned last for the warehouse, of the scans that stand."""
    scans = [(row.scanned_at, row.scanned_by_id) for row in lines if row.scanned_at is not None]
    return max(scans)[1] if scans else None


def _check_proof(
    act: Act, record: Destruction, lines: Sequence[DestructionLine], counted: int | None
) -> None:
    policies = policy.in_force(act.session, shanghai_date(act.now))
    proof = Proof(
        pieces=len(lines),
        checked=sum(1 for row in lines if row.checked_by_id == act.actor.account_id),
        counted=counted,
        photos=records.photo_counts(act.session, record),
    )
    check_proof(
        proof,
        photos=policies["destruction_photos"].number,
        is_every_piece_scanned=policies["destruction_witness_scans"].value == "yes",
    )


def _check_people(act: Act, lines: Sequence[DestructionLine], step: DestructionAction) -> None:
    """Who signed a form destroys none of its pieces; who destroys is no witness (rule 1.45)."""
    form_ids = {
        loss_line.form_id
        for row in lines
        for loss_line in queries.live_lines_of(act.session, row.registration_id)
    }
    taken = set(queries.signers(act.session, sorted(form_ids)))
    if step is DestructionAction.WITNESS:
        taken |= {row.scanned_by_id for row in lines if row.scanned_by_id}
    else:
        taken |= {row.checked_by_id for row in lines if row.checked_by_id}
    check_distinct(step.zh, step.en, act.actor.account_id, tuple(taken))


ACTIONS: Mapping[DestructionAction, Callable[..., object]] = {
    DestructionAction.SCAN: scan,
    DestructionAction.UNSCAN: unscan,
    DestructionAction.TAKE_OFF: take_off,
    DestructionAction.WITNESS: witness,
}
