"""The control chart of shares, against values computed by hand."""

from __future__ import annotations

import pytest

from tracker.domain.control_chart import Chart, Group, Point, p_chart

EIGHT = [Group(100, 90)] * 7 + [Group(100, 50)]
"""680 of 800: centre 0.85, spread 3·√(0.85·0.15/100) = 0.107121."""


def test_centre_and_limits_are_those_computed_by_hand() -> None:
    chart = p_chart(EIGHT)
    assert chart.centre == 0.85
    assert chart.has_limits
    assert [round(point.lower or 0, 6) for point in chart.points] == [0.742879] * 8
    assert [round(point.upper or 0, 6) for point in chart.points] == [0.957121] * 8


def test_only_the_week_beyond_its_limits_is_marked() -> None:
    assert [point.is_below for point in p_chart(EIGHT).points] == [False] * 7 + [True]
    assert not any(point.is_above for point in p_chart(EIGHT).points)


def test_a_week_better_than_chance_is_above() -> None:
    chart = p_chart([Group(100, 50)] * 7 + [Group(100, 90)])
    assert [point.is_above for point in chart.points] == [False] * 7 + [True]


def test_fewer_garments_make_wider_limits_that_stay_within_0_and_1() -> None:
    chart = p_chart([Group(100, 90)] * 8 + [Group(4, 2)])
    assert round(chart.centre or 0, 6) == round(722 / 804, 6)
    assert chart.points[-1].upper == 1.0
    assert (chart.points[-1].lower or 0) < (chart.points[0].lower or 0)
    assert not chart.points[-1].is_below


def test_a_week_of_nothing_has_neither_share_nor_limits_and_does_not_count() -> None:
    chart = p_chart([*EIGHT[1:], Group(0, 0)])
    assert chart.points[-1] == Point(None)
    assert not chart.points[-1].is_below
    assert not chart.has_limits


def test_below_eight_weeks_there_are_shares_without_limits() -> None:
    chart = p_chart([Group(10, 9), Group(10, 8)])
    assert chart == Chart(0.85, (Point(0.9), Point(0.8)), False)


@pytest.mark.parametrize("groups", [[], [Group(0, 0)]])
def test_of_nothing_there_is_no_centre(groups: list[Group]) -> None:
    assert p_chart(groups) == Chart(None, tuple(Point(None) for _ in groups), False)
