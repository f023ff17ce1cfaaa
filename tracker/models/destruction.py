"""What was taken off a destruction's plan because nobody found it at the shredder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account
from tracker.models.registration import Registration
from tracker.models.shipment import Discrepancy


class TakenOff(Identified, Base):
    """A piece that left a plan: who took it off, why, and the case that looks for it."""

    __tablename__ = "taken_off"
    __table_args__ = (UniqueConstraint("discrepancy_id"),)

    destruction_id: Mapped[int] = mapped_column(ForeignKey("destruction.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    discrepancy_id: Mapped[int] = mapped_column(ForeignKey("discrepancy.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(String(2000))

    registration: Mapped[Registration] = relationship()
    discrepancy: Mapped[Discrepancy] = relationship()
    by: Mapped[Account] = relationship()
