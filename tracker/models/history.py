"""The history: one row for every action on every record, never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant, Key
from tracker.models.account import Account
from tracker.models.site import Site


class Event(Identified, Base):
    """Who did what: ``at`` is the server's time, ``device_at`` the device's claim."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject", "noun", "subject_id", "id"),)

    noun: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int] = mapped_column(Key)
    at: Mapped[datetime] = mapped_column(Instant)
    device_at: Mapped[datetime | None] = mapped_column(Instant)
    actor_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    action: Mapped[str] = mapped_column(String(24))
    from_status: Mapped[str | None] = mapped_column(String(24))
    to_status: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(2000))
    document: Mapped[str | None] = mapped_column(String(32))
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    actor: Mapped[Account] = relationship()
    site: Mapped[Site] = relationship()
