"""The month's losses on paper: five tables of totals, then every line."""

from collections.abc import Sequence

from labels.amount import capitals, yuan
from labels.dates import SHANGHAI, month_name
from labels.fonts import Fonts
from labels.form import (
    A4_LANDSCAPE,
    Column,
    Form,
    Head,
    Section,
    SignatureBlock,
    fields_row,
    inner_width,
)
from labels.month_report import ACCOUNTS, MonthGroup, MonthLine, MonthReport
from labels.paper import Progress, render
from labels.pen import Cell

GROUP_COLUMNS = (
    Column("编码", 50),
    Column("名称", 118, wrap=True),
    Column("件数", 25, "right"),
    Column("笔数", 25, "right"),
    Column("损失金额（元）", 55, "right"),
)
ROLL = "报废品滚存（期初 + 本期新增 − 本期销毁 − 本期退供应商 = 期末）"
ROLL_COLUMNS = (
    Column("项目", 168),
    Column("件数", 50, "right"),
    Column("损失金额（元）", 55, "right"),
)
ACCOUNT_COLUMNS = (Column("科目", 218), Column("金额（元）", 55, "right"))
LINE_COLUMNS = (
    Column("序号", 11, "centre"),
    Column("责任方", 46, wrap=True),
    Column("供应商", 43, wrap=True),
    Column("店铺", 33, wrap=True),
    Column("款号", 21, wrap=True),
    Column("生产\n年份", 10, "centre"),
    Column("缺陷", 26, wrap=True),
    Column("件号", 24),
    Column("报损单号", 35),
    Column("损失金额（元）", 24, "right"),
)


def month_pdf(
    report: MonthReport,
    fonts: Fonts,
    *,
    invariant: bool = False,
    progress: Progress | None = None,
) -> bytes:
    """Return the month's report as A4 landscape PDF (rules 1.46 to 1.49).

    `progress` is told each page as it is drawn.
    """
    groups = tuple(_group_section(title, rows, report) for title, rows in report.groupings())
    whole = inner_width(A4_LANDSCAPE)
    form = Form(
        title="月度报损汇总",
        head=_head(report),
        page=A4_LANDSCAPE,
        fields=_fields(report),
        sections=(*groups, *_roll(report), *_accounts(report), _lines_section(report)),
        foot=(
            (
                Cell("大写金额", 24, "centre", bold=True, shaded=True),
                Cell(f"人民币{capitals(report.total_fen)}", whole - 24, bold=True, size=10),
            ),
        ),
        signatures=(
            SignatureBlock("制表"),
            SignatureBlock("售后主管", report.supervisor),
            SignatureBlock("财务复核", report.finance),
        ),
        note="一件由多方分担的，各方各计一件，合计只计一件。",
    )
    return render([form], fonts, invariant=invariant, progress=progress)


def _head(report: MonthReport) -> Head:
    """The common head; the month stands in the place of a number, so there is no barcode."""
    printed = report.printed_at
    return Head(
        number="",
        issued_on=None if printed is None else printed.astimezone(SHANGHAI).date(),
        issued_by=report.prepared_by,
        status=report.status,
        company=report.company,
        printed_at=printed,
        demo=report.demo,
        chain=report.chain,
    )


def _fields(report: MonthReport) -> tuple[tuple[Cell, ...], ...]:
    return (
        fields_row(
            [
                ("结账月", month_name(report.month)),
                ("状态", report.status),
                ("打印人", report.prepared_by),
                ("件数", f"{report.pieces} 件 / {len(report.lines)} 笔"),
                ("损失合计", f"¥{yuan(report.total_fen)}"),
            ],
            A4_LANDSCAPE,
            16,
        ),
    )


def _group_section(title: str, groups: Sequence[MonthGroup], report: MonthReport) -> Section:
    rows = [
        (group.code or "—", group.name, str(group.pieces), str(group.lines), yuan(group.amount_fen))
        for group in groups
    ]
    return Section(GROUP_COLUMNS, rows, title, _group_sum(report), closed=False)


def _group_sum(report: MonthReport) -> tuple[Cell, ...]:
    code, name, *counted = (column.width for column in GROUP_COLUMNS)
    values = (str(report.pieces), str(len(report.lines)), yuan(report.total_fen))
    return (
        Cell("合计", code + name, "centre", bold=True),
        *(Cell(v, width, "right", bold=True) for v, width in zip(values, counted, strict=True)),
    )


def _roll(report: MonthReport) -> tuple[Section, ...]:
    rows = [(name, str(pieces), yuan(fen)) for name, pieces, fen in report.roll]
    return (Section(ROLL_COLUMNS, rows, ROLL, closed=False),) if rows else ()


def _accounts(report: MonthReport) -> tuple[Section, ...]:
    rows = [(name, yuan(fen)) for name, fen in report.accounts]
    return (Section(ACCOUNT_COLUMNS, rows, ACCOUNTS, closed=False),) if rows else ()


def _lines_section(report: MonthReport) -> Section:
    rows = [_line_row(index, line) for index, line in enumerate(report.lines, start=1)]
    return Section(LINE_COLUMNS, rows, "明细", _sum_row(LINE_COLUMNS, report), size=7)


def _sum_row(columns: Sequence[Column], report: MonthReport) -> tuple[Cell, ...]:
    last = columns[-1].width
    before = sum(column.width for column in columns) - last
    return (
        Cell("合计", before, "centre", bold=True),
        Cell(yuan(report.total_fen), last, "right", bold=True),
    )


def _line_row(index: int, line: MonthLine) -> tuple[str, ...]:
    return (
        str(index),
        f"{line.liable_kind_name or line.liable_kind} {line.liable_party} {line.liable_party_name}",
        f"{line.supplier} {line.supplier_name}",
        f"{line.store} {line.store_name}",
        line.style_no,
        str(line.production_year),
        line.defect_name or line.defect,
        line.piece_no,
        line.form_no,
        yuan(line.amount_fen),
    )
