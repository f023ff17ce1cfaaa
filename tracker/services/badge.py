"""Badges and PINs: a card issued to a person, and the change of users at a shared browser."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from labels.badge_card import BadgeCard, badge_card_pdf
from labels.fonts import Fonts
from tracker.domain.account import Role
from tracker.domain.badge import LENGTH, badge_code, check_pin, needs_password, normal_badge
from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import RuleViolation, not_found
from tracker.models.account import Account
from tracker.queries import account as queries
from tracker.services import account as accounts
from tracker.services.act import Act
from tracker.services.papers import PDF, Paper


def issue(act: Act, login: str, fonts: Fonts) -> Paper:
    """Give a person a new badge and return its card; an earlier card is worth nothing from now on.

    The store manager issues for his store, the administrator for everybody. Only the digest of the
    random code is kept: the card is shown once. Raises ``NotFound``, ``Forbidden``
    ``needs_password``.
    """
    account = _holder(act, login)
    code = badge_code(secrets.token_bytes(LENGTH))
    account.badge_sha256 = queries.secret_sha256(code)
    act.session.flush()
    card = BadgeCard(
        code=code,
        name=account.name,
        role=Role(account.role).zh,
        site=f"{account.site.name} {account.site.code}",
        issued_on=shanghai_date(act.now),
    )
    return Paper(f"badge-{account.login}.pdf", PDF, badge_card_pdf([card], fonts))


def withdraw(act: Act, login: str) -> Account:
    """Make a person's badge worthless; returns the account. Raises as ``issue`` does."""
    account = _holder(act, login)
    account.badge_sha256 = None
    act.session.flush()
    return account


def _holder(act: Act, login: str) -> Account:
    if act.actor.is_by_pin:
        raise needs_password()
    for account in queries.badge_holders(act.session, act.actor):
        if account.login == login:
            return account
    raise not_found("用户", "user", login)


def set_pin(act: Act, pin: str, password: str) -> None:
    """Set the actor's own PIN, 4 to 6 digits; he types his password again, for a browser that was
    left open is not its person.

    Raises ``Forbidden`` ``needs_password``, ``RuleViolation`` ``too_many`` or ``wrong_password``,
    ``InvalidInput`` ``bad_pin`` or ``weak_pin``.
    """
    if act.actor.is_by_pin:
        raise needs_password()
    account = act.session.get_one(Account, act.actor.account_id)
    accounts.check_pause(account, act.now)
    if not accounts.matches(account.password_hash, password):
        raise RuleViolation(
            "wrong_password",
            "登录密码不对，数字密码没有改。请重新输入。",
            "The password is wrong, and the PIN is as it was: try again.",
        )
    account.pin_hash = accounts.hash_pin(check_pin(pin))
    act.session.flush()


def switch(
    session: Session, secret: str, badge: str, pin: str, now: datetime
) -> tuple[Account, str]:
    """Change a browser's log-in over to the holder of a badge; return him and his secret.

    Only where somebody of the same site is logged in, so that no stranger gets in with a card. The
    log-in before ends; the new one is no older than the password on which both stand. Wrong tries
    slow the account down as wrong passwords do. Raises ``RuleViolation`` ``not_signed_in``,
    ``no_pin``, ``too_many`` or ``wrong_badge`` (the same for an unknown card and a wrong PIN).
    """
    before = queries.session_of(session, secret)
    if before is None:
        raise RuleViolation(
            "not_signed_in",
            "这台电脑没有人登录，请先用密码登录。",
            "Nobody is logged in here: log in with a password first.",
        )
    account = _at_site(session, badge, before.account.site_id)
    if account is not None:
        accounts.check_pause(account, now)
    if account is not None and account.pin_hash is None:
        raise RuleViolation(
            "no_pin",
            "您还没有设置数字密码。请先用密码登录，在「我的数字密码」里设置。",
            "You have no PIN yet: log in with your password and set one.",
        )
    is_right = accounts.matches(account.pin_hash if account else None, pin)
    if account is None or not is_right:
        raise RuleViolation(
            "wrong_badge",
            "工牌或数字密码不对，或不是本处的工牌。请重新扫描、输入，或用密码登录。",
            "The badge or the PIN is wrong, or of another site. Try again, or use the password.",
        )
    before.ended_at = now
    stands_on = before.password_at or before.started_at
    return account, accounts.begin_session(session, account, now, "badge", stands_on)


def note_failure(session: Session, secret: str, badge: str, now: datetime) -> None:
    """Count a wrong PIN, outside the refused attempt's own transaction."""
    before = queries.session_of(session, secret)
    account = _at_site(session, badge, before.account.site_id) if before else None
    if account is not None:
        accounts.count_failure(account, now)


def _at_site(session: Session, badge: str, site_id: int) -> Account | None:
    account = queries.by_badge(session, normal_badge(badge))
    is_here = account is not None and account.is_active and account.site_id == site_id
    return account if is_here else None
