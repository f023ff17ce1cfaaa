"""What is expected of garments in flight, on a real week and on a simulated history."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.kept import kept
from tests.story import MONDAY, Story
from tracker.db import write
from tracker.domain.forecast import Of, Risk
from tracker.domain.registration import Outcome
from tracker.domain.shipment import Kind
from tracker.domain.turnaround import LEGS
from tracker.models.forecast import Forecast, KeptForecast
from tracker.queries import forecast as queries
from tracker.queries import forecast_measure as measure
from tracker.services import forecast, forecast_replay, simulate

LAST = date(2026, 11, 1)


def refreshed(story: Story) -> dict[int, Forecast]:
    write(story.session, lambda: forecast.refresh(story.session, story.now))
    return {row.registration_id: row for row in story.session.scalars(select(Forecast))}


def away(story: Story, *nos: str, days: int = 0) -> None:
    """Send, count in after 3 days, repair after ``days``, send back at once, 2 days home."""
    story.at_after_sales(*nos)
    story.wait(days=days)
    for no in nos:
        story.repair(no)
    story.return_to_store(*nos)


def test_of_a_leg_without_any_finished_trip_its_budget_is_expected(
    story: Story,
) -> None:
    story.received()
    (row,) = refreshed(story).values()
    assert (row.leg, row.likely_on, row.safe_on) == (
        "leg_intake",
        date(2026, 11, 16),
        date(2026, 11, 16),
    )
    assert (row.due_on, row.risk, row.press_on) == (
        date(2026, 11, 17),
        Risk.ON_TIME,
        date(2026, 11, 6),
    )
    assert [step["half"] for step in row.steps] == [1, 5, 1, 4]
    assert [step["leg"] for step in row.steps] == list(LEGS[1:])
    assert {step["cases"] for step in row.steps} == {0}


def test_the_way_that_is_left_is_that_of_the_trips_that_ended_lately(story: Story) -> None:
    away(story, *(story.register() for _ in range(3)), days=4)
    story.wait(days=1)
    no = story.received()
    rows = refreshed(story)
    row = rows[story.registration(no).id]
    today = (story.now + timedelta(hours=8)).date()
    assert [(step["leg"], step["half"], step["most"], step["cases"]) for step in row.steps] == [
        ("leg_intake", 4, 4, 3),
        ("leg_repair", 0, 0, 3),
        ("leg_packing", 0, 0, 3),
        ("leg_transit_back", 2, 2, 3),
    ]
    assert row.likely_on == today + timedelta(days=6)
    assert {step["of"] for step in row.steps} == {Of.CHAIN}


def test_a_refresh_writes_only_what_changed_and_drops_what_came_back(story: Story) -> None:
    no = story.received()
    assert len(refreshed(story)) == 1
    assert write(story.session, lambda: forecast.refresh(story.session, story.now)) == 0
    story.repair(no)
    story.return_to_store(no)
    assert refreshed(story) == {}


def test_the_first_forecast_of_each_leg_is_kept_and_a_later_one_is_not(story: Story) -> None:
    away(story, story.register())
    story.wait(days=1)
    no = story.received()
    began = (story.now + timedelta(hours=8)).date()
    refreshed(story)
    story.wait(days=3)
    refreshed(story)
    story.repair(no)
    refreshed(story)
    kept = story.session.scalars(select(KeptForecast).order_by(KeptForecast.id)).all()
    assert [(row.leg, row.made_on, row.is_replayed) for row in kept] == [
        ("leg_intake", began, False),
        ("leg_packing", began + timedelta(days=3), False),
    ]
    assert {row.constant_on for row in kept} == {began - timedelta(days=3) + timedelta(days=5)}


def test_the_bench_queue_holds_a_garment_back_and_says_how_many_minutes_lie_before_it(
    story: Story,
) -> None:
    away(story, story.register())
    story.wait(days=1)
    nos = [story.register() for _ in range(4)]
    story.at_after_sales(*nos)
    for no in nos:
        story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
    today = (story.now + timedelta(hours=8)).date()
    capacity = queries.capacity(story.session, today)
    queue = queries.bench_queue(story.session, today)
    own = queries.standard_minutes(story.session)[0][story.registration(nos[0]).defect]
    assert capacity > 0
    assert [ahead for _day, ahead in queue.values()] == [0, own, 2 * own, 3 * own]
    rows = refreshed(story)
    steps = [rows[story.registration(no).id].steps[0] for no in nos]
    assert [step["minutes_ahead"] for step in steps] == [0, own, 2 * own, 3 * own]
    ends = [day for day, _ahead in queue.values()]
    assert ends == sorted(ends)
    assert ends[-1] > ends[0]


def test_a_garment_lost_on_its_way_is_still_forecast_where_it_was_last_seen(story: Story) -> None:
    lost, other = story.register(), story.register()
    story.at_after_sales(lost, other)
    for no in (lost, other):
        story.repair(no)
    box = story.box("clerk", lost, other, to="S001", kind=Kind.RETURN)
    story.dispatch("clerk", box)
    story.wait(days=2)
    story.count_in(box, other, login="store1")
    assert story.registration(lost).status == "missing"
    (row,) = refreshed(story).values()
    assert (row.registration_id, row.leg) == (story.registration(lost).id, "leg_transit_back")


@kept
def _sixteen_weeks(story: Story) -> None:
    """Sixteen simulated weeks of the demonstration chain with ten stores, always the same."""
    session = story.session
    write(session, lambda: simulate.simulate(session, 30, 16, LAST, date(2026, 11, 2), "forecast"))


@pytest.fixture
def history(story: Story) -> Story:
    """A story after sixteen weeks."""
    _sixteen_weeks(story)
    return story


def test_on_a_simulated_history_the_model_beats_both_constants(history: Story) -> None:
    session, first = history.session, LAST - timedelta(weeks=10)
    kept = write(session, lambda: forecast_replay.replay(session, first))
    assert write(session, lambda: forecast_replay.replay(session, first)) == 0
    found = measure.calibration(session, history.actor("supervisor"), first, LAST)
    assert found.replayed == found.whole.count
    assert 0 < found.whole.count <= kept
    out, *later = found.by_leg.values()
    assert [*found.by_leg] == list(LEGS)
    for measured in (found.whole, *later):
        assert measured.error < measured.constant_error < measured.promise_error
    assert abs(out.error - out.constant_error) * 50 < out.constant_error < out.promise_error
    assert found.by_risk[Risk.ON_TIME].share > 0.9
    assert found.by_risk[Risk.ON_TIME].share > found.by_risk[Risk.AT_RISK].share
    assert found.by_risk[Risk.AT_RISK].share > found.by_risk[Risk.LATE].share
    history.now = MONDAY
    rows = refreshed(history)
    flights = queries.flights(session, MONDAY.date())
    assert set(rows) == set(flights)
    assert {row.leg for row in rows.values()} == set(LEGS)
