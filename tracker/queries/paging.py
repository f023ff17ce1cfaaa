"""Pages of lists: how long one is, and what a cursor says."""

from __future__ import annotations

PAGE = 50
_LONGEST = 15


def position(cursor: str | None) -> int:
    """Return the number that a cursor holds; 0 for anything that is no cursor of ours."""
    typed = cursor or ""
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST
    return int(typed) if is_number else 0
