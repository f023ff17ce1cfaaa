"""The packing list (装箱单, FH): what lies in each carton of a shipment, who pays the freight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from labels.amount import count_capitals, yuan
from labels.dates import moment
from labels.fonts import Fonts
from labels.form import (
    A4,
    Column,
    Form,
    Head,
    Section,
    SignatureBlock,
    Signed,
    fields_row,
    number_row,
    words_row,
)
from labels.paper import render
from labels.pen import Cell

UNKNOWN_YEAR = "待补"
EXPECTED = "（预计）"
OUTBOUND_NOTE = "实物直寄收货部门，单据经区域转交。"
RETURN_NOTE = "请店铺逐件扫码清点后签收。"
COLUMNS = (
    Column("序号", 8, "centre"),
    Column("登记号", 25),
    Column("件号", 21),
    Column("款号", 19),
    Column("品名", 33, wrap=True),
    Column("颜色", 10, "centre"),
    Column("尺码", 15, "centre"),
    Column("生产\n年份", 10, "centre"),
    Column("缺陷", 27, wrap=True),
    Column("备注", 18, wrap=True),
)


@dataclass(frozen=True)
class PackedPiece:
    """One garment in a carton; without `production_year` 待补 is printed."""

    registration_no: str
    piece_no: str
    style_no: str
    style_name: str
    colour: str
    size: str
    production_year: int | None
    defect: str
    remark: str = ""


@dataclass(frozen=True)
class PackedCarton:
    """Carton number `number` of the shipment and what lies in it; weight in whole grams."""

    number: int
    pieces: Sequence[PackedPiece]
    weight_g: int | None = None
    seal_no: str = ""


@dataclass(frozen=True)
class Sealed:
    """Who sealed the shipment, and when."""

    by: str
    at: datetime


@dataclass(frozen=True)
class PackingList:
    """A shipment's packing list; every carton gets its own sheets.

    `iso_year`, `iso_week` and `ordinal` say which shipment of which week this is; a return has no
    ordinal. `is_expected` marks week, kind and bearer as what they will be if it leaves today.
    `freight_fen` is None while the freight is unknown; `freight_bearer` is in words.
    """

    head: Head
    kind: str
    sender: str
    receiver: str
    receiver_address: str
    iso_year: int
    iso_week: int
    ordinal: int | None
    cartons: Sequence[PackedCarton]
    is_return: bool = False
    is_from_store: bool = True
    sealed: Sealed | None = None
    is_expected: bool = False
    carrier: str = ""
    tracking_no: str = ""
    dispatched_at: datetime | None = None
    freight_fen: int | None = None
    freight_bearer: str = ""
    remark: str = ""
    sender_signed: Signed | None = None
    manager_signed: Signed | None = None
    carrier_signed: Signed | None = None
    receiver_signed: Signed | None = None


def packing_list_pdf(values: PackingList, fonts: Fonts, *, invariant: bool = False) -> bytes:
    """Return the packing list as A4 PDF, one run of pages per carton.

    Rules 1.11, 1.12, 1.31 and 1.32. Raises `ValueError` when there is no carton.
    """
    if not values.cartons:
        raise ValueError("a packing list needs a carton")
    return render([_form(values, carton) for carton in values.cartons], fonts, invariant=invariant)


def _form(values: PackingList, carton: PackedCarton) -> Form:
    total = sum(len(each.pieces) for each in values.cartons)
    return Form(
        title="装箱单",
        head=values.head,
        page=A4,
        fields=_fields(values, carton),
        sections=(Section(COLUMNS, _rows(carton.pieces)),),
        foot=_foot(carton, total),
        signatures=(
            SignatureBlock("发货人", values.sender_signed),
            SignatureBlock("店长" if _is_stores(values) else "复核", values.manager_signed),
            SignatureBlock("承运人", values.carrier_signed),
            SignatureBlock("收货人", values.receiver_signed),
        ),
        note=RETURN_NOTE if values.is_return else OUTBOUND_NOTE if values.is_from_store else "",
    )


def _is_stores(values: PackingList) -> bool:
    return values.is_from_store and not values.is_return


def _fields(values: PackingList, carton: PackedCarton) -> tuple[tuple[Cell, ...], ...]:
    expected = EXPECTED if values.is_expected else ""
    ordinal = f" 第{values.ordinal}次" if values.ordinal else ""
    week = f"{values.iso_year}年第{values.iso_week}周{ordinal}{expected}"
    bearer = f"{values.freight_bearer}{expected}" if values.freight_bearer else ""
    freight = "" if values.freight_fen is None else f"¥{yuan(values.freight_fen)}"
    weight = "" if carton.weight_g is None else f"{carton.weight_g / 1000:.2f} kg"
    triples = (
        [
            ("箱号", f"第{carton.number}箱 / 共{len(values.cartons)}箱"),
            ("类别", f"{values.kind}{expected}"),
            ("周次", week),
        ],
        [
            ("发货方", values.sender),
            ("区域", values.head.region),
            ("收货方", values.receiver),
        ],
        [
            ("承运商", values.carrier),
            ("运单号", values.tracking_no),
            ("寄出时间", moment(values.dispatched_at)),
        ],
        [
            ("运费", freight),
            ("承担方", bearer),
            ("毛重", weight),
        ],
        [
            ("封条号", carton.seal_no),
            ("封箱人", values.sealed.by if values.sealed else ""),
            ("封箱时间", moment(values.sealed.at) if values.sealed else ""),
        ],
    )
    rows = [fields_row(triple, A4, 16) for triple in triples]
    rows.append(words_row("收货地址", values.receiver_address, A4, lines=2))
    if values.remark:
        rows.append(words_row("备注", values.remark, A4))
    return (number_row(values.head, A4), *rows)


def _rows(pieces: Sequence[PackedPiece]) -> list[tuple[str, ...]]:
    return [
        (
            str(index),
            piece.registration_no,
            piece.piece_no,
            piece.style_no,
            piece.style_name,
            piece.colour,
            piece.size,
            str(piece.production_year or UNKNOWN_YEAR),
            piece.defect,
            piece.remark,
        )
        for index, piece in enumerate(pieces, start=1)
    ]


def _foot(carton: PackedCarton, total: int) -> tuple[tuple[Cell, ...], ...]:
    count = len(carton.pieces)
    return (
        (
            Cell("本箱件数合计", 28, "centre", bold=True, shaded=True),
            Cell(f"{count} 件", 24, "centre", bold=True, size=9),
            Cell("大写", 16, "centre", bold=True, shaded=True),
            Cell(f"{count_capitals(count)}件", 54, bold=True, size=9),
            Cell("本批总件数", 28, "centre", bold=True, shaded=True),
            Cell(f"{total} 件", 36, "centre", bold=True, size=9),
        ),
    )
