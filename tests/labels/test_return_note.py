"""The return note on paper: many lines, the longest words, a void."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from labels.fonts import Fonts
from labels.form import Head, Signed
from labels.return_note import ReturnedPiece, ReturnNote, return_note_pdf
from tests.paper import assert_says, page_texts, pages_are_numbered

AT = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
PIECE = ReturnedPiece(
    piece_no="P00000001A",
    registration_no="DJ00000001B",
    style_no="2613M04012-BK1-LONGEST-STYLE-NUMBER-0001",
    style_name="男装休闲可拆卸帽羽绒夹克（内胆可拆，三合一）",
    colour="BK1-DEEP-NAVY-16",
    size="170/88A",
    production_year=2025,
    supplier="SUP-2026-LONGEST 广东省佛山市顺德区容桂街道锦绣年华高级时装针织服饰有限公司第二分厂",
    supplier_presumed=True,
    defect="污渍/脏污/油污/笔迹/粉底",
    form_no="BS-2026-000001",
    percent=60,
    price_fen=1_640_902,
)
NOTE = ReturnNote(
    head=Head("FH-2026-000012", date(2026, 11, 22), "郑洁", status="已寄出", printed_at=AT),
    receiver="SUP01 广州锦程服饰有限公司",
    how="装箱单 FH-2026-000012 · 2 箱 · 德邦快递 · 运单号 DPK30021",
    pieces=[PIECE],
    sent_at=AT,
    maker=Signed("郑洁", AT),
)


def test_each_copy_of_a_long_note_has_every_line_with_its_year_whole(print_fonts: Fonts) -> None:
    pieces = [replace(PIECE, piece_no=f"P{n:08}A") for n in range(1, 31)]
    note = replace(NOTE, pieces=pieces)
    pdf = return_note_pdf(note, print_fonts, invariant=True)
    assert pdf == return_note_pdf(note, print_fonts, invariant=True)
    pages = page_texts(pdf)
    assert pages_are_numbered(pages, copies=3)
    for copy in range(3):
        text = "".join(pages[copy * len(pages) // 3 : (copy + 1) * len(pages) // 3])
        assert [text.count(piece.piece_no) for piece in pieces] == [1] * 30
        assert text.count("第二分厂（推定）") == text.count("LONGEST-STYLE-NUMBER-0001") == 30
        assert_says(
            text,
            "合计30件（大写：叁拾件）492,270.60",
            "大写金额人民币肆拾玖万贰仟贰佰柒拾元陆角小写合计¥492,270.60",
        )


def test_a_void_note_is_stamped_and_says_why(print_fonts: Fonts) -> None:
    void = replace(NOTE, head=replace(NOTE.head, void=True), remark="作废原因：供应商拒收")
    for page in page_texts(return_note_pdf(void, print_fonts)):
        assert_says(page, "备注作废原因：供应商拒收")
        assert page.count("作废") == 3
