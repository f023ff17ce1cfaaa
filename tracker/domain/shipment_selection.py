"""Which boxes, and which days of a store, are meant: as they stand in an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from tracker.domain.address import day, unknown_choice
from tracker.domain.errors import InvalidInput
from tracker.domain.named import NamedEnum
from tracker.domain.shipment import Kind, Status

WEEKS = 4
"""A period that nobody named: this ISO week and the three before it."""
LONGEST = 371
"""As many days as one tie-out may span."""


class Way(NamedEnum):
    OUT = "out", "从这里寄出", "Leaves here"
    IN = "in", "寄到这里", "Comes here"


class TiePart(NamedEnum):
    """A figure of the tie-out (三方核对): the stations of a garment's way, and the gaps between."""

    REGISTERED = "registered", "登记待寄", "Registered for shipping"
    PACKED = "packed", "装箱", "Packed"
    DISPATCHED = "dispatched", "寄出", "Dispatched"
    RECEIVED = "received", "签收", "Received"
    NOT_PACKED = "not_packed", "受理未装箱", "Accepted, not packed"
    NOT_DISPATCHED = "not_dispatched", "装箱未寄出", "Packed, not dispatched"
    NOT_RECEIVED = "not_received", "寄出未签收", "Dispatched, not received"
    NOT_REGISTERED = "not_registered", "签收无登记", "Received, not registered"


GAPS = (
    TiePart.NOT_PACKED,
    TiePart.NOT_DISPATCHED,
    TiePart.NOT_RECEIVED,
    TiePart.NOT_REGISTERED,
)


@dataclass(frozen=True)
class Boxes:
    """Which boxes a list shows; the same names stand in its address.

    ``since`` and ``until`` are days of dispatch, of a box not sent yet the day it was opened.
    """

    kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    site: str | None = None
    way: str | None = None
    since: date | None = None
    until: date | None = None
    unrelayed: bool = False
    overdue: bool = False

    @property
    def is_everything(self) -> bool:
        """Whether nothing is filtered."""
        return self == Boxes()

    def address(self, **more: Any) -> dict[str, Any]:
        """Return what stands in the address of this selection, and ``more``."""
        found = {
            "kind": ",".join(self.kinds),
            "status": ",".join(self.statuses),
            "site": self.site,
            "way": self.way,
            "from": self.since.isoformat() if self.since else None,
            "to": self.until.isoformat() if self.until else None,
            "unrelayed": "1" if self.unrelayed else None,
            "overdue": "1" if self.overdue else None,
            **more,
        }
        return {name: str(value) for name, value in found.items() if value}


@dataclass(frozen=True)
class Period:
    """The days of a tie-out, and the store it is about or all that the reader sees."""

    first: date
    last: date
    site: str | None = None

    def address(self, **more: Any) -> dict[str, Any]:
        """Return what stands in the address of this period, changed by ``more``."""
        found = asdict(self) | {"first": None, "last": None}
        found |= {"from": self.first.isoformat(), "to": self.last.isoformat(), **more}
        return {name: str(value) for name, value in found.items() if value}


def boxes(given: Mapping[str, str]) -> Boxes:
    """Return which boxes an address selects. Raises ``InvalidInput`` naming the wrong field."""
    return Boxes(
        kinds=_codes(given, "kind", Kind),
        statuses=_codes(given, "status", Status),
        site=_text(given, "site"),
        way=next(iter(_codes(given, "way", Way)), None),
        since=day(given, "from"),
        until=day(given, "to"),
        unrelayed=_is_set(given, "unrelayed"),
        overdue=_is_set(given, "overdue"),
    )


def period(given: Mapping[str, str], today: date) -> Period:
    """Return the days that an address selects, by default whole ISO weeks up to this one.

    Raises ``InvalidInput`` naming the wrong field, ``wrong_order`` where it ends before it begins,
    ``too_long`` for more than a year.
    """
    last = day(given, "to") or today
    monday = last - timedelta(days=last.weekday())
    first = day(given, "from") or monday - timedelta(weeks=WEEKS - 1)
    if first > last:
        raise InvalidInput(
            "wrong_order",
            "结束日期早于开始日期，请核对。",
            "The last day lies before the first: check them.",
            "to",
        )
    if (last - first).days > LONGEST:
        raise InvalidInput(
            "too_long",
            "一次最多查看一年，请缩短日期范围。",
            "One year at most is shown at once: choose fewer days.",
            "from",
        )
    return Period(first, last, _text(given, "site"))


def tie_part(given: str | None) -> TiePart:
    """Return the figure that an address names. Raises ``InvalidInput`` ``unknown_choice``."""
    if given not in set(TiePart):
        raise unknown_choice("part")
    return TiePart(given)


def _text(given: Mapping[str, str], name: str) -> str | None:
    return (given.get(name) or "").strip()[:16] or None


def _is_set(given: Mapping[str, str], name: str) -> bool:
    return (given.get(name) or "").lower() in ("1", "true", "yes")


def _codes(given: Mapping[str, str], name: str, known: type[NamedEnum]) -> tuple[str, ...]:
    typed = [code.strip() for code in (given.get(name) or "").split(",")]
    found = tuple(code for code in typed if code)
    if not set(found) <= set(known):
        raise unknown_choice(name)
    return found
