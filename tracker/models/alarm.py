"""What came of an alarm: the supervisor's and finance's notes, each on the scan that raised it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account


class AlarmNote(Identified, Base):
    """One desk's note on one alarm: ``ref`` is the scan's id in the table that ``source`` names."""

    __tablename__ = "alarm_note"
    __table_args__ = (
        UniqueConstraint("source", "ref", "desk"),
        CheckConstraint("source IN ('scan', 'handling_scan')", name="source"),
    )

    source: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str] = mapped_column(String(36))
    desk: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    note: Mapped[str] = mapped_column(String(2000))

    by: Mapped[Account] = relationship()
