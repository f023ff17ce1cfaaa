"""Channels that leave the house, and every message that was to go out over one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.account import Account
from tracker.models.site import Site

_WAITING = text("state IN ('waiting', 'sending')")


class NoticeChannel(Identified, Base):
    """A way out: the mail server, a robot of a chat, a webhook. ``sealed`` is its settings and
    secrets, encrypted. Only what is told after ``open_from`` goes out over it.
    """

    __tablename__ = "notice_channel"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("quiet_from BETWEEN 0 AND 1439", name="quiet_from"),
        CheckConstraint("quiet_until BETWEEN 0 AND 1439", name="quiet_until"),
    )

    name: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(16))
    sealed: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(String(255))
    """Where it leads, to be shown: a host without any secret."""
    occasions: Mapped[list[str]] = mapped_column(JSON)
    site_id: Mapped[int | None] = mapped_column("of_site", ForeignKey("site.id"))
    """The one site that it tells of; of every site without it."""
    language: Mapped[str] = mapped_column(String(8))
    quiet_from: Mapped[int | None] = mapped_column(Integer)
    quiet_until: Mapped[int | None] = mapped_column(Integer)
    open_from: Mapped[datetime | None] = mapped_column(Instant)
    """Since when it is on; off without it."""
    kept_at: Mapped[datetime] = mapped_column(Instant)
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    site: Mapped[Site | None] = relationship()
    kept_by: Mapped[Account] = relationship()


class NoticeSending(Identified, Base):
    """One message over one channel: waiting, sending, sent, unknown or given up."""

    __tablename__ = "notice_sending"
    __table_args__ = (
        Index(
            "ix_notice_sending_next", "next_at", sqlite_where=_WAITING, postgresql_where=_WAITING
        ),
        Index("ix_notice_sending_channel", "channel_id", "id"),
    )

    no: Mapped[str] = mapped_column(String(32), unique=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("notice_channel.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(String(16))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime] = mapped_column(Instant)
    next_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(String(500))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    content: Mapped[list[Any]] = mapped_column(JSON)
    """The notices as values, for a webhook."""

    channel: Mapped[NoticeChannel] = relationship()
    account: Mapped[Account | None] = relationship()


class NoticeSendingLine(Identified, Base):
    """A step of a matter in a message. ``reader`` is the account's number, 0 for a whole channel.

    Unique: nothing goes out twice over a channel.
    """

    __tablename__ = "notice_sending_line"
    __table_args__ = (
        UniqueConstraint("channel_id", "reader", "matter", "step"),
        Index("ix_notice_sending_line_sending", "sending_id"),
    )

    sending_id: Mapped[int] = mapped_column(ForeignKey("notice_sending.id"))
    channel_id: Mapped[int] = mapped_column(ForeignKey("notice_channel.id"))
    reader: Mapped[int] = mapped_column(Integer)
    matter: Mapped[str] = mapped_column(String(120))
    step: Mapped[int] = mapped_column(Integer)
