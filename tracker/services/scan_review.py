"""Late scans that could not be registered as they came: a person settles each; none is dropped."""

from __future__ import annotations

from tracker.domain.errors import InvalidInput, NotFound, RuleViolation, not_found
from tracker.domain.scan import Settlement
from tracker.models.registration import Registration
from tracker.models.scan import Scan
from tracker.queries import registration as registrations
from tracker.queries import scan as queries
from tracker.services.act import Act


def settle(act: Act, scan_id: str, settlement: Settlement, registration_no: str | None) -> Scan:
    """Close a late scan: registered since, the same garment as ``registration_no``, or nothing.

    Who dismisses one says why. The same settlement again changes nothing. Raises ``NotFound``,
    ``InvalidInput`` ``missing_field``, ``RuleViolation`` ``settled_already``.
    """
    row = queries.get_to_settle(act.session, act.actor, scan_id, for_update=True)
    registration = _registration(act, settlement, registration_no)
    if row.settlement is not None:
        if row.settlement == settlement and row.registration == registration:
            return row
        raise RuleViolation(
            "settled_already",
            "这条扫描已由他人处理。请刷新列表。",
            "Somebody settled this scan already: load the list again.",
        )
    if settlement is Settlement.DISMISSED and not act.note:
        raise InvalidInput(
            "missing_field",
            "请写明为什么无需登记。",
            "Say why there is nothing to register.",
            "note",
        )
    row.settlement, row.settled_note = settlement.value, act.note
    row.settled_at, row.settled_by_id = act.now, act.actor.account_id
    row.registration_id = registration.id if registration else None
    act.session.flush()
    return row


def settled_by_hand(made: Registration | None) -> RuleViolation:
    """A late scan was settled by hand; nothing is left to do on the device."""
    if made is None:
        return RuleViolation(
            "settled_by_hand",
            "这次扫描已由店里的同事核对，无需登记，设备上不用再补充。",
            "A colleague settled this scan: there is nothing to register, and nothing left to do.",
        )
    return RuleViolation(
        "settled_by_hand",
        "这次扫描已由店里的同事核对，对应登记单 {registration}。请打开该登记单继续处理。",
        "A colleague settled this scan already: go on with {registration}.",
        registration=made.no,
    )


def _registration(
    act: Act, settlement: Settlement, registration_no: str | None
) -> Registration | None:
    if settlement is Settlement.DISMISSED:
        return None
    if not registration_no:
        raise InvalidInput(
            "missing_field",
            "请填写登记单号或件号。",
            "Name the registration or the piece.",
            "registration",
        )
    no = registration_no.strip().upper()
    piece = registrations.piece_by_no(act.session, no)
    last = registrations.last_of_piece(act.session, piece.id) if piece else None
    try:
        return registrations.get(act.session, act.actor, last.no if last else no)
    except NotFound:
        raise not_found("登记单或件号", "registration or piece", no) from None
