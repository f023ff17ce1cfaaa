"""The row that a finished round trip leaves, and the figures counted from such rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.kept import kept
from tests.story import DOWN_COAT, Story
from tracker.domain.codes import Grade, Position
from tracker.domain.discrepancy import Finding
from tracker.domain.registration import Outcome
from tracker.domain.shipment import Kind
from tracker.domain.turnaround_figures import By, Window
from tracker.domain.turnaround_selection import UNKNOWN, Selection
from tracker.models.turnaround import Trip
from tracker.queries import turnaround_ageing as flight
from tracker.queries import turnaround_figures as figures
from tracker.services.repair import Operation

NOVEMBER = Selection(Window(date(2026, 11, 1), date(2026, 12, 31)))


def trips(story: Story) -> list[Trip]:
    story.session.rollback()
    return list(story.session.scalars(select(Trip).order_by(Trip.id)))


def away(story: Story, *nos: str, repair_days: int = 0, packing_days: int = 0, **who: str) -> None:
    """Send, count in after 3 days, repair, send back; 2 days on the way home."""
    store = {name: who[name] for name in ("login", "manager") if name in who}
    story.at_after_sales(*nos, **store)
    story.wait(days=repair_days)
    for no in nos:
        story.repair(no)
    story.wait(days=packing_days)
    site = who.get("store", "S001")
    story.return_to_store(*nos, store=site, login=who.get("login", "store1"))


def test_a_garment_back_in_its_store_leaves_one_row(story: Story) -> None:
    no = story.register()
    away(story, no, repair_days=4, packing_days=1)
    (trip,) = trips(story)
    assert (trip.dispatched_on, trip.back_on, trip.due_on) == (
        date(2026, 11, 2),
        date(2026, 11, 12),
        date(2026, 11, 17),
    )
    assert (trip.days, trip.is_on_time, trip.worst_leg) == (10, True, "leg_intake")
    assert [getattr(trip, f"{leg}_days") for leg in figures.LEG_NAMES] == [3, 4, 0, 1, 2]
    assert (trip.carrier_out, trip.carrier_back) == ("顺丰速运", "顺丰速运")
    assert trip.repairer is not None
    assert (trip.repairer.login, trip.is_repaired, trip.failed_checks) == ("repairer", True, 0)
    assert (trip.site.code, trip.style.style_no) == (
        "S001",
        trip.registration.piece.sku.style.style_no,
    )
    assert trip.supplier_id == trip.registration.piece.supplier_id


def test_day_15_is_on_time_and_day_16_is_not(story: Story) -> None:
    away(story, story.register(), packing_days=10)
    away(story, story.register(), packing_days=11)
    assert [(trip.days, trip.is_on_time) for trip in trips(story)] == [(15, True), (16, False)]
    assert trips(story)[1].worst_leg == "leg_packing"


def test_a_local_repair_and_what_is_scrapped_leave_no_row(story: Story) -> None:
    story.scrapped()
    assert trips(story) == []


def test_a_short_piece_found_in_its_store_ends_its_trip_at_the_finding(story: Story) -> None:
    no, other = story.register(), story.register()
    story.at_after_sales(no, other)
    for one in (no, other):
        story.repair(one)
    box = story.box("clerk", no, other, to="S001", kind=Kind.RETURN)
    story.dispatch("clerk", box)
    story.wait(days=2)
    story.count_in(box, other, login="store1")
    story.wait(days=3)
    case = story.session.execute(text("SELECT no FROM discrepancy")).scalar_one()
    story.do(
        "supervisor", "discrepancy", case, "resolve", finding=Finding.FOUND_HERE, note="在库房"
    )
    assert [(trip.registration.no, trip.days) for trip in trips(story)] == [(other, 5), (no, 8)]


@kept
def _live(story: Story) -> None:
    """Seven garments back with known days: 5, 5, 10, 16, 16 in store 1; 5, 19 in store 2."""
    quick = [story.register(), story.register(code=DOWN_COAT)]
    away(story, *quick)
    away(story, story.register(), repair_days=4, packing_days=1)
    away(story, story.register(), story.register(), packing_days=11)
    two = {"login": "store2", "manager": "manager2", "store": "S002"}
    away(story, story.register("store2"), **two)
    away(story, story.register("store2"), repair_days=14, **two)
    story.wait(days=1)


@pytest.fixture
def lived(story: Story) -> Story:
    """A story whose garments have come and gone."""
    _live(story)
    return story


def test_the_figures_are_those_of_the_story(lived: Story) -> None:
    found = figures.overview(lived.session, lived.actor("supervisor"), NOVEMBER)
    assert found.whole.days == {5: 3, 10: 1, 16: 2, 19: 1}
    assert (found.whole.total, found.whole.on_time, found.whole.late) == (7, 4, 3)
    assert [found.whole.percentile(percent) for percent in (50, 90, 95)] == [10, 19, 19]
    assert {leg: tally.days for leg, tally in found.legs.items()} == {
        "transit_out": {3: 7},
        "intake": {0: 5, 4: 1, 14: 1},
        "repair": {0: 7},
        "packing": {0: 4, 1: 1, 11: 2},
        "transit_back": {2: 7},
    }
    assert found.worst == {"packing": 2, "intake": 1}
    assert sum(week.total for week in found.weeks.values()) == 7


def test_a_breakdown_sums_to_the_whole_and_has_as_many_rows_as_it_says(lived: Story) -> None:
    actor, told = lived.actor("supervisor"), {}
    for by in By:
        groups = figures.breakdown(lived.session, actor, NOVEMBER, by)
        assert sum(group.whole.total for group in groups) == 7, by
        for group in groups:
            wanted = Selection(NOVEMBER.window, **{by.value: group.key})
            assert figures.page(lived.session, actor, wanted).total == group.whole.total, by
        told[by] = sorted((row.key, row.whole.total, row.whole.on_time) for row in groups)
    assert told[By.STORE] == [("S001", 5, 3), ("S002", 2, 1)]
    assert told[By.CARRIER_OUT] == told[By.CARRIER_BACK] == [("顺丰速运", 7, 4)]


def test_a_garment_repaired_again_within_its_guarantee_counts_against_its_repairer(
    story: Story,
) -> None:
    first, second = story.register(), story.register()
    away(story, first, second)
    for no in (first, second):
        story.hand_over(no)
    again = story.register(code=story.piece_no(first), piece=None)
    story.register(code=story.piece_no(second), piece=None, position=Position.COLLAR)
    actor = story.actor("supervisor")
    ((key, row),) = figures.repairs(story.session, actor, NOVEMBER).items()
    assert (key, row.repaired, row.again, row.failed) == (
        str(story.actor("repairer").account_id), 2, 1, 0,
    )  # fmt: skip
    story.do("manager1", "registration", again, "void", reason="拿错了衣服")
    assert figures.repairs(story.session, actor, NOVEMBER)[key].again == 0


def test_each_role_counts_its_own_sites(lived: Story) -> None:
    other = Selection(NOVEMBER.window, store="S002")
    told = {}
    for login in ("store1", "manager2", "region1", "clerk", "finance", "auditor"):
        actor = lived.actor(login)
        told[login] = (
            figures.overview(lived.session, actor, NOVEMBER).whole.total,
            figures.page(lived.session, actor, NOVEMBER).total,
            figures.page(lived.session, actor, other).total,
        )
    whole = dict.fromkeys(("region1", "clerk", "finance", "auditor"), (7, 7, 2))
    assert told == {"store1": (5, 5, 0), "manager2": (2, 2, 2), **whole}


def test_who_repaired_is_not_for_everybody(lived: Story) -> None:
    own = Selection(NOVEMBER.window, repairer=str(lived.actor("repairer").account_id))
    nobody = Selection(NOVEMBER.window, repairer=UNKNOWN)
    told = {}
    for login in ("supervisor", "qa", "repairer", "finance", "region1"):
        actor = lived.actor(login)
        told[login] = (
            len(figures.breakdown(lived.session, actor, NOVEMBER, By.REPAIRER)),
            figures.page(lived.session, actor, own).total,
            figures.page(lived.session, actor, nobody).total,
        )
    asked, refused = ("supervisor", "qa", "repairer"), ("finance", "region1")
    assert told == {**dict.fromkeys(asked, (1, 7, 0)), **dict.fromkeys(refused, (0, 0, 0))}


def test_a_repairer_sees_his_own_row_only(lived: Story) -> None:
    lived.session.execute(text("UPDATE trip SET repairer_id = 1 WHERE id > 4"))
    rows = figures.breakdown(lived.session, lived.actor("repairer"), NOVEMBER, By.REPAIRER)
    assert [(row.name, row.whole.total) for row in rows] == [(lived.actor("repairer").name, 4)]


def test_what_is_in_flight_is_told_by_status_and_age(story: Story) -> None:
    story.received()
    today = story.now.date()
    actor = story.actor("supervisor")
    cells = {
        days: flight.ageing(
            story.session, actor, today + timedelta(days=days - 3), flight.Filter()
        ).cells
        for days in (3, 5, 6, 10, 11, 13, 14, 15, 16)
    }
    assert {days: next(iter(found)) for days, found in cells.items()} == {
        3: ("received", "0-5"), 5: ("received", "0-5"), 6: ("received", "6-10"),
        10: ("received", "6-10"), 11: ("received", "11-13"), 13: ("received", "11-13"),
        14: ("received", "14-15"), 15: ("received", "14-15"), 16: ("received", "late"),
    }  # fmt: skip


def test_the_clerk_is_not_told_what_lies_in_a_box_he_has_yet_to_count(story: Story) -> None:
    story.send(story.register())
    today = story.now.date()
    seen = {
        login: flight.ageing(story.session, story.actor(login), today, flight.Filter()).count()
        for login in ("clerk", "supervisor", "store1", "store2")
    }
    assert seen == {"clerk": 0, "supervisor": 1, "store1": 1, "store2": 0}
    page = flight.page(story.session, story.actor("clerk"), today, flight.Filter())
    assert (page.total, list(page.items)) == (0, [])


def test_a_failed_check_counts_and_what_was_not_repaired_says_so(story: Story) -> None:
    failed, unharmed = story.register(), story.register()
    story.at_after_sales(failed, unharmed)
    story.do("assessor", "registration", unharmed, "assess", outcome=Outcome.NO_FAULT)
    story.do("assessor", "registration", failed, "assess", outcome=Outcome.REPAIR)
    work = {"operations": [Operation("缝合", 20)], "labour_fen": 100}
    story.do("repairer", "registration", failed, "work", **work)
    story.do("repairer", "registration", failed, "finish_repair")
    story.do("qa", "registration", failed, "fail_check", note="线头外露")
    story.do("repairer", "registration", failed, "finish_repair")
    story.do("qa", "registration", failed, "pass_check", grade=Grade.FIRST)
    story.return_to_store(failed, unharmed)
    told = {trip.registration.no: trip for trip in trips(story)}
    assert (told[failed].is_repaired, told[failed].failed_checks) == (True, 1)
    assert (told[unharmed].is_repaired, told[unharmed].repairer_id) == (False, None)
    assert [told[unharmed].repair_days, told[unharmed].packing_days] == [None, 0]


def _plan(session: Any, query: Any, **values: Any) -> str:
    dialect = session.get_bind().dialect.name
    head = "EXPLAIN QUERY PLAN " if dialect == "sqlite" else "EXPLAIN "
    return "\n".join(str(row) for row in session.execute(text(head + query), values))


def test_a_window_and_what_is_in_flight_are_read_from_their_indexes(lived: Story) -> None:
    session = lived.session
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans a few rows by chance")
    window = _plan(
        session,
        "SELECT back_on, days, is_on_time, count(*) FROM trip "
        "WHERE back_on BETWEEN '2026-11-01' AND '2026-11-30' GROUP BY back_on, days, is_on_time",
    )
    running = _plan(
        session,
        "SELECT status, count(*) FROM registration WHERE registration.clock = 'repair_tat' "
        "AND site_id = 1 GROUP BY status",
    )
    assert "ix_trip_back_on" in window
    assert "ix_registration_running" in running
