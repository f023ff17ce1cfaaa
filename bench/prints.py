"""Prints against bare reportlab drawing about as much."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table

from labels.label_print import Wanted, labels_printed
from labels.repair_tag import RepairTag, repair_tag_face
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


def bench(
    story: Story, form: str, say: Callable[..., None], seconds: Callable[..., float], rounds: int
) -> None:
    """Measure the repair tag and the loss form."""
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
