"""The statement (扣款单 KK to a supplier, 对账单 DZ to a store), in three copies."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from labels.amount import capitals, yuan
from labels.dates import day, moment, month_name
from labels.fonts import Fonts
from labels.form import (
    A4_LANDSCAPE,
    LAST_FEN,
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

HOW_IT_ADDS_UP = "扣款金额 =（计价金额 + 已发生费用 - 预计残值）× 责任比例"
COLUMNS = (
    Column("序号", 8, "centre"),
    Column("依据单号", 27, wrap=True),
    Column("件号\n登记号", 24, stacked=True),
    Column("款号", 21, wrap=True),
    Column("生产\n年份", 10, "centre"),
    Column("供应商", 34, wrap=True),
    Column("店铺", 28, wrap=True),
    Column("缺陷", 22, wrap=True),
    Column("摘要", 16, "centre", wrap=True),
    Column("计价金额\n（元）", 19, "right"),
    Column("已发生\n费用（元）", 17, "right"),
    Column("预计残值\n（元）", 14, "right"),
    Column("责任\n比例", 11, "right"),
    Column("金额（元）", 22, "right"),
)


@dataclass(frozen=True)
class StatementRow:
    """One entry: what it is for, and its amount in fen, negative for a credit or a reversal.

    ``production_year`` is 0 where it is about no garment. ``percent`` is the party's share of
    price + spent - salvage (fen); 0 where the amount does not follow from them.
    """

    document: str
    piece_no: str
    registration_no: str
    style_no: str
    production_year: int
    supplier: str
    store: str
    defect: str
    summary: str
    amount_fen: int
    percent: int = 0
    price_fen: int = 0
    spent_fen: int = 0
    salvage_fen: int = 0


def of_a_box(row: StatementRow) -> StatementRow:
    """Return a row that is about a whole box, its freight: it speaks of no garment."""
    return replace(
        row, piece_no="", registration_no="", style_no="", production_year=0, supplier="", defect=""
    )


@dataclass(frozen=True)
class StatementSheet:
    """A statement ready for paper; ``month`` is ``YYYY-MM``, amounts are fen.

    ``title`` is 供应商扣款单 or 专卖店对账单, ``basis`` the clauses it rests on, ``objection`` the
    sentence about the period of objection, ``delivered_at`` the moment it arrived and
    ``delivered_how`` how. ``signatory`` names who signs for the party. ``contract`` and ``batch``
    are the party's contract and the batch of payments against which it is set off.
    """

    head: Head
    title: str
    month: str
    party: str
    rows: Sequence[StatementRow]
    charge_fen: int
    credit_fen: int
    basis: str
    objection: str
    signatory: str
    is_draft: bool = False
    delivered_at: datetime | None = None
    delivered_how: str = ""
    object_by: date | None = None
    settled_fen: int = 0
    remark: str = ""
    contract: str = ""
    batch: str = ""
    maker: Signed | None = None
    issuer: Signed | None = None
    answerer: Signed | None = None

    @property
    def total_fen(self) -> int:
        """Charges less credits."""
        return self.charge_fen - self.credit_fen


def statement_pdf(values: StatementSheet, fonts: Fonts, *, invariant: bool = False) -> bytes:
    """Return the three copies of a statement as A4 landscape PDF (rules 1.46 to 1.49).

    Raises `ValueError` when the rows do not add up to the total.
    """
    added = sum(row.amount_fen for row in values.rows)
    if added != values.total_fen:
        raise ValueError(f"the rows add up to {added} fen, the total is {values.total_fen} fen")
    return render([_form(values)], fonts, invariant=invariant)


def _form(values: StatementSheet) -> Form:
    return bill(
        values.title,
        values.head,
        _fields(values),
        Section(COLUMNS, _rows(values.rows), total=_total(values), size=7),
        _foot(values),
        (
            SignatureBlock("制单", values.maker),
            SignatureBlock("财务", values.issuer),
            SignatureBlock("业务部 / 区域"),
            SignatureBlock(values.signatory, values.answerer),
        ),
        is_draft=values.is_draft,
    )


def _fields(values: StatementSheet) -> tuple[tuple[Cell, ...], ...]:
    whole = inner_width(A4_LANDSCAPE)
    party = (
        Cell("对方", 16, "centre", shaded=True),
        Cell(values.party, whole / 2 - 16, bold=True, size=8.5),
        *pair("所属月份", month_name(values.month), 20, whole / 4 - 20),
        *pair("件数", f"{_pieces(values.rows)} 件 / {len(values.rows)} 笔", 16, whole / 4 - 16),
    )
    delivered = f"{moment(values.delivered_at)} {values.delivered_how}".strip()
    arrival = (
        *pair("合同号", values.contract, 16, whole / 4 - 16),
        *pair("抵扣批次", values.batch, 16, whole / 4 - 16),
        *pair("送达时间", delivered if values.delivered_at else "", 20, whole / 4 - 20),
        *pair("异议截止", day(values.object_by), 16, whole / 4 - 16),
    )
    return number_row(values.head, A4_LANDSCAPE), party, arrival


def _pieces(rows: Sequence[StatementRow]) -> int:
    return len({row.piece_no for row in rows if row.piece_no})


def _rows(rows: Sequence[StatementRow]) -> list[tuple[str, ...]]:
    return [
        (
            str(index),
            row.document,
            f"{row.piece_no}\n{row.registration_no}".strip() or "—",
            row.style_no or "—",
            str(row.production_year or "—"),
            row.supplier or "—",
            row.store or "—",
            row.defect or "—",
            row.summary,
            *_worked_out(row),
            yuan(row.amount_fen),
        )
        for index, row in enumerate(rows, start=1)
    ]


def _worked_out(row: StatementRow) -> tuple[str, str, str, str]:
    """Price, spent, salvage and share, where the amount follows from them."""
    if not row.percent:
        return ("—", "—", "—", "—")
    amounts = (yuan(row.price_fen), yuan(row.spent_fen), yuan(row.salvage_fen))
    return (*amounts, f"{row.percent}%")


def _total(values: StatementSheet) -> tuple[Cell, ...]:
    last = COLUMNS[-1].width
    before = sum(column.width for column in COLUMNS) - last
    words = f"合计：扣款 {yuan(values.charge_fen)}，货主贷记 {yuan(values.credit_fen)}，应结"
    return (
        Cell(words, before, "right", bold=True),
        Cell(yuan(values.total_fen), last, "right", bold=True),
    )


def _foot(values: StatementSheet) -> tuple[tuple[Cell, ...], ...]:
    whole = inner_width(A4_LANDSCAPE)
    amount = abs(values.total_fen)
    label = "应收大写" if values.total_fen >= 0 else "应付大写"
    rows: list[tuple[Cell, ...]] = [
        (
            Cell(label, 20, "centre", bold=True, shaded=True),
            Cell(f"人民币{capitals(amount)}", whole - 90, bold=True, size=10),
            Cell("小写合计", 20, "centre", bold=True, shaded=True),
            Cell(f"¥{yuan(amount)}", 50, "right", bold=True, size=10),
        ),
        words_row("依据", values.basis, A4_LANDSCAPE, 20),
        words_row("异议期", values.objection, A4_LANDSCAPE, 20),
    ]
    if any(row.percent for row in values.rows):
        how = HOW_IT_ADDS_UP
        if any(0 < row.percent < 100 for row in values.rows):
            how += LAST_FEN
        rows.append(words_row("计算办法", how, A4_LANDSCAPE, 20, lines=1))
    if values.settled_fen:
        settled = f"已结 ¥{yuan(values.settled_fen)}，未结 ¥{yuan(amount - values.settled_fen)}"
        rows.append(words_row("结算", settled, A4_LANDSCAPE, 20))
    if values.remark:
        rows.append(words_row("备注", values.remark, A4_LANDSCAPE, 20))
    rows.append(
        (
            Cell("总公司财务（盖章）\n\n\n\n", whole / 2, stacked=True),
            Cell("对方（签章）：以上金额核对无误\n\n\n\n", whole / 2, stacked=True),
        )
    )
    return tuple(rows)
