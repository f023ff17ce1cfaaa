"""The report of scrap on paper: months side by side, as many as a page is wide."""

from collections.abc import Callable, Sequence

from labels.amount import capitals, yuan
from labels.dates import SHANGHAI, month_name
from labels.fonts import Fonts
from labels.form import A4_LANDSCAPE, Column, Form, Head, Section, fields_row, inner_width
from labels.paper import Progress, render
from labels.pen import Cell
from labels.scrap_report import ScrapReport, ScrapRow

AMOUNT_MM = 26.0
MOST_AMOUNTS = 6

Figure = tuple[str, Callable[[ScrapRow], str]]


def scrap_pdf(
    report: ScrapReport,
    fonts: Fonts,
    *,
    invariant: bool = False,
    progress: Progress | None = None,
) -> bytes:
    """Return the report as A4 landscape PDF; `progress` is told each page as it is drawn."""
    figures = _figures(report)
    blocks = [figures[at : at + MOST_AMOUNTS] for at in range(0, len(figures), MOST_AMOUNTS)]
    printed = report.printed_at
    form = Form(
        title="报损分析表",
        head=Head(
            number="",
            issued_on=None if printed is None else printed.astimezone(SHANGHAI).date(),
            issued_by=report.prepared_by,
            printed_at=printed,
            demo=report.demo,
            chain=report.chain,
        ),
        page=A4_LANDSCAPE,
        fields=_fields(report),
        sections=tuple(_section(report, block) for block in blocks),
        foot=(_capitals(report),),
        note="一件由多方分担的按各方分别计笔，金额合计不重复。未结账月份的数字在结账前还会变。",
    )
    return render([form], fonts, invariant=invariant, progress=progress)


def _fields(report: ScrapReport) -> tuple[tuple[Cell, ...], ...]:
    first, last = (month_name(report.months[at]) for at in (0, -1))
    span = first if first == last else f"{first}至{last}"
    bounds = "；".join(f"{title}：{value}" for title, value in report.filters)
    foot = report.foot
    head = [
        ("月份", span),
        ("汇总方式", "×".join(dimension.title for dimension in report.dimensions)),
        ("笔数", str(foot.total_lines)),
        ("损失合计", f"¥{yuan(foot.total_fen)}"),
    ]
    rows = [fields_row(head, A4_LANDSCAPE, 18)]
    if bounds:
        rows.append(fields_row([("只含", bounds)], A4_LANDSCAPE, 18))
    return tuple(rows)


def _figures(report: ScrapReport) -> list[Figure]:
    """Return the columns of figures: each month, the total, the lines, the difference."""

    def month(at: int) -> Figure:
        status = report.statuses[at]
        title = f"{report.months[at]}\n{status}" if status else report.months[at]
        return title, lambda row: yuan(row.amounts_fen[at])

    found = [month(at) for at in range(len(report.months))]
    found += [
        ("合计（元）", lambda row: yuan(row.total_fen)),
        ("笔数", lambda row: str(row.total_lines)),
    ]
    if report.has_change:
        before, last = report.months[-2:]
        found.append((f"差额\n{last}−{before}", lambda row: yuan(row.change_fen)))
    return found


def _section(report: ScrapReport, block: Sequence[Figure]) -> Section:
    words = inner_width(A4_LANDSCAPE) - AMOUNT_MM * len(block)
    share = words / len(report.dimensions)
    columns = (
        *(Column(dimension.title, share, wrap=True) for dimension in report.dimensions),
        *(Column(title, AMOUNT_MM, "right") for title, _value in block),
    )
    rows = [(*_keys(report, row), *(value(row) for _title, value in block)) for row in report.rows]
    total = (
        Cell("合计", words, "centre", bold=True),
        *(Cell(value(report.foot), AMOUNT_MM, "right", bold=True) for _title, value in block),
    )
    none = ("（没有报损）",) + ("",) * (len(columns) - 1)
    return Section(columns, rows or [none], "", total, closed=False)


def _keys(report: ScrapReport, row: ScrapRow) -> tuple[str, ...]:
    """Return one text a dimension: its code and its words, said once where they are the same."""
    values = iter(row.values)
    return tuple(
        " ".join(dict.fromkeys(filter(None, (str(next(values)) for _ in dimension.columns))))
        for dimension in report.dimensions
    )


def _capitals(report: ScrapReport) -> tuple[Cell, ...]:
    whole = inner_width(A4_LANDSCAPE)
    return (
        Cell("大写金额", 24, "centre", bold=True, shaded=True),
        Cell(f"人民币{capitals(report.foot.total_fen)}", whole - 24, bold=True, size=10),
    )
