"""The table of liability rules, version by version, and what they said of each garment."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account


class LiabilityRule(Identified, Base):
    """One version of a rule. Rows are written once: a change is another version."""

    __tablename__ = "liability_rule"
    __table_args__ = (
        Index("ix_liability_rule_code", "code", "effective_from"),
        CheckConstraint(
            "supplier BETWEEN 0 AND 100 AND store BETWEEN 0 AND 100 "
            "AND head_office BETWEEN 0 AND 100 AND supplier + store + head_office = 100",
            name="shares",
        ),
    )

    code: Mapped[str] = mapped_column(String(16))
    place: Mapped[int] = mapped_column(Integer)
    conditions: Mapped[dict[str, Any]] = mapped_column(JSON)
    supplier: Mapped[int] = mapped_column(Integer)
    store: Mapped[int] = mapped_column(Integer)
    head_office: Mapped[int] = mapped_column(Integer)
    rules: Mapped[str] = mapped_column(String(80))
    zh: Mapped[str] = mapped_column(String(300))
    en: Mapped[str] = mapped_column(String(300))
    effective_from: Mapped[date]
    is_retired: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[str | None] = mapped_column(String(2000))
    at: Mapped[datetime | None] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    by: Mapped[Account | None] = relationship()


class LiabilityDerivation(Identified, Base):
    """How the last proposal for a garment follows: every rule that was looked at, in order."""

    __tablename__ = "liability_derivation"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    judged_on: Mapped[date]
    rule: Mapped[str] = mapped_column(String(16))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
