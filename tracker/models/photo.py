"""Photos of garments, boxes and gaps: the row says whose, the file lies under its digest."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant, Key
from tracker.models.account import Account
from tracker.models.site import Site

_LIVE = text("removed_at IS NULL AND kind <> 'signature'")


class Photo(Identified, Base):
    """One photo of one record. The same content twice on a record is one photo.

    What a party signed on paper counts since it was asked: that may be a content that stood before.
    """

    __tablename__ = "photo"
    __table_args__ = (
        Index("ix_photo_subject", "noun", "subject_id", "id"),
        Index("ix_photo_site", "site_id", "removed_at"),
        Index(
            "uq_photo_live",
            "noun",
            "subject_id",
            "sha256",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        CheckConstraint("bytes > 0 AND width > 0 AND height > 0", name="size"),
        CheckConstraint("(removed_at IS NULL) = (removed_by_id IS NULL)", name="removal"),
    )

    noun: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[int] = mapped_column(Key)
    kind: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    bytes: Mapped[int] = mapped_column(Integer)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(String(2000))

    taken_by: Mapped[Account] = relationship(foreign_keys=taken_by_id)
    site: Mapped[Site] = relationship(foreign_keys=site_id)
