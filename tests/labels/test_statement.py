"""The statement on paper: three copies, its total in capitals, its clauses, its arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from labels.fonts import Fonts
from labels.form import Head
from labels.statement import StatementRow, StatementSheet, of_a_box, statement_pdf
from tests.paper import assert_says, page_texts, pages_are_numbered, scanned_codes

ROW = StatementRow(
    document="BS-2026-000001",
    piece_no="P00000001A",
    registration_no="DJ00000001B",
    style_no="2613M04012",
    production_year=2026,
    supplier="SUP01 广州锦程服饰有限公司",
    store="S001 广州天河店",
    defect="色差",
    summary="扣款",
    amount_fen=18984,
    percent=50,
    price_fen=36968,
    spent_fen=1500,
    salvage_fen=500,
)
SHEET = StatementSheet(
    head=Head("KK-2026-000001", date(2026, 12, 4), "韩雪", status="已送达"),
    title="供应商扣款单",
    month="2026-11",
    party="供应商 SUP01 广州锦程服饰有限公司",
    rows=(ROW, replace(ROW, piece_no="P00000002B", amount_fen=35256)),
    charge_fen=54240,
    credit_fen=0,
    basis="报废损失由责任方承担（规则 1.38）",
    objection="请在送达之日起 5 个工作日内书面提出",
    signatory="供应商签章",
    delivered_at=datetime(2026, 12, 7, 2, 30, tzinfo=UTC),
    delivered_how="邮寄",
    object_by=date(2026, 12, 14),
    contract="HT-2026-017",
    batch="2026-12 第二批货款",
)


def test_a_statement_is_printed_in_three_copies_with_capitals_and_its_arrival(
    print_fonts: Fonts,
) -> None:
    pdf = statement_pdf(SHEET, print_fonts)
    pages = page_texts(pdf)
    assert pages_are_numbered(pages, copies=3)
    assert scanned_codes(pdf) == [{"KK-2026-000001"}] * 3
    for page, copy in zip(pages, ("第一联存根联", "第二联对方联", "第三联财务联"), strict=True):
        assert_says(
            page,
            copy,
            "供应商扣款单",
            "所属月份2026年11月件数2件/2笔",
            "合同号HT-2026-017抵扣批次2026-12第二批货款",
            "送达时间2026-12-0710:30邮寄异议截止2026-12-14",
            "2026SUP01广州锦程服饰有限公司S001广州天河店色差扣款369.6815.005.0050%189.84",
            "计算办法扣款金额=（计价金额+已发生费用-预计残值）×责任比例；分位尾差按最大余数法分配",
            "应收大写人民币伍佰肆拾贰元肆角小写合计¥542.40",
            "依据报废损失由责任方承担（规则1.38）",
            "异议期请在送达之日起5个工作日内书面提出",
            "总公司财务（盖章）",
            "对方（签章）：以上金额核对无误",
            "供应商签章",
        )


def test_what_one_party_bears_alone_has_no_last_fen_to_share_out(print_fonts: Fonts) -> None:
    alone = replace(SHEET, rows=tuple(replace(row, percent=100) for row in SHEET.rows))
    [page, *_copies] = page_texts(statement_pdf(alone, print_fonts))
    assert ("计算办法" in page, "最大余数法" in page) == (True, False)


def test_a_credit_is_what_the_chain_pays(print_fonts: Fonts) -> None:
    rows = (replace(ROW, summary="货主贷记", amount_fen=-27960, percent=0),)
    credit = replace(SHEET, title="专卖店对账单", rows=rows, charge_fen=0, credit_fen=27960)
    [page, *_copies] = page_texts(statement_pdf(credit, print_fonts))
    assert_says(page, "专卖店对账单", "应付大写人民币贰佰柒拾玖元陆角", "货主贷记————-279.60")
    assert "计算办法" not in page


def test_the_freight_of_a_box_speaks_of_no_garment(print_fonts: Fonts) -> None:
    of_box = of_a_box(replace(ROW, document="JH-2026-000002", summary="超次运费", percent=0))
    rows = (ROW, of_box)
    sheet = replace(SHEET, rows=rows, charge_fen=2 * 18984)
    [page, *_copies] = page_texts(statement_pdf(sheet, print_fonts))
    assert_says(page, "件数1件/2笔", "2JH-2026-000002————S001广州天河店—超次运费————189.84")


def test_rows_that_do_not_add_up_are_never_printed(print_fonts: Fonts) -> None:
    with pytest.raises(ValueError, match="add up"):
        statement_pdf(replace(SHEET, charge_fen=54241), print_fonts)


def test_a_draft_says_so_and_a_void_is_stamped(print_fonts: Fonts) -> None:
    draft = replace(SHEET, is_draft=True, head=replace(SHEET.head, void=True))
    [page, *_copies] = page_texts(statement_pdf(draft, print_fonts))
    assert_says(page, "供应商扣款单（草稿）", "作废")
