"""The chain's own calendar: single days, and a State Council notice as a file (C-35)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.account import Role
from tracker.domain.calendar import DayWord
from tracker.domain.errors import Forbidden, InvalidInput
from tracker.models.calendar_day import CalendarDay
from tracker.queries import calendar as queries
from tracker.services import due
from tracker.services.act import Act
from tracker.services.fields import Text200, reason_of
from tracker.services.rows import BadFile, Row, checked, repeated

KEEPERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
COLUMNS = ("day", "word", "reason")
MOST_DAYS = 62
_DAY = re.compile(r"(20[0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})( 00:00:00)?")
_WORDS = {"班": DayWord.WORKING, "休": DayWord.FREE} | {word.value: word for word in DayWord}
_IS_WORKING = {DayWord.WORKING: True, DayWord.FREE: False, DayWord.PUBLISHED: None}


@dataclass(frozen=True)
class Told:
    """How many days were said anew, and how many due days moved by that."""

    days: int
    moved: int


def say(
    act: Act, *, first_on: date, last_on: date | None = None, word: DayWord, reason: Text200
) -> Told:
    """Say of one day, or of all days up to another, whether the chain works; due days follow.

    Raises ``Forbidden`` ``wrong_role``, ``InvalidInput`` ``bad_days`` (backwards, or over two
    months), ``missing_field``.
    """
    last = last_on or first_on
    if not 0 <= (last - first_on).days < MOST_DAYS:
        raise InvalidInput(
            "bad_days",
            "结束日期不能早于开始日期，一次最多 {most} 天。",
            "The last day does not come before the first, and {most} days at most at once.",
            "last_on",
            most=MOST_DAYS,
        )
    why = reason_of(reason)
    count = (last - first_on).days + 1
    wanted = {first_on + timedelta(days=number): (word, why) for number in range(count)}
    return _say(act, wanted, why)


def import_notice(act: Act, rows: Sequence[Row]) -> Told:
    """Say what a notice says: a row a day, ``班`` or ``休`` (``working``, ``free``), the feast.

    Days that were said already change nothing.
    Raises ``Forbidden`` ``wrong_role``, ``BadFile`` with every row that cannot be.
    """
    lines = checked(rows, _line, iter)
    twice = repeated([(number, line[0].isoformat()) for number, line in lines], "day")
    if twice:
        raise BadFile(twice)
    wanted = {day: (word, why) for _number, (day, word, why) in lines}
    years = "、".join(str(year) for year in sorted({day.year for day in wanted}))
    return _say(act, wanted, f"{years} 年节假日安排")


def _line(row: Row) -> tuple[date, DayWord, str]:
    match = _DAY.fullmatch(row.values["day"])
    word = _WORDS.get(row.values["word"].lower())
    try:
        day = date(*(int(part) for part in match.groups()[:3])) if match else None
    except ValueError:
        day = None
    if day is None:
        raise InvalidInput("bad_day", "日期应写成 2027-02-06。", "Write the day as 2027-02-06.")
    if word is None or word is DayWord.PUBLISHED:
        raise InvalidInput(
            "bad_word", "word 一栏只能是「班」或「休」。", "The word is working or free."
        )
    return day, word, reason_of(row.values["reason"])[:200]


def _say(act: Act, wanted: Mapping[date, tuple[DayWord, str]], why: str) -> Told:
    if not act.actor.is_any(KEEPERS):
        raise Forbidden(
            "wrong_role",
            "公司日历由售后主管或系统管理员维护。",
            "The calendar is kept by the after-sales supervisor or the administrator.",
        )
    standing = queries.of_days(act.session, wanted)
    fresh = {
        day: said for day, said in wanted.items() if standing.get(day) is not _IS_WORKING[said[0]]
    }
    act.session.add_all(
        CalendarDay(
            day=day,
            is_working=_IS_WORKING[word],
            reason=reason,
            at=act.now,
            by_id=act.actor.account_id,
        )
        for day, (word, reason) in sorted(fresh.items())
    )
    act.session.flush()
    return Told(len(fresh), due.recompute(act, why) if fresh else 0)
