"""The report of scrap: by what it is broken down, which months stand side by side, its sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from tracker.domain.account import Actor, Role
from tracker.domain.address import unknown_choice
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.month import check_month, next_month
from tracker.domain.named import NamedEnum

CHAIN_READERS = frozenset({Role.FINANCE, Role.SUPERVISOR, Role.AUDITOR})
"""Who sees what is charged to everybody."""
READERS = CHAIN_READERS | {Role.REGION, Role.BUSINESS, Role.SUPPLIER}
"""Who may open the report: a region its stores, business all suppliers, a supplier his own."""

MOST_DIMENSIONS = 3
MOST_MONTHS = 13
"""A year, and the same month of the year before."""
MOST_ROWS = 1_000_000
"""A sheet of a workbook holds 1,048,576 rows, its head and its sum among them."""


class Dimension(NamedEnum):
    """By what the charges of a month may be broken down."""

    LIABLE = "liable", "责任方", "Liable party"
    SUPPLIER = "supplier", "供应商", "Supplier"
    STORE = "store", "店铺", "Store"
    DEFECT = "defect", "缺陷", "Defect"
    YEAR = "year", "生产年份", "Production year"
    STYLE = "style", "款号", "Style no."


COLUMNS: Mapping[Dimension, tuple[str, ...]] = {
    Dimension.LIABLE: ("liable_kind", "liable_party"),
    Dimension.SUPPLIER: ("supplier",),
    Dimension.STORE: ("store",),
    Dimension.DEFECT: ("defect",),
    Dimension.YEAR: ("production_year",),
    Dimension.STYLE: ("style_no",),
}
"""The columns of the ledger, and of the totals of a closed month, that make a dimension's key."""


def dimensions_of(actor: Actor) -> tuple[Dimension, ...]:
    """Return by what a reader may break charges down: a supplier is told of itself alone."""
    if Role.SUPPLIER not in actor.roles or actor.is_any(READERS - {Role.SUPPLIER}):
        return tuple(Dimension)
    return (Dimension.LIABLE, Dimension.DEFECT, Dimension.YEAR, Dimension.STYLE)


def parts_of(dimension: Dimension, key: str) -> tuple[Any, ...]:
    """Return the columns' values of a key as it stands in an address: ``supplier:SUP01``, ``2026``.

    A year is a number, and 0 where it is none.
    """
    if dimension is Dimension.YEAR:
        is_year = key.isascii() and key.isdigit() and len(key) <= 4
        return (int(key) if is_year else 0,)
    if dimension is Dimension.LIABLE:
        kind, _colon, party = key.partition(":")
        return kind, party
    return (key,)


@dataclass(frozen=True)
class Selection:
    """Which charges are meant, and how they are broken down; the names stand in the address."""

    first: str
    last: str
    by: tuple[Dimension, ...] = (Dimension.LIABLE,)
    liable: str | None = None
    supplier: str | None = None
    store: str | None = None
    defect: str | None = None
    year: str | None = None
    style: str | None = None

    @property
    def months(self) -> tuple[str, ...]:
        """Every month from the first to the last, whether it has charges or not."""
        found = [self.first]
        while found[-1] < self.last:
            found.append(next_month(found[-1]))
        return tuple(found)

    @property
    def filters(self) -> dict[Dimension, str]:
        """The dimensions that are bound to one key, with it."""
        given = {dimension: getattr(self, dimension.value) for dimension in Dimension}
        return {dimension: key for dimension, key in given.items() if key is not None}

    def address(self, **more: str | None) -> dict[str, Any]:
        """Return what stands in the address of this selection, changed by ``more``."""
        named: dict[str, str | None] = {
            "first": self.first,
            "last": self.last,
            "by": ",".join(self.by),
            **{dimension.value: key for dimension, key in self.filters.items()},
            **more,
        }
        return {name: value for name, value in named.items() if value is not None}

    def narrowed(self, keys: Iterable[str]) -> dict[str, str | None]:
        """Return what more binds a selection to one row of its table."""
        return {dim.value: key for dim, key in zip(self.by, keys, strict=False)}


def selection(
    given: Mapping[str, str], month: str, dimensions: Sequence[Dimension] = tuple(Dimension)
) -> Selection:
    """Return what an address selects; ``month`` is the current one, beside the one before it.

    ``dimensions`` are those that its reader may choose from.

    Raises ``InvalidInput`` naming the field that is wrong.
    """
    last = _month(given, "last") or max(month, _month(given, "first") or month)
    first = _month(given, "first") or next_month(last, -1)
    if first > last:
        raise InvalidInput(
            "bad_span",
            "开始月份在结束月份之后，请重新选择。",
            "The first month is after the last: choose again.",
            "first",
        )
    if next_month(first, MOST_MONTHS) <= last:
        raise InvalidInput(
            "bad_span",
            "一次最多对比 {most} 个月，请缩短范围。",
            "At most {most} months side by side: choose fewer.",
            "first",
            most=MOST_MONTHS,
        )
    filters = {dimension.value: given.get(dimension.value) or None for dimension in Dimension}
    closed = next((one.value for one in Dimension if one not in dimensions and filters[one]), None)
    if closed is not None:
        raise unknown_choice(closed)
    return Selection(first, last, _by(given.get("by") or "", dimensions), **filters)


def _month(given: Mapping[str, str], name: str) -> str | None:
    typed = (given.get(name) or "").strip()
    if not typed:
        return None
    try:
        return check_month(typed)
    except InvalidInput as refusal:
        raise InvalidInput(refusal.code, refusal.zh, refusal.en, name) from None


def _by(typed: str, dimensions: Sequence[Dimension]) -> tuple[Dimension, ...]:
    known = {dimension.value: dimension for dimension in dimensions}
    names = list(dict.fromkeys(name for name in typed.split(",") if name))
    if not set(names) <= known.keys():
        raise unknown_choice("by")
    if len(names) > MOST_DIMENSIONS:
        raise InvalidInput(
            "too_many_dimensions",
            "最多按 {most} 项汇总。",
            "Break down by {most} at most.",
            "by",
            most=MOST_DIMENSIONS,
        )
    return tuple(known[name] for name in names) or (Dimension.LIABLE,)


class Sum(NamedTuple):
    """Lines of the ledger and what they charge, in fen."""

    lines: int = 0
    amount_fen: int = 0


NOTHING = Sum()


class Row(NamedTuple):
    """One row: a key for each dimension, a sum for each month. A report may have 100,000."""

    keys: tuple[str, ...]
    sums: tuple[Sum, ...]

    @property
    def total(self) -> Sum:
        """All months together."""
        return summed(self.sums)

    @property
    def change_fen(self) -> int | None:
        """The last month less the one before it, in fen; ``None`` where one month stands alone."""
        if len(self.sums) < 2:
            return None
        return self.sums[-1].amount_fen - self.sums[-2].amount_fen


@dataclass(frozen=True)
class Table:
    """Rows, the dearest first, and months side by side."""

    months: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def foot(self) -> Row:
        """The sum of all rows, month by month."""
        every = range(len(self.months))
        return Row((), tuple(summed([row.sums[at] for row in self.rows]) for at in every))


def summed(sums: Sequence[Sum]) -> Sum:
    """Return all of them together."""
    return Sum(sum(one.lines for one in sums), sum(one.amount_fen for one in sums))


def table(months: tuple[str, ...], found: Iterable[tuple[str, tuple[str, ...], Sum]]) -> Table:
    """Return the table of sums that each stand for a month and the keys of a row."""
    places = {month: at for at, month in enumerate(months)}
    nothing = (NOTHING,) * len(months)
    cells: dict[tuple[str, ...], tuple[Sum, ...]] = {}
    for month, keys, one in found:
        at, row = places[month], cells.get(keys, nothing)
        both = one if row[at] is NOTHING else summed((row[at], one))
        cells[keys] = (*row[:at], both, *row[at + 1 :])
    return Table(months, tuple(sorted(map(Row, cells, cells.values()), key=_dearest_first)))


def _dearest_first(row: Row) -> tuple[int, tuple[str, ...]]:
    return -sum([fen for _lines, fen in row.sums]), row.keys


def too_many_rows(count: int) -> RuleViolation:
    """A workbook cannot hold the rows."""
    return RuleViolation(
        "too_many_rows",
        "共 {count} 笔，超过一张 Excel 工作表可以容纳的 {most} 笔，请缩短月份范围或加筛选条件。",
        "{count} lines are more than the {most} that a sheet of Excel holds: choose fewer months, "
        "or filter.",
        count=count,
        most=MOST_ROWS,
    )
