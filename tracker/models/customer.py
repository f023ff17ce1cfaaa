"""Calls to customers, and every showing of a whole phone number. Rows are never changed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account
from tracker.models.registration import Registration
from tracker.models.site import Site


class CustomerCall(Identified, Base):
    """Who called when, with what result, and when to call again."""

    __tablename__ = "customer_call"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    result: Mapped[str] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(String(200))
    next_on: Mapped[date | None]

    by: Mapped[Account] = relationship()


class CustomerAccess(Identified, Base):
    """Who was shown a customer's whole name and phone number, when, where and what for."""

    __tablename__ = "customer_access"
    __table_args__ = (Index("ix_customer_access_site", "site_id", "id"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    why: Mapped[str] = mapped_column(String(24))

    registration: Mapped[Registration] = relationship()
    by: Mapped[Account] = relationship()
    site: Mapped[Site] = relationship()
