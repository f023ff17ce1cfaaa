"""Reads of notices: an account's own inbox, what stands, and whom a record was told to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.db import table_of
from tracker.domain.account import Actor, Role
from tracker.domain.errors import not_found
from tracker.domain.notice import Occasion
from tracker.models.account import Account
from tracker.models.notice import Notice, NoticeWish
from tracker.queries import scope
from tracker.queries.paging import PAGE, position

MOST_COUNTED = 100
"""The bell counts no farther: it says 99+."""
MOST_TOLD = 50
"""A record's page names no more of those who were told."""
_TABLE = table_of(Notice)


@dataclass(frozen=True)
class Filter:
    """What the inbox shows; ``state`` is ``unread``, ``read`` or ``all``."""

    state: str = "unread"
    occasion: str | None = None


def unread_count(session: Session, actor: Actor) -> int:
    """Return how many notices the actor has yet to read, ``MOST_COUNTED`` at most."""
    some = (
        select(_TABLE.c.id)
        .where(
            _TABLE.c.account_id == actor.account_id,
            _TABLE.c.read_at.is_(None),
            _TABLE.c.settled_at.is_(None),
        )
        .limit(MOST_COUNTED)
        .subquery()
    )
    return int(session.scalar(select(func.count()).select_from(some)) or 0)


def page(
    session: Session, actor: Actor, wanted: Filter, cursor: str | None = None
) -> tuple[Sequence[Notice], str | None]:
    """Return a page of the actor's own notices, newest first, and the cursor of the next one."""
    query = select(Notice).where(scope.notices(actor), *_conditions(wanted))
    before = position(cursor)
    if before:
        query = query.where(Notice.id < before)
    rows = session.scalars(query.order_by(Notice.id.desc()).limit(PAGE + 1)).all()
    return rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else None


def counts(session: Session, actor: Actor) -> Mapping[str, int]:
    """Return by occasion how many notices the actor has yet to read."""
    rows = session.execute(
        select(Notice.occasion, func.count())
        .where(scope.notices(actor), *_conditions(Filter()))
        .group_by(Notice.occasion)
    )
    found = {row.occasion: row[1] for row in rows}
    return {occasion.value: found[occasion] for occasion in Occasion if occasion in found}


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state == "unread":
        conditions += [Notice.read_at.is_(None), Notice.settled_at.is_(None)]
    elif wanted.state == "read":
        conditions.append(Notice.read_at.is_not(None) | Notice.settled_at.is_not(None))
    if wanted.occasion:
        conditions.append(Notice.occasion == wanted.occasion)
    return conditions


def get(session: Session, actor: Actor, number: int) -> Notice:
    """Return one of the actor's own notices. Raises ``NotFound``."""
    found = session.scalar(select(Notice).where(scope.notices(actor), Notice.id == number))
    if found is None:
        raise not_found("通知", "notice", number)
    return found


def standing(session: Session) -> Mapping[str, Mapping[int, int]]:
    """Return of every matter that stands the last step told, by account."""
    rows = session.execute(
        select(_TABLE.c.matter, _TABLE.c.account_id, _TABLE.c.step)
        .where(_TABLE.c.settled_at.is_(None))
        .order_by(_TABLE.c.matter, _TABLE.c.step)  # As the index of what stands has it.
    )
    found: dict[str, dict[int, int]] = {}
    for matter, account, step in rows:
        found.setdefault(matter, {})[account] = step
    return found


@dataclass(frozen=True)
class Telling:
    """Who was told of a record, when, at which step."""

    name: str
    role: str
    told_at: Any
    step: int
    occasion: str


def told_of(session: Session, actor: Actor, record: str) -> Sequence[Telling]:
    """Return who was told of a record that the actor sees, in order; nothing to a supplier."""
    if Role.SUPPLIER in actor.roles:
        return ()
    rows = session.execute(
        select(Account.name, Account.role, Notice.told_at, Notice.step, Notice.occasion)
        .join(Account, Account.id == Notice.account_id)
        .where(Notice.record == record)
        .order_by(Notice.id)
        .limit(MOST_TOLD)
    )
    return [Telling(*row) for row in rows]


def wish_of(session: Session, account_id: int) -> NoticeWish | None:
    """Return how an account wants to be told, if it ever said so."""
    return session.scalar(select(NoticeWish).where(NoticeWish.account_id == account_id))
