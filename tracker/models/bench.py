"""The bench's catalogues, the stock of parts as movements, and the time that was measured."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, FenType, Identified, Instant, Versioned
from tracker.models.account import Account
from tracker.models.registration import Registration
from tracker.models.repair import Work


class RepairOperation(Versioned, Base):
    """What the bench does to a garment: standard minutes and labour. Retired, never deleted."""

    __tablename__ = "repair_operation"
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"),)

    code: Mapped[str] = mapped_column(String(16), unique=True)
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(40))
    defect: Mapped[str | None] = mapped_column(String(24))
    minutes: Mapped[int] = mapped_column(Integer)
    labour_fen: Mapped[int] = mapped_column(FenType)
    is_active: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    changed_by: Mapped[Account | None] = relationship()


class Part(Versioned, Base):
    """A part of the bench; what lies there is the sum of its movements."""

    __tablename__ = "part"
    __table_args__ = (CheckConstraint("low_level >= 0", name="low_level"),)

    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(8))
    price_fen: Mapped[int] = mapped_column(FenType)
    low_level: Mapped[int] = mapped_column(Integer)
    is_active: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime | None] = mapped_column(Instant)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    changed_by: Mapped[Account | None] = relationship()


class PartMovement(Identified, Base):
    """Into or out of stock: a signed quantity, written once. A used part names its work."""

    __tablename__ = "part_movement"
    __table_args__ = (
        CheckConstraint(
            "(kind IN ('received', 'returned') AND quantity > 0) "
            "OR (kind = 'used' AND quantity < 0 AND work_id IS NOT NULL) "
            "OR (kind = 'corrected' AND quantity <> 0 AND reason IS NOT NULL)",
            name="signed",
        ),
        Index("ix_part_movement_part", "part_id", "id"),
    )

    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    kind: Mapped[str] = mapped_column(String(16))
    quantity: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(String(200))
    work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"), index=True)

    part: Mapped[Part] = relationship()
    by: Mapped[Account] = relationship()
    work: Mapped[Work | None] = relationship()


class BenchTime(Identified, Base):
    """Time on one garment from scan to scan; once a work entry counted it, it names that entry."""

    __tablename__ = "bench_time"
    __table_args__ = (
        Index(
            "uq_bench_time_one_running",
            "account_id",
            unique=True,
            sqlite_where=text("stopped_at IS NULL"),
            postgresql_where=text("stopped_at IS NULL"),
        ),
        Index("ix_bench_time_garment", "registration_id", "account_id"),
        CheckConstraint("stopped_at >= started_at", name="order"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    stopped_at: Mapped[datetime | None] = mapped_column(Instant)
    work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"), index=True)

    registration: Mapped[Registration] = relationship()
    account: Mapped[Account] = relationship()
