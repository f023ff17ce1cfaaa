"""Log-ins, passwords and API tokens."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.orm import Session

from tracker.domain import password as again
from tracker.domain.account import Actor, Role
from tracker.domain.errors import InvalidInput, RuleViolation, not_found
from tracker.models.account import Account, LoginSession, Token
from tracker.queries import account as queries
from tracker.queries import catalog
from tracker.queries import site as sites

_HASHER = PasswordHasher()
_ABSENT = _HASHER.hash(secrets.token_hex(16))
FREE_FAILURES = 5
LONGEST_PAUSE = timedelta(minutes=5)
MIN_PASSWORD = 10


def log_in(session: Session, login: str, password: str, now: datetime) -> tuple[Account, str]:
    """Check a password and return the account with the secret of its new log-in.

    After five failures each further try must wait, five minutes at most: slowed, never locked out.
    Raises ``RuleViolation`` ``wrong_password`` (the same for an unknown name) or ``too_many``.
    """
    account = queries.by_login(session, login.strip().lower())
    if account is not None:
        check_pause(account, now)
    is_right = matches(account.password_hash if account else None, password)
    if account is None or not is_right or not account.is_active:
        raise RuleViolation(
            "wrong_password",
            "用户名或密码不对，请重新输入。",
            "The user name or the password is wrong: try again.",
        )
    return account, begin_session(session, account, now, "password", now)


def begin_session(
    session: Session, account: Account, now: datetime, kind: str, password_at: datetime
) -> str:
    """Begin a log-in of an account that proved itself; return its secret, failures forgotten.

    ``password_at`` is when the password was typed on which the log-in stands.
    """
    account.failed_logins, account.failed_at = 0, None
    secret = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            secret_sha256=queries.secret_sha256(secret),
            account_id=account.id,
            kind=kind,
            started_at=now,
            password_at=password_at,
        )
    )
    session.flush()
    return secret


def check_password(session: Session, actor: Actor, password: str, now: datetime) -> bool:
    """Check the password that an actor typed again; nothing is written.

    Returns whether wrong tries stand on the account, for ``forget_failures``. Raises
    ``RuleViolation`` ``too_many`` or ``InvalidInput`` ``wrong_password``, for ``note_failure``.
    """
    account = session.get_one(Account, actor.account_id)
    check_pause(account, now)
    if not matches(account.password_hash, password):
        raise again.wrong()
    return account.failed_logins > 0


def forget_failures(session: Session, actor: Actor) -> None:
    """The actor typed the right password: his wrong tries before it count no more."""
    account = session.get_one(Account, actor.account_id)
    account.failed_logins, account.failed_at = 0, None


def note_failure(session: Session, login: str, now: datetime) -> None:
    """Count a wrong password, outside the refused attempt's own transaction."""
    account = queries.by_login(session, login.strip().lower())
    if account is not None:
        count_failure(account, now)


def count_failure(account: Account, now: datetime) -> None:
    """Count one wrong password or PIN: both slow down the same account."""
    account.failed_logins += 1
    account.failed_at = now


def check_pause(account: Account, now: datetime) -> None:
    """Raise ``RuleViolation`` ``too_many`` while an account must wait after wrong tries."""
    if _paused(account, now):
        raise RuleViolation(
            "too_many",
            "连续输错次数过多，请过几分钟再试，或请系统管理员重置密码。",
            "Too many wrong passwords. Wait some minutes, or ask the administrator.",
        )


def _paused(account: Account, now: datetime) -> bool:
    extra = account.failed_logins - FREE_FAILURES
    if extra < 0 or account.failed_at is None:
        return False
    pause = min(LONGEST_PAUSE, timedelta(seconds=2 ** min(extra, 10)))
    return account.failed_at <= now < account.failed_at + pause


def matches(kept: str | None, typed: str) -> bool:
    """Return whether a password or PIN is the kept one; where none is kept it takes as long."""
    try:
        return _HASHER.verify(kept or _ABSENT, typed) and kept is not None
    except (VerifyMismatchError, InvalidHashError):
        return False


def log_out(session: Session, secret: str, now: datetime) -> None:
    """End a log-in on the server: its cookie is worth nothing from now on."""
    found = queries.session_of(session, secret)
    if found is not None:
        found.ended_at = now


def hash_password(password: str) -> str:
    """Return the hash to keep. Raises ``InvalidInput`` ``short_password`` under ten characters."""
    if len(password) < MIN_PASSWORD:
        raise InvalidInput(
            "short_password",
            "密码至少 {least} 个字符。",
            "A password has {least} characters at least.",
            "password",
            least=MIN_PASSWORD,
        )
    return _HASHER.hash(password)


def hash_pin(pin: str) -> str:
    """Return the hash to keep of a PIN that ``check_pin`` let pass."""
    return _HASHER.hash(pin)


def add_account(
    session: Session,
    *,
    login: str,
    name: str,
    role: Role,
    site: str,
    password_hash: str,
    supplier: str | None = None,
    region: str | None = None,
    is_liaison: bool = False,
    is_demo: bool = False,
) -> Account:
    """Make an account. Raises ``InvalidInput`` ``too_long`` or ``login_taken``, ``NotFound``."""
    for field, text, most in (("login", login, 40), ("name", name, 80), ("region", region, 16)):
        if len(text or "") > most:
            raise InvalidInput(
                "too_long",
                "{name} 最多 {most} 个字符。",
                "{name} has {most} characters at most.",
                field,
                name=field,
                most=most,
            )
    if queries.by_login(session, login.lower()) is not None:
        raise InvalidInput("login_taken", "用户名已被使用。", "This user name is taken.", "login")
    owner = catalog.supplier(session, supplier) if supplier else None
    if role is Role.SUPPLIER and owner is None:
        raise not_found("供应商", "supplier", supplier or "—")
    account = Account(
        login=login.lower(),
        name=name,
        password_hash=password_hash,
        role=role.value,
        is_liaison=is_liaison,
        is_active=True,
        is_demo=is_demo,
        region=region,
        site_id=sites.by_code(session, site).id,
        supplier_id=owner.id if owner else None,
        failed_logins=0,
    )
    session.add(account)
    session.flush()
    return account


def issue_token(session: Session, login: str, days: int, now: datetime) -> str:
    """Return a new API token of an account, valid for ``days`` days; only its digest is kept."""
    account = queries.by_login(session, login.lower())
    if account is None:
        raise not_found("用户", "user", login)
    secret = secrets.token_urlsafe(32)
    session.add(
        Token(
            secret_sha256=queries.secret_sha256(secret),
            account_id=account.id,
            issued_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    session.flush()
    return secret


def demo_password_stands(session: Session) -> bool:
    """Return whether a demonstration account is active: production refuses to start then."""
    return any(account.is_demo and account.is_active for account in queries.every(session))
