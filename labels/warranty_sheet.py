"""The calculator's answer (三包答复单), one page of A4 that a customer may take along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from labels.amount import yuan
from labels.dates import day
from labels.fonts import Fonts
from labels.form import A4, Column, Form, Head, Section, SignatureBlock, fields_row, words_row
from labels.paper import render
from labels.pen import Cell

LABEL_MM = 24.0
STEPS = (
    Column("序号", 10, "centre"),
    Column("事项", 52, wrap=True),
    Column("结果", 74, wrap=True),
    Column("依据", 50, wrap=True),
)
NOTE = "承诺低于法规的，按法规办理。"


@dataclass(frozen=True)
class WarrantySheet:
    """What stands on the sheet: the case, the answer, its steps; amounts in fen.

    A step is its matter, its result and its rule, all in words.
    """

    head: Head
    category: str
    channel: str
    complaint: str
    purchased_on: date
    paid_fen: int
    answer: str
    charge_fen: int
    refund_fen: int | None
    freight: str
    done_by: date | None
    steps: Sequence[tuple[str, str, str]]


def warranty_sheet_pdf(values: WarrantySheet, fonts: Fonts, *, invariant: bool = False) -> bytes:
    """Return the sheet as PDF."""
    rows = [
        (str(number), matter, result, rule)
        for number, (matter, result, rule) in enumerate(values.steps, start=1)
    ]
    form = Form(
        title="三包答复单",
        head=values.head,
        page=A4,
        fields=_fields(values),
        sections=(Section(STEPS, rows, caption="计算过程", size=8),),
        signatures=(SignatureBlock("经办人"), SignatureBlock("店长"), SignatureBlock("顾客")),
        note=NOTE,
    )
    return render([form], fonts, invariant=invariant)


def _fields(values: WarrantySheet) -> tuple[tuple[Cell, ...], ...]:
    refund = "" if values.refund_fen is None else f"¥{yuan(values.refund_fen)}"
    is_either = values.charge_fen > 0 and values.refund_fen is not None
    return (
        _row(("店铺", values.head.site), ("答复日期", day(values.head.issued_on))),
        _row(("品类", values.category), ("渠道", values.channel)),
        _row(("购买日期", day(values.purchased_on)), ("实付金额", f"¥{yuan(values.paid_fen)}")),
        words_row("判定", values.complaint, A4, LABEL_MM),
        words_row("处理结论", values.answer, A4, LABEL_MM),
        _row(
            ("换货应收" if is_either else "应收", f"¥{yuan(values.charge_fen)}"),
            ("退货应退" if is_either else "应退", refund),
        ),
        _row(("运费承担", values.freight), ("最迟办结", day(values.done_by))),
    )


def _row(*pairs: tuple[str, str]) -> tuple[Cell, ...]:
    return fields_row(pairs, A4, LABEL_MM)
