"""The report of scrap: what an address selects, and sums that add up."""

from __future__ import annotations

import pytest

from tracker.domain.errors import InvalidInput
from tracker.domain.scrap_report import Dimension, Row, Selection, Sum, parts_of, selection, table


def _code(**given: str) -> tuple[str, str | None]:
    with pytest.raises(InvalidInput) as refused:
        selection(given, "2026-11")
    return refused.value.code, refused.value.field


def test_nothing_asked_is_this_month_beside_the_last_by_liable_party() -> None:
    assert selection({}, "2026-11") == Selection("2026-10", "2026-11", (Dimension.LIABLE,))


def test_an_address_says_all_of_a_selection_and_is_read_back() -> None:
    asked = {
        "first": "2025-11", "last": "2026-11", "by": "store,defect,year",
        "liable": "supplier:SUP01",
        "supplier": "SUP01", "store": "S001", "defect": "STAIN", "year": "2026", "style": "26A",
    }  # fmt: skip
    found = selection(asked, "2026-01")
    assert found.by == (Dimension.STORE, Dimension.DEFECT, Dimension.YEAR)
    assert found.address() == asked
    assert len(found.months) == 13


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"first": "2026-12", "last": "2026-11"}, ("bad_span", "first")),
        ({"first": "2025-10", "last": "2026-11"}, ("bad_span", "first")),
        ({"first": "11/2026"}, ("bad_month", "first")),
        ({"last": "2026-13"}, ("bad_month", "last")),
        ({"by": "store,price"}, ("unknown_choice", "by")),
        ({"by": "store,year,style,defect"}, ("too_many_dimensions", "by")),
    ],
)
def test_a_wrong_address_is_refused_by_the_name_of_its_field(
    given: dict[str, str], refusal: tuple[str, str]
) -> None:
    assert _code(**given) == refusal


def test_the_key_of_a_row_is_the_key_of_its_filter() -> None:
    assert parts_of(Dimension.LIABLE, "supplier:SUP01") == ("supplier", "SUP01")
    assert parts_of(Dimension.LIABLE, "head_office:") == ("head_office", "")
    assert parts_of(Dimension.YEAR, "2026") == (2026,)
    assert parts_of(Dimension.YEAR, "２０２６") == (0,)
    wanted = selection({"by": "store,year", "style": "26A"}, "2026-11")
    assert wanted.narrowed(("S001", "2026")) == {"store": "S001", "year": "2026"}


def test_months_stand_side_by_side_the_dearest_row_first_and_every_sum_adds_up() -> None:
    found = table(
        ("2026-09", "2026-10", "2026-11"),
        [
            ("2026-09", ("S001",), Sum(1, 100)),
            ("2026-11", ("S001",), Sum(2, 50)),
            ("2026-10", ("S002",), Sum(3, 9000)),
            ("2026-11", ("S002",), Sum(1, -9000)),
            ("2026-11", ("S001",), Sum(1, 1)),
        ],
    )
    assert found.rows == (
        Row(("S001",), (Sum(1, 100), Sum(), Sum(3, 51))),
        Row(("S002",), (Sum(), Sum(3, 9000), Sum(1, -9000))),
    )
    assert [row.total for row in found.rows] == [Sum(4, 151), Sum(4, 0)]
    assert [row.change_fen for row in found.rows] == [51, -18000]
    assert found.foot.sums == (Sum(1, 100), Sum(3, 9000), Sum(4, -8949))
    assert found.foot.total == Sum(8, 151)


def test_a_month_alone_has_no_difference_and_a_report_without_rows_sums_to_nothing() -> None:
    alone = table(("2026-11",), [("2026-11", ("S001",), Sum(1, 5))])
    assert (alone.rows[0].change_fen, alone.foot.change_fen) == (None, None)
    assert table(("2026-10", "2026-11"), []).foot == Row((), (Sum(), Sum()))
