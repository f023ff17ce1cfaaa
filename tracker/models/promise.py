"""Which promise was chosen for whom from which day on, and under which law each store stands."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account
from tracker.models.site import Site


class ProfileChoice(Identified, Base):
    """One choice of a promise. Rows are written once: a change is another choice, later."""

    __tablename__ = "profile_choice"
    __table_args__ = (Index("ix_profile_choice_channel", "channel", "region", "effective_from"),)

    channel: Mapped[str] = mapped_column(String(16))
    region: Mapped[str | None] = mapped_column(String(16))
    profile: Mapped[str] = mapped_column(String(16))
    effective_from: Mapped[date]
    reason: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    by: Mapped[Account] = relationship()


class LawPlace(Identified, Base):
    """The law pack of a store, as somebody set it; the newest row of a store holds."""

    __tablename__ = "law_place"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    pack: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    by: Mapped[Account] = relationship()
    site: Mapped[Site] = relationship()
