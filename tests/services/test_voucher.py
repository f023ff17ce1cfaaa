"""Vouchers: a closed month for the accounting system, balanced, by finance's own codes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from labels.voucher import COLUMNS, SHEET
from tests.kept import kept
from tests.story import DOWN_COAT, SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause, Defect, LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, NotFound, RuleViolation, StaleVersion
from tracker.domain.ledger import Account
from tracker.domain.loss import Share
from tracker.domain.site import Ownership
from tracker.domain.voucher import BOOKED, Bearer, Line, code_for
from tracker.models.ledger import LedgerEntry
from tracker.models.voucher import VoucherSet
from tracker.queries import voucher as queries
from tracker.queries.verify_chain import chain_is_unbroken
from tracker.services import account_code, ledger, opening, voucher
from tracker.services.rows import Row
from tracker.services.verify import verify

MONTH = "2026-11"


@kept
def _month_of_everything(story: Story) -> dict[str, str]:
    """Close a month of a shared jacket, a franchisee's coat and a mouldy one; forms by party."""
    shared = story.register(**SUPPLIER_FAULT)
    owned = story.register("store2", DOWN_COAT, **SUPPLIER_FAULT)
    mouldy = story.register(defect=Defect.MOULD_ODOUR, cause=Cause.STORAGE)
    story.at_after_sales(shared, mouldy)
    story.at_after_sales(owned, login="store2", manager="manager2")
    halves = [Share(LiableKind.SUPPLIER, 50, "SUP01"), Share(LiableKind.HEAD_OFFICE, 50)]
    story.scrap(shared, *halves, note="协商")
    story.scrap(owned)
    story.scrap(mouldy)
    forms = story.list_on_forms(shared, owned, mouldy)
    for form in forms:
        story.sign_off(form)
    story.destroy(shared, owned, mouldy)
    story.close_month()
    return {story.form(no).party or "HQ": no for no in forms}


def _drawn(story: Story, month: str = MONTH) -> list[Line]:
    story.write(lambda: voucher.draw_up(story.act("finance"), month).id)
    return voucher.standing(story.act("finance"), month)[1]


def _sides(lines: list[Line]) -> list[tuple[str, str, int, int]]:
    return [(line.code, line.auxiliary_code, line.debit_fen, line.credit_fen) for line in lines]


def test_one_voucher_a_document_debits_first_each_balanced(story: Story) -> None:
    forms = _month_of_everything(story)
    by_number: dict[int, list[Line]] = defaultdict(list)
    for line in _drawn(story):
        by_number[line.number].append(line)
    assert sorted(by_number) == list(range(1, len(by_number) + 1))
    for lines in by_number.values():
        assert [line.line for line in lines] == list(range(1, len(lines) + 1))
        assert sum(one.debit_fen for one in lines) == sum(one.credit_fen for one in lines) > 0
    found = {lines[0].summary.split()[1]: _sides(lines) for lines in by_number.values()}
    assert found[forms["SUP01"]] == [("220201", "SUP01", 9492, 0), ("190101", "", 0, 9492)]
    assert found[forms["HQ"]] == [("660201", "", 8400, 0), ("190101", "", 0, 8400)]
    assert found[forms["SUP02"]] == [
        ("190101", "", 16704, 0),
        ("220201", "SUP02", 35256, 0),
        ("224101", "S002", 0, 51960),
    ]
    assert found[forms["S001"]] == [
        ("122101", "S001", 16800, 0),
        ("190101", "", 2184, 0),
        ("190101", "", 0, 16800),
        ("22210107", "", 0, 2184),
    ]
    assert found["XH-2026-000001"] == [("122103", "", 1200, 0), ("190101", "", 0, 1200)]
    assert _faults(story) == []


def test_a_line_says_month_end_word_document_production_year_and_party(story: Story) -> None:
    _month_of_everything(story)
    line = _drawn(story)[0]
    assert line == Line(
        "2026-11-30", "转", 1, 1, "应扣款 BS-2026-000001 生产年份2026 1件", "220201",
        "应付账款—供应商", 9492, 0, "供应商", "SUP01", "广州锦程服饰有限公司",
    )  # fmt: skip


def test_everything_that_the_ledger_moved_is_booked_once(story: Story) -> None:
    _month_of_everything(story)
    lines = _drawn(story)
    debits = select(func.sum(LedgerEntry.amount_fen)).where(LedgerEntry.amount_fen > 0)
    assert sum(line.debit_fen for line in lines) == story.session.scalar(debits)


def test_vouchers_come_from_closed_months_and_are_finances(story: Story) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    act = story.act("finance")
    for refused in (voucher.csv, voucher.xlsx, voucher.draw_up):
        with pytest.raises(RuleViolation) as refusal:
            refused(act, MONTH)
        assert refusal.value.code == "month_not_closed"
    story.submit_month()
    with pytest.raises(RuleViolation) as refusal:
        voucher.draw_up(act, MONTH)
    assert refusal.value.code == "month_not_closed"
    story.do("finance2", "month", MONTH, "close", version=story.month(MONTH).version)
    with pytest.raises(RuleViolation) as refusal:
        voucher.csv(act, MONTH)
    assert refusal.value.code == "no_vouchers"
    with pytest.raises(Forbidden):
        voucher.draw_up(story.act("supervisor"), MONTH)
    with pytest.raises(NotFound):
        voucher.draw_up(story.act("finance"), "2020-01")
    with pytest.raises(NotFound):
        voucher.csv(story.act("manager1"), MONTH)


def test_exported_twice_the_bytes_are_the_same_whatever_changed_meanwhile(story: Story) -> None:
    _month_of_everything(story)
    _drawn(story)
    before = _files(story)
    _set(story, Account.CHARGE, "2202.99", "应付账款", Bearer.SUPPLIER)
    story.write(lambda: story.session.execute(text("UPDATE site SET ownership = 'own'")))
    story.write(lambda: story.session.execute(text("UPDATE supplier SET name = '改名'")))
    story.wait(days=40)
    assert _files(story) == before
    assert _faults(story) == []


def _files(story: Story) -> tuple[bytes, bytes]:
    act = story.act("auditor")
    return voucher.csv(act, MONTH).content, voucher.xlsx(act, MONTH).content


def _set(story: Story, account: Account, code: str, name: str, kind: Bearer = Bearer.ANY) -> None:
    row = queries.code(story.session, account, kind, "")
    act = story.act("finance", version=row.version if row else None)
    more = {"account": account, "liable_kind": kind}
    story.write(lambda: account_code.put(act, code=code, name=name, **more).id)


def test_new_codes_count_when_finance_draws_the_vouchers_up_again(story: Story) -> None:
    _month_of_everything(story)
    _drawn(story)
    first = story.write(lambda: voucher.draw_up(story.act("finance"), MONTH).ordinal)
    _set(story, Account.CHARGE, "2202.99", "应付账款", Bearer.SUPPLIER)
    again = story.write(lambda: voucher.draw_up(story.act("finance2"), MONTH).ordinal)
    assert (first, again) == (1, 2)
    assert [line.code for line in _drawn(story)][:1] == ["2202.99"]
    rows = queries.sets(story.session, MONTH)
    assert [(row.ordinal, row.by.login) for row in rows] == [(2, "finance2"), (1, "finance")]
    assert len({row.sha256 for row in rows}) == 2


def test_the_csv_and_the_workbook_agree_cell_by_cell(story: Story) -> None:
    _month_of_everything(story)
    lines = _drawn(story)
    plain, book = _files(story)
    rows = list(csv.reader(io.StringIO(plain.decode("utf-8-sig"), newline="")))
    sheet = load_workbook(io.BytesIO(book))[SHEET]
    cells = [["" if c is None else c for c in row] for row in sheet.iter_rows(values_only=True)]
    assert rows[0] == cells[0] == [title for title, _width in COLUMNS]
    assert len(rows) == len(cells) == len(lines) + 1
    for row, cell, line in zip(rows[1:], cells[1:], lines, strict=True):
        assert [_fen(row[7]), _fen(row[8])] == [line.debit_fen, line.credit_fen]
        assert [_fen(cell[7]), _fen(cell[8])] == [line.debit_fen, line.credit_fen]
        assert row[:7] + row[9:] == [str(value) for value in cell[:7] + cell[9:]]
    assert all(info.date_time[0] == 1980 for info in zipfile.ZipFile(io.BytesIO(book)).infolist())


def _fen(yuan: object) -> int:
    return int(Decimal(str(yuan or 0)) * 100)


def test_what_is_taken_back_stands_in_red_on_its_own_side(story: Story) -> None:
    forms = _month_of_everything(story)
    entry = story.session.scalar(
        select(LedgerEntry.entry_no).where(
            LedgerEntry.document == forms["SUP01"], LedgerEntry.account == Account.CHARGE
        )
    )
    act = story.act("finance")
    story.write(lambda: ledger.reverse(act, entry, reason="责任方开错"))
    story.close_month("2026-12")
    assert [(line.summary, *side) for line, side in _summaries(_drawn(story, "2026-12"))] == [
        (f"冲销应扣款 {forms['SUP01']} 生产年份2026 1件", "220201", "SUP01", -9492, 0),
        (f"冲销待处理财产损溢 {forms['SUP01']} 生产年份2026 1件", "190101", "", 0, -9492),
    ]
    story.write(lambda: ledger.reverse(act, f"{entry}/R", reason="原来没有错"))
    story.close_month("2027-01")
    assert [(line.summary, *side) for line, side in _summaries(_drawn(story, "2027-01"))] == [
        (f"恢复应扣款 {forms['SUP01']} 生产年份2026 1件", "220201", "SUP01", 9492, 0),
        (f"恢复待处理财产损溢 {forms['SUP01']} 生产年份2026 1件", "190101", "", 0, 9492),
    ]
    assert _faults(story) == []


def _summaries(lines: list[Line]) -> list[tuple[Line, tuple[str, str, int, int]]]:
    return list(zip(lines, _sides(lines), strict=True))


def test_opening_balances_make_no_voucher(story: Story) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    owed = {"kind": "supplier", "party": "SUP01", "reference": "KK-旧-1", "amount": "100.00"}
    row = Row(2, owed | {"production_year": "2025"})
    story.write(lambda: opening.import_opening(story.act("finance"), [row]))
    story.close_month("2026-10")
    assert _drawn(story, "2026-10") == []
    assert voucher.csv(story.act("finance"), "2026-10").content.count(b"\r\n") == 1


def test_freight_and_what_a_customer_pays_find_their_accounts(story: Story) -> None:
    first, second = story.register(), story.register()
    story.at_after_sales(first)
    box = story.at_after_sales(second)
    act, garment = story.act("clerk"), story.registration(first)
    story.write(lambda: ledger.post_charge(act, garment, Account.REPAIR_CHARGE, 4500))
    story.close_month()
    assert [(line.summary, *side) for line, side in _summaries(_drawn(story))] == [
        (f"超次寄送运费 {box}", "122101", "S001", 2500, 0),
        (f"应付运费 {box}", "224102", "", 0, 2500),
        (f"向顾客收维修费 {first} 生产年份2026 1件", "122102", "", 4500, 0),
        (f"待处理财产损溢 {first} 生产年份2026 1件", "605101", "", 0, 4500),
    ]


def test_every_account_of_the_ledger_has_a_shipped_code_for_every_bearer(story: Story) -> None:
    codes = queries.basis(story.session, voucher.now(story.act("finance")).word).codes
    for account in BOOKED:
        kinds = Bearer if (account, "", "") in codes else (Bearer.SUPPLIER, Bearer.STORE)
        for kind in kinds:
            for ownership in Ownership:
                assert code_for(codes, account, kind, ownership).code


def test_an_account_without_a_code_stops_the_whole_export(story: Story) -> None:
    _month_of_everything(story)
    clearing = "DELETE FROM account_code WHERE account = 'clearing' AND liable_kind = ''"
    story.write(lambda: story.session.execute(text(clearing)))
    with pytest.raises(RuleViolation) as refusal:
        story.write(lambda: voucher.draw_up(story.act("finance"), MONTH))
    assert refusal.value.code == "no_account_code"
    assert "待处理财产损溢" in refusal.value.message("zh")
    assert queries.last(story.session, MONTH) is None


# --- the codes


def test_finance_alone_sets_a_code_and_a_finer_row_comes_before_it(story: Story) -> None:
    act, more = story.act("finance"), {"liable_kind": Bearer.STORE}
    with pytest.raises(Forbidden):
        account_code.put(story.act("supervisor"), account=Account.CHARGE, code="1", name="x")
    fine = story.write(
        lambda: account_code.put(
            act, account=Account.CHARGE, code="1122.03", name="应收账款—联营店",
            ownership=Ownership.CONSIGNMENT, **more,
        ).version
    )  # fmt: skip
    assert fine == 1
    codes = voucher.now(act).codes
    assert [code_for(codes, Account.CHARGE, "store", one).code for one in Ownership] == [
        "122101",
        "112201",
        "1122.03",
    ]


@pytest.mark.parametrize("code", ["", " ", "22 02", "=1+1", "-2202", "2" * 21, "２２０２"])
def test_a_code_is_one_that_an_importer_takes(story: Story, code: str) -> None:
    act = story.act("finance")
    with pytest.raises(InvalidInput) as refusal:
        account_code.put(act, account=Account.CHARGE, code=code, name="x")
    assert refusal.value.code == "bad_account_code"


def test_a_stale_page_overwrites_no_code(story: Story) -> None:
    _set(story, Account.SALVAGE, "1001", "库存现金")
    with pytest.raises(StaleVersion):
        account_code.put(
            story.act("finance", version=1), account=Account.SALVAGE, code="1002", name="银行存款"
        )


def test_a_new_code_never_overwrites_one_that_stands(story: Story) -> None:
    act = story.act("finance")
    with pytest.raises(RuleViolation) as refusal:
        account_code.put(act, account=Account.SALVAGE, code="1002", name="银行存款")
    assert refusal.value.code == "account_code_exists"
    assert "122103 其他应收款—残料款" in refusal.value.message("zh")
    assert voucher.now(act).codes[Account.SALVAGE, "", ""].code == "122103"


def test_whose_the_store_is_decides_every_account_that_the_store_bears(story: Story) -> None:
    more = {"account": Account.CLEARING, "liable_kind": Bearer.STORE, "ownership": Ownership.OWN}
    act = story.act("finance")
    story.write(lambda: account_code.put(act, code="1901.09", name="直营店", **more).id)
    forms = _month_of_everything(story)
    lines = [line.code for line in _drawn(story) if forms["S001"] in line.summary]
    assert lines == ["122101", "190101", "1901.09", "22210107"]


def test_opening_balances_and_a_head_offices_ownership_have_no_code(story: Story) -> None:
    act = story.act("finance")
    wrong = (
        {"account": Account.OPENING},
        {"account": Account.CHARGE, "ownership": Ownership.OWN},
    )
    for more in wrong:
        with pytest.raises(InvalidInput) as refusal:
            account_code.put(act, code="1", name="x", **more)
        assert refusal.value.code == "no_such_account"


# --- what the database guards


def test_a_set_is_never_changed_and_a_planted_one_is_found(story: Story) -> None:
    _month_of_everything(story)
    _drawn(story)
    with pytest.raises(IntegrityError):
        story.write(lambda: story.session.execute(text("UPDATE voucher_set SET lines = 1")))
    story.session.rollback()
    story.session.execute(text("INSERT INTO voucher_set (month, ordinal, basis, vouchers, lines, "
        "total_fen, sha256, at, by_id) SELECT month, 2, basis, vouchers, lines, total_fen + 1, "
        "'x', at, by_id FROM voucher_set"))  # fmt: skip
    story.session.commit()
    assert _faults(story) == [
        f"vouchers {MONTH}/2 has no link",
        f"{MONTH}: vouchers 2 are not what the ledger gives",
    ]


@pytest.mark.parametrize(
    "change", [{"by_id": 1}, {"at": datetime(2027, 1, 1, tzinfo=UTC)}, {"ordinal": 2}]
)
def test_a_set_with_another_author_moment_or_number_is_found(story: Story, change: Any) -> None:
    _month_of_everything(story)
    _drawn(story)
    session = story.session
    session.rollback()
    assert chain_is_unbroken(session) == []
    session.rollback()
    on = "" if session.get_bind().dialect.name == "sqlite" else " ON voucher_set"
    session.connection(execution_options={"writes": True})
    session.execute(text(f"DROP TRIGGER voucher_set_no_update{on}"))
    session.execute(update(VoucherSet).values(**change))
    assert f"{MONTH}/1" in chain_is_unbroken(session)[0]
    session.rollback()


def _faults(story: Story) -> list[str]:
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]
