"""Pages of short lists, by cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from tracker.api import body

PAGE = 50
T = TypeVar("T")


def sliced(rows: Sequence[T]) -> tuple[Sequence[T], str | None]:
    """Return the page of ``rows`` that the cursor names, and the cursor of the next one."""
    cursor = body.argument("cursor") or ""
    start = min(int(cursor), len(rows)) if cursor.isascii() and cursor.isdigit() else 0
    following = str(start + PAGE) if start + PAGE < len(rows) else None
    return rows[start : start + PAGE], following
