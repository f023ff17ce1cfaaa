"""Every physical scan, and the answers that a repeated request gets again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account
from tracker.models.registration import Registration

_REFUSED = text("code IS NOT NULL")
"""The few scans that were refused: the alarm looks among them."""
_UNSETTLED = text("facts IS NOT NULL AND settlement IS NULL")
"""The fewer that came late and could not be registered: a person settles them."""


class Scan(Base):
    """A scan to register: its raw code, what became of it, when it happened and arrived."""

    __tablename__ = "scan"
    __table_args__ = (
        Index(
            "ix_scan_refused",
            "code",
            "arrived_at",
            sqlite_where=_REFUSED,
            postgresql_where=_REFUSED,
        ),
        Index(
            "ix_scan_unsettled",
            "site_id",
            "arrived_at",
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
    )

    scan_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    raw_code: Mapped[str] = mapped_column(Text)
    body_sha256: Mapped[str] = mapped_column(String(64))
    scanned_at: Mapped[datetime | None] = mapped_column(Instant)
    arrived_at: Mapped[datetime] = mapped_column(Instant, index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    code: Mapped[str | None] = mapped_column(String(40))
    is_skewed: Mapped[bool] = mapped_column(default=False)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    status_code: Mapped[int] = mapped_column(Integer)
    answer: Mapped[str] = mapped_column(Text)
    device: Mapped[str | None] = mapped_column(String(36))
    facts: Mapped[str | None] = mapped_column(Text)
    """What a late scan said, as JSON without the customer, while it waits to be settled."""
    settlement: Mapped[str | None] = mapped_column(String(12))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    settled_note: Mapped[str | None] = mapped_column(String(500))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    registration: Mapped[Registration | None] = relationship()


class HandlingScan(Identified, Base):
    """A scan into or out of a box, or at the shredder: refused ones too."""

    __tablename__ = "handling_scan"
    __table_args__ = (
        Index(
            "ix_handling_scan_refused",
            "code",
            "at",
            sqlite_where=_REFUSED,
            postgresql_where=_REFUSED,
        ),
    )

    at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    action: Mapped[str] = mapped_column(String(24))
    document: Mapped[str] = mapped_column(String(32), index=True)
    raw_code: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(16))
    code: Mapped[str | None] = mapped_column(String(40))
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)


class ActionKey(Base):
    """An ``action_id`` that a client made, and the answer it got."""

    __tablename__ = "action_key"

    action_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    body_sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    status_code: Mapped[int] = mapped_column(Integer)
    answer: Mapped[str] = mapped_column(Text)
