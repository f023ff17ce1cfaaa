"""The customer's slip (顾客取件凭证), A5 landscape: a page for the customer, one for the shop."""

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from labels.barcode import code128_modules, draw_code128, symbol_width_mm
from labels.dates import day
from labels.fonts import Fonts
from labels.form import A5_LANDSCAPE, LEFT, RIGHT, Form, Head, fields_row, inner_width, words_row
from labels.paper import render
from labels.pen import MM, Cell, Pen

COPIES = ("第一联 顾客联", "第二联 存根联")
STRIP_MM = 54.0
LABEL_MM = 20.0
MODULE_MM = 0.375


@dataclass(frozen=True)
class CustomerSlip:
    """What stands on the slip; `name` and `phone` arrive masked (张*, `138****5678`).

    `head.number` is the registration's number. `warranty` says in words what the customer is owed,
    `promised_on` is the day on which he may fetch the garment, `guarantee_days` the free re-repair
    period. Raises `ValueError` for a phone that is not masked.
    """

    head: Head
    piece_no: str
    style_no: str
    style_name: str
    colour: str
    size: str
    fault: str
    accessories: str
    name: str
    phone: str
    purchased_on: date | None
    receipt_no: str
    demand: str
    warranty: str
    promised_on: date | None
    guarantee_days: int

    def __post_init__(self) -> None:
        """Refuse a phone number in clear: the slip is carried about."""
        if re.search(r"\d{7}", re.sub(r"[\s()+-]", "", self.phone)):
            raise ValueError("the customer's phone must be masked before it is printed")


def customer_slip_pdf(values: CustomerSlip, fonts: Fonts, *, invariant: bool = False) -> bytes:
    """Return both copies of the slip as PDF, each one page of A5 landscape."""
    form = Form(
        title="顾客取件凭证",
        head=replace(values.head, number=""),
        page=A5_LANDSCAPE,
        fields=_fields(values),
        copies=COPIES,
        strip_height=STRIP_MM,
        strip=partial(_strip, values),
    )
    return render([form], fonts, invariant=invariant)


def _row(*pairs: tuple[str, str]) -> tuple[Cell, ...]:
    return fields_row(pairs, A5_LANDSCAPE, LABEL_MM)


def _fields(values: CustomerSlip) -> tuple[tuple[Cell, ...], ...]:
    head = values.head
    return (
        _row(
            ("登记单号", head.number), ("登记日期", day(head.issued_on)), ("经办人", head.issued_by)
        ),
        _row(("店铺", head.site), ("顾客", f"{values.name}  {values.phone}")),
        _row(("品名", values.style_name), ("款色码", _variant(values))),
        words_row("问题", values.fault, A5_LANDSCAPE, LABEL_MM, 2),
        _row(
            ("购买日期", day(values.purchased_on)),
            ("小票号", values.receipt_no),
            ("随附", values.accessories),
        ),
        _row(("顾客要求", values.demand), ("三包", values.warranty)),
    )


def _variant(values: CustomerSlip) -> str:
    return f"{values.style_no} {values.colour} {values.size}"


def _strip(values: CustomerSlip, pen: Pen, top: float) -> None:
    """Draw what is looked at: the number to scan, the day to come, what to know, who signs."""
    _number(values, pen, top)
    left = pen.width / 2 + 2
    room = pen.width - RIGHT - left
    pen.canvas.setLineWidth(0.8)
    pen.canvas.rect(left * MM, pen.y(top + 24), room * MM, 22 * MM, stroke=1, fill=0)
    pen.text("预计取件日", left + 3, top + 2, 26, 22, bold=True, size=12)
    promised = day(values.promised_on) or "____年__月__日"
    pen.text(promised, left + 30, top + 2, room - 33, 22, "centre", bold=True, size=22)
    for index, sentence in enumerate(_notices(values)):
        pen.text(sentence, LEFT, top + 27 + index * 4.6, inner_width(A5_LANDSCAPE), 4.6, size=8.5)
    for offset, role in ((0, "顾客签名"), (62, "店员签名"), (124, "取件签名及日期")):
        pen.text(f"{role}：______________", LEFT + offset, top + 47, 62, 6, size=9)


def _number(values: CustomerSlip, pen: Pen, top: float) -> None:
    wide = symbol_width_mm(code128_modules(values.piece_no), MODULE_MM)
    if LEFT + wide > pen.width / 2:
        raise ValueError(f"piece number too long for the slip: {values.piece_no}")
    draw_code128(
        pen.canvas,
        values.piece_no,
        LEFT * MM,
        pen.y(top + 18),
        module_mm=MODULE_MM,
        height_mm=16,
        font=pen.fonts.bold,
        font_size=0,
    )
    pen.text(f"件号 {values.piece_no}", LEFT, top + 18.5, wide, 6, "centre", bold=True, size=13)


def _notices(values: CustomerSlip) -> tuple[str, ...]:
    return (
        "1. 请凭本凭证到登记店铺取件，店铺到货后会电话通知；凭证遗失请携带购物小票。",
        "2. 实际日期如有变化，以店铺通知为准；维修可能产生费用时，先征得您同意再修。",
        f"3. 修复后同一部位 {values.guarantee_days} 天内再出现同样问题，免费复修。",
        "4. 姓名和电话只用于本次维修的联系。",
    )
