"""The report of scrap for programs: the page's figures, each caller's own; long files are jobs."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.kept import kept
from tests.long_month import fill
from tests.story import Story
from tracker.services import scrap_report as service

ASKED = "first=2026-09&last=2026-10&by=store,supplier"


@pytest.fixture(autouse=True)
@kept
def totals(story: Story) -> list[int]:
    """Two months; their totals in fen."""
    return [
        story.write(lambda m=month, n=lines: fill(story.session, n, m))
        for month, lines in (("2026-09", 30), ("2026-10", 12))
    ]


def test_the_rows_add_up_to_the_totals_of_every_month(api: Any, totals: list[int]) -> None:
    told = api("finance").get(f"/reports/scrap.json?{ASKED}").json
    assert told["by"] == ["store", "supplier"]
    assert [month["amount_fen"] for month in told["totals"]["months"]] == totals
    assert told["totals"]["change_fen"] == totals[1] - totals[0]
    for at, total in enumerate(totals):
        assert sum(row["months"][at]["amount_fen"] for row in told["rows"]) == total
    [row] = [one for one in told["rows"] if (one["store"], one["supplier"]) == ("S001", "SUP01")]
    assert row == {
        "store": "S001", "store_name": "广州天河店", "supplier": "SUP01",
        "supplier_name": "广州锦程服饰有限公司",
        "months": [{"month": "2026-09", "amount_fen": 20_015, "lines": 2},
                   {"month": "2026-10", "amount_fen": 10_000, "lines": 1}],
        "amount_fen": 30_015, "lines": 3, "change_fen": -10_015,
    }  # fmt: skip


def test_every_month_is_the_months_own_report(api: Any, totals: list[int]) -> None:
    program = api("finance")
    told = program.get("/reports/scrap.json?first=2026-09&last=2026-10&by=supplier").json
    month = program.get("/months/2026-09/report.json").json
    assert {row["supplier"]: row["months"][0]["amount_fen"] for row in told["rows"]} == {
        group["code"]: group["amount_fen"] for group in month["totals"]["by_supplier"]
    }


@pytest.mark.parametrize(
    ("login", "stores", "suppliers"),
    [("region1", {"S001", "S002"}, 5), ("business", {"S001", "S002", "S003"}, 5)],
)
def test_each_caller_sees_his_own_in_every_form(
    story: Story, api: Any, login: str, stores: set[str], suppliers: int
) -> None:
    story.write(lambda: fill(story.session, 15, "2026-09", stores_bear=True))
    program = api(login)
    rows = program.get(f"/reports/scrap.json?{ASKED}").json["rows"]
    assert {row["store"] for row in rows} == stores
    assert len({row["supplier"] for row in rows}) == suppliers
    told = program.get(f"/reports/scrap.csv?{ASKED}").data.decode("utf-8-sig")
    [head, *lines] = csv.reader(io.StringIO(told))
    assert [line[head.index("amount")] for line in lines] == [
        f"{row['amount_fen'] // 100}.{row['amount_fen'] % 100:02}" for row in rows
    ]


def test_a_supplier_is_told_of_no_store_and_of_no_other_supplier(api: Any) -> None:
    program = api("supplier1")
    for form in ("json", "csv", "xlsx", "pdf"):
        asked = f"/reports/scrap.{form}?{ASKED}"
        assert (program.get(asked).status_code, program.get(asked).json["field"]) == (422, "by")
    rows = program.get("/reports/scrap.json?first=2026-09&last=2026-10&by=defect").json["rows"]
    assert rows != []


def test_others_and_wrong_questions_are_refused(api: Any) -> None:
    for login in ("store1", "manager1", "clerk", "admin"):
        assert api(login).get(f"/reports/scrap.json?{ASKED}").status_code == 403
    answer = api("finance").get("/reports/scrap.json?by=price")
    assert (answer.status_code, answer.json["code"]) == (422, "unknown_choice")


def test_a_long_file_is_a_job(api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    program = api("finance")
    assert program.get(f"/reports/scrap.xlsx?{ASKED}").data[:2] == b"PK"
    assert program.get(f"/reports/scrap.pdf?{ASKED}").data[:5] == b"%PDF-"
    monkeypatch.setattr(service, "MOST_LINES", 41)
    answer = program.get(f"/reports/scrap.xlsx?{ASKED}")
    assert (answer.status_code, answer.json["code"]) == (409, "too_long")
    wish = {"first": "2026-09", "last": "2026-10", "by": "store,supplier", "form": "xlsx"}
    asked = program.post("/jobs", {"kind": "scrap_report", "arguments": wish})
    assert (asked.status_code, asked.json["arguments"]["by"]) == (201, "store,supplier")
    again = program.post("/jobs", {"kind": "scrap_report", "arguments": wish})
    assert (again.status_code, again.json["no"]) == (200, asked.json["no"])
    wrong = program.post("/jobs", {"kind": "scrap_report", "arguments": wish | {"first": "2027"}})
    assert (wrong.status_code, wrong.json["code"]) == (422, "bad_month")
    odd = program.post("/jobs", {"kind": "scrap_report", "arguments": wish | {"price": "1"}})
    assert odd.status_code == 422
