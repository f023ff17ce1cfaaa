"""Jobs: what was asked for, how far it is, and the file that came of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Instant, Versioned
from tracker.models.account import Account

_UNFINISHED = text("status IN ('queued', 'running')")


class Job(Versioned, Base):
    """One job. ``no`` is 128 random bits; ``attempt`` counts its starts and tells them apart."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("(status = 'done') = (file_name IS NOT NULL)", name="file"),
        Index("ix_job_asked_by_id", "asked_by_id", "id"),
        Index(
            "uq_job_unfinished",
            "asked_by_id",
            "kind",
            "arguments",
            unique=True,
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
    )

    no: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(24))
    arguments: Mapped[str] = mapped_column(Text)
    """JSON with its keys sorted: the same wish is the same text."""
    status: Mapped[str] = mapped_column(String(16), index=True)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    deaths: Mapped[int] = mapped_column(Integer, default=0)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    steps_done: Mapped[int] = mapped_column(Integer, default=0)
    steps: Mapped[int] = mapped_column(Integer, default=0)
    """Pages or rows in all; 0 while nobody knows yet."""
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_zh: Mapped[str | None] = mapped_column(String(500))
    error_en: Mapped[str | None] = mapped_column(String(500))
    file_name: Mapped[str | None] = mapped_column(String(80))
    file_media: Mapped[str | None] = mapped_column(String(100))
    file_bytes: Mapped[int | None] = mapped_column(BigInteger)
    file_sha256: Mapped[str | None] = mapped_column(String(64))
    swept_at: Mapped[datetime | None] = mapped_column(Instant)

    asked_by: Mapped[Account] = relationship()
