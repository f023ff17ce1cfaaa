"""The clock of a liable party's signature (rule 1.40): until when, and what is past it.

A form is judged by the version of the day on which its party was asked, its supplier's or store's
own version before the chain's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor
from tracker.domain.calendar import SHANGHAI, Overrides, due_on, latest_overdue_start, shanghai_date
from tracker.domain.codes import LiableKind
from tracker.domain.loss import Status
from tracker.domain.policy import CHAIN, Reach, Scope
from tracker.models.loss import LossForm
from tracker.queries import calendar, policy, scope
from tracker.queries.policy import Book, reach_of_party

POLICY = "liable_signature"


def sign_by(session: Session, forms: Sequence[LossForm]) -> dict[int, date]:
    """Return by form the last day for its liable party's signature, where one is awaited."""
    book, said = policy.book(session, POLICY), calendar.overrides(session)
    found = {}
    for form in forms:
        if form.status != Status.SUBMITTED or form.asked_at is None:
            continue
        asked_on = shanghai_date(form.asked_at)
        rule = book.one(POLICY, asked_on, reach_of_party(form.liable_kind, form.party))
        found[form.id] = due_on(asked_on, rule.number, rule.unit, rule.calendar, said)
    return found


def is_late(session: Session, today: date) -> ColumnElement[bool]:
    """Which forms wait for a signature past its last day: that escalates to the supervisor."""
    book, said = policy.book(session, POLICY), calendar.overrides(session)
    apart = {(row.scope, row.target) for row in book.versions(POLICY) if row.scope != Scope.CHAIN}
    theirs = {key: _of_party(*key) for key in sorted(apart)}
    late = [
        and_(mine, _is_past(book, said, today, reach_of_party(*key)))
        for key, mine in theirs.items()
    ]
    others = not_(or_(*theirs.values())) if theirs else not_(false())
    late.append(and_(others, _is_past(book, said, today, CHAIN)))
    return and_(LossForm.status == Status.SUBMITTED, or_(*late))


def _of_party(kind: str, party: str) -> ColumnElement[bool]:
    """The forms of a party: the scopes store and supplier are named as its kinds are."""
    return and_(LossForm.liable_kind == LiableKind(kind).value, LossForm.party == party)


def _is_past(book: Book, said: Overrides, today: date, reach: Reach) -> ColumnElement[bool]:
    """Which forms of one reach are past their day: each version judges those of its own days."""
    past = []
    for first, last in _spans(book, today):
        rule = book.one(POLICY, last, reach)
        until = min(last, latest_overdue_start(today, rule.number, rule.unit, rule.calendar, said))
        asked = LossForm.asked_at < _morning(until + timedelta(days=1))
        past.append(and_(asked, LossForm.asked_at >= _morning(first)) if first else asked)
    return or_(*past)


def _spans(book: Book, today: date) -> Iterator[tuple[date | None, date]]:
    """Yield the days, first and last, between which no version begins; the first has no start."""
    begins = sorted({row.effective_from for row in book.versions(POLICY)} | {today + timedelta(1)})
    before: date | None = None
    for day in begins:
        if day > today + timedelta(days=1):
            return
        yield before, day - timedelta(days=1)
        before = day


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def late_count(session: Session, actor: Actor, today: date) -> int:
    """Return how many forms that the actor may see wait for a signature past its last day."""
    query = select(func.count()).select_from(LossForm)
    return int(session.scalar(query.where(scope.loss_forms(actor), is_late(session, today))) or 0)
