"""The bench: assessed, repaired, checked by a second person (rules 1.35, 1.36)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from tracker.domain.codes import Cause, Grade, Position, refusal_reason
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.loss import Share
from tracker.domain.registration import MACHINE, Action, Finding, Outcome, Owner, Status
from tracker.models.registration import Registration
from tracker.models.repair import Assessment, Check, Work
from tracker.queries import repair as queries
from tracker.services import clock, loss, warranty
from tracker.services.act import Act
from tracker.services.fields import Area, Fen, Minutes, Quantity, Reason, Text80, required
from tracker.services.transition import apply


@dataclass(frozen=True)
class Operation:
    """One operation on the bench and its minutes."""

    name: Text80
    minutes: Minutes


@dataclass(frozen=True)
class Part:
    """Parts used: how many, and what they cost together, in fen."""

    name: Text80
    quantity: Quantity
    cost_fen: Fen


def refuse_intake(
    act: Act,
    registration: Registration,
    *,
    reason: Reason,
    position: Position | None = None,
    area_mm2: Area | None = None,
    cause: Cause | None = None,
    tag_intact: bool | None = None,
    accessories_intact: bool | None = None,
    number_intact: bool | None = None,
) -> None:
    """Refuse a garment at intake with observed facts and a reason (rules 1.15–1.18, 1.21–1.30)."""
    code = refusal_reason(reason)
    observed = _observed(
        registration, position, area_mm2, cause, tag_intact, accessories_intact, number_intact
    )
    observed.outcome, observed.reason, observed.is_quality = "refused", code.value, False
    apply(
        act,
        registration,
        MACHINE,
        Action.REFUSE_INTAKE,
        reason=code.value,
        details={"mismatches": observed.mismatches},
    )
    _keep(act, observed)


def assess(
    act: Act,
    registration: Registration,
    *,
    outcome: Outcome,
    quality: bool = True,
    restorable: bool = True,
    position: Position | None = None,
    area_mm2: Area | None = None,
    cause: Cause | None = None,
    tag_intact: bool | None = None,
    accessories_intact: bool | None = None,
    number_intact: bool | None = None,
    liabilities: Sequence[Share] = (),
) -> None:
    """Give the verdict of rule 1.35: repairable, not repairable, or no fault.

    What was not observed anew stands as registered; what differs is flagged (rule 1.16). For scrap
    the rules propose who is liable, by the observed cause; ``liabilities`` override them and need
    a note. A customer is asked before a repair that does not restore his garment or is not free
    (rules 2.03, 2.04). Raises ``RuleViolation`` ``customer_cause``, what ``loss.override`` raises.
    """
    observed = _observed(
        registration, position, area_mm2, cause, tag_intact, accessories_intact, number_intact
    )
    observed.outcome = outcome.value
    observed.is_quality, observed.is_restorable = quality, restorable
    is_free = restorable and warranty.is_repaired_free(act, registration, Cause(observed.cause))
    apply(
        act,
        registration,
        MACHINE,
        Action.ASSESS,
        Finding(outcome, Owner(registration.owner), is_free),
        details={"outcome": outcome.value, "mismatches": observed.mismatches},
    )
    _keep(act, observed)
    if registration.status == Status.SCRAP_PENDING:
        clock.stop(registration)
        if liabilities:
            loss.override(act, registration, liabilities)
        else:
            loss.propose_for(act, registration)


def _observed(
    registration: Registration,
    position: Position | None,
    area_mm2: int | None,
    cause: Cause | None,
    tag_intact: bool | None,
    accessories_intact: bool | None,
    number_intact: bool | None,
) -> Assessment:
    seen = {
        "position": position.value if position else None,
        "area_mm2": area_mm2,
        "cause": cause.value if cause else None,
        "tag_intact": tag_intact,
        "accessories_intact": accessories_intact,
        "number_intact": number_intact,
    }
    registered = {name: getattr(registration, name) for name in seen}
    facts = {name: registered[name] if value is None else value for name, value in seen.items()}
    mismatches = [name for name in seen if facts[name] != registered[name]]
    return Assessment(registration_id=registration.id, mismatches=mismatches, **facts)


def _keep(act: Act, assessment: Assessment) -> None:
    assessment.at = act.now
    assessment.by_id = act.actor.account_id
    act.session.add(assessment)
    act.session.flush()


def work(
    act: Act,
    registration: Registration,
    *,
    operations: Sequence[Operation],
    parts: Sequence[Part] = (),
    labour_fen: Fen = 0,
) -> None:
    """Record work on the bench: minutes, parts and labour in fen; several entries add up.

    Raises ``InvalidInput`` ``missing_field`` without an operation.
    """
    if not operations:
        raise InvalidInput(
            "missing_field",
            "请至少填写一道工序。",
            "Fill in at least one operation.",
            "operations",
        )
    minutes = sum(operation.minutes for operation in operations)
    parts_fen = sum(part.cost_fen for part in parts)
    apply(
        act,
        registration,
        MACHINE,
        Action.WORK,
        details={"minutes": minutes, "cost_fen": labour_fen + parts_fen},
    )
    act.session.add(
        Work(
            registration_id=registration.id,
            at=act.now,
            by_id=act.actor.account_id,
            operations=[asdict(operation) for operation in operations],
            parts=[asdict(part) for part in parts],
            minutes=minutes,
            labour_fen=labour_fen,
            parts_fen=parts_fen,
        )
    )
    act.session.flush()


def finish_repair(act: Act, registration: Registration) -> None:
    """Hand the repaired garment to its check. Raises ``RuleViolation`` ``no_work``."""
    apply(act, registration, MACHINE, Action.FINISH_REPAIR)
    if not queries.repairers(act.session, registration.id):
        raise RuleViolation(
            "no_work",
            "还没有维修记录，请先填写工序和工时。",
            "There is no work on record: fill in operations and minutes first.",
        )


def give_up(act: Act, registration: Registration) -> None:
    """Send a garment that cannot be repaired back to its assessment. A note is mandatory."""
    required(act.note, "note", "请写明为什么无法修复。", "Write why it cannot be repaired.")
    apply(act, registration, MACHINE, Action.GIVE_UP)


def pass_check(act: Act, registration: Registration, *, grade: Grade) -> None:
    """Pass the check as 正品 or 处理品. Raises ``RuleViolation`` ``own_repair``."""
    _check(act, registration, Action.PASS_CHECK, grade)
    registration.grade = grade.value
    registration.repair_count += 1


def fail_check(act: Act, registration: Registration) -> None:
    """Send a repair back to the bench with a reason; the failure counts. Not by its repairer."""
    required(act.note, "note", "请写明返工原因。", "Write what is wrong.")
    _check(act, registration, Action.FAIL_CHECK, None)


def _check(act: Act, registration: Registration, action: Action, grade: Grade | None) -> None:
    apply(
        act,
        registration,
        MACHINE,
        action,
        details={"grade": grade.value} if grade else None,
    )
    if act.actor.account_id in queries.repairers(act.session, registration.id):
        raise RuleViolation(
            "own_repair",
            "自己修的衣服要由另一人检验，请转给同事。",
            "A repair is checked by somebody else than its repairer.",
        )
    act.session.add(
        Check(
            registration_id=registration.id,
            at=act.now,
            by_id=act.actor.account_id,
            is_passed=grade is not None,
            grade=grade.value if grade else None,
        )
    )
    act.session.flush()


ACTIONS: Mapping[Action, Callable[..., None]] = {
    Action.REFUSE_INTAKE: refuse_intake,
    Action.ASSESS: assess,
    Action.WORK: work,
    Action.FINISH_REPAIR: finish_repair,
    Action.GIVE_UP: give_up,
    Action.PASS_CHECK: pass_check,
    Action.FAIL_CHECK: fail_check,
}
