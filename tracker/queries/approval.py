"""Where a form stands on its approval chain, whose turn it is, and what exactly is signed."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor, Role
from tracker.domain.approval import DELEGATES, STEP_CLOCK, Step
from tracker.domain.calendar import due_on, shanghai_date
from tracker.domain.codes import LiableKind
from tracker.domain.loss import MACHINE, Action, Status
from tracker.models.loss import LossForm, LossLine, Signature
from tracker.queries import approval_step, calendar, delegation, loss_clock, policy, scope
from tracker.queries.delegation import Principal

OPEN = (Status.SUBMITTED, Status.SIGNED, Status.CONFIRMED)


@dataclass(frozen=True)
class Waiting:
    """A form that waits for the reader: for which step, since when, until when, for whom."""

    form: LossForm
    step: Step
    since_at: datetime
    due_on: date
    principal: Actor | None


def steps(form: LossForm) -> list[Step]:
    """Return the chain that a form keeps since its submission; a draft keeps none."""
    return [Step.of_kept(kept, place) for place, kept in enumerate(form.steps or ())]


def chain(session: Session, form: LossForm, on: date) -> list[Step]:
    """Return the chain that a form keeps, or that a draft would take if submitted on a day."""
    if form.steps is not None:
        return steps(form)
    return approval_step.chain(session, LiableKind(form.liable_kind), form.total_fen, on)


def live(session: Session, forms: Collection[int]) -> dict[int, list[Signature]]:
    """Return the steps that count on these forms in the order in which they were taken."""
    found: dict[int, list[Signature]] = defaultdict(list)
    rows = session.scalars(
        select(Signature)
        .where(Signature.form_id.in_(forms), Signature.is_live)
        .order_by(Signature.id)
    )
    for row in rows:
        found[row.form_id].append(row)
    return found


def ahead(chain: Sequence[Step], signed: Iterable[Signature]) -> list[Step]:
    """Return the steps of a chain that nobody took yet."""
    taken = {signature.step for signature in signed}
    return [step for step in chain if step.code not in taken]


def people(signed: Iterable[Signature]) -> set[int]:
    """Return who had a hand in a form by these steps: whoever took a step, and for whom."""
    return {
        account_id
        for signature in signed
        for account_id in (signature.by_id, signature.for_id)
        if account_id is not None
    }


def standing(actor: Actor, principals: Sequence[Principal], step: Step, on: date) -> list[Actor]:
    """Return as whom the actor may take a step on a day: himself, else those he stands in for.

    A party's own signature is never a delegate's; what ``business`` records on paper is.
    """
    own = [actor] if actor.is_any(step.roles) else []
    lent = [
        one.actor
        for one in principals
        if one.term.covers(step.code, on) and one.actor.is_any(step.roles & DELEGATES)
    ]
    return own or lent


def waiting(session: Session, actor: Actor, now: datetime) -> list[Waiting]:
    """Return the open forms whose next step the actor may take, the first due first."""
    today, query = shanghai_date(now), select(LossForm).order_by(LossForm.id)
    forms = session.scalars(query.where(scope.loss_forms(actor), LossForm.status.in_(OPEN))).all()
    principals = delegation.principals(session, actor, today)
    signed = live(session, [form.id for form in forms])
    clocks = {name: policy.one(session, name, today) for name in (STEP_CLOCK, loss_clock.POLICY)}
    said = calendar.overrides(session)
    found = []
    for form in forms:
        left = ahead(steps(form), signed[form.id])
        who = _whose_turn(actor, principals, left[0], signed[form.id], today) if left else []
        if who:
            asked_at = form.asked_at if left[0].action is Action.SIGN else None
            since = asked_at or max(signature.at for signature in signed[form.id])
            clock = clocks[loss_clock.POLICY if left[0].action is Action.SIGN else STEP_CLOCK]
            due = due_on(shanghai_date(since), clock.number, clock.unit, clock.calendar, said)
            lent = None if who[0] is actor else who[0]
            found.append(Waiting(form, left[0], since, due, lent))
    return sorted(found, key=lambda row: (row.due_on, row.form.id))


def _whose_turn(
    actor: Actor,
    principals: Sequence[Principal],
    step: Step,
    signed: Sequence[Signature],
    today: date,
) -> list[Actor]:
    """Return as whom the actor may take a form's next step, those left out who had a hand in it."""
    taken = people(signed) if step.is_distinct else set()
    if actor.account_id in taken:
        return []
    found = standing(actor, principals, step, today)
    return [one for one in found if one.account_id not in taken]


def offered(session: Session, actor: Actor, form: LossForm, now: datetime) -> Step | None:
    """Return the step of a form that the actor may take now, if it is his turn."""
    return _turn(session, actor, form, now)[0]


def stands_in(session: Session, actor: Actor, form: LossForm, now: datetime) -> Actor | None:
    """Return for whom the actor would take the next step of a form; nobody if for himself."""
    return next((one for one in _turn(session, actor, form, now)[1] if one is not actor), None)


def _turn(
    session: Session, actor: Actor, form: LossForm, now: datetime
) -> tuple[Step | None, list[Actor]]:
    if form.status not in OPEN:
        return None, []
    today, signed = shanghai_date(now), live(session, [form.id])[form.id]
    left = ahead(steps(form), signed)
    if not left:
        return None, []
    principals = delegation.principals(session, actor, today)
    who = _whose_turn(actor, principals, left[0], signed, today)
    return (left[0], who) if who else (None, [])


def returns_for(session: Session, actor: Actor, form: LossForm, now: datetime) -> Actor | None:
    """Return in whose place the actor may return a form; nobody if he may himself, or may not.

    Whoever stands in for the next step of the form may return it instead of taking it.
    """
    if form.status not in OPEN or actor.is_any(MACHINE.who[Action.RETURN]):
        return None
    left = ahead(steps(form), live(session, [form.id])[form.id])
    today = shanghai_date(now)
    return next(
        (
            one.actor
            for one in delegation.principals(session, actor, today)
            if left
            and one.term.covers(left[0].code, today)
            and one.actor.is_any(MACHINE.who[Action.RETURN] & DELEGATES)
        ),
        None,
    )


def lent_roles(session: Session, actor: Actor, now: datetime) -> frozenset[Role]:
    """Return the roles that the actor's principals lend him now."""
    return delegation.borrowed(session, actor, shanghai_date(now))


def content_sha256(session: Session, form: LossForm) -> str:
    """Return the digest of what a form says and its party signs: party, month, lines, total.

    The nature of a loss and its VAT are the house's own and are decided until the approval: the
    form's version stands for them.
    """
    return contents(session, [form])[form.id]


def contents(session: Session, forms: Sequence[LossForm]) -> Mapping[int, str]:
    """Return the digests of several forms by their id."""
    lines: dict[int, list[list[object]]] = defaultdict(list)
    line = LossLine
    columns = (
        line.registration_id, line.percent, line.basis, line.basis_fen, line.spent_fen,
        line.salvage_fen, line.amount_fen,
    )  # fmt: skip
    rows = session.execute(
        select(line.form_id, *columns)
        .where(line.form_id.in_([form.id for form in forms]), line.is_live)
        .order_by(line.id)
    )
    for form_id, *said in rows:
        lines[form_id].append(said)
    return {
        form.id: hashlib.sha256(
            json.dumps(
                [form.no, form.liable_kind, form.party, form.party_name, form.month,
                 form.total_fen, lines[form.id]],
                ensure_ascii=False,
                separators=(",", ":"),
            ).encode()
        ).hexdigest()
        for form in forms
    }  # fmt: skip
