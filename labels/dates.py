"""Dates and instants as they stand on paper, in the time of the shops (Asia/Shanghai)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def day(on: date | None) -> str:
    """Return a business date as `2026-11-22`, nothing when there is none."""
    return on.isoformat() if on is not None else ""


def moment(at: datetime | None) -> str:
    """Return an instant in Shanghai time to the minute, nothing when there is none.

    Raises `ValueError` for a naive datetime.
    """
    if at is None:
        return ""
    if at.tzinfo is None:
        raise ValueError(f"a printed instant needs its zone: {at.isoformat()}")
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def month_name(month: str) -> str:
    """Return the month `2026-11` as 2026年11月. Raises `ValueError` for anything else."""
    first = date.fromisoformat(f"{month}-01")
    return f"{first.year}年{first.month}月"
