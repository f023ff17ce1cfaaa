"""Signed papers as bytes, and the scans of what was signed on paper; rows never change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant, Key
from tracker.models.account import Account
from tracker.models.history import Event
from tracker.models.photo import Photo


class SignedPaper(Identified, Base):
    """A form's PDF as it was when an event signed or voided it, one for each audience."""

    __tablename__ = "signed_paper"
    __table_args__ = (
        UniqueConstraint("document", "audience", "event_id"),
        CheckConstraint("size = length(content)", name="size"),
    )

    document: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(8))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    head_seq: Mapped[int] = mapped_column(Key)
    """The link of the chain that stands at its foot."""
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    by: Mapped[Account] = relationship()
    event: Mapped[Event] = relationship()


class SignatureScan(Identified, Base):
    """A picture of the paper that a party signed, which a signature on paper rests upon."""

    __tablename__ = "signature_scan"
    __table_args__ = (UniqueConstraint("signature_id", "photo_id"),)

    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"))
    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    """The digest of the picture, so that the row says what was signed, whatever becomes of it."""

    photo: Mapped[Photo] = relationship()
