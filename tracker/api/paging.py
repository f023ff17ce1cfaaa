"""Pages of short lists, by cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from tracker.api import body
from tracker.queries.paging import PAGE, position

T = TypeVar("T")


def sliced(rows: Sequence[T]) -> tuple[Sequence[T], str | None]:
    """Return the page of ``rows`` that the cursor names, and the cursor of the next one."""
    start = min(position(body.argument("cursor")), len(rows))
    following = str(start + PAGE) if start + PAGE < len(rows) else None
    return rows[start : start + PAGE], following
