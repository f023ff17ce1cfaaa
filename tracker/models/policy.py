"""Policies with the date from which each value holds, how they changed, and who has read it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account

_OPEN = text("answered_at IS NULL")


class PolicyProposal(Identified, Base):
    """A change that somebody proposes and another confirms or refuses; one open a policy and scope.

    ``moved`` are the cases that the confirmation moved, each ``{no, on, before, after}``.
    """

    __tablename__ = "policy_proposal"
    __table_args__ = (
        Index(
            "uq_policy_proposal_open",
            "name",
            "scope",
            "target",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_policy_proposal_name", "name", "id"),
        CheckConstraint(
            "(answered_at IS NULL) = (verdict IS NULL) "
            "AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name="answered",
        ),
        CheckConstraint("verdict <> 'confirmed' OR answered_by_id <> by_id", name="second_person"),
    )

    name: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(16))
    target: Mapped[str] = mapped_column(String(16))
    value: Mapped[str] = mapped_column(String(80))
    effective_from: Mapped[date]
    reason: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    verdict: Mapped[str | None] = mapped_column(String(16))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answer: Mapped[str | None] = mapped_column(String(2000))
    moved: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)

    by: Mapped[Account] = relationship(foreign_keys=by_id)
    answered_by: Mapped[Account | None] = relationship(foreign_keys=answered_by_id)


class Policy(Identified, Base):
    """One version. Rows are written once: shipped, or by the confirmation of a proposal."""

    __tablename__ = "policy"
    __table_args__ = (UniqueConstraint("name", "scope", "target", "effective_from"),)

    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(16))
    calendar: Mapped[str] = mapped_column(String(16))
    start_event: Mapped[str] = mapped_column(String(40))
    end_event: Mapped[str] = mapped_column(String(40))
    effective_from: Mapped[date]
    rule: Mapped[str] = mapped_column(String(40))
    zh: Mapped[str] = mapped_column(String(80))
    en: Mapped[str] = mapped_column(String(80))
    scope: Mapped[str] = mapped_column(String(16), default="chain", server_default="chain")
    target: Mapped[str] = mapped_column(String(16), default="", server_default="")
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("policy_proposal.id"))

    proposal: Mapped[PolicyProposal | None] = relationship()


class PolicyReading(Identified, Base):
    """That somebody whom a version concerns has read it."""

    __tablename__ = "policy_reading"
    __table_args__ = (UniqueConstraint("version_id", "account_id"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(Instant)
