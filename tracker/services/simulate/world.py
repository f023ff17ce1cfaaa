"""The simulated time: what is still to happen, in its order, and the rules in force that day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any

from tracker.domain.calendar import SHANGHAI, due_on
from tracker.domain.policy import Policy
from tracker.domain.site import SiteKind
from tracker.domain.warranty import Terms, terms_from
from tracker.queries import policy
from tracker.services.simulate.cast import Cast
from tracker.services.simulate.life import Written
from tracker.services.simulate.writing import Writer

OPENS, OPEN_SECONDS = 9, 9 * 3600
"""Work is done from nine to six in Shanghai; a simulated day is so long."""

Progress = Callable[[int], None]


class World:
    """A chain from ``start_on``, day 0, for ``days`` days. What lies beyond never happens."""

    def __init__(self, writer: Writer, cast: Cast, rng: Random, start_on: date, days: int) -> None:
        self.writer = writer
        self.cast = cast
        self.rng = rng
        self.start_on = start_on
        self.days = days
        self.t = 0.0
        self.today = start_on
        """The business date."""
        self.received: Callable[..., None] = _nothing
        """What after-sales does with a garment that has come."""
        self.from_outside: Callable[..., None] = _nothing
        """What after-sales does with a garment that comes from a factory."""
        self.back: Callable[..., None] = _nothing
        """What the store does with a garment that is back."""
        self.live: dict[str, dict[int, Written]] = {}
        self.drafts: dict[tuple[str, str, str], Any] = {}
        self.months: dict[str, Any] = {}
        self.charged: dict[str, str] = {}
        self.charges: dict[str, int] = {}
        self.scrap: dict[int, Any] = {}
        self.to_destroy: dict[int, Any] = {}
        self.vendors: dict[str, int] = dict(cast.vendors)
        self._agenda: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = 0
        self._rules: dict[date, Mapping[str, Policy]] = {}
        self._terms: dict[date, Terms] = {}
        self._dues: dict[tuple[str, date], date] = {}
        self._openings = [
            datetime(day.year, day.month, day.day, OPENS, tzinfo=SHANGHAI).astimezone(UTC)
            for day in (start_on + timedelta(days=number) for number in range(days + 1))
        ]
        self.now = self._openings[0]
        """The moment, aware; later steps are never earlier."""

    def later(self, days: float, step: Callable[..., None], *with_: Any) -> None:
        """Let ``step(world, *with_)`` happen after so many days."""
        self.at(self.t + days, step, *with_)

    def at(self, t: float, step: Callable[..., None], *with_: Any) -> None:
        """Let ``step(world, *with_)`` happen at a simulated time; beyond the end it never does."""
        if t < self.days:
            self._count += 1
            heappush(self._agenda, (t, self._count, step, with_))

    def run(self, progress: Progress | None = None) -> None:
        """Let everything happen in its order; ``progress`` hears of the days that passed."""
        told = 0
        while self._agenda:
            t, _, step, with_ = heappop(self._agenda)
            day = self._turn_to(t)
            step(self, *with_)
            self.writer.flush_if_many()
            if progress is not None and day > told:
                told = day
                progress(day)
        for records in self.live.values():
            for record in records.values():
                record.write(self)
        self.writer.finish()
        if progress is not None:
            progress(self.days)

    def _turn_to(self, t: float) -> int:
        """Let it be that time; returns the day."""
        self.t = t
        day = int(t)
        self.today = self.start_on + timedelta(days=day)
        self.now = self._openings[day] + timedelta(seconds=int((t - day) * OPEN_SECONDS))
        return day

    def open(self, record: Written) -> None:
        """Remember a record that lives: at the end it is written as it stands then."""
        self.live.setdefault(record.table, {})[record.id] = record

    def close(self, record: Written) -> None:
        """Write a record whose story is over."""
        del self.live[record.table][record.id]
        record.write(self)

    def vendor(self, code: str, name: str, kind: SiteKind) -> int:
        """Return the site that stands for a factory or fabric maker, made when first needed."""
        if code not in self.vendors:
            self.vendors[code] = identity = self.writer.next_id("site")
            row = {"id": identity, "code": code, "name": name, "kind": kind.value}
            empty = dict.fromkeys(("ownership", "region", "liaison"))
            self.writer.add("site", row | empty)
        return self.vendors[code]

    def rules(self, on: date | None = None) -> Mapping[str, Policy]:
        """Return the policies in force on a day, today unless said."""
        day = on or self.today
        if day not in self._rules:
            self._rules[day] = self.writer.read(lambda session: policy.in_force(session, day))
        return self._rules[day]

    def terms(self, on: date) -> Terms:
        """Return the warranty's terms in force on a day."""
        if on not in self._terms:
            values = {name: rule.value for name, rule in self.rules(on).items()}
            self._terms[on] = terms_from(values)
        return self._terms[on]

    def due(self, clock: str, start_on: date | None = None) -> date:
        """Return the last day on time for a clock of that name that starts on a day, today."""
        key = clock, start_on or self.today
        if key not in self._dues:
            rule = self.rules(key[1])[clock]
            self._dues[key] = due_on(key[1], rule.number, rule.unit, rule.calendar)
        return self._dues[key]


def _nothing(_world: World, *_with: Any) -> None:
    """Nobody waits."""
