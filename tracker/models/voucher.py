"""The chain's account codes, and by what a month's vouchers were drawn up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, FenType, Identified, Instant, Versioned
from tracker.models.account import Account


class AccountCode(Versioned, Base):
    """Which account of the chain's books an account of ours is; empty parts mean any."""

    __tablename__ = "account_code"
    __table_args__ = (UniqueConstraint("account", "liable_kind", "ownership"),)

    account: Mapped[str] = mapped_column(String(20))
    liable_kind: Mapped[str] = mapped_column(String(16), default="")
    ownership: Mapped[str] = mapped_column(String(16), default="")
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    changed_by: Mapped[Account | None] = relationship()


class VoucherSet(Identified, Base):
    """A month's vouchers as they were drawn up: word, codes and stores of that moment.

    With the closed month's entries they give the same lines for ever; a trigger keeps the row.
    """

    __tablename__ = "voucher_set"
    __table_args__ = (UniqueConstraint("month", "ordinal"),)

    month: Mapped[str] = mapped_column(ForeignKey("month.month"))
    ordinal: Mapped[int] = mapped_column(Integer)
    basis: Mapped[dict[str, Any]] = mapped_column(JSON)
    vouchers: Mapped[int] = mapped_column(Integer)
    lines: Mapped[int] = mapped_column(Integer)
    total_fen: Mapped[int] = mapped_column(FenType)
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    by: Mapped[Account] = relationship()
