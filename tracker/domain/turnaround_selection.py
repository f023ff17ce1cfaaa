"""Which finished round trips are meant: days and filters, as they stand in an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from tracker.domain.address import day, unknown_choice
from tracker.domain.errors import InvalidInput
from tracker.domain.turnaround import LEGS
from tracker.domain.turnaround_figures import By, Window, between, last_weeks

UNKNOWN = "-"
"""In an address: those of no carrier, no repairer."""
LEG_NAMES = tuple(name.removeprefix("leg_") for name in LEGS)
OWN_LEG: Mapping[By, str] = {
    By.CARRIER_OUT: "transit_out",
    By.CARRIER_BACK: "transit_back",
    By.REPAIRER: "repair",
}
"""The leg that those of a breakdown answer for."""
REPAIRS = ("repaired", "first_time", "again", "failed")
"""Of the repaired: all, those not repaired again, those repaired again, those a check sent back."""


@dataclass(frozen=True)
class Selection:
    """Which finished trips are meant; the same names stand in the address."""

    window: Window
    store: str | None = None
    carrier_out: str | None = None
    carrier_back: str | None = None
    repairer: str | None = None
    supplier: str | None = None
    style: str | None = None
    result: str | None = None
    min_days: int | None = None
    max_days: int | None = None
    over: str | None = None
    worst: str | None = None
    repair: str | None = None

    def address(self, **more: Any) -> dict[str, Any]:
        """Return what stands in the address of this selection, changed by ``more``."""
        named = {name: value for name, value in asdict(self).items() if name != "window"}
        window = self.window
        span = (
            {"weeks": window.weeks}
            if window.weeks
            else {"from": window.from_on.isoformat(), "to": window.to_on.isoformat()}
        )
        found = {**span, **named, **more}
        return {name: str(value) for name, value in found.items() if value is not None}

    def within(self, first: date, last: date) -> Selection:
        """Return the same of these days only."""
        return replace(self, window=Window(first, last))

    @property
    def filters(self) -> dict[By, str]:
        """The breakdowns that bound this selection, with their keys."""
        given = {by: getattr(self, by.value) for by in By}
        return {by: key for by, key in given.items() if key is not None}


def selection(given: Mapping[str, str], today: date) -> Selection:
    """Return what an address selects. Raises ``InvalidInput`` naming the field that is wrong."""
    words = {by.value: given.get(by.value) or None for by in By}
    return Selection(
        window=_window(given, today),
        result=_one_of(given, "result", ("on_time", "late")),
        min_days=_number(given, "min_days"),
        max_days=_number(given, "max_days"),
        over=_one_of(given, "over", LEG_NAMES),
        worst=_one_of(given, "worst", (*LEG_NAMES, UNKNOWN)),
        repair=_one_of(given, "repair", REPAIRS),
        **words,
    )


def _window(given: Mapping[str, str], today: date) -> Window:
    if given.get("from") or given.get("to"):
        first, last = day(given, "from"), day(given, "to")
        last = last or today
        return between(first or last_weeks(last).from_on, last)
    weeks = _number(given, "weeks")
    return last_weeks(today) if weeks is None else last_weeks(today, weeks)


def _number(given: Mapping[str, str], name: str) -> int | None:
    typed = given.get(name)
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 4):
        raise InvalidInput("bad_number", "请填写整数。", "Write a whole number.", name)
    return int(typed)


def _one_of(given: Mapping[str, str], name: str, known: Sequence[str]) -> str | None:
    value = given.get(name) or None
    if value is not None and value not in known:
        raise unknown_choice(name)
    return value
