"""Notices: who was told what, the steps of escalation, each reader's wishes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account

_UNREAD = text("read_at IS NULL AND settled_at IS NULL")
_OPEN = text("settled_at IS NULL")


class Notice(Identified, Base):
    """What one account was told: one step of one matter, once.

    ``settled_at``: the matter is no longer found by the schedule, so nobody need act on it.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("account_id", "matter", "step"),
        Index(
            "ix_notice_unread", "account_id", "id", sqlite_where=_UNREAD, postgresql_where=_UNREAD
        ),
        Index("ix_notice_account", "account_id", "id"),
        Index("ix_notice_record", "record"),
        Index("ix_notice_open", "matter", "step", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_notice_told_at", "told_at"),
        CheckConstraint("step BETWEEN 1 AND 9", name="step"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    matter: Mapped[str] = mapped_column(String(120))
    step: Mapped[int] = mapped_column(Integer)
    occasion: Mapped[str] = mapped_column(String(24))
    record: Mapped[str] = mapped_column(String(40))
    site_id: Mapped[int | None] = mapped_column("of_site", ForeignKey("site.id"))
    """The site that it is about; a month's or a form's notice is about none."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    due_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    account: Mapped[Account] = relationship()


class EscalationStep(Identified, Base):
    """One version of a step. Rows are written once: a change is another version."""

    __tablename__ = "escalation_step"
    __table_args__ = (
        Index("ix_escalation_step_occasion", "occasion", "ordinal", "effective_from"),
        CheckConstraint("ordinal BETWEEN 1 AND 9", name="ordinal"),
    )

    occasion: Mapped[str] = mapped_column(String(24))
    ordinal: Mapped[int] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(String(20))
    hours: Mapped[int] = mapped_column(Integer)
    effective_from: Mapped[date]
    is_off: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime | None] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    by: Mapped[Account | None] = relationship()


class NoticeWish(Identified, Base):
    """How an account wants to be told; one without a row has the inbox and nothing else.

    ``minutes`` columns count from midnight in Shanghai.
    """

    __tablename__ = "notice_wish"
    __table_args__ = (
        UniqueConstraint("account_id"),
        CheckConstraint("digest_minute BETWEEN 0 AND 1439", name="digest_minute"),
        CheckConstraint("quiet_from BETWEEN 0 AND 1439", name="quiet_from"),
        CheckConstraint("quiet_until BETWEEN 0 AND 1439", name="quiet_until"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unwanted: Mapped[list[str]] = mapped_column(JSON)
    """Occasions that do not enter the inbox."""
    mailed: Mapped[list[str]] = mapped_column(JSON)
    """Occasions that go out by e-mail too."""
    address: Mapped[str | None] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(8))
    digest_minute: Mapped[int | None] = mapped_column(Integer)
    """When the day's digest goes out; at once without it."""
    quiet_from: Mapped[int | None] = mapped_column(Integer)
    quiet_until: Mapped[int | None] = mapped_column(Integer)

    account: Mapped[Account] = relationship()
