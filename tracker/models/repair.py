"""What after-sales found and did: assessments, repair work, checks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, FenType, Identified, Instant
from tracker.models.account import Account
from tracker.models.registration import Registration


class Assessment(Identified, Base):
    """A verdict, kept beside what the store registered; a later one overrides (C-24)."""

    __tablename__ = "assessment"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str] = mapped_column(String(24))
    is_quality: Mapped[bool | None]
    is_restorable: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(String(24))
    position: Mapped[str] = mapped_column(String(24))
    area_mm2: Mapped[int] = mapped_column(Integer)
    cause: Mapped[str] = mapped_column(String(24))
    tag_intact: Mapped[bool]
    accessories_intact: Mapped[bool]
    number_intact: Mapped[bool]
    mismatches: Mapped[list[str]] = mapped_column(JSON, default=list)

    registration: Mapped[Registration] = relationship()
    by: Mapped[Account] = relationship()


class Work(Identified, Base):
    """One entry of work on the bench; several add up. Minutes and fen."""

    __tablename__ = "work"
    __table_args__ = (CheckConstraint("minutes >= 0", name="minutes"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    operations: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    minutes: Mapped[int] = mapped_column(Integer)
    labour_fen: Mapped[int] = mapped_column(FenType)
    parts_fen: Mapped[int] = mapped_column(FenType)

    registration: Mapped[Registration] = relationship()
    by: Mapped[Account] = relationship()


class Check(Identified, Base):
    """A second person's check of a repair."""

    __tablename__ = "repair_check"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    is_passed: Mapped[bool]
    grade: Mapped[str | None] = mapped_column(String(16))

    by: Mapped[Account] = relationship()
