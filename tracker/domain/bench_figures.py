"""The figures of the bench: counted from repairs, each with what it is counted from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from tracker.domain.named import NamedEnum


class Show(NamedEnum):
    """Which repairs a figure counts; each figure opens its rows."""

    REPAIRS = "repairs", "全部维修", "All repairs"
    FIRST_FIX = "first_fix", "一次修好", "Fixed at the first time"
    NOT_FIRST_FIX = "not_first_fix", "未一次修好", "Not fixed at the first time"
    CAME_BACK = "came_back", "保证期内复修", "Came back within the guarantee"
    FAILED = "failed", "检验不合格", "Failed a check"
    UNCHECKED = "unchecked", "待检", "Not checked yet"
    PARTS = "parts", "用了辅料", "Used parts"
    CUT = "cut", "忘记停表", "Forgotten timer"


@dataclass(frozen=True)
class Repair:
    """One garment that one repairer finished: his minutes, its checks, what became of it.

    ``measured`` and ``standard`` are nothing where no scan measured and no catalogue operation
    told a standard; ``compared`` are the minutes entered where a standard was told.
    """

    registration_id: int
    account_id: int
    at: datetime
    minutes: int
    measured: int | None
    standard: int | None
    compared: int
    parts: int
    parts_fen: int
    first_passed: bool | None
    failed_checks: int
    came_back: bool
    is_cut: bool

    @property
    def is_first_fix(self) -> bool | None:
        """Passed its first check and did not come back; unknown before a check."""
        return None if self.first_passed is None else self.first_passed and not self.came_back

    def shows(self, show: Show) -> bool:
        """Return whether the figure ``show`` counts this repair."""
        return {
            Show.REPAIRS: True,
            Show.FIRST_FIX: self.is_first_fix is True,
            Show.NOT_FIRST_FIX: self.is_first_fix is False,
            Show.CAME_BACK: self.came_back,
            Show.FAILED: self.failed_checks > 0,
            Show.UNCHECKED: self.first_passed is None,
            Show.PARTS: self.parts > 0,
            Show.CUT: self.is_cut,
        }[show]


@dataclass
class Sums:
    """The figures of a set of repairs; minutes, pieces, fen."""

    counts: dict[Show, int] = field(default_factory=lambda: dict.fromkeys(Show, 0))
    minutes: int = 0
    measured: int = 0
    standard: int = 0
    compared: int = 0
    parts: int = 0
    parts_fen: int = 0
    failed_checks: int = 0

    def add(self, repair: Repair) -> None:
        """Count one repair."""
        for show in Show:
            self.counts[show] += repair.shows(show)
        self.minutes += repair.minutes
        self.measured += repair.measured or 0
        self.standard += repair.standard or 0
        self.compared += repair.compared
        self.parts += repair.parts
        self.parts_fen += repair.parts_fen
        self.failed_checks += repair.failed_checks

    @property
    def checked(self) -> int:
        """The denominator of the first-time-fix share: repairs that were checked."""
        return self.counts[Show.REPAIRS] - self.counts[Show.UNCHECKED]

    @property
    def first_fix_percent(self) -> int | None:
        """First-time fixes of those checked, in whole percent; nothing without a check."""
        return _percent(self.counts[Show.FIRST_FIX], self.checked)

    @property
    def pace_percent(self) -> int | None:
        """Minutes entered against the standard, in whole percent; nothing without a standard."""
        return _percent(self.compared, self.standard)


def _percent(part: int, whole: int) -> int | None:
    return (part * 200 + whole) // (whole * 2) if whole else None


def summed(repairs: Iterable[Repair]) -> Sums:
    """Return the figures of ``repairs``."""
    sums = Sums()
    for repair in repairs:
        sums.add(repair)
    return sums
