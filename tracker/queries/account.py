"""Reads of accounts and tokens, and how a row becomes an actor."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, false, func, select
from sqlalchemy.orm import Session

from tracker.db import table_of
from tracker.domain.account import Actor, Role, effective_roles
from tracker.models.account import Account, LoginSession, Token
from tracker.models.catalog import Supplier
from tracker.models.site import Site


def secret_sha256(secret: str) -> str:
    """Return the digest under which a random secret is kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def actor_of(account: Account) -> Actor:
    """Return the account as the plain value that services receive."""
    site, supplier = account.site, account.supplier
    return _actor(account, site.code, site.region, supplier.code if supplier else None)


ACCOUNT, _SITE, _SUPPLIER, _LOGIN, _TOKEN = (
    table_of(model) for model in (Account, Site, Supplier, LoginSession, Token)
)
_ACTOR = (
    *(
        ACCOUNT.c[name]
        for name in ("id", "login", "name", "role", "is_liaison", "is_active", "site_id", "region")
    ),
    _SITE.c.code.label("site_code"),
    _SITE.c.region.label("site_region"),
    _SUPPLIER.c.code.label("supplier_code"),
)


def actors(*more: Any) -> Select[*tuple[Any, ...]]:
    """Return a query of what an actor is made of, and ``more``: each request asks, so it is read
    as plain columns of the tables.
    """
    return (
        select(*_ACTOR, *more)
        .join_from(ACCOUNT, _SITE, _SITE.c.id == ACCOUNT.c.site_id)
        .outerjoin(_SUPPLIER, _SUPPLIER.c.id == ACCOUNT.c.supplier_id)
    )


_BY_SESSION = (
    actors(_LOGIN.c.kind)
    .join(_LOGIN, _LOGIN.c.account_id == ACCOUNT.c.id)
    .where(
        _LOGIN.c.secret_sha256 == bindparam("digest"),
        _LOGIN.c.ended_at.is_(None),
        func.coalesce(_LOGIN.c.password_at, _LOGIN.c.started_at) > bindparam("since"),
    )
)
_BY_TOKEN = (
    actors()
    .join(_TOKEN, _TOKEN.c.account_id == ACCOUNT.c.id)
    .where(
        _TOKEN.c.secret_sha256 == bindparam("digest"),
        _TOKEN.c.revoked_at.is_(None),
        _TOKEN.c.expires_at > bindparam("now"),
    )
)
"""Built once: every request asks one of the two, and building costs more than asking."""


def actor_from(row: Any) -> Actor | None:
    """Return the actor that a row of ``actors`` tells, if there is one and he is active."""
    if row is None or not row.is_active:
        return None
    return _actor(row, row.site_code, row.site_region, row.supplier_code)


def _actor(account: Any, site_code: str, site_region: str | None, supplier: str | None) -> Actor:
    return Actor(
        account_id=account.id,
        login=account.login,
        name=account.name,
        roles=effective_roles(Role(account.role), account.is_liaison),
        site_id=account.site_id,
        site_code=site_code,
        region=account.region or site_region,
        supplier_code=supplier,
    )


def by_login(session: Session, login: str) -> Account | None:
    """Return an account by its log-in name."""
    return session.scalar(select(Account).where(Account.login == login))


def every(session: Session) -> Sequence[Account]:
    """Return all accounts, by site and name; for the administrator."""
    return session.scalars(select(Account).order_by(Account.site_id, Account.login)).all()


def by_badge(session: Session, badge: str) -> Account | None:
    """Return the account whose badge has this code."""
    digest = secret_sha256(badge)
    return session.scalar(select(Account).where(Account.badge_sha256 == digest))


def has_badge(session: Session, actor: Actor) -> bool:
    """Return whether the actor holds a badge."""
    found = select(Account.badge_sha256).where(Account.id == actor.account_id)
    return session.scalar(found) is not None


def badge_holders(session: Session, actor: Actor) -> Sequence[Account]:
    """Return the active accounts whose badges the actor issues: his store's, or everybody's."""
    found = select(Account).where(Account.is_active).order_by(Account.site_id, Account.login)
    if Role.ADMINISTRATOR not in actor.roles:
        is_manager = Role.STORE_MANAGER in actor.roles
        found = found.where(Account.site_id == actor.site_id if is_manager else false())
    return session.scalars(found).all()


def session_of(session: Session, secret: str) -> LoginSession | None:
    """Return the log-in of a cookie's secret if it was not ended and its account is active."""
    found = session.scalar(
        select(LoginSession).where(LoginSession.secret_sha256 == secret_sha256(secret))
    )
    if found is None or found.ended_at is not None or not found.account.is_active:
        return None
    return found


def actor_by_session(session: Session, secret: str, since: datetime) -> Actor | None:
    """Return who logged in with a cookie's secret, if the log-in stands.

    The password that it stands on was typed after ``since``.
    """
    asked = {"digest": secret_sha256(secret), "since": since}
    row = session.execute(_BY_SESSION, asked).one_or_none()
    actor = actor_from(row)
    if actor is None or row is None:
        return None
    return replace(actor, is_by_pin=row.kind == "badge", is_by_cookie=True)


def actor_by_token(session: Session, secret: str, now: datetime) -> Actor | None:
    """Return whose API token this is, if it stands and its account is active."""
    asked = {"digest": secret_sha256(secret), "now": now}
    return actor_from(session.execute(_BY_TOKEN, asked).one_or_none())
