"""Disputes of loss forms: what the liable party says, of which lines, and what was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account
from tracker.models.loss import LossForm, LossLine

_OPEN = text("answered_at IS NULL")


class Dispute(Identified, Base):
    """One dispute of a form; a form has one open dispute at most."""

    __tablename__ = "dispute"
    __table_args__ = (
        Index("ix_dispute_form_id", "form_id"),
        Index(
            "uq_dispute_open", "form_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN
        ),
        CheckConstraint(
            "(answered_at IS NULL) = (verdict IS NULL) "
            "AND (answered_at IS NULL) = (answer IS NULL) "
            "AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name="answered",
        ),
    )

    form_id: Mapped[int] = mapped_column(ForeignKey("loss_form.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    is_on_paper: Mapped[bool] = mapped_column(default=False)
    code: Mapped[str] = mapped_column(String(2))
    reason: Mapped[str] = mapped_column(String(2000))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    verdict: Mapped[str | None] = mapped_column(String(8))
    answer: Mapped[str | None] = mapped_column(String(2000))

    form: Mapped[LossForm] = relationship()
    by: Mapped[Account] = relationship(foreign_keys=by_id)
    answered_by: Mapped[Account | None] = relationship(foreign_keys=answered_by_id)
    lines: Mapped[list[DisputeLine]] = relationship(order_by="DisputeLine.id")


class DisputeLine(Identified, Base):
    """One line of the form that a dispute is about."""

    __tablename__ = "dispute_line"
    __table_args__ = (UniqueConstraint("dispute_id", "line_id"),)

    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("loss_line.id"), index=True)

    line: Mapped[LossLine] = relationship()
