"""Reads of accounts and tokens, and how a row becomes an actor."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor, Role, effective_roles
from tracker.models.account import Account, LoginSession, Token


def secret_sha256(secret: str) -> str:
    """Return the digest under which a random secret is kept."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def actor_of(account: Account, *, is_by_pin: bool = False) -> Actor:
    """Return the account as the plain value that services receive."""
    role = Role(account.role)
    return Actor(
        account_id=account.id,
        login=account.login,
        name=account.name,
        roles=effective_roles(role, account.is_liaison),
        site_id=account.site_id,
        site_code=account.site.code,
        region=account.region or account.site.region,
        supplier_code=account.supplier.code if account.supplier else None,
        is_by_pin=is_by_pin,
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


def actor_by_token(session: Session, secret: str, now: datetime) -> Actor | None:
    """Return whose API token this is, if it stands and its account is active."""
    token = session.scalar(select(Token).where(Token.secret_sha256 == secret_sha256(secret)))
    if token is None or token.revoked_at is not None or token.expires_at <= now:
        return None
    return actor_of(token.account) if token.account.is_active else None
