"""The table of the approval chain: seeded once, then kept by supervisor and finance.

No version is ever overwritten: to change, to move or to retire a step writes another one, in force
from a day on. A form that was submitted keeps the chain of then.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.approval import DEFAULTS, KEEPERS, Step, check_step, check_table
from tracker.domain.calendar import shanghai_date
from tracker.domain.dated import check_from, check_last
from tracker.domain.errors import Forbidden, RuleViolation
from tracker.models.approval import ApprovalStep
from tracker.queries import approval_step as queries
from tracker.queries.lock import hold_table
from tracker.services import dated
from tracker.services.act import Act
from tracker.services.fields import required
from tracker.services.keeping import code_of


def seed(session: Session) -> int:
    """Add the shipped chain to an empty table; returns how many steps were added."""
    if session.scalar(select(ApprovalStep.id).limit(1)) is not None:
        return 0
    session.add_all(_row(step) for step in DEFAULTS)
    session.flush()
    return len(DEFAULTS)


def _row(step: Step) -> ApprovalStep:
    return ApprovalStep(
        code=step.code,
        place=step.place,
        action=step.action.value,
        zh=step.zh,
        en=step.en,
        roles=sorted(role.value for role in step.roles),
        kinds=sorted(kind.value for kind in step.kinds),
        from_fen=step.from_fen,
        to_fen=step.to_fen,
        switch=step.switch.value,
        is_distinct=step.is_distinct,
        effective_from=step.effective_from,
        is_retired=step.is_retired,
    )


def add(act: Act, step: Step, *, reason: str) -> ApprovalStep:
    """Add a step under a code that the table never had.

    Raises ``RuleViolation`` ``code_taken`` and what ``change`` raises.
    """
    _held(act)
    step = replace(step, code=code_of(step.code).lower())
    if step.code == "submit" or queries.rows(act.session, step.code):
        raise RuleViolation(
            "code_taken",
            "编号 {step} 已经用过（含停用的环节），请换一个编号。",
            "The code {step} was used already, by a retired step perhaps: choose another.",
            step=step.code,
        )
    return _write(act, step, reason)


def change(act: Act, step: Step, *, reason: str) -> ApprovalStep:
    """Write another version of a step, in force from its day (rules 1.40–1.43, C-26).

    Raises ``NotFound``, ``Forbidden``, ``InvalidInput`` ``missing_field``, ``in_the_past`` or
    ``bad_step``, ``RuleViolation`` ``broken_chain`` or ``later_version``.
    """
    _held(act)
    queries.of_code(act.session, step.code)
    return _write(act, step, reason)


def retire(act: Act, code: str, *, effective_from: date, reason: str) -> ApprovalStep:
    """Take a step out of the chain from a day on. Raises what ``change`` raises."""
    _held(act)
    last = queries.step_of(queries.of_code(act.session, code)[-1])
    return _write(act, replace(last, effective_from=effective_from, is_retired=True), reason)


def _held(act: Act) -> None:
    check_keeper(act)
    hold_table(act.session, ApprovalStep)


def check_keeper(act: Act) -> None:
    """Raise ``Forbidden`` for anybody but the after-sales supervisor and finance."""
    if not act.actor.is_any(frozenset(KEEPERS)):
        raise Forbidden(
            "wrong_role",
            "审批环节由售后主管和财务维护，请联系他们。",
            "The approval chain is kept by the after-sales supervisor and finance. Ask there.",
        )


def checked(act: Act, step: Step) -> Step:
    """Return a version that may be written, its words trimmed. Raises what ``change`` raises."""
    check_from(
        step.effective_from,
        shanghai_date(act.now),
        "已提交的报损单仍按原来的环节办理。",
        "submitted forms keep their chain.",
    )
    check_step(step)
    step = replace(
        step,
        zh=required(step.zh, "zh", "请填写中文名称。", "Write its name in Chinese."),
        en=required(step.en, "en", "请填写英文名称。", "Write its name in English."),
    )
    days = [row.effective_from for row in queries.rows(act.session, step.code)]
    check_last(step.effective_from, days, f"环节 {step.code} ", f"Step {step.code}")
    check_table([*queries.versions(act.session), step], step.effective_from)
    return step


def _write(act: Act, step: Step, reason: str) -> ApprovalStep:
    return dated.keep(act, _row(checked(act, step)), reason)
