"""One-time links to one document of one party, and every time one was opened."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account


class AccessLink(Identified, Base):
    """Of the secret only its digest is kept. ``account`` is as whom its holder acts.

    ``used_key`` is the key of the one answer it carried, ``used_by`` the name its signer typed.
    """

    __tablename__ = "access_link"
    __table_args__ = (
        Index("ix_access_link_document", "document"),
        CheckConstraint(
            "(used_at IS NULL) = (used_action IS NULL) AND (used_at IS NULL) = (used_by IS NULL) "
            "AND (used_at IS NULL) = (used_key IS NULL)",
            name="used",
        ),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked"),
        CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name="one_end"),
    )

    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    noun: Mapped[str] = mapped_column(String(16))
    document: Mapped[str] = mapped_column(String(20))
    liable_kind: Mapped[str] = mapped_column(String(16))
    party: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    used_action: Mapped[str | None] = mapped_column(String(16))
    used_by: Mapped[str | None] = mapped_column(String(40))
    used_key: Mapped[str | None] = mapped_column(String(36))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    account: Mapped[Account] = relationship(foreign_keys=account_id)
    made_by: Mapped[Account] = relationship(foreign_keys=made_by_id)
    revoked_by: Mapped[Account | None] = relationship(foreign_keys=revoked_by_id)
    openings: Mapped[list[LinkOpening]] = relationship(order_by="LinkOpening.id")


class LinkOpening(Identified, Base):
    """When and from which network address a link was opened, and what of it."""

    __tablename__ = "link_opening"

    link_id: Mapped[int] = mapped_column(ForeignKey("access_link.id"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    address: Mapped[str] = mapped_column(String(45))
    page: Mapped[str] = mapped_column(String(16))
