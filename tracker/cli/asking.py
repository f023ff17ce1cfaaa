"""What the commands share: a refusal is a sentence and an exit status, an account an actor."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from tracker.db import utc_now
from tracker.domain.account import Actor
from tracker.domain.errors import HangtagError, not_found
from tracker.errors import as_refusal
from tracker.extensions import db
from tracker.queries import account as accounts
from tracker.services.act import Act
from tracker.services.rows import BadFile

F = TypeVar("F", bound=Callable[..., Any])


def refusing(command: F) -> F:
    """Say a refusal in both languages and end with status 1."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except BadFile as refusal:
            for row in refusal.bad_rows:
                click.echo(f"row {row.number}: {row.zh} / {row.en}", err=True)
            raise _ending(refusal) from None
        except (HangtagError, IntegrityError, OperationalError, StaleDataError) as error:
            raise _ending(as_refusal(error)) from None

    return run  # type: ignore[return-value]


def _ending(refusal: HangtagError) -> click.ClickException:
    return click.ClickException(f"{refusal.message('zh')} / {refusal.message('en')}")


def actor(login: str) -> Actor:
    """Return an active account as the actor. Raises ``NotFound``."""
    found = accounts.by_login(db.session(), login.lower())
    if found is None or not found.is_active:
        raise not_found("用户", "user", login)
    return accounts.actor_of(found)


def act(login: str, if_version: int | None = None) -> Act:
    """Return the act of an account, now."""
    return Act(db.session(), actor(login), utc_now(), None, None, if_version)
