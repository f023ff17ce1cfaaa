"""The steps of the approval chain, version by version, and who stands in for whom."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, false, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, FenType, Identified, Instant
from tracker.models.account import Account


class ApprovalStep(Identified, Base):
    """One version of a step. Rows are written once: a change is another version."""

    __tablename__ = "approval_step"
    __table_args__ = (
        Index("ix_approval_step_code", "code", "effective_from"),
        CheckConstraint("from_fen >= 0 AND to_fen >= 0", name="amounts"),
    )

    code: Mapped[str] = mapped_column(String(16))
    place: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(16))
    zh: Mapped[str] = mapped_column(String(40))
    en: Mapped[str] = mapped_column(String(40))
    roles: Mapped[list[str]] = mapped_column(JSON)
    kinds: Mapped[list[str]] = mapped_column(JSON)
    from_fen: Mapped[int | None] = mapped_column(FenType)
    to_fen: Mapped[int | None] = mapped_column(FenType)
    switch: Mapped[str] = mapped_column(String(16), default="always", server_default="always")
    is_distinct: Mapped[bool] = mapped_column(default=True, server_default=true())
    effective_from: Mapped[date]
    is_retired: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[str | None] = mapped_column(String(2000))
    at: Mapped[datetime | None] = mapped_column(Instant)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    by: Mapped[Account | None] = relationship()


class Delegation(Identified, Base):
    """Somebody stands in for a colleague, from a day to a day; it ends by itself or is revoked."""

    __tablename__ = "delegation"
    __table_args__ = (
        Index("ix_delegation_to_id", "to_id", "until_on"),
        CheckConstraint("from_id <> to_id", name="two_people"),
        CheckConstraint("from_on <= until_on", name="term"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked"),
    )

    from_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    steps: Mapped[list[str]] = mapped_column(JSON)
    """Codes of the steps; none named means all that the absent person may take."""
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    principal: Mapped[Account] = relationship(foreign_keys=from_id, lazy="joined")
    delegate: Mapped[Account] = relationship(foreign_keys=to_id, lazy="joined")
    by: Mapped[Account] = relationship(foreign_keys=by_id, lazy="joined")
    revoked_by: Mapped[Account | None] = relationship(foreign_keys=revoked_by_id, lazy="joined")
