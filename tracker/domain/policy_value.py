"""What a policy's value may be: a whole number, one of named options, bands of depreciation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from tracker.domain.errors import InvalidInput

LONGEST = 80


@dataclass(frozen=True)
class Option:
    """One value that may be chosen, with its names."""

    value: str
    zh: str
    en: str


@dataclass(frozen=True)
class Whole:
    """A whole number from ``least`` to ``most``, both included."""

    least: int
    most: int

    def check(self, typed: str) -> str:
        """Return the number as it is kept. Raises ``InvalidInput`` ``bad_value``."""
        text = typed.strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 9):
            raise _bad(f"请填写 {self.least} 到 {self.most} 的整数。", self._range())
        if not self.least <= int(text) <= self.most:
            raise _bad(f"请填写 {self.least} 到 {self.most} 的整数。", self._range())
        return str(int(text))

    def _range(self) -> str:
        return f"Write a whole number from {self.least} to {self.most}."


@dataclass(frozen=True)
class Choice:
    """One of the options; ``measured`` is a beginning that a whole amount of yuan follows."""

    options: tuple[Option, ...]
    measured: str = ""

    def check(self, typed: str) -> str:
        """Return the option's value. Raises ``InvalidInput`` ``bad_value``."""
        text = typed.strip()
        if text in {option.value for option in self.options}:
            return text
        amount = text.removeprefix(self.measured)
        is_amount = amount.isascii() and amount.isdigit() and len(amount) <= 9
        if self.measured and text.startswith(self.measured) and is_amount:
            return text
        zh = "、".join(f"{option.zh}（{option.value}）" for option in self.options)
        en = ", ".join(option.value for option in self.options)
        raise _bad(f"请从这些选项里选：{zh}。", f"Choose one of: {en}.")


@dataclass(frozen=True)
class Bands:
    """Percentages by day, such as ``30:5,60:10``: days rise, percentages do not fall."""

    def check(self, typed: str) -> str:
        """Return the bands as they are kept. Raises ``InvalidInput`` ``bad_value``."""
        rows = [row.split(":") for row in typed.replace(" ", "").split(",")]
        if not all(len(row) == 2 and all(_is_small(cell) for cell in row) for row in rows):
            raise _bad(*_BANDS)
        bands = [(int(day), int(percent)) for day, percent in rows]
        rising = all(one[0] < other[0] and one[1] <= other[1] for one, other in pairwise(bands))
        if not rising or bands[-1][1] > 100 or len(typed) > LONGEST:
            raise _bad(*_BANDS)
        return ",".join(f"{day}:{percent}" for day, percent in bands)


@dataclass(frozen=True)
class WeekTime:
    """A moment of every week: weekday, Monday being 1, and time of day, such as ``5 16:00``."""

    def check(self, typed: str) -> str:
        """Return the moment as it is kept. Raises ``InvalidInput`` ``bad_value``."""
        text = " ".join(typed.split())
        if not _WEEK_TIME.fullmatch(text):
            raise _bad(
                "请按「星期 时:分」填写，星期一为 1、星期日为 7，例如 5 16:00。",
                "Write weekday and hour:minute, Monday being 1: 5 16:00.",
            )
        return text

    def read(self, value: str) -> tuple[int, time]:
        """Return ISO weekday and time of day. Raises ``InvalidInput`` ``bad_value``."""
        weekday, clock = self.check(value).split(" ")
        return int(weekday), time.fromisoformat(clock)


Kind = Whole | Choice | Bands | WeekTime
_WEEK_TIME = re.compile(r"[1-7] ([01][0-9]|2[0-3]):[0-5][0-9]")
YES_NO = Choice((Option("yes", "是", "yes"), Option("no", "否", "no")))
_BANDS = (
    "请按「天:百分比」填写，用逗号隔开，天数递增、百分比不下降，例如 30:5,60:10,90:20。",
    "Write days:percent by commas, days rising and percentages not falling: 30:5,60:10,90:20.",
)


def _is_small(cell: str) -> bool:
    return cell.isascii() and cell.isdigit() and len(cell) <= 4


def _bad(zh: str, en: str) -> InvalidInput:
    return InvalidInput("bad_value", zh, en, "value")
