"""What a month keeps beside its ledger: carried items, departures of scrap, its closed totals.

Triggers keep these rows from change; see ``triggers.py``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, FenType, Identified, Instant
from tracker.models.account import Account


class MonthCarry(Identified, Base):
    """One item of a month's checklist that was carried over by name."""

    __tablename__ = "month_carry"
    __table_args__ = (UniqueConstraint("month", "document"),)

    month: Mapped[str] = mapped_column(ForeignKey("month.month"))
    document: Mapped[str] = mapped_column(String(32))
    check_name: Mapped[str] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    by: Mapped[Account] = relationship()


class Departure(Identified, Base):
    """An approved scrap garment left the stock of scrap: destroyed, or back to its supplier."""

    __tablename__ = "departure"
    __table_args__ = (
        UniqueConstraint("registration_no"),
        Index("ix_departure_month", "month", "kind"),
    )

    registration_no: Mapped[str] = mapped_column(String(12))
    month: Mapped[str] = mapped_column(ForeignKey("month.month"))
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Instant)


class MonthTotal(Identified, Base):
    """One total of a closed month. ``grouped_by`` says what it is grouped by; the rest is empty."""

    __tablename__ = "month_total"
    __table_args__ = (Index("ix_month_total_month", "month", "grouped_by", "account"),)

    month: Mapped[str] = mapped_column(ForeignKey("month.month"))
    grouped_by: Mapped[str] = mapped_column(String(16))
    account: Mapped[str] = mapped_column(String(20))
    liable_kind: Mapped[str] = mapped_column(String(16))
    liable_party: Mapped[str] = mapped_column(String(16))
    liable_name: Mapped[str] = mapped_column(String(80))
    supplier: Mapped[str] = mapped_column(String(16))
    store: Mapped[str] = mapped_column(String(16))
    defect: Mapped[str] = mapped_column(String(24))
    production_year: Mapped[int] = mapped_column(Integer)
    style_no: Mapped[str] = mapped_column(String(40))
    lines: Mapped[int] = mapped_column(Integer)
    pieces: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[int] = mapped_column(FenType)


class MonthRoll(Identified, Base):
    """One row of a closed month's roll-forward."""

    __tablename__ = "month_roll"
    __table_args__ = (UniqueConstraint("month", "flow"),)

    month: Mapped[str] = mapped_column(ForeignKey("month.month"))
    flow: Mapped[str] = mapped_column(String(16))
    pieces: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[int] = mapped_column(FenType)
