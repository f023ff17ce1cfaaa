"""Reads of delegations: who stands in for whom, and under which roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from tracker.domain.account import Actor, Role
from tracker.domain.approval import DELEGATES, Term
from tracker.domain.errors import not_found
from tracker.models.account import Account
from tracker.models.approval import Delegation
from tracker.queries.account import actor_of

SEE_ALL = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.SUPERVISOR, Role.FINANCE})
READERS = DELEGATES | SEE_ALL


@dataclass(frozen=True)
class Principal:
    """An absent person, the roles he holds today, and for which steps somebody stands in."""

    actor: Actor
    term: Term


def _seen(actor: Actor) -> ColumnElement[bool]:
    if actor.is_any(SEE_ALL):
        return true()
    return or_(Delegation.from_id == actor.account_id, Delegation.to_id == actor.account_id)


def every(session: Session, actor: Actor) -> Sequence[Delegation]:
    """Return the delegations that the actor sees, the newest first, 200 at most."""
    query = select(Delegation).where(_seen(actor)).order_by(Delegation.id.desc()).limit(200)
    return session.scalars(query).unique().all()


def get(session: Session, actor: Actor, number: int) -> Delegation:
    """Return one delegation that the actor sees. Raises ``NotFound``."""
    found = session.scalar(select(Delegation).where(Delegation.id == number, _seen(actor)))
    if found is None:
        raise not_found("代理", "delegation", str(number))
    return found


def principals(session: Session, actor: Actor, on: date) -> list[Principal]:
    """Return for whom the actor stands in on a day.

    An absent person who left, or is no head-office person any more, lends nothing.
    """
    if not actor.is_any(DELEGATES):
        return []
    rows = session.scalars(
        select(Delegation)
        .join(Account, Account.id == Delegation.from_id)
        .where(
            Delegation.to_id == actor.account_id,
            Delegation.from_on <= on,
            Delegation.until_on >= on,
            Delegation.revoked_at.is_(None),
            Account.is_active,
        )
        .order_by(Delegation.id)
        .execution_options(populate_existing=True)
    ).unique()
    return [Principal(actor_of(row.principal), term_of(row)) for row in rows]


def borrowed(session: Session, actor: Actor, on: date) -> frozenset[Role]:
    """Return the roles of head office that the actor's principals lend him on a day."""
    found = [one.actor.roles & DELEGATES for one in principals(session, actor, on)]
    return frozenset[Role]().union(*found)


def term_of(row: Delegation) -> Term:
    """Return a delegation's days and steps."""
    return Term(row.from_on, row.until_on, frozenset(row.steps))


def people(session: Session) -> Sequence[Account]:
    """Return the active people of head office who may stand in or be stood in for."""
    query = select(Account).where(
        Account.is_active, Account.role.in_([role.value for role in DELEGATES])
    )
    return session.scalars(query.order_by(Account.role, Account.login)).unique().all()
