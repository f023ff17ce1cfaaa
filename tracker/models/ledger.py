"""Months and the ledger. Triggers keep its rows from change; see ``triggers.py``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, FenType, Identified, Instant, Versioned
from tracker.models.account import Account

_REVERSAL = text("reverses IS NOT NULL")


class Month(Versioned, Base):
    __tablename__ = "month"

    month: Mapped[str] = mapped_column(String(7), unique=True)
    status: Mapped[str] = mapped_column(String(16))
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    total_fen: Mapped[int | None] = mapped_column(FenType)
    line_count: Mapped[int | None] = mapped_column(Integer)
    content_sha256: Mapped[str | None] = mapped_column(String(64))
    totals_sha256: Mapped[str | None] = mapped_column(String(64))

    submitted_by: Mapped[Account | None] = relationship(foreign_keys=submitted_by_id)
    closed_by: Mapped[Account | None] = relationship(foreign_keys=closed_by_id)


REPORTED = (
    "month", "account", "liable_kind", "liable_party", "liable_name", "supplier", "store", "defect",
    "production_year", "style_no", "piece_no", "amount_fen",
)  # fmt: skip
"""What a month's report asks for, its month first: it reads this index and no row."""


class LedgerEntry(Identified, Base):
    """One leg of an entry; the legs of one ``entry_no`` sum to zero fen."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index("ix_ledger_entry_month", *REPORTED),
        Index("ix_ledger_entry_month_order", "month", "account", "id"),
        Index("ix_ledger_entry_registration", "registration_no", "account", "month"),
        Index("ix_ledger_entry_document", "document"),
        Index(
            "uq_ledger_entry_reverses",
            "reverses",
            "account",
            unique=True,
            sqlite_where=_REVERSAL,
            postgresql_where=_REVERSAL,
        ),
    )

    entry_no: Mapped[str] = mapped_column(String(40), index=True)
    month: Mapped[str] = mapped_column(ForeignKey("month.month"))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    account: Mapped[str] = mapped_column(String(20))
    amount_fen: Mapped[int] = mapped_column(FenType)
    document: Mapped[str] = mapped_column(String(32))
    liable_kind: Mapped[str] = mapped_column(String(16))
    liable_party: Mapped[str] = mapped_column(String(16))
    liable_name: Mapped[str] = mapped_column(String(80))
    supplier: Mapped[str] = mapped_column(String(16))
    store: Mapped[str] = mapped_column(String(16))
    style_no: Mapped[str] = mapped_column(String(40))
    production_year: Mapped[int] = mapped_column(Integer)
    defect: Mapped[str] = mapped_column(String(24))
    piece_no: Mapped[str] = mapped_column(String(12))
    registration_no: Mapped[str] = mapped_column(String(12))
    reverses: Mapped[str | None] = mapped_column(String(40))
    """The number of the entry that this one takes back."""
    reason: Mapped[str | None] = mapped_column(String(2000))
    """Why finance corrected; what the work itself takes back has none."""

    by: Mapped[Account] = relationship()
