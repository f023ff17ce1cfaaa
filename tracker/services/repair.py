"""The bench: repaired, and checked by a second person (rule 1.36)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from tracker.domain.codes import Grade
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.registration import MACHINE, Action, Origin
from tracker.models.registration import Registration
from tracker.models.repair import Check, Work
from tracker.queries import repair as queries
from tracker.services import bench, operation, warranty
from tracker.services import part as stock
from tracker.services.act import Act
from tracker.services.fields import Fen, Minutes, Quantity, Text16, Text80, required
from tracker.services.transition import apply


@dataclass(frozen=True)
class Operation:
    """One operation on the bench and its minutes; ``code`` names it in the catalogue."""

    name: Text80
    minutes: Minutes
    code: Text16 | None = None


@dataclass(frozen=True)
class Part:
    """Parts used: how many, and what they cost together in fen; a ``code`` takes from stock."""

    name: Text80
    quantity: Quantity
    cost_fen: Fen
    code: Text16 | None = None


def work(
    act: Act,
    registration: Registration,
    *,
    operations: Sequence[Operation],
    parts: Sequence[Part] = (),
    labour_fen: Fen = 0,
) -> None:
    """Record work on the bench: minutes, parts and labour in fen; several entries add up.

    The repairer's timer on the garment stops, and what it measured is kept beside the minutes that
    he enters. Parts with a code are taken from stock. Raises ``InvalidInput`` ``missing_field``
    without an operation, ``unknown_operation``, ``unknown_part``.
    """
    if not operations:
        raise InvalidInput(
            "missing_field",
            "请至少填写一道工序。",
            "Fill in at least one operation.",
            "operations",
        )
    standard = operation.standard_minutes(act, [one.code for one in operations])
    stocked = stock.known(act, [one.code for one in parts if one.code])
    minutes = sum(one.minutes for one in operations)
    parts_fen = sum(one.cost_fen for one in parts)
    apply(
        act,
        registration,
        MACHINE,
        Action.WORK,
        details={"minutes": minutes, "cost_fen": labour_fen + parts_fen},
    )
    entry = Work(
        registration_id=registration.id,
        at=act.now,
        by_id=act.actor.account_id,
        operations=[asdict(one) for one in operations],
        parts=[asdict(one) for one in parts],
        minutes=minutes,
        standard_minutes=standard,
        labour_fen=labour_fen,
        parts_fen=parts_fen,
    )
    act.session.add(entry)
    act.session.flush()
    bench.count_into(act, entry)
    stock.use(act, entry, [(stocked[one.code], one.quantity) for one in parts if one.code])


def finish_repair(act: Act, registration: Registration) -> None:
    """Hand the repaired garment to its check. Raises ``RuleViolation`` ``no_work``."""
    apply(act, registration, MACHINE, Action.FINISH_REPAIR)
    if not queries.repairers(act.session, registration.id):
        raise RuleViolation(
            "no_work",
            "还没有维修记录，请先填写工序和工时。",
            "There is no work on record: fill in operations and minutes first.",
        )
    bench.end_all(act, registration)


def give_up(act: Act, registration: Registration) -> None:
    """Send a garment that cannot be repaired back to its assessment. A note is mandatory.

    What the customer was charged for the repair is taken back: he is asked anew.
    """
    required(act.note, "note", "请写明为什么无法修复。", "Write why it cannot be repaired.")
    apply(act, registration, MACHINE, Action.GIVE_UP)
    bench.end_all(act, registration)
    warranty.take_back_charge(act, registration)


def pass_check(act: Act, registration: Registration, *, grade: Grade) -> None:
    """Pass the check as 正品 or 处理品. Raises ``RuleViolation`` ``own_repair``."""
    _check(act, registration, Action.PASS_CHECK, grade)
    registration.grade = grade.value
    registration.repair_count += 1


def fail_check(act: Act, registration: Registration) -> None:
    """Send a repair back to the bench with a reason; the failure counts. Not by its repairer."""
    required(act.note, "note", "请写明返工原因。", "Write what is wrong.")
    came_from = queries.repaired_in(act.session, registration.id)
    _check(act, registration, Action.FAIL_CHECK, None, Origin(came_from))


def _check(
    act: Act,
    registration: Registration,
    action: Action,
    grade: Grade | None,
    facts: Origin | None = None,
) -> None:
    apply(
        act,
        registration,
        MACHINE,
        action,
        facts,
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
    Action.WORK: work,
    Action.FINISH_REPAIR: finish_repair,
    Action.GIVE_UP: give_up,
    Action.PASS_CHECK: pass_check,
    Action.FAIL_CHECK: fail_check,
}
