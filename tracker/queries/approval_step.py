"""Reads of the approval chain's table, and of the chain that a form would take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.account import Role
from tracker.domain.approval import (
    OTHER_PARTY,
    STEP_CLOCK,
    VP_SCOPE,
    Step,
    Switch,
    Switches,
    chain_of,
)
from tracker.domain.approval import in_force as steps_in_force
from tracker.domain.codes import LiableKind
from tracker.domain.loss import Action, Status
from tracker.domain.policy import Policy
from tracker.models.approval import ApprovalStep
from tracker.models.loss import LossForm
from tracker.queries import dated, policy


def rows(session: Session, code: str | None = None) -> Sequence[ApprovalStep]:
    """Return every version, of one step or of all, in the order in which they were written."""
    return dated.rows(session, ApprovalStep, code)


def of_code(session: Session, code: str) -> Sequence[ApprovalStep]:
    """Return the versions of one step, oldest first. Raises ``NotFound``."""
    return dated.of_code(session, ApprovalStep, code, "审批环节", "approval step")


def versions(session: Session) -> list[Step]:
    """Return every version of every step, oldest first."""
    return [step_of(row) for row in rows(session)]


def in_force(session: Session, on: date) -> list[Step]:
    """Return the steps in force on a day, in their order."""
    return steps_in_force(versions(session), on)


def switches(session: Session, on: date) -> Switches:
    """Return how C-26 and C-27 stand on a day."""
    names = (VP_SCOPE, OTHER_PARTY)
    return Switches.of({name: policy.one(session, name, on).value for name in names})


def chain(session: Session, kind: LiableKind, total_fen: int, on: date) -> list[Step]:
    """Return the steps that a form of this party and amount (fen), submitted on a day, takes."""
    return chain_of(in_force(session, on), kind, total_fen, switches(session, on))


def clock(session: Session, on: date) -> Policy:
    """Return how long a step may take on a day."""
    return policy.one(session, STEP_CLOCK, on)


@dataclass(frozen=True)
class Effect:
    """An open form, the chain that it keeps or would take now, and the one that it would take."""

    form: LossForm
    now: tuple[Step, ...]
    then: tuple[Step, ...]

    @property
    def is_kept(self) -> bool:
        """Whether the form was submitted: then it keeps its chain until it is returned."""
        return self.form.steps is not None


def effects(session: Session, step: Step) -> list[Effect]:
    """Return the open forms whose chain another version of a step would change, were they
    submitted on its day; those that were submitted already keep theirs.
    """
    on = step.effective_from
    steps, values = steps_in_force([*versions(session), step], on), switches(session, on)
    found = []
    query = select(LossForm).where(LossForm.status.not_in((Status.APPROVED, Status.VOIDED)))
    for form in session.scalars(query.order_by(LossForm.id)):
        kind, fen = LiableKind(form.liable_kind), form.total_fen
        if form.steps is None:
            now = chain(session, kind, fen, on)
        else:
            now = [Step.of_kept(kept, place) for place, kept in enumerate(form.steps)]
        then = chain_of(steps, kind, fen, values)
        if [one.kept() for one in now] != [one.kept() for one in then]:
            found.append(Effect(form, tuple(now), tuple(then)))
    return found


def step_of(row: ApprovalStep) -> Step:
    """Return a version as the domain knows it."""
    return Step(
        row.code,
        row.place,
        Action(row.action),
        row.zh,
        row.en,
        frozenset(Role(role) for role in row.roles),
        frozenset(LiableKind(kind) for kind in row.kinds),
        row.from_fen,
        row.to_fen,
        Switch(row.switch),
        row.is_distinct,
        row.effective_from,
        row.is_retired,
    )
