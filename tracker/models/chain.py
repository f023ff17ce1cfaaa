"""The hash chain, the heads that papers carried, and who verified it when; rows never change."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant, Key
from tracker.models.account import Account


class ChainLink(Base):
    """One link; ``seq`` counts from 1 without a gap, ``mac`` covers the row and the mac before."""

    __tablename__ = "chain_link"
    __table_args__ = (UniqueConstraint("kind", "ref"),)

    seq: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    ref: Mapped[str] = mapped_column(String(48))
    at: Mapped[datetime] = mapped_column(Instant)
    content_sha256: Mapped[str] = mapped_column(String(64))
    mac: Mapped[str] = mapped_column(String(64))


class PrintedHead(Identified, Base):
    """The head that stands on a paper which left the house."""

    __tablename__ = "printed_head"
    __table_args__ = (UniqueConstraint("document", "seq"),)

    at: Mapped[datetime] = mapped_column(Instant)
    document: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int] = mapped_column(Key)
    mac: Mapped[str] = mapped_column(String(64))


class ChainCheck(Identified, Base):
    """One verification of the chain: up to which link, and what was found first."""

    __tablename__ = "chain_check"

    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    seq: Mapped[int] = mapped_column(Key)
    mac: Mapped[str] = mapped_column(String(64))
    faults: Mapped[int] = mapped_column(Integer)
    first_fault: Mapped[str | None] = mapped_column(String(500))

    by: Mapped[Account] = relationship()
