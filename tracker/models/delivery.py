"""Deliveries from logistics to stores, and the goods that each one brought."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant, Versioned
from tracker.models.account import Account
from tracker.models.catalog import Sku
from tracker.models.site import Site


class Delivery(Versioned, Base):
    """One delivery at a store; ``delivery_no`` is the sender's number, ``no`` is our own."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("site_id", "delivery_no"),
        Index("ix_delivery_site_status", "site_id", "status", "due_on"),
        CheckConstraint("due_on >= received_on", name="due_on"),
    )

    no: Mapped[str] = mapped_column(String(12), unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    delivery_no: Mapped[str] = mapped_column(String(40))
    received_on: Mapped[date]
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(16))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    inspected_at: Mapped[datetime | None] = mapped_column(Instant)
    inspected_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    site: Mapped[Site] = relationship(lazy="joined")
    entered_by: Mapped[Account] = relationship(foreign_keys=entered_by_id)
    inspected_by: Mapped[Account | None] = relationship(foreign_keys=inspected_by_id)
    lines: Mapped[list[DeliveryLine]] = relationship(
        back_populates="delivery", order_by="DeliveryLine.id"
    )


class DeliveryLine(Identified, Base):
    """How many of one SKU a delivery brought."""

    __tablename__ = "delivery_line"
    __table_args__ = (
        UniqueConstraint("delivery_id", "sku_id"),
        Index("ix_delivery_line_sku", "sku_id", "delivery_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    quantity: Mapped[int] = mapped_column(Integer)

    delivery: Mapped[Delivery] = relationship(back_populates="lines")
    sku: Mapped[Sku] = relationship(lazy="joined")
