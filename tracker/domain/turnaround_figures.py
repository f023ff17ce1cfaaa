"""What the turnaround figures are made of: windows of weeks, percentiles, bands of age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tracker.domain.calendar import SHANGHAI
from tracker.domain.errors import InvalidInput
from tracker.domain.named import NamedEnum

WEEK_CHOICES = (4, 13, 26, 52)
DEFAULT_WEEKS = 13
LONGEST_DAYS = 2 * 366
FEW = 5
"""Below this many garments a share says little, and the page says so."""
PERCENTILES = (50, 90, 95)
LATE = "late"


class By(NamedEnum):
    """What the figures are broken down by."""

    STORE = "store", "店铺", "Store"
    CARRIER_OUT = "carrier_out", "去程承运商", "Carrier out"
    CARRIER_BACK = "carrier_back", "回程承运商", "Carrier back"
    REPAIRER = "repairer", "维修工", "Repairer"
    SUPPLIER = "supplier", "供应商", "Supplier"
    STYLE = "style", "款号", "Style"


@dataclass(frozen=True)
class Window:
    """Business days from and to, both within; ``weeks`` where it was chosen as so many weeks."""

    from_on: date
    to_on: date
    weeks: int | None = None

    @property
    def mondays(self) -> tuple[date, ...]:
        """The Monday of every ISO week that the window touches."""
        first = _monday(self.from_on)
        count = (_monday(self.to_on) - first).days // 7 + 1
        return tuple(first + timedelta(days=7 * index) for index in range(count))

    def within_week(self, monday: date) -> tuple[date, date]:
        """Return the days of a week that lie in the window, first and last."""
        return max(monday, self.from_on), min(monday + timedelta(days=6), self.to_on)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def last_weeks(today: date, weeks: int = DEFAULT_WEEKS) -> Window:
    """Return the last ISO weeks, the present one with them up to today.

    Raises ``InvalidInput`` for a number of weeks that is not offered.
    """
    if weeks not in WEEK_CHOICES:
        raise InvalidInput(
            "bad_window",
            "周数请选 4、13、26 或 52。",
            "Choose 4, 13, 26 or 52 weeks.",
            "weeks",
        )
    return Window(_monday(today) - timedelta(days=7 * (weeks - 1)), today, weeks)


def between(from_on: date, to_on: date) -> Window:
    """Return a window of days. Raises ``InvalidInput``: it runs backwards or over two years."""
    if not 0 <= (to_on - from_on).days < LONGEST_DAYS:
        raise InvalidInput(
            "bad_window",
            "起始日期不能晚于结束日期，跨度不能超过两年。",
            "The first day comes before the last one, and they are two years apart at most.",
            "from",
        )
    return Window(from_on, to_on)


def percentile(counts: Mapping[int, int], percent: int) -> int | None:
    """Return the smallest number of days within which ``percent`` of the garments were (nearest
    rank), or ``None`` of nothing. ``counts`` are garments by days."""
    total = sum(counts.values())
    rank, seen = -(-percent * total // 100), 0
    for days in sorted(counts):
        seen += counts[days]
        if counts[days] and seen >= rank:
            return days
    return None


@dataclass
class Tally:
    """Garments counted by days, and how many of them were on time."""

    days: dict[int, int] = field(default_factory=dict)
    on_time: int = 0

    def add(self, days: int, count: int, is_on_time: bool = False) -> None:
        """Count garments that took so many days."""
        self.days[days] = self.days.get(days, 0) + count
        self.on_time += count if is_on_time else 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.days.values())

    @property
    def late(self) -> int:
        """Those that were not on time."""
        return self.total - self.on_time

    @property
    def share(self) -> float | None:
        """The share on time from 0 to 1; ``None`` of nothing."""
        return self.on_time / self.total if self.days else None

    def percentile(self, percent: int) -> int | None:
        """Return the days within which ``percent`` of them were; ``None`` of nothing."""
        return percentile(self.days, percent)

    def beyond(self, budget_days: int) -> int:
        """Return how many took longer than a budget."""
        return sum(count for days, count in self.days.items() if days > budget_days)


@dataclass(frozen=True)
class Band:
    """An age in days since dispatch, both ends within; the last before ``late`` is open."""

    name: str
    first: int
    last: int


def bands(limit: int) -> tuple[Band, ...]:
    """Return the bands up to a limit of days; of 15 they are 0–5, 6–10, 11–13 and 14–15.

    What is past its due day is ``LATE`` and in none of them.
    """
    ends = sorted({limit // 3, 2 * limit // 3, max(limit - 2, 0), limit})
    firsts = [0, *(end + 1 for end in ends[:-1])]
    return tuple(
        Band(f"{first}-{last}", first, last) for first, last in zip(firsts, ends, strict=True)
    )


def midnight(day: date) -> datetime:
    """Return the moment at which a business day begins in Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)
