"""Windows, percentiles and bands of the turnaround figures."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.errors import InvalidInput
from tracker.domain.turnaround import Leg, Turnaround, worst_leg
from tracker.domain.turnaround_figures import (
    Band,
    Tally,
    Window,
    bands,
    between,
    last_weeks,
    midnight,
    percentile,
)
from tracker.domain.turnaround_selection import Selection, selection

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("counts", "wanted", "days"),
    [
        ({1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, 10: 1}, 50, 5),
        ({1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, 10: 1}, 90, 9),
        ({1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, 10: 1}, 95, 10),
        ({12: 19, 30: 1}, 95, 12),
        ({12: 18, 30: 2}, 95, 30),
        ({7: 1}, 90, 7),
        ({}, 50, None),
    ],
)
def test_a_percentile_is_the_nearest_rank(
    counts: dict[int, int], wanted: int, days: int | None
) -> None:
    assert percentile(counts, wanted) == days


def test_a_tally_counts_total_late_and_beyond_a_budget() -> None:
    tally = Tally()
    tally.add(12, 3, True)
    tally.add(16, 1)
    tally.add(12, 1, True)
    assert (tally.total, tally.on_time, tally.late, tally.share) == (5, 4, 1, 0.8)
    assert [tally.beyond(days) for days in (11, 12, 16)] == [5, 1, 0]
    assert Tally().share is None


def test_thirteen_weeks_end_today_and_begin_on_a_monday() -> None:
    window = last_weeks(SUNDAY)
    assert (window.from_on, window.to_on) == (date(2026, 8, 24), SUNDAY)
    assert (len(window.mondays), window.mondays[-1]) == (13, date(2026, 11, 16))


def test_a_window_cuts_the_weeks_at_its_ends() -> None:
    window = between(date(2026, 11, 4), date(2026, 11, 10))
    assert [window.within_week(monday) for monday in window.mondays] == [
        (date(2026, 11, 4), date(2026, 11, 8)),
        (date(2026, 11, 9), date(2026, 11, 10)),
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"weeks": "12"}, "weeks"),
        ({"weeks": "x"}, "weeks"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "from"),
        ({"from": "2020-01-01", "to": "2026-11-01"}, "from"),
        ({"from": "gestern"}, "from"),
        ({"min_days": "-1"}, "min_days"),
        ({"result": "perhaps"}, "result"),
        ({"over": "lunch"}, "over"),
    ],
)
def test_a_wrong_address_names_the_field(given: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        selection(given, SUNDAY)
    assert refusal.value.field == field


def test_a_selection_comes_back_from_its_own_address() -> None:
    wanted = Selection(
        Window(date(2026, 9, 1), SUNDAY), store="S001", result="late", over="packing", max_days=3
    )
    assert selection(wanted.address(), SUNDAY) == wanted
    assert selection({}, SUNDAY).address() == {"weeks": "13"}


def test_fifteen_days_are_four_bands() -> None:
    assert bands(15) == (
        Band("0-5", 0, 5),
        Band("6-10", 6, 10),
        Band("11-13", 11, 13),
        Band("14-15", 14, 15),
    )


def test_a_business_day_begins_at_midnight_in_shanghai() -> None:
    assert midnight(SUNDAY).isoformat() == "2026-11-22T00:00:00+08:00"


def _legs(*days: int | None) -> Turnaround:
    budgets = (4, 1, 5, 1, 4)
    names = ("leg_transit_out", "leg_intake", "leg_repair", "leg_packing", "leg_transit_back")
    legs = tuple(Leg(name, budget, d) for name, budget, d in zip(names, budgets, days, strict=True))
    return Turnaround(midnight(SUNDAY), SUNDAY, sum(d or 0 for d in days), True, legs)


@pytest.mark.parametrize(
    ("days", "leg"),
    [
        ((4, 1, 9, 2, 4), "leg_repair"),
        ((6, 3, 5, 1, 4), "leg_transit_out"),
        ((4, 1, None, None, 12), "leg_transit_back"),
        ((4, 1, 5, 1, 4), None),
    ],
)
def test_the_worst_leg_went_furthest_past_its_budget(
    days: tuple[int | None, ...], leg: str | None
) -> None:
    assert worst_leg(_legs(*days)) == leg
