"""The return note (退货单, TH): scrap that goes back to the supplier who bears it; three copies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from labels.amount import capitals, count_capitals, yuan
from labels.dates import moment
from labels.fonts import Fonts
from labels.form import (
    A4_LANDSCAPE,
    Column,
    Form,
    Head,
    Section,
    SignatureBlock,
    Signed,
    bill,
    inner_width,
    number_row,
    pair,
    words_row,
)
from labels.paper import render
from labels.pen import Cell

PRESUMED = "（推定）"
TERMS = "请签收时当面逐件点清；件数或实物不符的，请在本单第二联上注明后签字。"
CHARGED = "退货价为含税采购价，仅作货值依据；扣款按原报损单和责任比例办理，本单不重复扣款。"
COLUMNS = (
    Column("序号", 9, "centre"),
    Column("件号\n登记号", 27, stacked=True),
    Column("款号", 24, wrap=True),
    Column("品名", 31, wrap=True),
    Column("颜色", 14, "centre", wrap=True),
    Column("尺码", 16, "centre"),
    Column("数量\n（件）", 10, "centre"),
    Column("生产\n年份", 10, "centre"),
    Column("供应商", 38, wrap=True),
    Column("缺陷", 28, wrap=True),
    Column("原单\n（报损单号）", 27),
    Column("责任\n比例", 10, "right"),
    Column("退货价\n（元）", 29, "right"),
)


@dataclass(frozen=True)
class ReturnedPiece:
    """One garment: its loss form, the party's share of it in percent, its price in fen."""

    piece_no: str
    registration_no: str
    style_no: str
    style_name: str
    colour: str
    size: str
    production_year: int
    supplier: str
    supplier_presumed: bool
    defect: str
    form_no: str
    percent: int
    price_fen: int


@dataclass(frozen=True)
class ReturnNote:
    """A return note; `how` says how the goods travel, `sent_at` when they left (aware)."""

    head: Head
    receiver: str
    how: str
    pieces: Sequence[ReturnedPiece]
    sent_at: datetime | None = None
    is_draft: bool = False
    remark: str = ""
    maker: Signed | None = None

    @property
    def total_fen(self) -> int:
        """What the goods cost together."""
        return sum(piece.price_fen for piece in self.pieces)


def return_note_pdf(values: ReturnNote, fonts: Fonts, *, invariant: bool = False) -> bytes:
    """Return the three copies of a return note as A4 landscape PDF (rules 1.44, 1.49, C-28)."""
    return render([_form(values)], fonts, invariant=invariant)


def _form(values: ReturnNote) -> Form:
    return bill(
        "退货单",
        values.head,
        _fields(values),
        Section(COLUMNS, _rows(values.pieces), total=_total(values), size=7),
        _foot(values),
        (
            SignatureBlock("制单", values.maker),
            SignatureBlock("售后主管"),
            SignatureBlock("仓库"),
            SignatureBlock("供应商签收"),
        ),
        is_draft=values.is_draft,
    )


def _fields(values: ReturnNote) -> tuple[tuple[Cell, ...], ...]:
    whole = inner_width(A4_LANDSCAPE)
    receiver = (
        Cell("退货对方", 16, "centre", shaded=True),
        Cell(values.receiver, whole / 2 - 16, bold=True, size=8.5, wrap=True, lines=2),
        *pair("退货类型", "质量退货", 16, whole / 4 - 16),
        *pair("退货时间", moment(values.sent_at), 16, whole / 4 - 16),
    )
    return (
        number_row(values.head, A4_LANDSCAPE),
        receiver,
        words_row("退货方式", values.how, A4_LANDSCAPE, 16, lines=2),
    )


def _rows(pieces: Sequence[ReturnedPiece]) -> list[tuple[str, ...]]:
    return [
        (
            str(index),
            f"{piece.piece_no}\n{piece.registration_no}",
            piece.style_no,
            piece.style_name,
            piece.colour,
            piece.size,
            "1",
            str(piece.production_year),
            f"{piece.supplier}{PRESUMED if piece.supplier_presumed else ''}",
            piece.defect,
            piece.form_no,
            f"{piece.percent}%",
            yuan(piece.price_fen),
        )
        for index, piece in enumerate(pieces, start=1)
    ]


def _total(values: ReturnNote) -> tuple[Cell, ...]:
    last, count = COLUMNS[-1].width, len(values.pieces)
    words = f"合计 {count} 件（大写：{count_capitals(count)}件）"
    return (
        Cell(words, sum(column.width for column in COLUMNS) - last, "centre", bold=True),
        Cell(yuan(values.total_fen), last, "right", bold=True),
    )


def _foot(values: ReturnNote) -> tuple[tuple[Cell, ...], ...]:
    whole = inner_width(A4_LANDSCAPE)
    rows: list[tuple[Cell, ...]] = [
        (
            Cell("大写金额", 20, "centre", bold=True, shaded=True),
            Cell(f"人民币{capitals(values.total_fen)}", whole - 90, bold=True, size=10),
            Cell("小写合计", 20, "centre", bold=True, shaded=True),
            Cell(f"¥{yuan(values.total_fen)}", 50, "right", bold=True, size=10),
        ),
        words_row("说明", CHARGED, A4_LANDSCAPE, 20),
        words_row("签收", TERMS, A4_LANDSCAPE, 20),
    ]
    if values.remark:
        rows.append(words_row("备注", values.remark, A4_LANDSCAPE, 20))
    return tuple(rows)
