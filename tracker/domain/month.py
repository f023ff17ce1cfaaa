"""The month's checklist and its roll-forward: what must be clean before it closes (rule 1.46)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from tracker.domain.calendar import SHANGHAI, add_months
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.named import NamedEnum


class Check(NamedEnum):
    """What must be clean, or carried over by name, before a month is submitted and closed."""

    DRAFTS = "drafts", "报损单还是草稿", "Loss forms still drafts"
    UNAPPROVED = "unapproved", "报损单未签字或未批准", "Loss forms not signed or not approved"
    DISPUTED = "disputed", "报损单有争议", "Loss forms in dispute"
    UNLISTED = "unlisted", "报废品还没有开报损单", "Scrap that is on no loss form yet"
    UNPRICED = "unpriced", "缺少价格", "Prices missing"
    UNWITNESSED = "unwitnessed", "已销毁但没有监销", "Destroyed without a witnessed record"
    UNPROVEN = "unproven", "核销没有凭证", "Written off without proof"
    DISCREPANCIES = "discrepancies", "收货差异久未处理", "Discrepancies open too long"


class Departure(NamedEnum):
    """How an approved scrap garment leaves the stock of scrap."""

    DESTROYED = "destroyed", "销毁", "Destroyed"
    RETURNED = "returned", "退供应商", "Returned to the supplier"


class Flow(NamedEnum):
    """The rows of a roll-forward, in its order."""

    OPENING = "opening", "期初未结", "Opening"
    NEW = "new", "本期新增", "New"
    DESTROYED = "destroyed", "本期销毁", "Destroyed"
    RETURNED = "returned", "本期退供应商", "Returned to suppliers"
    CLOSING = "closing", "期末未结", "Closing"


@dataclass(frozen=True)
class Stock:
    """Pieces of approved scrap, and what was charged for them in fen."""

    pieces: int
    amount_fen: int

    def __add__(self, other: Stock) -> Stock:
        """Return both together."""
        return Stock(self.pieces + other.pieces, self.amount_fen + other.amount_fen)

    def __sub__(self, other: Stock) -> Stock:
        """Return what is left."""
        return Stock(self.pieces - other.pieces, self.amount_fen - other.amount_fen)


@dataclass(frozen=True)
class Roll:
    """A month's roll-forward: opening + new − destroyed − returned = closing."""

    opening: Stock
    new: Stock
    destroyed: Stock
    returned: Stock

    @property
    def closing(self) -> Stock:
        """What is left at the month's end."""
        return self.opening + self.new - self.destroyed - self.returned

    def rows(self) -> tuple[tuple[Flow, Stock], ...]:
        """Return the five rows in their order."""
        stocks = (self.opening, self.new, self.destroyed, self.returned, self.closing)
        return tuple(zip(Flow, stocks, strict=True))


def check_month(name: str) -> str:
    """Return a month's name ``YYYY-MM``. Raises ``InvalidInput`` ``bad_month``."""
    try:
        return date.fromisoformat(f"{name}-01").isoformat()[:7]
    except ValueError:
        raise InvalidInput(
            "bad_month", "月份写作 2026-11。", "A month is written 2026-11.", "month"
        ) from None


def first_day(name: str) -> date:
    """Return the first day of a month ``YYYY-MM``."""
    return date.fromisoformat(f"{name}-01")


def last_day(name: str) -> date:
    """Return the last day of a month ``YYYY-MM``: its cut-off is counted from it (rule 1.46)."""
    return date.fromordinal(add_months(first_day(name), 1).toordinal() - 1)


def next_month(name: str, step: int = 1) -> str:
    """Return the month ``step`` months after ``name``; before it for a negative step."""
    return add_months(first_day(name), step).isoformat()[:7]


def span(name: str) -> tuple[datetime, datetime]:
    """Return the moments in which a month begins and ends in Shanghai, the end exclusive."""
    begins, ends = first_day(name), first_day(next_month(name))
    return (
        datetime.combine(begins, time(), SHANGHAI),
        datetime.combine(ends, time(), SHANGHAI),
    )


def check_settled(unsettled: Sequence[str]) -> None:
    """Refuse while something is neither clean nor carried over by name (rule 1.46).

    Raises ``RuleViolation`` ``checklist_open`` with the numbers of what is open.
    """
    if unsettled:
        shown = "、".join(unsettled[:5])
        raise RuleViolation(
            "checklist_open",
            "月结检查表还有 {count} 项未处理：{shown}。请先办完，或在检查表上注明原因结转下月。",
            "{count} items of the checklist are open ({shown}): settle them, or carry them over "
            "by name.",
            count=len(unsettled),
            shown=shown,
            open=list(unsettled),
        )
