"""A control chart of shares (p-chart): which weeks differ by more than chance would have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

FEWEST_GROUPS = 8
"""With fewer groups than these the limits would say more than the figures know."""
SIGMAS = 3


@dataclass(frozen=True)
class Group:
    """One week: how many were counted, and how many of them were good."""

    total: int
    good: int


@dataclass(frozen=True)
class Point:
    """A group's share between its limits, all from 0 to 1. A group of nothing has no share."""

    share: float | None
    lower: float | None = None
    upper: float | None = None

    @property
    def is_below(self) -> bool:
        """Worse than chance would have it."""
        return self.share is not None and self.lower is not None and self.share < self.lower

    @property
    def is_above(self) -> bool:
        """Better than chance would have it."""
        return self.share is not None and self.upper is not None and self.share > self.upper


@dataclass(frozen=True)
class Chart:
    """Points in the order of their groups. ``centre`` is the share of all, ``None`` of nothing."""

    centre: float | None
    points: tuple[Point, ...]
    has_limits: bool


def p_chart(groups: Sequence[Group]) -> Chart:
    """Return shares with limits at centre ± 3·√(p(1−p)/n) of each group's own n, within 0 and 1.

    Limits stand from ``FEWEST_GROUPS`` groups with something in them on.
    """
    total = sum(group.total for group in groups)
    if total == 0:
        return Chart(None, tuple(Point(None) for _ in groups), False)
    centre = sum(group.good for group in groups) / total
    has_limits = sum(group.total > 0 for group in groups) >= FEWEST_GROUPS
    return Chart(centre, tuple(_point(group, centre, has_limits) for group in groups), has_limits)


def _point(group: Group, centre: float, has_limits: bool) -> Point:
    if group.total == 0:
        return Point(None)
    share = group.good / group.total
    if not has_limits:
        return Point(share)
    spread = SIGMAS * sqrt(centre * (1 - centre) / group.total)
    return Point(share, max(centre - spread, 0.0), min(centre + spread, 1.0))
