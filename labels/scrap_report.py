"""The report of scrap (报损分析): the values, and the CSV; workbook and paper say the same."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from labels.sheet import csv_fen, csv_text


@dataclass(frozen=True)
class ScrapColumn:
    """A column of a dimension: its name for programs, its title, its width in characters."""

    name: str
    title: str
    width: int


@dataclass(frozen=True)
class ScrapDimension:
    """By what the rows are broken down: its title, and the columns that say it."""

    title: str
    columns: tuple[ScrapColumn, ...]


@dataclass(frozen=True)
class ScrapRow:
    """A row: the values of its dimensions' columns, and for each month fen and lines."""

    values: tuple[str | int, ...]
    amounts_fen: tuple[int, ...]
    lines: tuple[int, ...]

    @property
    def total_fen(self) -> int:
        """All months together."""
        return sum(self.amounts_fen)

    @property
    def total_lines(self) -> int:
        """The lines of all months."""
        return sum(self.lines)

    @property
    def change_fen(self) -> int:
        """The last month less the one before it; the report says whether there is one."""
        return self.amounts_fen[-1] - self.amounts_fen[-2]


@dataclass(frozen=True, slots=True)
class ScrapLine:
    """One charge: the codes of the ledger, their words for people, fen and the day of posting."""

    month: str
    posted_on: date
    amount_fen: int
    liable_kind: str
    liable_party: str
    liable_name: str
    supplier: str
    supplier_name: str
    store: str
    store_name: str
    style_no: str
    production_year: int
    defect: str
    defect_name: str
    piece_no: str
    registration_no: str
    form_no: str
    entry_no: str


@dataclass(frozen=True)
class ScrapReport:
    """The report. `months` are `YYYY-MM`, `statuses` theirs in words, `filters` what bounds it.

    Raises `ValueError` when its lines are given and do not add up to its rows.
    """

    dimensions: tuple[ScrapDimension, ...]
    months: tuple[str, ...]
    statuses: tuple[str, ...]
    rows: Sequence[ScrapRow]
    filters: Sequence[tuple[str, str]] = ()
    lines: Sequence[ScrapLine] | None = None
    prepared_by: str = ""
    printed_at: datetime | None = None
    demo: bool = False
    chain: str = ""

    def __post_init__(self) -> None:
        """Refuse a report that contradicts itself."""
        if self.lines is None:
            return
        found = (len(self.lines), sum(line.amount_fen for line in self.lines))
        if found != (self.foot.total_lines, self.foot.total_fen):
            raise ValueError(f"lines and rows of {self.title} do not add up: {found}")

    @property
    def columns(self) -> tuple[ScrapColumn, ...]:
        """The columns of all dimensions, in their order."""
        return tuple(column for dimension in self.dimensions for column in dimension.columns)

    @property
    def has_change(self) -> bool:
        """Whether there is a month before the last."""
        return len(self.months) > 1

    @property
    def foot(self) -> ScrapRow:
        """The sum of all rows, month by month."""
        every = range(len(self.months))
        return ScrapRow(
            (),
            tuple(sum(row.amounts_fen[at] for row in self.rows) for at in every),
            tuple(sum(row.lines[at] for row in self.rows) for at in every),
        )

    @property
    def title(self) -> str:
        """What is reported of which months."""
        by = "×".join(dimension.title for dimension in self.dimensions)
        span = self.months[0] if not self.has_change else f"{self.months[0]} 至 {self.months[-1]}"
        return f"报损分析 {span} 按{by}"


def csv_heads(report: ScrapReport) -> tuple[str, ...]:
    """Return the names of the columns for programs: dimensions, months, sums."""
    months = [name for m in report.months for name in (f"{m} amount", f"{m} lines")]
    change = ("change",) if report.has_change else ()
    return (*(column.name for column in report.columns), *months, "amount", "lines", *change)


def scrap_csv(report: ScrapReport) -> bytes:
    """Return the rows as CSV: UTF-8 with BOM, amounts in yuan with two decimals, no sum row."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(csv_heads(report))
    for row in report.rows:
        keys = (csv_text(one) if isinstance(one, str) else str(one) for one in row.values)
        months = zip(row.amounts_fen, row.lines, strict=True)
        pairs = (text for fen, lines in months for text in (csv_fen(fen), str(lines)))
        change = (csv_fen(row.change_fen),) if report.has_change else ()
        total = (csv_fen(row.total_fen), str(row.total_lines))
        writer.writerow((*keys, *pairs, *total, *change))
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")
