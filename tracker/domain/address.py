"""What stands in an address of a list: read, or refused by the name of its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.domain.errors import InvalidInput


def day(given: Mapping[str, str], name: str) -> date | None:
    """Return the day that an address names, if any. Raises ``InvalidInput`` ``bad_day``."""
    typed = (given.get(name) or "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise InvalidInput(
            "bad_day",
            "日期请写成 2026-11-22 的样子。",
            "Write a day like 2026-11-22.",
            name,
        ) from None


def unknown_choice(name: str) -> InvalidInput:
    """Return the refusal of a choice that no list offers."""
    return InvalidInput("unknown_choice", "没有这个选项。", "There is no such choice.", name)
