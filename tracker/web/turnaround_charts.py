"""What the charts draw: values and words; the table beside a chart carries the same numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from tracker.domain.control_chart import Chart
from tracker.domain.turnaround_figures import LATE
from tracker.queries.turnaround_ageing import Ageing


@dataclass(frozen=True)
class Bar:
    """Garments that took from so many days to so many; the last bar is open."""

    first: int
    last: int | None
    count: int

    @property
    def label(self) -> str:
        """The days as they are read."""
        return str(self.first) if self.last is not None else f"{self.first}+"


def percent(part: int, whole: int) -> str:
    """Return a share as ``93.3 %``; never 100 or 0 by rounding alone, and no data of nothing."""
    if whole == 0:
        return str(_("no data"))
    tenths = (2000 * part + whole) // (2 * whole)
    if 0 < part < whole:
        tenths = min(max(tenths, 1), 999)
    return f"{tenths // 10}.{tenths % 10} %" if tenths % 10 else f"{tenths // 10} %"


def bars(days: Mapping[int, int], limit: int) -> list[Bar]:
    """Return a bar for every day up to twice the limit, and one for what took longer."""
    if not days:
        return []
    longest = 2 * limit
    found = [Bar(day, day, days.get(day, 0)) for day in range(min(max(days), longest) + 1)]
    beyond = sum(count for day, count in days.items() if day > longest)
    return [*found, Bar(longest + 1, None, beyond)] if beyond else found


def histogram(found: Sequence[Bar], limit: int) -> str:
    """Return the chart of the distribution; the line stands after the last day on time."""
    return _bars(
        [bar.label for bar in found],
        [bar.count for bar in found],
        [bar.first > limit for bar in found],
        x=str(_("days from dispatch to receipt")),
        line=str(_("%(days)s days", days=limit)),
        late=str(_("over %(days)s days", days=limit)),
        within=str(_("within %(days)s days", days=limit)),
    )


def ages(found: Ageing) -> str:
    """Return the chart of what is in flight by age."""
    return _bars(
        [str(_("late")) if name == LATE else name.replace("-", "–") for name in found.names],
        [found.count(band=name) for name in found.names],
        [name == LATE for name in found.names],
        x=str(_("days since dispatch")),
        line="",
        late=str(_("late")),
        within=str(_("not due yet")),
    )


def _bars(
    labels: Sequence[str], values: Sequence[int], is_late: Sequence[bool], **words: str
) -> str:
    return _spec(
        kind="bars",
        labels=labels,
        values=values,
        late=is_late,
        words={**words, "y": str(_("garments"))},
    )


def control(weeks: Sequence[str], chart: Chart) -> str:
    """Return the control chart of the weekly share on time, in percent."""
    return _spec(
        kind="control",
        labels=weeks,
        share=[_hundredths(point.share) for point in chart.points],
        lower=[_hundredths(point.lower) for point in chart.points],
        upper=[_hundredths(point.upper) for point in chart.points],
        beyond=[point.is_below or point.is_above for point in chart.points],
        centre=_hundredths(chart.centre),
        words={
            "share": str(_("share on time")),
            "beyond": str(_("beyond the limits")),
            "centre": str(_("mean of the window")),
            "limit": str(_("control limits")),
            "x": str(_("ISO week of receipt in the store")),
            "y": "%",
        },
    )


def _hundredths(value: float | None) -> float | None:
    return None if value is None else round(100 * value, 2)


def _spec(**values: object) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
