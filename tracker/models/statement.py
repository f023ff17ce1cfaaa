"""Statements to suppliers and stores, their lines, what was settled, the files that told it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, FenType, Identified, Instant, Versioned
from tracker.models.account import Account
from tracker.models.ledger import LedgerEntry

_LIVE = text("is_live")
_STANDING = text("status <> 'voided'")


class Statement(Versioned, Base):
    """What one party owes of one month: charges less credits, in fen."""

    __tablename__ = "statement"
    __table_args__ = (
        Index(
            "uq_statement_standing",
            "liable_kind",
            "party",
            "month",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        Index("ix_statement_month", "month", "status"),
        CheckConstraint("total_fen = charge_fen - credit_fen", name="total"),
        CheckConstraint("settled_fen >= 0", name="settled"),
    )

    no: Mapped[str] = mapped_column(String(20), unique=True)
    status: Mapped[str] = mapped_column(String(16), index=True)
    liable_kind: Mapped[str] = mapped_column(String(16))
    party: Mapped[str] = mapped_column(String(16))
    party_name: Mapped[str] = mapped_column(String(80))
    month: Mapped[str] = mapped_column(ForeignKey("month.month"))
    drawn_at: Mapped[datetime] = mapped_column(Instant)
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    charge_fen: Mapped[int] = mapped_column(FenType)
    credit_fen: Mapped[int] = mapped_column(FenType)
    total_fen: Mapped[int] = mapped_column(FenType)
    settled_fen: Mapped[int] = mapped_column(FenType, default=0)
    issued_at: Mapped[datetime | None] = mapped_column(Instant)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    delivered_at: Mapped[datetime | None] = mapped_column(Instant)
    delivered_how: Mapped[str | None] = mapped_column(String(16))
    object_by: Mapped[date | None]
    contract_no: Mapped[str | None] = mapped_column(String(40))
    set_off_batch: Mapped[str | None] = mapped_column(String(40))
    """Against which batch of payments to the party it is set off."""
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("statement.id"))

    drawn_by: Mapped[Account] = relationship(foreign_keys=drawn_by_id)
    issued_by: Mapped[Account | None] = relationship(foreign_keys=issued_by_id)
    answered_by: Mapped[Account | None] = relationship(foreign_keys=answered_by_id)
    replaces: Mapped[Statement | None] = relationship(remote_side="Statement.id")


class StatementLine(Identified, Base):
    """A ledger entry on a statement; each entry is on one live statement at most."""

    __tablename__ = "statement_line"
    __table_args__ = (
        Index(
            "uq_statement_line_live",
            "entry_id",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_statement_line_statement", "statement_id", "entry_id"),
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"))
    amount_fen: Mapped[int] = mapped_column(FenType)
    is_live: Mapped[bool] = mapped_column(default=True)

    entry: Mapped[LedgerEntry] = relationship()


class SettlementFile(Identified, Base):
    """A file of settlements that was read, and what became of each of its rows."""

    __tablename__ = "settlement_file"

    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    outcomes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    by: Mapped[Account] = relationship()


class Settlement(Identified, Base):
    """What was paid or set off against a statement, in fen; a file's row counts once."""

    __tablename__ = "settlement"
    __table_args__ = (CheckConstraint("amount_fen >= 0", name="amount"),)

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    settled_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(FenType)
    reference: Mapped[str] = mapped_column(String(80))
    row_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    by: Mapped[Account] = relationship()
