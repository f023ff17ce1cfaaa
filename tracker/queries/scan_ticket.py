"""Reads of scan tickets: whose they are, and whether they still open something."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session

from tracker.db import table_of
from tracker.domain.account import Actor, Role
from tracker.domain.errors import not_found
from tracker.models.account import ScanTicket
from tracker.models.scan import Scan
from tracker.queries.account import ACCOUNT, actor_from, actors

PREFIX = "st."
"""What a ticket's text begins with: an API token never does."""


@dataclass(frozen=True)
class Claims:
    """What a ticket says of itself, its signature proven."""

    number: str
    account_id: int
    site_id: int
    device: str
    issued_at: datetime
    expires_at: datetime


def actor_by(session: Session, claims: Claims, now: datetime) -> Actor | None:
    """Return whose ticket it is, if it was not revoked and its person still works at its site.

    A ticket whose row is missing was issued before a backup came back: it counts.
    """
    if now >= claims.expires_at:
        return None
    asked = {
        "number": claims.number,
        "account_id": claims.account_id,
        "site_id": claims.site_id,
    }
    row = session.execute(_BY_TICKET, asked).one_or_none()
    actor = actor_from(row) if row is not None and row.revoked_at is None else None
    return replace(actor, device=claims.device) if actor else None


_TICKET = table_of(ScanTicket)
_BY_TICKET = (
    actors(_TICKET.c.revoked_at)
    .outerjoin(_TICKET, _TICKET.c.number == bindparam("number"))
    .where(
        ACCOUNT.c.id == bindparam("account_id"),
        ACCOUNT.c.site_id == bindparam("site_id"),
    )
)


def standing(session: Session, actor: Actor, now: datetime) -> Sequence[ScanTicket]:
    """Return the tickets that open something and that the actor may revoke, newest first."""
    return session.scalars(
        select(ScanTicket)
        .where(_own(actor), ScanTicket.revoked_at.is_(None), ScanTicket.expires_at > now)
        .order_by(ScanTicket.id.desc())
        .limit(200)
    ).all()


def last_uses(session: Session, tickets: Collection[ScanTicket]) -> dict[tuple[int, str], datetime]:
    """Return when a scan last came with these tickets, by person's id and device; none unused."""
    if not tickets:
        return {}
    rows = session.execute(
        select(Scan.account_id, Scan.device, func.max(Scan.arrived_at))
        .where(
            Scan.site_id.in_({ticket.site_id for ticket in tickets}),
            Scan.device.in_({ticket.device for ticket in tickets}),
            Scan.arrived_at >= min(ticket.issued_at for ticket in tickets),
        )
        .group_by(Scan.account_id, Scan.device)
    )
    return {(account_id, device): at for account_id, device, at in rows if device is not None}


def get(session: Session, actor: Actor, number: str) -> ScanTicket:
    """Return a ticket that the actor may revoke. Raises ``NotFound``."""
    found = session.scalar(select(ScanTicket).where(ScanTicket.number == number, _own(actor)))
    if found is None:
        raise not_found("扫描授权", "scan ticket", number)
    return found


def _own(actor: Actor) -> ColumnElement[bool]:
    """Bound to the actor's own; a manager sees his store's."""
    own = ScanTicket.account_id == actor.account_id
    if Role.STORE_MANAGER in actor.roles:
        return or_(own, ScanTicket.site_id == actor.site_id)
    return own
