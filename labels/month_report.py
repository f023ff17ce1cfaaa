"""The month's losses (月度报损汇总): the values, and their three prints that agree to the fen."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from labels.form import Signed
from labels.sheet import csv_fen, csv_text

ACCOUNTS = "其他科目（不计入损失合计）"
"""The title of what the month moved beside its losses."""
CSV_COLUMNS = (
    "amount",
    "liable_kind",
    "liable_party",
    "supplier",
    "store",
    "style_no",
    "production_year",
    "defect",
    "piece_no",
    "form_no",
)


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One line of the month: an amount in fen and what it belongs to.

    The codes are those of the API; the `*_name` are the words for people and may be left empty.
    """

    amount_fen: int
    liable_kind: str
    liable_party: str
    supplier: str
    store: str
    style_no: str
    production_year: int
    defect: str
    piece_no: str
    form_no: str
    liable_kind_name: str = ""
    liable_party_name: str = ""
    supplier_name: str = ""
    store_name: str = ""
    defect_name: str = ""
    posted_on: date | None = None


@dataclass(frozen=True)
class MonthGroup:
    """A total: code, words, how many different pieces, how many lines, fen."""

    code: str
    name: str
    pieces: int
    lines: int
    amount_fen: int


@dataclass(frozen=True)
class MonthReport:
    """A month's report. `month` is `YYYY-MM`, `status` in words, `total_fen` the ledger's total.

    Raises `ValueError` when the lines or one of the groupings do not add up to `total_fen`.
    """

    month: str
    status: str
    lines: Sequence[MonthLine]
    total_fen: int
    by_liable_party: Sequence[MonthGroup]
    by_supplier: Sequence[MonthGroup]
    by_store: Sequence[MonthGroup]
    by_defect: Sequence[MonthGroup]
    by_production_year: Sequence[MonthGroup]
    company: str = ""
    prepared_by: str = ""
    printed_at: datetime | None = None
    demo: bool = False
    supervisor: Signed | None = None
    finance: Signed | None = None
    chain: str = ""
    accounts: Sequence[tuple[str, int]] = ()
    """What the month moved beside its losses: accounts in words with their sums in fen."""
    roll: Sequence[tuple[str, int, int]] = ()
    """The roll-forward of approved scrap: flow in words, pieces, what they were charged in fen."""

    def __post_init__(self) -> None:
        """Refuse a report that contradicts itself."""
        if sum(line.amount_fen for line in self.lines) != self.total_fen:
            raise ValueError(f"the lines of {self.month} do not add up to {self.total_fen} fen")
        for title, groups in self.groupings():
            if sum(group.amount_fen for group in groups) != self.total_fen:
                raise ValueError(f"{title} of {self.month} does not add up to {self.total_fen} fen")

    def groupings(self) -> tuple[tuple[str, Sequence[MonthGroup]], ...]:
        """Return the five groupings with their titles, in the order of print."""
        return (
            ("按责任方", self.by_liable_party),
            ("按供应商", self.by_supplier),
            ("按店铺", self.by_store),
            ("按缺陷", self.by_defect),
            ("按生产年份", self.by_production_year),
        )

    @property
    def pieces(self) -> int:
        """How many different pieces the month's lines concern."""
        return len({line.piece_no for line in self.lines})


def month_report(
    month: str,
    status: str,
    lines: Sequence[MonthLine],
    *,
    company: str = "",
    prepared_by: str = "",
    printed_at: datetime | None = None,
    demo: bool = False,
    supervisor: Signed | None = None,
    finance: Signed | None = None,
) -> MonthReport:
    """Return the report over `lines` with its total and its five groupings worked out."""
    return MonthReport(
        month=month,
        status=status,
        lines=lines,
        total_fen=sum(line.amount_fen for line in lines),
        by_liable_party=group_lines(lines, _liable_key, lambda x: x.liable_party, _liable_name),
        by_supplier=group_lines(
            lines, lambda x: (x.supplier,), lambda x: x.supplier, lambda x: x.supplier_name
        ),
        by_store=group_lines(
            lines, lambda x: (x.store,), lambda x: x.store, lambda x: x.store_name
        ),
        by_defect=group_lines(
            lines, lambda x: (x.defect,), lambda x: x.defect, lambda x: x.defect_name
        ),
        by_production_year=group_lines(
            lines,
            lambda x: (str(x.production_year),),
            lambda x: str(x.production_year),
            lambda x: f"{x.production_year} 年",
        ),
        company=company,
        prepared_by=prepared_by,
        printed_at=printed_at,
        demo=demo,
        supervisor=supervisor,
        finance=finance,
    )


def group_lines(
    lines: Sequence[MonthLine],
    key: Callable[[MonthLine], tuple[str, ...]],
    code: Callable[[MonthLine], str],
    name: Callable[[MonthLine], str],
) -> tuple[MonthGroup, ...]:
    """Return the totals of `lines` by `key`, in its order, each with its code and its words."""
    groups: dict[tuple[str, ...], list[MonthLine]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return tuple(
        MonthGroup(
            code=code(members[0]),
            name=name(members[0]),
            pieces=len({line.piece_no for line in members}),
            lines=len(members),
            amount_fen=sum(line.amount_fen for line in members),
        )
        for _, members in sorted(groups.items())
    )


def _liable_key(line: MonthLine) -> tuple[str, ...]:
    return (line.liable_kind, line.liable_party)


def _liable_name(line: MonthLine) -> str:
    return f"{line.liable_kind_name} {line.liable_party_name}".strip()


def month_csv(report: MonthReport) -> bytes:
    """Return the lines as CSV: UTF-8 with BOM, amounts in yuan with two decimals."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(CSV_COLUMNS)
    for line in report.lines:
        texts = (
            line.liable_kind,
            line.liable_party,
            line.supplier,
            line.store,
            line.style_no,
            str(line.production_year),
            line.defect,
            line.piece_no,
            line.form_no,
        )
        writer.writerow((csv_fen(line.amount_fen), *map(csv_text, texts)))
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8")
