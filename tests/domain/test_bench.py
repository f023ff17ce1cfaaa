"""Measured time, and the figures of repairs: pure sums."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.domain.bench import OPERATIONS, PARTS, Measured, Span, measured
from tracker.domain.bench_figures import Repair, Show, summed
from tracker.domain.codes import Defect

NINE = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def _span(seconds: int | None, start: datetime = NINE) -> Span:
    return Span(start, None if seconds is None else start + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "minutes"), [([29], 0), ([30], 1), ([89], 1), ([90], 2), ([25, 25], 1), ([], 0)]
)
def test_seconds_of_all_spans_are_added_before_they_are_rounded_half_up(
    seconds: list[int], minutes: int
) -> None:
    spans = [_span(one) for one in seconds]
    assert measured(spans, NINE, 240) == Measured(minutes, False)


def test_a_running_timer_counts_up_to_now_and_a_forgotten_one_up_to_the_limit() -> None:
    running = [_span(None)]
    assert measured(running, NINE + timedelta(minutes=240), 240) == Measured(240, False)
    assert measured(running, NINE + timedelta(minutes=241), 240) == Measured(240, True)
    both = [_span(600), _span(3 * 24 * 3600)]
    assert measured(both, NINE, 240) == Measured(250, True)


def test_the_seeds_name_every_defect_of_a_repair_once_and_no_code_twice() -> None:
    assert {one.defect for one in OPERATIONS} == set(Defect) - {Defect.WRONG_ITEM}
    for seeds in (OPERATIONS, PARTS):
        codes = [one.code for one in seeds]
        assert len(codes) == len(set(codes))


def _repair(**facts: object) -> Repair:
    told: dict[str, object] = {
        "registration_id": 1, "account_id": 1, "at": NINE, "minutes": 20, "measured": 18,
        "standard": 16, "compared": 20, "parts": 2, "parts_fen": 700, "first_passed": True,
        "failed_checks": 0, "came_back": False, "is_cut": False,
    }  # fmt: skip
    return Repair(**(told | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("first_passed", "came_back", "is_first_fix"),
    [(True, False, True), (True, True, False), (False, False, False), (None, False, None)],
)
def test_a_first_time_fix_passes_its_first_check_and_does_not_come_back(
    first_passed: bool | None, came_back: bool, is_first_fix: bool | None
) -> None:
    repair = _repair(first_passed=first_passed, came_back=came_back)
    assert repair.is_first_fix is is_first_fix


def test_shares_have_a_denominator_or_say_nothing() -> None:
    unchecked = summed([_repair(first_passed=None, standard=None, compared=0)])
    assert (unchecked.checked, unchecked.first_fix_percent, unchecked.pace_percent) == (
        0,
        None,
        None,
    )
    three = summed([_repair(), _repair(), _repair(first_passed=False, failed_checks=2)])
    assert (three.counts[Show.FIRST_FIX], three.checked, three.first_fix_percent) == (2, 3, 67)
    assert (three.pace_percent, three.failed_checks, three.parts) == (125, 2, 6)
