"""Loss forms, destruction records and the month's report on paper, to the fen."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from sqlalchemy import text

from labels.amount import capitals, yuan
from labels.month_xlsx import LINES_SHEET, TOTALS_SHEET
from tests.kept import kept
from tests.paper import (
    Login,
    assert_says,
    on_sqlite,
    page_texts,
    pages_are_numbered,
    print_pdf,
    scanned_codes,
    sign_off_form,
    submit_form,
)
from tests.story import DOWN_COAT, JACKET, SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause, Defect, LiableKind
from tracker.domain.loss import Share
from tracker.services import destruction

COPIES = ("第一联存根联", "第二联对方联", "第三联财务联")
SPLIT = (
    Share(LiableKind.SUPPLIER, 34, "SUP01"),
    Share(LiableKind.STORE, 33, "S001"),
    Share(LiableKind.HEAD_OFFICE, 33),
)


@kept
def _three_parties(story: Story) -> dict[str, str]:
    """A shared jacket and a down coat on the forms of three parties; forms by kind or code."""
    shared = story.register(code=JACKET, **SUPPLIER_FAULT)
    coat = story.register(code=DOWN_COAT, **SUPPLIER_FAULT)
    story.at_after_sales(shared, coat)
    story.scrap(shared, *SPLIT, note="三方协商")
    story.scrap(coat)
    forms = {story.form(no).party or "HQ": no for no in story.list_on_forms(shared, coat)}
    return {**forms, "shared": shared, "coat": coat}


# --- the loss form


@on_sqlite
def test_a_loss_form_agrees_with_its_record_to_the_fen_on_three_copies(
    story: Story, login: Login
) -> None:
    found = _three_parties(story)
    expected = {"SUP01": 6455, "S001": 5544, "HQ": 5544, "SUP02": 35256}
    browser = login("clerk")
    for party, total in expected.items():
        no = sign_off_form(story, found[party])
        form = story.form(no)
        assert form.total_fen == total
        pdf = print_pdf(browser, f"/loss-forms/{no}.pdf")
        pages = page_texts(pdf)
        assert pages_are_numbered(pages, copies=3)
        assert scanned_codes(pdf) == [{no}] * 3
        assert [[copy in page for copy in COPIES] for page in pages] == [
            [n == k for k in range(3)] for n in range(3)
        ]
        same = {page.replace(copy, "") for page, copy in zip(pages, COPIES, strict=True)}
        assert len(same) == 1
        assert_says(
            pages[0],
            f"单号{no}",
            f"大写金额人民币{capitals(total)}小写合计¥{yuan(total)}",
            f"合计1件（大写：壹件）{yuan(form.lines[0].basis_fen)}0.000.00{yuan(total)}",
            f"{form.lines[0].percent}%{yuan(form.lines[0].amount_fen)}",
            "170/88A2026" if party != "SUP02" else "175/92A2026",
            "结账月2026年11月区域" + ("R1" if party == "S001" else "—"),
            "郑洁",
            "马俊",
            "刘振国",
        )


@on_sqlite
def test_each_party_signs_in_its_own_way(story: Story, login: Login) -> None:
    found = _three_parties(story)
    browser = login("clerk")
    pages = {
        party: page_texts(
            print_pdf(browser, f"/loss-forms/{sign_off_form(story, found[party])}.pdf")
        )[0]
        for party in ("SUP01", "S001", "HQ", "SUP02")
    }
    supplier = story.actor("supplier1").name
    assert_says(
        pages["SUP01"], "责任方（供应商代表）", f"郑洁{supplier}马俊刘振国".replace(" ", "")
    )
    assert_says(pages["S001"], "责任方（店长）", "郑洁陈晓梅马俊刘振国")
    assert_says(pages["HQ"], "责任方（总公司）", "郑洁免签马俊刘振国")
    assert_says(pages["SUP02"], "郑洁见纸质签字马俊刘振国", "黄伟登记")


@on_sqlite
def test_nature_and_vat_are_on_no_paper_that_the_party_prints(story: Story, login: Login) -> None:
    no = story.received(defect=Defect.MOULD_ODOUR, cause=Cause.STORAGE)
    story.scrap(no)
    [form] = story.list_on_forms(no)
    submit_form(story, form)
    ours, theirs = (
        page_texts(print_pdf(login(who), f"/loss-forms/{form}.pdf"))[0]
        for who in ("clerk", "manager1")
    )
    assert_says(ours, "管理不善", "因管理不善转出进项税额合计")
    assert "管理不善" not in theirs
    assert_says(theirs, f"小写合计¥{yuan(story.form(form).total_fen)}")


@on_sqlite
def test_a_draft_and_an_unsigned_form_look_like_it(story: Story, login: Login) -> None:
    [form] = story.list_on_forms(story.scrapped())
    browser = login("clerk")
    for page in page_texts(print_pdf(browser, f"/loss-forms/{form}.pdf")):
        assert_says(page, "报损单（草稿）", "状态草稿", "结账月2026年11月（以批准时为准）")
        assert page.count("____年__月__日") == 6
    submit_form(story, form)
    for page in page_texts(print_pdf(browser, f"/loss-forms/{form}.pdf")):
        assert "（草稿）" not in page
        assert page.count("____年__月__日") == 5


@on_sqlite
def test_a_voided_form_keeps_what_stood_on_it_under_its_stamp(story: Story, login: Login) -> None:
    kept, dropped = story.scrapped(), story.scrapped()
    [form] = story.list_on_forms(kept, dropped)
    for no in (kept, dropped):
        story.do("clerk", "registration", no, "unlist")
    story.wait(minutes=1)
    story.list_on_forms(kept)
    story.wait(minutes=1)
    story.do("supervisor", "loss_form", form, "void", reason="金额有误，重开")
    pages = page_texts(print_pdf(login("clerk"), f"/loss-forms/{form}.pdf"))
    assert len(pages) == 3
    for page in pages:
        assert page.count(kept) == 1
        assert dropped not in page
        assert_says(page, "状态作废", "备注作废原因：金额有误，重开", "小写合计¥189.84")
        assert page.count("作废") == 4


@on_sqlite
def test_a_form_approved_after_the_submission_names_the_month_that_carries_it(
    story: Story, login: Login
) -> None:
    first, second = story.scrapped(), story.scrapped(DOWN_COAT)
    early, late = story.list_on_forms(first, second)
    sign_off_form(story, early)
    story.submit_month()
    sign_off_form(story, late)
    [page, *_copies] = page_texts(print_pdf(login("clerk"), f"/loss-forms/{late}.pdf"))
    assert_says(page, "结账月2026年12月区域")


@on_sqlite
def test_a_form_says_what_may_become_of_the_goods_and_what_did(story: Story, login: Login) -> None:
    found = _three_parties(story)
    browser = login("clerk")

    def says(party: str, now: str = "") -> str:
        page = page_texts(print_pdf(browser, f"/loss-forms/{found[party]}{now}.pdf"))[0]
        return page.partition("处置")[2].partition("计算办法")[0]

    assert [says(party) for party in ("SUP01", "S001", "HQ")] == ["销毁或退供应商", "销毁", "销毁"]
    story.sign_off(found["SUP02"])
    story.do("clerk", "registration", found["coat"], "return_to_supplier")
    assert says("SUP02", "/now") == "退供应商"


# --- the destruction record


@on_sqlite
def test_a_destruction_record_claims_nothing_before_its_witness(story: Story, login: Login) -> None:
    garment = story.scrapped()
    [form] = story.list_on_forms(garment)
    sign_off_form(story, form)
    record = story.write(lambda: destruction.plan(story.act("warehouse")).no)
    path = f"/destructions/{record}.pdf"
    browser = login("warehouse")
    [page] = page_texts(print_pdf(browser, path))
    assert_says(page, story.piece_no(garment), form, "须在监销人见证下", "件数合计1件大写壹件")
    assert "上列物品已" not in page
    assert "¥" not in page
    story.do("warehouse", "destruction", record, "scan", code=story.piece_no(garment))
    facts: dict[str, Any] = {"method": "剪毁", "place": "总仓<b>暂存间", "salvage_fen": 123456}
    story.do("administration", "destruction", record, "witness", **facts)
    pdf = print_pdf(browser, path)
    [done] = page_texts(pdf)
    assert scanned_codes(pdf) == [{record}]
    assert_says(
        done,
        "上列物品已在监销人见证下逐件核对并销毁",
        "销毁方式剪毁",
        "销毁地点总仓<b>暂存间",
        "回收残值¥1,234.56大写人民币壹仟贰佰叁拾肆元伍角陆分",
        f"罗大勇{story.actor('administration').name}",
        "第1页/共1页",
    )


@on_sqlite
def test_witness_and_finance_stand_on_the_loss_form_when_they_did_their_part(
    story: Story, login: Login
) -> None:
    garment = story.scrapped()
    [form] = story.list_on_forms(garment)
    sign_off_form(story, form)
    witness, finance = (story.actor(name).name for name in ("administration", "finance"))
    browser = login("clerk")
    before = page_texts(print_pdf(browser, f"/loss-forms/{form}.pdf"))
    assert [page.count("____年__月__日") for page in before] == [2] * 3
    story.destroy(garment)
    story.do("supervisor", "month", "2026-11", "submit")
    story.do("finance", "month", "2026-11", "close", version=story.month("2026-11").version)
    for page in page_texts(print_pdf(browser, f"/loss-forms/{form}/now.pdf")):
        assert_says(page, f"刘振国{witness}{finance}", "处置销毁计算办法")
        assert_says(page, "现状打印件，签批原件以存档PDF为准")
        assert page.count("____年__月__日") == 0
    assert page_texts(print_pdf(browser, f"/loss-forms/{form}.pdf")) == before


# --- the month


def _fen(yuan_text: object) -> int:
    return int((Decimal(str(yuan_text).replace(",", "")) * 100).to_integral_value())


@on_sqlite
def test_the_four_formats_of_a_month_agree_to_the_fen_line_by_line(
    story: Story, login: Login
) -> None:
    found = _three_parties(story)
    story.session.execute(
        text("UPDATE registration SET production_year = 2024 WHERE no = :no"),
        {"no": found["coat"]},
    )
    story.session.commit()
    for party in ("SUP01", "S001", "HQ", "SUP02"):
        sign_off_form(story, found[party])
    story.do("supervisor", "month", "2026-11", "submit")
    story.do("finance", "month", "2026-11", "close", version=story.month("2026-11").version)
    browser = login("auditor")
    start = "/months/2026-11/report"
    values = browser.get(f"{start}.json").get_json()
    lines, totals = values["lines"], values["totals"]
    amounts = [line["amount_fen"] for line in lines]
    assert sorted(amounts) == [5544, 5544, 6455, 35256]
    assert (totals["amount_fen"], totals["pieces"]) == (52799, 2)
    assert story.month("2026-11").total_fen == 52799
    for group in ("liable_party", "supplier", "store", "defect", "production_year"):
        assert sum(row["amount_fen"] for row in totals[f"by_{group}"]) == 52799

    rows = csv.DictReader(io.StringIO(browser.get(f"{start}.csv").data.decode("utf-8-sig")))
    plain = [{**row, "amount": _fen(row["amount"])} for row in rows]
    named = [{**line, "amount": line["amount_fen"]} for line in lines]
    for row, line in zip(plain, named, strict=True):
        assert {key: str(value) for key, value in row.items()} == {
            key: str(line[key]) for key in row
        }

    book = load_workbook(io.BytesIO(browser.get(f"{start}.xlsx").data), data_only=True)
    cells = list(book[LINES_SHEET].iter_rows(min_row=2, values_only=True))
    assert [(_fen(row[0]), row[12], row[13], row[9]) for row in cells[:-1]] == [
        (line["amount_fen"], line["piece_no"], line["form_no"], line["production_year"])
        for line in lines
    ]
    sums = [row[4] for row in book[TOTALS_SHEET].iter_rows(values_only=True) if row[0] == "合计"]
    assert [_fen(cells[-1][0]), *map(_fen, sums)] == [52799] * 6

    pages = page_texts(print_pdf(browser, f"{start}.pdf"))
    assert pages_are_numbered(pages)
    printed = re.findall(r"(P\d{8}\w)(BS-\d{4}-\d{6})(-?[\d,]+\.\d\d)", "".join(pages))
    assert [(piece, form, _fen(amount)) for piece, form, amount in printed] == [
        (line["piece_no"], line["form_no"], line["amount_fen"]) for line in lines
    ]
    supervisor, finance = (story.actor(name).name for name in ("supervisor", "finance"))
    assert_says(
        "".join(pages),
        "结账月2026年11月状态已结账",
        "2件/4笔损失合计¥527.99",
        f"大写金额人民币{capitals(52799)}",
        f"{supervisor}{finance}",
    )
