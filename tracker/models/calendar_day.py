"""The chain's own calendar: which days it works, whatever is published (C-35)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account


class CalendarDay(Identified, Base):
    """One word on one day; the newest row of a day counts. Rows are written once.

    Without ``is_working`` the day is again what the published holidays say.
    """

    __tablename__ = "calendar_day"
    __table_args__ = (Index("ix_calendar_day_day", "day", "id"),)

    day: Mapped[date]
    is_working: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    by: Mapped[Account] = relationship()
