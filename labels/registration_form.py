"""The registration form (售后登记单, DJ) on A5, with the customer's receipt (回执联)."""

import re
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

from labels.barcode import code128_modules, draw_code128, symbol_width_mm
from labels.dates import day, moment
from labels.fonts import Fonts
from labels.form import (
    A5_LANDSCAPE,
    LEFT,
    RIGHT,
    Form,
    Head,
    Signed,
    fields_row,
    inner_width,
    number_row,
    pair,
    words_row,
)
from labels.paper import render
from labels.pen import MM, Cell, Pen

Handling = Literal["refund", "exchange", "local_repair", "head_office", "refuse"]

HANDLINGS: dict[Handling, str] = {
    "refund": "退货",
    "exchange": "换货",
    "local_repair": "当地维修",
    "head_office": "寄总部",
    "refuse": "不予受理",
}
STRIP_MM = 31.5
LABEL_MM = 18.0


@dataclass(frozen=True)
class RegisteredCustomer:
    """What the form says of the customer; `phone` arrives masked (`138****5678`), the name too.

    `warranty` is the 三包 answer in words. Raises `ValueError` for a phone that is not masked.
    """

    name: str
    phone: str
    purchased_on: date | None
    receipt_no: str
    warranty: str
    demand: str
    promised_on: date | None

    def __post_init__(self) -> None:
        """Refuse a phone number in clear: paper travels further than screens."""
        if re.search(r"\d{7}", re.sub(r"[\s()+-]", "", self.phone)):
            raise ValueError("the customer's phone must be masked before it is printed")


@dataclass(frozen=True)
class RegistrationForm:
    """A registration ready for paper; `head.number` is the registration number.

    `worn` and `washed` are None where nobody asked. `handling` is None before the store decides.
    `guarantee_days` is the free re-repair period printed on the receipt. `customer` is None for
    stock; then there is no receipt. Photographs are counted, not printed.
    """

    head: Head
    piece_no: str
    source: str
    style_no: str
    style_name: str
    colour: str
    size: str
    barcode: str
    production_year: int
    defect: str
    position: str
    area_cm2: float | None
    cause: str
    tag_intact: bool
    accessories_intact: bool
    number_intact: bool
    season: str = ""
    arrived_on: date | None = None
    found_on: date | None = None
    worn: bool | None = None
    washed: bool | None = None
    photos: int = 0
    handling: Handling | None = None
    remark: str = ""
    customer: RegisteredCustomer | None = None
    guarantee_days: int = 30
    handler: Signed | None = None
    store_manager: Signed | None = None
    customer_signed: Signed | None = None


def registration_form_pdf(
    values: RegistrationForm, fonts: Fonts, *, invariant: bool = False
) -> bytes:
    """Return the registration form as A5 landscape PDF (rules 1.11, 1.16, 1.18, 1.49)."""
    receipt = values.customer is not None
    form = Form(
        title="售后登记单",
        head=values.head,
        page=A5_LANDSCAPE,
        fields=_fields(values),
        foot=(_signatures(values),),
        strip_height=STRIP_MM if receipt else 0.0,
        strip=partial(_receipt, values) if receipt else None,
    )
    return render([form], fonts, invariant=invariant)


def _row(*pairs: tuple[str, str]) -> tuple[Cell, ...]:
    return fields_row(pairs, A5_LANDSCAPE, LABEL_MM)


def _fields(values: RegistrationForm) -> tuple[tuple[Cell, ...], ...]:
    area = "" if values.area_cm2 is None else f"{values.area_cm2:g} cm²"
    return (
        number_row(values.head, A5_LANDSCAPE),
        _row(("店铺", values.head.site), ("区域", values.head.region), ("件号", values.piece_no)),
        _row(
            ("来源", values.source),
            ("到店日期", day(values.arrived_on)),
            ("发现日期", day(values.found_on)),
        ),
        _wide_row(
            ("款号", values.style_no, 26),
            ("品名", values.style_name, 72),
            ("条码", values.barcode, 34),
        ),
        _row(
            ("颜色", values.colour),
            ("尺码", values.size),
            ("生产年份", f"{values.production_year} {values.season}".strip()),
            ("数量", "1 件"),
        ),
        _row(
            ("缺陷", values.defect),
            ("部位", values.position),
            ("面积", area),
            ("原因", values.cause),
        ),
        _flags(values),
        *_customer(values.customer),
        _handling(values),
        words_row("备注", values.remark, A5_LANDSCAPE, LABEL_MM, 2),
    )


def _wide_row(*triples: tuple[str, str, float]) -> tuple[Cell, ...]:
    """A row whose values have widths of their own (mm), for a text that may be long."""
    return tuple(
        cell for label, value, width in triples for cell in pair(label, value, LABEL_MM, width)
    )


def _flags(values: RegistrationForm) -> tuple[Cell, ...]:
    flags = (
        ("吊牌完好", values.tag_intact),
        ("配件完好", values.accessories_intact),
        ("货号完好", values.number_intact),
        ("穿着", values.worn),
        ("洗涤", values.washed),
    )
    value_width = inner_width(A5_LANDSCAPE) / len(flags) - LABEL_MM
    cells: list[Cell] = []
    for label, answer in flags:
        checks = (("是", answer is True), ("否", answer is False))
        cells.append(Cell(label, LABEL_MM, "centre", shaded=True))
        cells.append(Cell("", value_width, checks=checks))
    return tuple(cells)


def _customer(customer: RegisteredCustomer | None) -> tuple[tuple[Cell, ...], ...]:
    if customer is None:
        return ()
    return (
        _wide_row(
            ("顾客姓名", customer.name, 18),
            ("电话", customer.phone, 26),
            ("购买日期", day(customer.purchased_on), 22),
            ("小票号", customer.receipt_no, 48),
        ),
        _row(
            ("三包状态", customer.warranty),
            ("顾客诉求", customer.demand),
            ("承诺取件日期", day(customer.promised_on)),
        ),
    )


def _handling(values: RegistrationForm) -> tuple[Cell, ...]:
    checks = tuple((word, code == values.handling) for code, word in HANDLINGS.items())
    rest = inner_width(A5_LANDSCAPE) - 2 * LABEL_MM
    return (
        Cell("现场处理", LABEL_MM, "centre", shaded=True),
        Cell("", rest - 26, checks=checks),
        Cell("照片", LABEL_MM, "centre", shaded=True),
        Cell(f"{values.photos} 张" if values.photos else "无", 26),
    )


def _signatures(values: RegistrationForm) -> tuple[Cell, ...]:
    blocks = [("经办人", values.handler), ("店长", values.store_manager)]
    if values.customer is not None:
        blocks.append(("顾客", values.customer_signed))
    width = inner_width(A5_LANDSCAPE) / len(blocks) - LABEL_MM
    cells: list[Cell] = []
    for role, signed in blocks:
        words = f"{signed.name}  {moment(signed.at)} {signed.note}" if signed else ""
        cells.append(Cell(role, LABEL_MM, "centre", bold=True, shaded=True))
        cells.append(Cell(words, width, wrap=True, lines=2))
    return tuple(cells)


def _receipt(values: RegistrationForm, pen: Pen, top: float) -> None:
    """Draw the customer's strip below a dashed line."""
    canvas, customer = pen.canvas, values.customer
    canvas.setDash(3, 2)
    canvas.setLineWidth(0.5)
    canvas.line(LEFT * MM, pen.y(top + 3), (pen.width - RIGHT) * MM, pen.y(top + 3))
    canvas.setDash()
    pen.text("顾客取件凭证（回执联）", LEFT, top + 4.2, 90, 6, bold=True, size=11)
    number = values.head.number
    wide = symbol_width_mm(code128_modules(number), 0.25)
    draw_code128(
        canvas,
        number,
        (pen.width - RIGHT - wide + 2.5) * MM,
        pen.y(top + 12),
        module_mm=0.25,
        height_mm=7,
        font=pen.fonts.regular,
        font_size=7,
    )
    promised = day(customer.promised_on) if customer is not None else ""
    sku = f"{values.style_no} {values.colour} {values.size}"
    fault = f"{values.defect} · {values.position}"
    words = (
        (f"店铺：{values.head.site}", f"登记日期：{day(values.head.issued_on)}"),
        (f"款色码：{sku}", f"件号：{values.piece_no}"),
        (f"问题：{fault}", f"预计取件日：{promised or '____年__月__日'}"),
    )
    pen.text(f"品名：{values.style_name}", LEFT, top + 10, 110, 4.2)
    for index, (left, right) in enumerate(words, start=1):
        pen.text(left, LEFT, top + 10 + index * 4.2, 66, 4.2)
        pen.text(right, LEFT + 68, top + 10 + index * 4.2, 42, 4.2)
    notice = f"请凭本凭证取件；修复后同一部位 {values.guarantee_days} 天内再出现问题，免费复修。"
    pen.text(notice, LEFT, top + 26.9, 108, 4.2, size=7.5)
    for offset, role in ((72, "店员"), (34, "顾客")):
        pen.text(f"{role}：____________", pen.width - RIGHT - offset, top + 24, 34, 5)
