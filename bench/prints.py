"""Prints against bare reportlab drawing about as much."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, SimpleDocTemplate, Table

from labels.form import Head
from labels.label_print import Wanted, labels_printed
from labels.repair_tag import RepairTag, repair_tag_face
from labels.return_note import ReturnedPiece, ReturnNote, return_note_pdf
from labels.statement import StatementRow, StatementSheet, statement_pdf
from tests.story import Story
from tracker.edge import fonts
from tracker.services import loss_papers

SHEET = 30
TAG = RepairTag(
    piece_no="HT-0000001-7",
    registration_no="R-2026-000001",
    style_no="JK2601",
    style_name="短款夹克",
    colour="黑色",
    size="170/88A",
    defect="开线",
    position="左袖",
    store="S001 上海南京西路店",
    registered_on=date(2026, 11, 2),
    source="顾客",
    customer_hint="顾客",
)


def a_form(story: Story, lines: int) -> str:
    """Bring garments on one loss form; return its number."""
    nos = [story.register(defect="FADE_BLEED", cause="dyeing_finishing") for _ in range(lines)]
    story.at_after_sales(*nos)
    for no in nos:
        story.scrap(no)
    return story.list_on_forms(*nos)[0]


def tags(count: int) -> bytes:
    """Return as many repair tags as a label printer takes them, one a page."""
    faces = [repair_tag_face(TAG) for _ in range(count)]
    return labels_printed(faces, fonts(), Wanted(), "返修标签")


def bare_tags() -> bytes:
    """Return as many pages with a barcode's bars and the same words, drawn straight."""
    canvas = Canvas(buffer := io.BytesIO(), (60 * 72 / 25.4, 40 * 72 / 25.4))
    face = fonts()
    for _ in range(SHEET):
        canvas.setFont(face.regular, 7)
        for bar in range(60):
            canvas.rect(5 + bar * 2, 70, 1, 30, stroke=0, fill=1)
        for row, words in enumerate(vars(TAG).values()):
            canvas.drawString(5, 5 + row * 5, str(words))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def bare_form() -> bytes:
    """Return three copies of a plain table of twenty lines."""
    document = SimpleDocTemplate(buffer := io.BytesIO(), pagesize=A4)
    rows = [[str(value) for value in vars(TAG).values()][:10] for _ in range(20)]
    style = [
        ("FONT", (0, 0), (-1, -1), fonts().regular, 6),
        ("GRID", (0, 0), (-1, -1), 0.5, "black"),
    ]
    document.build([Table(rows, style=style) for _ in range(3)])
    return buffer.getvalue()


def statement_sheet(lines: int) -> StatementSheet:
    """Return a supplier's statement of as many lines."""
    row = StatementRow(
        document="BS-2026-000001",
        piece_no="P00000001A",
        registration_no="DJ00000001B",
        style_no="2613M04012",
        production_year=2026,
        supplier="SUP01 广州锦程服饰有限公司",
        store="S001 广州天河店",
        defect="色差",
        summary="扣款",
        amount_fen=18_984,
        percent=100,
        price_fen=18_984,
    )
    return StatementSheet(
        head=Head("KK-2026-000001", date(2026, 12, 4), "韩雪", status="已开出"),
        title="供应商扣款单",
        month="2026-11",
        party="供应商 SUP01 广州锦程服饰有限公司",
        rows=[row] * lines,
        charge_fen=18_984 * lines,
        credit_fen=0,
        basis="报废损失由责任方承担（规则 1.38）",
        objection="请在送达之日起 5 个工作日内书面提出",
        signatory="供应商签章",
    )


def note(lines: int) -> ReturnNote:
    """Return a return note of as many garments."""
    piece = ReturnedPiece(
        piece_no="P00000001A",
        registration_no="DJ00000001B",
        style_no="2613M04012",
        style_name="男装休闲夹克",
        colour="BK1",
        size="170/88A",
        production_year=2026,
        supplier="SUP01 广州锦程服饰有限公司",
        supplier_presumed=True,
        defect="色差",
        form_no="BS-2026-000001",
        percent=100,
        price_fen=18_984,
    )
    head = Head("FH-2026-000012", date(2026, 11, 22), "郑洁", status="已寄出")
    return ReturnNote(head, "SUP01 广州锦程服饰有限公司", "单件交还", [piece] * lines)


def bare_pages(pages: int) -> bytes:
    """Return so many landscape pages, each a ruled table of as much text as a form's page."""
    document = SimpleDocTemplate(buffer := io.BytesIO(), pagesize=landscape(A4))
    rows = [[str(value) for value in (*vars(TAG).values(), "1,299.00")][:14] for _ in range(24)]
    style = [
        ("FONT", (0, 0), (-1, -1), fonts().regular, 6),
        ("GRID", (0, 0), (-1, -1), 0.5, "black"),
    ]
    document.build([part for _ in range(pages) for part in (Table(rows, style=style), PageBreak())])
    return buffer.getvalue()


def bench_pages(
    say: Callable[..., None], seconds: Callable[..., float], rounds: int, lines: int = 200
) -> None:
    """Measure the forms of many pages: pages a second, beside as many of the bare table."""
    forms: tuple[tuple[str, Callable[[], bytes]], ...] = (
        ("statement_pages", lambda: statement_pdf(statement_sheet(lines), fonts())),
        ("return_note_pages", lambda: return_note_pdf(note(lines), fonts())),
    )
    for name, work in forms:
        pages = work().count(b"/Type /Page\n")
        bounds, rates = [], []
        for _ in range(rounds):
            bounds.append(pages / seconds(partial(bare_pages, pages)))
            rates.append(pages / seconds(work))
        say(name, rates, "/s", bounds)


def bench(
    story: Story, form: str, say: Callable[..., None], seconds: Callable[..., float], rounds: int
) -> None:
    """Measure the repair tag, the loss form, and the forms of many pages."""
    bench_pages(say, seconds, rounds)
    clerk = story.act("clerk")
    works: tuple[tuple[str, Callable[[], Any], Callable[[], Any], int], ...] = (
        ("repair_tag_sheet", lambda: tags(SHEET), bare_tags, SHEET),
        ("repair_tag_alone", lambda: tags(1), bare_tags, 1),
        ("loss_form", lambda: loss_papers.loss_form(clerk, form, fonts()), bare_form, 1),
    )
    for name, work, bound, pieces in works:
        work()
        bound()
        bounds, rates = [], []
        for _ in range(rounds):
            bounds.append((SHEET if bound is bare_tags else 1) / seconds(bound))
            rates.append(pieces / seconds(work))
        say(name, rates, "/s", bounds)
