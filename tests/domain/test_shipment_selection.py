"""What an address selects: boxes, and the days of a tie-out."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.errors import InvalidInput
from tracker.domain.shipment import carton_code, carton_of, is_carton_label
from tracker.domain.shipment_selection import Boxes, Period, TiePart, boxes, period, tie_part

TODAY = date(2026, 11, 22)


def test_an_address_and_its_selection_are_the_same_thing_twice() -> None:
    wanted = Boxes(
        kinds=("weekly", "extra"),
        statuses=("dispatched",),
        site="S001",
        way="in",
        since=date(2026, 11, 1),
        until=date(2026, 11, 8),
        unrelayed=True,
        overdue=True,
    )
    assert boxes(wanted.address()) == wanted
    assert wanted.address(cursor=7)["cursor"] == "7"
    assert boxes({}).is_everything
    assert boxes({"status": "", "from": " "}).is_everything


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "parcel"}, "kind"),
        ({"status": "open,gone"}, "status"),
        ({"way": "up"}, "way"),
        ({"from": "22.11.2026"}, "from"),
    ],
)
def test_a_wrong_address_names_its_field(given: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        boxes(given)
    assert refusal.value.field == field


def test_a_period_that_nobody_named_is_four_iso_weeks() -> None:
    assert period({}, TODAY) == Period(date(2026, 10, 26), TODAY)
    asked = period({"from": "2026-11-02", "to": "2026-11-08", "site": "S001"}, TODAY)
    assert asked == Period(date(2026, 11, 2), date(2026, 11, 8), "S001")
    assert period(asked.address(), TODAY) == asked


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"from": "2026-11-09", "to": "2026-11-01"}, "wrong_order"),
        ({"from": "2024-01-01"}, "too_long"),
        ({"to": "x"}, "bad_day"),
    ],
)
def test_a_period_that_cannot_be_says_why(given: dict[str, str], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        period(given, TODAY)
    assert refusal.value.code == code


def test_a_figure_is_one_of_those_of_the_tie_out() -> None:
    assert tie_part("not_received") is TiePart.NOT_RECEIVED
    for wrong in (None, "", "everything"):
        with pytest.raises(InvalidInput):
            tie_part(wrong)


def test_a_cartons_label_is_known_from_a_box_and_from_a_piece() -> None:
    code = carton_code("FH-2026-000004", 12)
    assert (code, carton_of("FH-2026-000004", code)) == ("FH-2026-000004-12", 12)
    assert carton_of("FH-2026-000005", code) is None
    known = [code, f" {code.lower()} ", "FH-2026-000004", "P00000014R", "FH-2026-000004-123", ""]
    assert [is_carton_label(text) for text in known] == [True, True, False, False, False, False]
