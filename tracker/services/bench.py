"""Time at the bench, started and stopped by the scan of a repair tag: one timer a repairer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.domain.account import Role
from tracker.domain.bench import Measured, ScanOutcome
from tracker.domain.errors import Forbidden, HangtagError, RuleViolation, not_found
from tracker.domain.registration import MACHINE, Status
from tracker.models.bench import BenchTime
from tracker.models.registration import Registration
from tracker.models.repair import Work
from tracker.models.scan import HandlingScan
from tracker.queries import bench as queries
from tracker.queries import registration as registrations
from tracker.services import once
from tracker.services.act import Act
from tracker.services.once import Answer

DOCUMENT = "bench"
"""What the kept scans of the bench name instead of a box."""


@dataclass(frozen=True)
class Scanned:
    """What a scan did: to which garment, which one it ended, and what that one measured so far."""

    outcome: ScanOutcome
    registration: Registration
    stopped: Registration | None
    measured: Measured | None


def scan(
    act: Act,
    code: str,
    *,
    action_id: str,
    body: Mapping[str, Any],
    done: Callable[[Scanned], str],
    refused: Callable[[HangtagError], str],
) -> Answer:
    """Start the time on a scanned garment, or stop it; exactly once for its ``action_id``.

    Another garment stops the first and starts the second, the same one again stops it. The scan
    is kept whatever became of it. ``done`` and ``refused`` write the bodies. Returns 200 or 409
    (``not_in_repair`` or what ``by_scanned_code`` raises); raises ``Forbidden``, ``NotFound``.
    """
    found: list[Scanned] = []
    refusals: list[HangtagError] = []

    def effect() -> Answer:
        found.append(toggle(act, code))
        return Answer(200, done(found[0]))

    def refuse(error: HangtagError) -> Answer:
        refusals.append(error)
        return Answer(error.status, refused(error))

    answer = once.perform(act, action_id, {**body, "door": DOCUMENT}, effect, refuse)
    if not answer.is_replay:
        act.session.add(
            HandlingScan(
                at=act.now,
                account_id=act.actor.account_id,
                site_id=act.actor.site_id,
                action=f"bench_{found[0].outcome}" if found else "bench",
                document=DOCUMENT,
                raw_code=once.storable(code),
                outcome="refused" if refusals else "done",
                code=refusals[0].code if refusals else None,
                registration_id=found[0].registration.id if found else None,
            )
        )
        act.session.flush()
    return answer


def toggle(act: Act, code: str) -> Scanned:
    """Start or stop the time on the garment whose repair tag was scanned (see ``scan``)."""
    _check_repairer(act)
    garment = registrations.by_scanned_code(act.session, code)
    if not registrations.sees(act.session, act.actor, garment):
        raise not_found("登记单", "registration", code)
    before = queries.running(act.session, act.actor.account_id, for_update=True)
    if before is not None and before.registration_id == garment.id:
        _end(act, before)
        return Scanned(ScanOutcome.STOPPED, garment, garment, _measured(act, garment.id))
    if garment.status != Status.IN_REPAIR:
        raise _not_in_repair(garment)
    if before is not None:
        _end(act, before)
    act.session.add(
        BenchTime(registration_id=garment.id, account_id=act.actor.account_id, started_at=act.now)
    )
    act.session.flush()
    stopped = before.registration if before else None
    so_far = _measured(act, stopped.id) if stopped else None
    return Scanned(ScanOutcome.STARTED, garment, stopped, so_far)


def stop(act: Act) -> Registration:
    """Stop the repairer's running timer by a button. Returns the garment.

    Raises ``Forbidden``, ``RuleViolation`` ``nothing_running``.
    """
    _check_repairer(act)
    before = queries.running(act.session, act.actor.account_id, for_update=True)
    if before is None:
        raise RuleViolation(
            "nothing_running",
            "现在没有正在计时的衣服。请扫描返修标签开始计时。",
            "No timer is running. Scan a repair tag to start one.",
        )
    _end(act, before)
    return before.registration


def _check_repairer(act: Act) -> None:
    if Role.REPAIRER not in act.actor.roles:
        raise Forbidden(
            "wrong_role", "维修计时由维修工操作。", "Time at the bench is taken by repairers."
        )


def _not_in_repair(garment: Registration) -> RuleViolation:
    status = MACHINE.statuses(garment.status)
    return RuleViolation(
        "not_in_repair",
        f"{{piece_no}} 当前是「{status.zh}」，不在维修中，不能计时。请核对标签，或打开登记单。",
        f"{{piece_no}} is “{status.en}”, not in repair. Check the tag, or open its page.",
        piece_no=garment.piece.piece_no,
        registration=garment.no,
        registration_status=status.value,
    )


def _end(act: Act, time: BenchTime) -> None:
    time.stopped_at = max(act.now, time.started_at)
    act.session.flush()


def _measured(act: Act, registration_id: int) -> Measured | None:
    times = queries.uncounted(act.session, act.actor.account_id, registration_id)
    return queries.minutes_of(act.session, times, act.now)


def count_into(act: Act, work: Work) -> None:
    """Stop the repairer's timer on the garment of ``work`` and count his time into that entry."""
    times = queries.uncounted(act.session, act.actor.account_id, work.registration_id)
    for time in times:
        if time.stopped_at is None:
            time.stopped_at = max(act.now, time.started_at)
        time.work_id = work.id
    found = queries.minutes_of(act.session, times, act.now)
    work.measured_minutes = found.minutes if found else None
    act.session.flush()


def end_all(act: Act, registration: Registration) -> None:
    """Stop every timer on a garment that leaves the bench."""
    for time in queries.running_on(act.session, registration.id):
        _end(act, time)
