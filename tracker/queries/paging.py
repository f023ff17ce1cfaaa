"""Pages of lists: how long one is, and what a cursor says."""

from __future__ import annotations

PAGE = 50
_LONGEST = 15


def position(cursor: str | None) -> int:
    """Return the number that a cursor holds; 0 for anything that is no cursor of ours."""
    typed = cursor or ""
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST
    return int(typed) if is_number else 0


def key_text(value: str, identity: int) -> str:
    """Return the cursor of a list that is ordered by a value and then by the row's number."""
    return f"{value}~{identity}"


def key_of(cursor: str | None) -> tuple[str, int]:
    """Return the value and the number that a cursor holds; 0 for what is no cursor of ours."""
    value, _tilde, identity = (cursor or "").rpartition("~")
    return value, position(identity)
