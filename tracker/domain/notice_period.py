"""Whether a supplier is charged for goods that it delivered over two years ago (民法典 621).

A buyer who has not told the seller of a fault within two years of receiving the goods is taken to
have received them as agreed, unless a warranty period runs. So such a line is flagged, with the day
it is judged by; it never blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.calendar import add_months
from tracker.domain.named import NamedEnum


class Basis(NamedEnum):
    """By which day the receipt is known."""

    DELIVERY = "delivery", "到货单", "delivery"
    PRODUCTION_YEAR = "production_year", "生产年份", "production year"


@dataclass(frozen=True)
class Receipt:
    """The last day on which the goods can have come from the supplier."""

    on: date
    basis: Basis


def receipt_of(delivered_on: date | None, production_year: int) -> Receipt:
    """Return the last day on which the supplier can have delivered a garment.

    The supplier's own delivery is not in the system. A store's delivery is known to the day, and
    the goods came from the supplier before it; the end of the production year is the youngest that
    the goods can be. Both are late rather than early, so the earlier one holds, a delivery first:
    old stock that a store got last month is old stock still, and what is flagged is surely old.
    """
    made_by = date(production_year, 12, 31)
    if delivered_on is not None and delivered_on <= made_by:
        return Receipt(delivered_on, Basis.DELIVERY)
    return Receipt(made_by, Basis.PRODUCTION_YEAR)


def is_over(receipt: Receipt, months: int, on: date) -> bool:
    """Return whether ``on`` lies after the period of ``months`` that began with the receipt."""
    return on > add_months(receipt.on, months)
