"""The 15 days and their legs (rule 1.34)."""

from datetime import UTC, date, datetime

from tracker.domain.turnaround import LEGS, Leg, Marks, turnaround

BUDGETS = dict(zip(LEGS, (4, 1, 5, 1, 4), strict=True))
DUE = date(2026, 11, 17)


def at(day: int, hour: int = 4) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_a_garment_back_on_day_fifteen_is_on_time():
    marks = Marks(at(2), at(5), at(6), at(11), at(12), at(17))
    found = turnaround(marks, DUE, BUDGETS, at(20), is_running=False)
    assert (found.days, found.overdue) == (15, False)
    assert [leg.days for leg in found.legs] == [3, 1, 5, 1, 5]
    assert [leg.budget_days for leg in found.legs] == [4, 1, 5, 1, 4]


def test_a_garment_back_on_day_sixteen_is_late():
    marks = Marks(at(2), at(5), at(6), at(11), at(12), at(18))
    found = turnaround(marks, DUE, BUDGETS, at(20), is_running=False)
    assert (found.days, found.overdue) == (16, True)


def test_the_present_leg_counts_up_to_now():
    found = turnaround(Marks(at(2), at(5)), DUE, BUDGETS, at(8), is_running=True)
    assert found.legs == (
        Leg("leg_transit_out", 4, 3, at(2), at(5)),
        Leg("leg_intake", 1, 3, at(5), None),
        Leg("leg_repair", 5),
        Leg("leg_packing", 1),
        Leg("leg_transit_back", 4),
    )
    assert (found.days, found.overdue) == (6, False)


def test_a_refused_garment_has_no_repair_leg_and_packing_begins_at_its_assessment():
    found = turnaround(
        Marks(at(2), at(5), at(6), None, at(9)), DUE, BUDGETS, at(10), is_running=True
    )
    assert [leg.days for leg in found.legs] == [3, 1, None, 3, 1]
    assert found.legs[3] == Leg("leg_packing", 1, 3, at(6), at(9))


def test_a_stopped_clock_counts_no_further_than_its_last_mark():
    found = turnaround(Marks(at(2), at(5), at(6)), DUE, BUDGETS, at(28), is_running=False)
    assert (found.days, found.overdue) == (4, False)
    assert [leg.days for leg in found.legs] == [3, 1, None, None, None]


def test_days_change_at_midnight_in_shanghai():
    found = turnaround(Marks(at(2, 15)), DUE, BUDGETS, at(2, 16), is_running=True)
    assert found.days == 1


def test_the_legs_sum_to_the_whole():
    marks = Marks(at(2, 20), at(5, 1), at(5, 23), at(11, 15), at(12, 17), at(19, 3))
    found = turnaround(marks, DUE, BUDGETS, at(20), is_running=False)
    assert sum(leg.days or 0 for leg in found.legs) == found.days == 16
