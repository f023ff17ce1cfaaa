"""Due days that moved while their clock ran, and why."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account
from tracker.models.registration import Registration


class DueChange(Identified, Base):
    """One due day that was recomputed. Rows are written once."""

    __tablename__ = "due_change"
    __table_args__ = (CheckConstraint("from_on <> to_on", name="moved"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    clock: Mapped[str] = mapped_column(String(24))
    from_on: Mapped[date]
    to_on: Mapped[date]
    why: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    registration: Mapped[Registration] = relationship()
    by: Mapped[Account] = relationship()
