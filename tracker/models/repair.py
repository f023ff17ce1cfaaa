"""What after-sales found and did: assessments, repair work, checks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, FenType, Identified, Instant
from tracker.models.account import Account
from tracker.models.registration import Registration
from tracker.models.site import Site


class Assessment(Identified, Base):
    """A verdict, kept beside what the store registered; a later one overrides (C-24)."""

    __tablename__ = "assessment"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str] = mapped_column(String(24))
    route: Mapped[str | None] = mapped_column(String(16))
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
    """One entry of work on the bench; several add up. Minutes and fen.

    ``minutes`` is what the repairer entered, ``measured_minutes`` what the scans measured,
    ``standard_minutes`` what the catalogue said of its operations then; nothing where none did.
    """

    __tablename__ = "work"
    __table_args__ = (
        CheckConstraint("minutes >= 0", name="minutes"),
        Index("ix_work_at", "at", "by_id"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    operations: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    minutes: Mapped[int] = mapped_column(Integer)
    measured_minutes: Mapped[int | None] = mapped_column(Integer)
    standard_minutes: Mapped[int | None] = mapped_column(Integer)
    labour_fen: Mapped[int] = mapped_column(FenType)
    parts_fen: Mapped[int] = mapped_column(FenType)

    registration: Mapped[Registration] = relationship()
    by: Mapped[Account] = relationship()


class OutsideJob(Identified, Base):
    """One stay of a garment at the factory or fabric maker. Fen; ``due_on`` is its own clock."""

    __tablename__ = "outside_job"
    __table_args__ = (
        Index(
            "uq_outside_job_one_open",
            "registration_id",
            unique=True,
            sqlite_where=text("returned_at IS NULL"),
            postgresql_where=text("returned_at IS NULL"),
        ),
        Index("ix_outside_job_site", "site_id", "returned_at"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    sent_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    due_on: Mapped[date]
    carrier: Mapped[str | None] = mapped_column(String(40))
    tracking_no: Mapped[str | None] = mapped_column(String(40))
    returned_at: Mapped[datetime | None] = mapped_column(Instant)
    is_repaired: Mapped[bool | None]
    cost_fen: Mapped[int | None] = mapped_column(FenType)

    registration: Mapped[Registration] = relationship()
    site: Mapped[Site] = relationship()
    sent_by: Mapped[Account] = relationship()


class Check(Identified, Base):
    """A second person's check of a repair."""

    __tablename__ = "repair_check"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    is_passed: Mapped[bool]
    grade: Mapped[str | None] = mapped_column(String(16))

    by: Mapped[Account] = relationship()
