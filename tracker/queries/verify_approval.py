"""I12: every form took its chain step by step, by people who might, and what they signed stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.approval import Step, Switches, chain_of, in_force, status_before
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import LiableKind
from tracker.domain.loss import Action, Status
from tracker.models.approval import ApprovalStep, Delegation
from tracker.models.loss import Destruction, DestructionLine, LossForm, LossLine, Signature
from tracker.queries import approval, approval_step, delegation
from tracker.queries.verify import LIMIT

_WITHOUT_CHAIN = (Status.DRAFT, Status.VOIDED)
BATCH = 500


@dataclass(frozen=True)
class _Table:
    """The chain's table and the delegations, read once."""

    switches: Callable[[date], Switches]
    versions: Sequence[tuple[ApprovalStep, Step]]
    delegations: Sequence[Delegation]

    def chain(self, form: Any, submitted: Any) -> list[Step]:
        """Return the chain that a form had to take, by the table of the moment of submission."""
        on = shanghai_date(submitted.at)
        known = [step for row, step in self.versions if row.at is None or row.at <= submitted.at]
        kind, switches = LiableKind(form.liable_kind), self.switches(on)
        return chain_of(in_force(known, on), kind, form.total_fen, switches)

    def lent(self, signature: Any) -> bool:
        """Return whether a delegation covers a step that was taken for somebody."""
        on = shanghai_date(signature.at)
        return any(
            row.from_id == signature.for_id
            and row.to_id == signature.by_id
            and row.at <= signature.at
            and (row.revoked_at is None or row.revoked_at >= signature.at)
            and delegation.term_of(row).covers(signature.step, on)
            for row in self.delegations
        )


def approvals_are_complete(session: Session) -> list[str]:
    """I12: the steps are complete, in order, by distinct people; destroyer and witness too."""
    signed: dict[int, list[Any]] = defaultdict(list)
    columns = (
        Signature.form_id, Signature.step, Signature.at, Signature.by_id, Signature.for_id,
        Signature.content_sha256, Signature.id,
    )  # fmt: skip
    for row in session.execute(select(*columns).where(Signature.is_live).order_by(Signature.id)):
        signed[row.form_id].append(row)
    found: list[str] = []
    table = _table(session)
    forms = session.execute(
        select(
            LossForm.id, LossForm.no, LossForm.status, LossForm.liable_kind, LossForm.party,
            LossForm.party_name, LossForm.month, LossForm.total_fen, LossForm.steps,
        )
    ).all()  # fmt: skip
    for form in forms:
        found += _wrong(table, form, signed[form.id])
    found += _changed_after(session, forms, signed)
    return (found + _destroyers(session, signed))[:LIMIT]


def _table(session: Session) -> _Table:
    versions = [(row, approval_step.step_of(row)) for row in approval_step.rows(session)]
    delegations = session.scalars(select(Delegation)).unique().all()
    return _Table(cache(lambda on: approval_step.switches(session, on)), versions, delegations)


def _wrong(table: _Table, form: Any, signed: Sequence[Any]) -> Iterator[str]:
    """Yield what is wrong with one form's steps."""
    if form.status in _WITHOUT_CHAIN:
        if signed or form.steps is not None:
            yield f"{form.no} is {form.status}, and has steps of a chain"
        return
    chain = approval.steps(form)
    codes = [Action.SUBMIT.value, *(step.code for step in chain)]
    left = chain[max(0, len(signed) - 1) :]
    stands = Status.SUBMITTED if form.status == Status.DISPUTED else Status(form.status)
    if not chain or not signed or [row.step for row in signed] != codes[: len(signed)]:
        yield f"{form.no} is {form.status}, and its steps are not complete and in order"
        return
    if status_before([step.action for step in left]) is not stands:
        yield f"{form.no} is {form.status}, and its steps are not complete and in order"
    if [step.kept() for step in table.chain(form, signed[0])] != form.steps:
        yield f"{form.no}: its chain is not the one of its party and amount on that day"
    yield from _people(table, form, chain, signed)


def _people(
    table: _Table, form: Any, chain: Sequence[Step], signed: Sequence[Any]
) -> Iterator[str]:
    had: set[int] = set()
    for row, step in zip(signed, (None, *chain), strict=False):
        people = {who for who in (row.by_id, row.for_id) if who is not None}
        if people & had and (step is None or step.is_distinct):
            yield f"{form.no}: one person took two steps"
        if row.for_id is not None and not table.lent(row):
            yield f"{form.no}: {row.step} was taken for somebody who lent nothing"
        had |= people


def _changed_after(
    session: Session, forms: Sequence[Any], signed: dict[int, list[Any]]
) -> Iterator[str]:
    """Yield the forms that say something else than what somebody signed.

    Steps of before the digest have none; from the first one on that has it every step does.
    """
    told = [row.id for rows in signed.values() for row in rows if row.content_sha256]
    if not told:
        return
    since = min(told)
    known = [form for form in forms if any(row.id >= since for row in signed[form.id])]
    for first in range(0, len(known), BATCH):
        batch = known[first : first + BATCH]
        now = approval.contents(session, batch)
        for form in batch:
            said = {row.content_sha256 for row in signed[form.id] if row.id >= since}
            if said - {now[form.id]}:
                yield f"{form.no} says something else than what was signed"


def _destroyers(session: Session, signed: dict[int, list[Any]]) -> list[str]:
    found = []
    rows = session.execute(
        select(
            Destruction.no, DestructionLine.scanned_by_id, Destruction.witnessed_by_id,
            LossLine.form_id,
        )
        .join(DestructionLine, DestructionLine.destruction_id == Destruction.id)
        .join(LossLine, LossLine.registration_id == DestructionLine.registration_id)
        .where(LossLine.is_live, DestructionLine.scanned_by_id.is_not(None))
        .distinct()
    )  # fmt: skip
    for no, destroyer, witness, form_id in rows:
        signers = {who for row in signed[form_id] for who in (row.by_id, row.for_id)} - {None}
        if destroyer == witness or {destroyer, witness} & signers:
            found.append(f"{no}: who destroyed or witnessed took another step too")
    return sorted(set(found))
