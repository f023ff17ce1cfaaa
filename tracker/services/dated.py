"""Writing dated versions: one row more, with who wrote it, when and why."""

from __future__ import annotations

from typing import Any, TypeVar

from tracker.services.act import Act
from tracker.services.fields import reason_of

Row = TypeVar("Row")


def keep(act: Act, row: Row, reason: str) -> Row:
    """Write a version and return it. Raises ``InvalidInput`` ``missing_field`` without a reason."""
    signed: Any = row
    signed.reason, signed.at, signed.by_id = reason_of(reason), act.now, act.actor.account_id
    act.session.add(row)
    act.session.flush()
    return row
