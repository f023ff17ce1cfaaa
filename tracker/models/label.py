"""Labels that were printed, and the rolls of blank repair tags whose numbers wait."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant, Key
from tracker.models.account import Account
from tracker.models.registration import Registration
from tracker.models.site import Site


class LabelPrint(Identified, Base):
    """One garment's repair tag in one print; ``print_id`` is the print's key, made by the page."""

    __tablename__ = "label_print"
    __table_args__ = (
        UniqueConstraint("print_id", "registration_id"),
        CheckConstraint("copies > 0", name="copies"),
    )

    print_id: Mapped[str] = mapped_column(String(36))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    piece_id: Mapped[int] = mapped_column(ForeignKey("piece.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    copies: Mapped[int] = mapped_column(Integer)
    is_reprint: Mapped[bool]

    registration: Mapped[Registration] = relationship()
    by: Mapped[Account] = relationship()


class TagRoll(Identified, Base):
    """A roll of blank repair tags: piece numbers that are this site's, from first to last."""

    __tablename__ = "tag_roll"
    __table_args__ = (
        UniqueConstraint("first_id"),
        CheckConstraint("first_id <= last_id", name="order"),
    )

    roll_id: Mapped[str] = mapped_column(String(36), unique=True)
    first_id: Mapped[int] = mapped_column(Key)
    last_id: Mapped[int] = mapped_column(Key)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)

    by: Mapped[Account] = relationship()
    site: Mapped[Site] = relationship()
