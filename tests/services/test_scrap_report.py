"""The report of scrap: who sees what, closed months from what they kept, four forms that agree."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries
from sqlalchemy import event, text

from tests.kept import kept
from tests.long_month import fill
from tests.paper import page_texts
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.codes import LiableKind
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.job import Form
from tracker.domain.loss import Share
from tracker.domain.scrap_report import Dimension, Selection, Sum
from tracker.edge import fonts
from tracker.extensions import db
from tracker.queries import ledger
from tracker.queries import scrap_report as queries
from tracker.services import ledger as books
from tracker.services import scrap_report as service

D = Dimension
BOTH = Selection("2026-09", "2026-10", (D.SUPPLIER, D.STORE))
LINES = {"2026-09": 30, "2026-10": 12}


@pytest.fixture
@kept
def months(story: Story) -> dict[str, int]:
    """Two open months over five suppliers and three stores; their totals in fen."""
    return {
        month: story.write(lambda m=month, n=lines: fill(story.session, n, m))
        for month, lines in LINES.items()
    }


def figures(story: Story, wanted: Selection = BOTH, login: str = "finance") -> dict[Any, Any]:
    """Return lines and fen by the keys of a row, month by month."""
    story.session.rollback()
    found = queries.figures(story.session, story.actor(login), wanted)
    return {row.keys: [(one.lines, one.amount_fen) for one in row.sums] for row in found.rows}


def expected(month: str, supplier: int, store: int) -> tuple[int, int]:
    numbers = [n for n in range(LINES[month]) if (n % 5, n % 3) == (supplier, store)]
    return len(numbers), sum(10_000 + n for n in numbers)


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that the database is asked."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


# --- figures


def test_months_stand_side_by_side_by_any_dimensions(story: Story, months: Any) -> None:
    assert figures(story) == {
        (f"SUP{supplier + 1:02}", f"S{store + 1:03}"): [
            expected(month, supplier, store) for month in LINES
        ]
        for supplier in range(5)
        for store in range(3)
    }
    alone = Selection("2026-10", "2026-10", (D.LIABLE, D.YEAR, D.STYLE), store="S002")
    found = figures(story, alone)
    assert set(found) == {(f"supplier:SUP{n:02}", "2026", "2613M04012") for n in (1, 2, 3, 5)}
    assert sum(one[0][0] for one in found.values()) == 4


@pytest.mark.parametrize("by", [(D.DEFECT,), (D.YEAR, D.LIABLE), (D.STORE, D.SUPPLIER, D.STYLE)])
def test_every_breakdown_adds_up_to_the_same_months(
    story: Story, months: dict[str, int], by: Any
) -> None:
    table = queries.figures(
        story.session, story.actor("auditor"), Selection("2026-08", "2026-10", by)
    )
    assert table.foot.sums == (
        Sum(), *(Sum(LINES[month], fen) for month, fen in months.items())
    )  # fmt: skip


def test_a_closed_month_says_the_same_as_before_and_is_read_from_what_it_kept(
    story: Story, months: Any
) -> None:
    asked = [
        Selection("2026-09", "2026-09", by, **more)
        for size in (1, 3)
        for by in combinations(Dimension, size)
        for more in ({}, {"store": "S001", "year": "2026"})
    ]
    before = [figures(story, one) for one in asked]
    rows = [queries.whole(story.session, story.actor("finance"), one) for one in asked]
    story.close_month("2026-09")
    with statements() as seen:
        assert [figures(story, one) for one in asked] == before
        assert [queries.whole(story.session, story.actor("finance"), x) for x in asked] == rows
    assert [one for one in seen if "ledger_entry" in one] == []
    assert any("month_total" in one for one in seen)


def test_a_closed_month_and_an_open_one_stand_in_one_table(story: Story, months: Any) -> None:
    before = figures(story)
    story.close_month("2026-09")
    assert figures(story) == before


def test_the_report_agrees_with_the_months_page(story: Story, months: Any) -> None:
    for month in LINES:
        kept = ledger.totals(story.session, month)
        for by, groups in ((D.SUPPLIER, kept.by_supplier), (D.STORE, kept.by_store)):
            found = figures(story, Selection(month, month, (by,)))
            assert found == {(one.key,): [(one.pieces, one.amount_fen)] for one in groups}


def test_a_shared_garment_and_what_is_taken_back_add_up(story: Story) -> None:
    no = story.received(**SUPPLIER_FAULT)
    halves = (Share(LiableKind.SUPPLIER, 60, "SUP01"), Share(LiableKind.STORE, 40, "S001"))
    story.scrap(no, *halves, note="店铺熨烫与色牢度各半")
    for form in story.list_on_forms(no):
        story.sign_off(form)
    november = Selection("2026-11", "2026-12")
    shares = {("supplier:SUP01",): [(1, 11390), (0, 0)], ("store:S001",): [(1, 6720), (0, 0)]}
    assert figures(story, november) == shares
    story.close_month()
    story.wait(days=31)
    [line] = queries.lines(
        story.session, story.actor("finance"), Selection("2026-11", "2026-11", store="S001",
                                                         liable="store:S001"))  # fmt: skip
    act = story.act("finance")
    story.write(lambda: books.reverse(act, line.entry_no, reason="责任方开错"))
    assert figures(story, november) == {
        **shares, ("store:S001",): [(1, 6720), (1, -6720)]
    }  # fmt: skip
    table = queries.figures(story.session, story.actor("finance"), november)
    assert (table.foot.total, table.foot.change_fen) == (Sum(3, 11390), -24830)


# --- who sees what


def test_each_reader_sees_what_is_his_and_nothing_else(story: Story, months: Any) -> None:
    story.session.execute(
        text(
            "UPDATE site SET region = NULL WHERE code = 'S003'"
        )
    )  # fmt: skip
    story.session.commit()
    everything = figures(story)
    assert figures(story, login="supervisor") == figures(story, login="auditor") == everything
    assert figures(story, login="region1") == {}
    mine = figures(story, Selection("2026-09", "2026-10", liable="supplier:SUP01"))
    own = Selection("2026-09", "2026-10")
    assert figures(story, own, "supplier1") == mine
    assert figures(story, login="business") == everything
    story.write(lambda: fill(story.session, 6, "2026-09", stores_bear=True))
    assert figures(story, login="business") == everything
    assert figures(story, login="region1") == {
        ("SUP01", "S001"): [(1, 10_000), (0, 0)],
        ("SUP02", "S002"): [(1, 10_001), (0, 0)],
        ("SUP04", "S001"): [(1, 10_003), (0, 0)],
        ("SUP05", "S002"): [(1, 10_004), (0, 0)],
    }
    assert figures(story, login="store1") == figures(story, login="admin") == {}


@pytest.mark.parametrize("closed", [False, True])
def test_a_supplier_never_sees_anothers_share_of_what_it_made(story: Story, closed: bool) -> None:
    story.write(lambda: fill(story.session, 10))
    entry_is_the_stores(story)
    if closed:
        story.close_month("2026-09")
    wanted = Selection("2026-09", "2026-09", (D.SUPPLIER, D.LIABLE))
    assert ("SUP01", "store:S001") in figures(story, wanted)
    own = Selection("2026-09", "2026-09")
    assert figures(story, own, "supplier1") == {("supplier:SUP01",): [(2, 20005)]}
    assert ("SUP01", "store:S001") not in figures(story, wanted, "business")
    lines = queries.lines(story.session, story.actor("supplier1"), own)
    assert {(line.liable_kind, line.liable_party) for line in lines} == {("supplier", "SUP01")}
    for closed_to_it in (wanted, replace(own, store="S001"), replace(own, supplier="SUP02")):
        with pytest.raises(InvalidInput, match="unknown_choice"):
            figures(story, closed_to_it, "supplier1")
    assert {(line.supplier, line.store) for line in lines} == {("SUP01", "")}


def entry_is_the_stores(story: Story) -> None:
    """Post one more line: goods of SUP01 for which the store is liable."""
    legs = {"charge": 500, "clearing": -500}
    for account, fen in legs.items():
        story.session.execute(
            text(
                "INSERT INTO ledger_entry (entry_no, month, at, by_id, account, amount_fen, "
                "document, liable_kind, liable_party, liable_name, supplier, store, style_no, "
                "production_year, defect, piece_no, registration_no) "
                "SELECT 'STORE-1', month, at, by_id, :account, :fen, document, 'store', 'S001', "
                "'广州天河店', 'SUP01', store, style_no, production_year, defect, 'HT9', "
                "registration_no FROM ledger_entry WHERE entry_no = 'LONG-2026-09-0' "
                "AND account = 'charge'"
            ),
            {"account": account, "fen": fen},
        )
    story.session.commit()


@pytest.mark.parametrize("form", [Form.PDF, Form.XLSX])
def test_people_read_the_kind_of_a_liable_party_in_words(
    story: Story, months: Any, form: Form
) -> None:
    wanted, act = Selection("2026-10", "2026-10"), story.act("finance")
    content = service.made(act, wanted, form, fonts()).content
    if form == Form.PDF:
        told = "".join(page_texts(content))
        assert ("供应商SUP01广州锦程" in told, "supplier" in told) == (True, False)
    else:
        book = load_workbook(io.BytesIO(content))
        cells = [
            cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        ]
        assert (cells.count("供应商") >= 12, "supplier" in cells) == (True, False)
    assert b"supplier,SUP01," in service.csv(act, wanted).content


# --- the rows behind a figure


def test_every_figure_is_the_sum_of_its_rows(story: Story, months: Any) -> None:
    story.close_month("2026-09")
    actor = story.actor("finance")
    table = queries.figures(story.session, actor, BOTH)
    for row in table.rows:
        for month, one in zip(table.months, row.sums, strict=True):
            narrowed = Selection(month, month, BOTH.by, **BOTH.narrowed(row.keys))
            found = queries.lines(story.session, actor, narrowed)
            assert Sum(len(found), sum(line.amount_fen for line in found)) == one
            assert queries.whole(story.session, actor, narrowed) == one


def test_rows_come_in_pages_without_a_gap(story: Story) -> None:
    story.write(lambda: fill(story.session, 70, "2026-09"))
    story.write(lambda: fill(story.session, 60, "2026-10"))
    actor, cursor, found = story.actor("finance"), None, []
    while True:
        page = queries.page(story.session, actor, BOTH, cursor)
        found += [(line.month, line.entry_no) for line in page.lines]
        cursor = page.next
        if cursor is None:
            break
    lines = queries.lines(story.session, actor, BOTH)
    assert found == [(line.month, line.entry_no) for line in lines][::-1]
    assert len(found) == 130


# --- four forms that agree

HOSTILE = ("=1+1", '+HYPERLINK("http://evil")', "－cmd", "＝SUM(A1)", "@x", "\ttab", "a\x1d<b>&")


@pytest.fixture
@kept
def hostile(story: Story) -> None:
    """Styles, parties and names as an attacker would spell them."""
    story.write(lambda: fill(story.session, 5, "2026-10"))
    for number, word in enumerate(HOSTILE):
        for account, fen in (("charge", 700 + number), ("clearing", -700 - number)):
            story.session.execute(
                text(
                    "INSERT INTO ledger_entry (entry_no, month, at, by_id, account, amount_fen, "
                    "document, liable_kind, liable_party, liable_name, supplier, store, style_no, "
                    "production_year, defect, piece_no, registration_no) "
                    "SELECT :no, month, at, by_id, :account, :fen, :cut, 'supplier', 'SUP01', "
                    ":word, :cut, :cut, :word, 2025, 'STAIN', :piece, :piece "
                    "FROM ledger_entry WHERE entry_no = 'LONG-2026-10-0' AND account = 'charge'"
                ),
                {
                    "no": f"{word}{number}", "account": account, "fen": fen, "word": word,
                    "cut": word[:16], "piece": word[:11],
                },
            )  # fmt: skip
    story.session.execute(text("UPDATE supplier SET name = '=cmd|x' WHERE code = 'SUP02'"))
    story.session.commit()


def _sheet(content: bytes, name: str) -> tuple[Any, Any]:
    formulas = load_workbook(io.BytesIO(content))[name]
    values = load_workbook(io.BytesIO(content), data_only=True)[name]
    return formulas, values


def _fen(value: Any) -> int:
    return int((Decimal(repr(value)) * 100).to_integral_value())


def _worked_out(sheet: Any, cell: Any) -> int:
    """Work a formula of ours out from the numbers it points to, in hundredths."""
    if cell.data_type != "f":
        return _fen(cell.value)
    told = cell.value.removeprefix("=").removeprefix("ROUND(").removesuffix(",2)")
    if told.startswith("SUM("):
        left, top, right, bottom = range_boundaries(told[4:-1])
        cells = sheet.iter_rows(top, bottom, left, right)
        return sum(_worked_out(sheet, one) for row in cells for one in row)
    minuend, _minus, subtrahend = told.partition("-")
    if subtrahend:
        return _worked_out(sheet, sheet[minuend]) - _worked_out(sheet, sheet[subtrahend])
    return sum(_worked_out(sheet, sheet[one]) for one in told.split("+"))


@pytest.mark.usefixtures("hostile")
def test_the_four_forms_agree_cell_by_cell_whatever_people_typed(story: Story) -> None:
    act = story.act("finance")
    wanted = Selection("2026-09", "2026-10", (D.STYLE, D.SUPPLIER, D.YEAR))
    told = service.values(act, wanted)
    assert told["totals"]["amount_fen"] == 50_010 + sum(700 + n for n in range(len(HOSTILE)))
    assert len(told["rows"]) == 5 + len(HOSTILE)

    rows = list(csv.reader(io.StringIO(service.csv(act, wanted).content.decode("utf-8-sig"))))
    book = service.xlsx(act, wanted).content
    formulas, values = _sheet(book, "汇总")
    assert formulas.freeze_panes == "E5"
    assert formulas.auto_filter.ref == f"A4:K{4 + len(told['rows'])}"
    assert len(formulas._charts) == 1
    paper = "".join(page_texts(service.pdf(act, wanted, fonts()).content))
    for at, row in enumerate(told["rows"]):
        keys = [row["style_no"], row["supplier"], row["supplier_name"], row["production_year"]]
        figures = [one for month in row["months"] for one in (month["amount_fen"], month["lines"])]
        figures += [row["amount_fen"], row["lines"], row["change_fen"]]
        for column, key in enumerate(keys, start=1):
            cell = formulas.cell(5 + at, column)
            shown = str(key).replace("\x1d", "")
            assert (cell.data_type, str(cell.value)) == ("n" if column == 4 else "s", shown)
            is_formula = shown.startswith(("=", "+", "＝", "－", "@", "\t"))
            assert rows[1 + at][column - 1] == (f"'{shown}" if is_formula else shown)
        is_count = [False, True, False, True, False, True, False]
        for column, (fen, count) in enumerate(zip(figures, is_count, strict=True), start=5):
            factor = 100 if count else 1
            cell = formulas.cell(5 + at, column)
            assert _worked_out(formulas, cell) == fen * factor
            assert _fen(values.cell(5 + at, column).value) == fen * factor
            assert Decimal(rows[1 + at][column - 1]) * 100 == fen * factor
        assert f"{row['amount_fen'] // 100:,}.{row['amount_fen'] % 100:02}" in paper
    foot = [one for month in told["totals"]["months"] for one in (month["amount_fen"],
            month["lines"])]  # fmt: skip
    foot += [told["totals"][name] for name in ("amount_fen", "lines", "change_fen")]
    last = 5 + len(told["rows"])
    for column, (fen, count) in enumerate(zip(foot, is_count, strict=True), start=5):
        cell = formulas.cell(last, column)
        assert cell.value.startswith("=SUM(")
        assert _worked_out(formulas, cell) == fen * (100 if count else 1)
        assert _fen(values.cell(last, column).value) == fen * (100 if count else 1)
    total = told["totals"]["amount_fen"]
    assert f"损失合计¥{total // 100:,}.{total % 100:02}" in paper


@pytest.mark.usefixtures("hostile")
def test_the_workbook_holds_every_line_with_its_day_as_a_date(story: Story) -> None:
    act = story.act("finance")
    wanted = Selection("2026-10", "2026-10", supplier="SUP01")
    formulas, values = _sheet(service.xlsx(act, wanted).content, "明细")
    [line] = queries.lines(story.session, act.actor, wanted)
    assert (formulas.freeze_panes, formulas.auto_filter.ref) == ("B2", "A1:R2")
    assert formulas["C2"].is_date
    assert formulas["C2"].value.date() == line.posted_on
    assert (formulas["A2"].value, formulas["A2"].number_format) == (100, "#,##0.00")
    assert (formulas["A3"].value, values["A3"].value) == ("=SUM(A2:A2)", 100)
    hostile, _values = _sheet(
        service.xlsx(act, Selection("2026-10", "2026-10", style="=1+1")).content, "明细"
    )
    assert [hostile.cell(2, column).data_type for column in (6, 7, 9, 11, 15, 17, 18)] == ["s"] * 7
    assert hostile["K2"].value == "=1+1"


def test_an_empty_report_is_a_file_too(story: Story) -> None:
    act, wanted = story.act("finance"), Selection("2020-01", "2020-01")
    assert service.values(act, wanted)["totals"] == {
        "months": [{"month": "2020-01", "amount_fen": 0, "lines": 0}],
        "amount_fen": 0, "lines": 0, "change_fen": None,
    }  # fmt: skip
    assert "（没有报损）" in "".join(page_texts(service.pdf(act, wanted, fonts()).content))
    formulas, _values = _sheet(service.xlsx(act, wanted).content, "汇总")
    assert formulas["A5"].value == "合计"


def test_more_lines_than_a_sheet_holds_are_refused_before_the_work(
    story: Story, months: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_ROWS", 41)
    act = story.act("finance")
    for refused in (service.xlsx, lambda a, w: service.check(a, w, Form.XLSX)):
        with pytest.raises(RuleViolation) as error:
            refused(act, BOTH)
        assert error.value.code == "too_many_rows"
    service.check(act, BOTH, Form.CSV)
