"""The loss form (报损单, BS): what one liable party bears in one month, in three copies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from labels.amount import capitals, count_capitals, yuan
from labels.dates import month_name
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

LiableKind = Literal["supplier", "store", "head_office"]

KINDS: dict[LiableKind, str] = {"supplier": "供应商", "store": "专卖店", "head_office": "总公司"}
SIGNATORIES: dict[LiableKind, str] = {
    "supplier": "责任方（供应商代表）",
    "store": "责任方（店长）",
    "head_office": "责任方（总公司）",
}
WAIVED = "免签"
HOW_IT_ADDS_UP = "损失金额 =（计价金额 + 已发生费用 - 预计残值）× 责任比例"
VAT = "因管理不善转出进项税额合计 ¥{}，由总公司入账，不计入本单损失金额"
PRESUMED = "（推定）"
LATE = "※"

COLUMNS = (
    Column("序号", 8, "centre"),
    Column("件号\n登记号、条码", 25, stacked=True),
    Column("款号", 21, wrap=True),
    Column("品名", 26, wrap=True),
    Column("颜色", 10, "centre", wrap=True),
    Column("尺码", 14, "centre"),
    Column("生产年份\n季节", 12, "centre", stacked=True),
    Column("供应商", 34, wrap=True),
    Column("缺陷", 21, wrap=True),
    Column("损失性质\n进项转出", 13, "centre", stacked=True),
    Column("计价口径\n吊牌价（元）", 16, "centre", stacked=True),
    Column("计价金额\n（元）", 17, "right"),
    Column("已发生\n费用（元）", 15, "right"),
    Column("预计残值\n（元）", 15, "right"),
    Column("责任\n比例", 10, "right"),
    Column("损失金额\n（元）", 16, "right"),
)
NUMBERS_FROM = 11


@dataclass(frozen=True)
class LossFormLine:
    """One garment's share on the form; amounts in fen.

    `basis_fen` is the price on the chosen basis, `spent_fen` what repair, parts, test and freight
    cost already, `salvage_fen` the estimated salvage, `loss_fen` this party's share of the rest.
    `tag_fen` is the price on its hang tag, `nature` the nature of the loss in words, `vat_fen` the
    input VAT that it transfers out.
    `supplier_presumed` marks the style's default supplier with 推定, `is_late_notice` goods that
    came from the supplier too long ago (民法典 621) with ※ at their year.
    """

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
    share_percent: int
    basis: str
    basis_fen: int
    spent_fen: int
    salvage_fen: int
    loss_fen: int
    nature: str = ""
    vat_fen: int = 0
    is_late_notice: bool = False
    tag_fen: int = 0
    barcode: str = ""
    season: str = ""


@dataclass(frozen=True)
class LossFormSheet:
    """A loss form ready for paper; `month` is `YYYY-MM`, `total_fen` what the ledger carries.

    `is_month_settled` says that the ledger carries it in this month; before the approval the month
    is the expected one. `disposal` says what becomes of the goods (销毁, 退供应商, 处理品降价).
    `is_draft` marks the sheet as nothing to sign yet. The six signatures are None until given.
    """

    head: Head
    month: str
    liable_kind: LiableKind
    liable_code: str
    liable_name: str
    lines: Sequence[LossFormLine]
    total_fen: int
    disposal: str
    is_draft: bool = False
    is_month_settled: bool = True
    remark: str = ""
    handler: Signed | None = None
    liable_party: Signed | None = None
    logistics_manager: Signed | None = None
    vice_president: Signed | None = None
    witness: Signed | None = None
    finance: Signed | None = None


def loss_form_pdf(values: LossFormSheet, fonts: Fonts, *, invariant: bool = False) -> bytes:
    """Return the three copies of a loss form as A4 landscape PDF (rules 1.38 to 1.49).

    Raises `ValueError` when the lines do not add up to `total_fen`.
    """
    added = sum(line.loss_fen for line in values.lines)
    if added != values.total_fen:
        raise ValueError(f"the lines add up to {added} fen, the form says {values.total_fen} fen")
    return render([_form(values)], fonts, invariant=invariant)


def _form(values: LossFormSheet) -> Form:
    return bill(
        "报损单",
        values.head,
        _fields(values),
        Section(COLUMNS, _rows(values.lines), total=_total(values), size=7),
        _foot(values),
        (
            SignatureBlock("经办人", values.handler),
            SignatureBlock(SIGNATORIES[values.liable_kind], values.liable_party, _waived(values)),
            SignatureBlock("物流经理", values.logistics_manager),
            SignatureBlock("生产副总", values.vice_president),
            SignatureBlock("监销人", values.witness),
            SignatureBlock("财务", values.finance),
        ),
        is_draft=values.is_draft,
    )


def _waived(values: LossFormSheet) -> str:
    """Head office signs nothing as a liable party: its own confirmation and approval follow."""
    return WAIVED if values.liable_kind == "head_office" else ""


def _fields(values: LossFormSheet) -> tuple[tuple[Cell, ...], ...]:
    liable = f"{values.liable_code} {values.liable_name}".strip()
    whole = inner_width(A4_LANDSCAPE)
    month = month_name(values.month)
    if not values.is_month_settled:
        month += "（以批准时为准）"
    second = (
        Cell("责任方", 16, "centre", shaded=True),
        Cell(f"{KINDS[values.liable_kind]}  {liable}", whole / 2 - 16, bold=True, size=8.5),
        *pair("结账月", month, 16, whole / 4 - 16),
        *pair("区域", values.head.region or "—", 16, whole / 4 - 16),
    )
    rows = [number_row(values.head, A4_LANDSCAPE), second]
    if values.head.site:
        rows.append(words_row("店铺", values.head.site, A4_LANDSCAPE, lines=1))
    return tuple(rows)


def _rows(lines: Sequence[LossFormLine]) -> list[tuple[str, ...]]:
    return [
        (
            str(index),
            _stacked(line.piece_no, line.registration_no, line.barcode),
            line.style_no,
            line.style_name,
            line.colour,
            line.size,
            _stacked(f"{line.production_year}{LATE if line.is_late_notice else ''}", line.season),
            f"{PRESUMED if line.supplier_presumed else ''}{line.supplier}",
            line.defect,
            f"{line.nature}\n{yuan(line.vat_fen)}" if line.vat_fen else line.nature,
            f"{line.basis}\n{yuan(line.tag_fen)}" if line.tag_fen else line.basis,
            yuan(line.basis_fen),
            yuan(line.spent_fen),
            yuan(line.salvage_fen),
            f"{line.share_percent}%",
            yuan(line.loss_fen),
        )
        for index, line in enumerate(lines, start=1)
    ]


def _stacked(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _total(values: LossFormSheet) -> tuple[Cell, ...]:
    lines = values.lines
    words = f"合计 {len(lines)} 件（大写：{count_capitals(len(lines))}件）"
    sums = (
        yuan(sum(line.basis_fen for line in lines)),
        yuan(sum(line.spent_fen for line in lines)),
        yuan(sum(line.salvage_fen for line in lines)),
        "",
        yuan(values.total_fen),
    )
    widths = [column.width for column in COLUMNS]
    return (
        Cell(words, sum(widths[:NUMBERS_FROM]), "centre", bold=True),
        *(
            Cell(text, width, "right", bold=True, size=7)
            for text, width in zip(sums, widths[NUMBERS_FROM:], strict=True)
        ),
    )


def _foot(values: LossFormSheet) -> tuple[tuple[Cell, ...], ...]:
    whole = inner_width(A4_LANDSCAPE)
    is_shared = any(line.share_percent < 100 for line in values.lines)
    rows: list[tuple[Cell, ...]] = [
        (
            Cell("大写金额", 20, "centre", bold=True, shaded=True),
            Cell(f"人民币{capitals(values.total_fen)}", whole - 90, bold=True, size=10),
            Cell("小写合计", 20, "centre", bold=True, shaded=True),
            Cell(f"¥{yuan(values.total_fen)}", 50, "right", bold=True, size=10),
        ),
        (
            Cell("处置", 20, "centre", shaded=True),
            Cell(values.disposal, 60),
            Cell("计算办法", 20, "centre", shaded=True),
            Cell(HOW_IT_ADDS_UP + (LAST_FEN if is_shared else ""), whole - 100),
        ),
    ]
    vat_fen = sum(line.vat_fen for line in values.lines)
    if vat_fen:
        rows.append(words_row("进项转出", VAT.format(yuan(vat_fen)), A4_LANDSCAPE, 20))
    if values.remark:
        rows.append(words_row("备注", values.remark, A4_LANDSCAPE, 20))
    return tuple(rows)
