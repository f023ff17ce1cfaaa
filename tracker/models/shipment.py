"""Shipments, their manifests and what did not tie out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
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

from tracker.db import Base, FenType, Identified, Instant, Versioned
from tracker.models.account import Account
from tracker.models.registration import Registration
from tracker.models.site import Site

_OPEN = text("status = 'open'")
_WEEKLY = text("kind = 'weekly' AND dispatched_at IS NOT NULL")
_UNSETTLED = text("settled_at IS NULL")
_UNRELAYED = text("relayed_at IS NULL")


class Shipment(Versioned, Base):
    __tablename__ = "shipment"
    __table_args__ = (
        Index(
            "uq_shipment_one_open",
            "from_site_id",
            "to_site_id",
            "kind",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index(
            "uq_shipment_one_weekly",
            "from_site_id",
            "iso_year",
            "iso_week",
            unique=True,
            sqlite_where=_WEEKLY,
            postgresql_where=_WEEKLY,
        ),
        Index("ix_shipment_to_site", "to_site_id", "status"),
        Index("ix_shipment_from_site", "from_site_id", "status"),
        Index("ix_shipment_status", "status", "dispatched_at"),
        Index(
            "ix_shipment_unrelayed",
            "from_site_id",
            "kind",
            "status",
            "dispatched_at",
            sqlite_where=_UNRELAYED,
            postgresql_where=_UNRELAYED,
        ),
        CheckConstraint("from_site_id <> to_site_id", name="two_sites"),
    )

    no: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    from_site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    to_site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    sealed_at: Mapped[datetime | None] = mapped_column(Instant)
    dispatched_at: Mapped[datetime | None] = mapped_column(Instant)
    dispatched_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)
    reconciled_at: Mapped[datetime | None] = mapped_column(Instant)
    iso_year: Mapped[int | None] = mapped_column(Integer)
    iso_week: Mapped[int | None] = mapped_column(Integer)
    week_ordinal: Mapped[int | None] = mapped_column(Integer)
    carrier: Mapped[str | None] = mapped_column(String(40))
    tracking_no: Mapped[str | None] = mapped_column(String(40), index=True)
    freight_fen: Mapped[int | None] = mapped_column(FenType)
    freight_bearer: Mapped[str | None] = mapped_column(String(16))
    is_urgent: Mapped[bool] = mapped_column(default=False)
    relayed_at: Mapped[datetime | None] = mapped_column(Instant)
    relayed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    from_site: Mapped[Site] = relationship(foreign_keys=from_site_id, lazy="joined")
    to_site: Mapped[Site] = relationship(foreign_keys=to_site_id, lazy="joined")
    opened_by: Mapped[Account] = relationship(foreign_keys=opened_by_id)
    dispatched_by: Mapped[Account | None] = relationship(foreign_keys=dispatched_by_id)
    relayed_by: Mapped[Account | None] = relationship(foreign_keys=relayed_by_id)
    cartons: Mapped[list[Carton]] = relationship(order_by="Carton.ordinal")
    lines: Mapped[list[ShipmentLine]] = relationship(
        back_populates="shipment", order_by="ShipmentLine.id"
    )


class Carton(Identified, Base):
    """Carton x of y of a shipment; its weight is in grams."""

    __tablename__ = "carton"
    __table_args__ = (
        UniqueConstraint("shipment_id", "ordinal"),
        CheckConstraint("ordinal BETWEEN 1 AND 99", name="ordinal"),
    )

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    ordinal: Mapped[int] = mapped_column(Integer)
    weight_g: Mapped[int | None] = mapped_column(Integer)
    seal_no: Mapped[str | None] = mapped_column(String(40))
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)


class Carrier(Identified, Base):
    """A carrier that the chain works with: offered wherever a box is sent."""

    __tablename__ = "carrier"

    name: Mapped[str] = mapped_column(String(40), unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)


class ShipmentLine(Identified, Base):
    """One piece of a packing list. A piece lies in one unsettled box at most."""

    __tablename__ = "shipment_line"
    __table_args__ = (
        Index("uq_shipment_line_piece", "shipment_id", "registration_id", unique=True),
        Index("ix_shipment_line_registration", "registration_id", "shipment_id"),
        Index(
            "uq_shipment_line_unsettled",
            "registration_id",
            unique=True,
            sqlite_where=_UNSETTLED,
            postgresql_where=_UNSETTLED,
        ),
    )

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    carton: Mapped[int] = mapped_column(Integer, default=1)
    came_from: Mapped[str] = mapped_column(String(24))
    packed_at: Mapped[datetime] = mapped_column(Instant)
    packed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    shipment: Mapped[Shipment] = relationship(back_populates="lines")
    registration: Mapped[Registration] = relationship()
    packed_by: Mapped[Account] = relationship()


class Receipt(Identified, Base):
    """One piece counted blind at the receiving site, on the packing list or not."""

    __tablename__ = "receipt"
    __table_args__ = (Index("uq_receipt_piece", "shipment_id", "registration_id", unique=True),)

    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    carton: Mapped[int | None] = mapped_column(Integer)
    raw_code: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Instant)
    received_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    registration: Mapped[Registration] = relationship()
    received_by: Mapped[Account] = relationship()


class Discrepancy(Versioned, Base):
    """A gap between what was packed and what was counted; it names the last hand."""

    __tablename__ = "discrepancy"

    no: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16), index=True)
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    last_hand_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    last_site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    last_scan_at: Mapped[datetime] = mapped_column(Instant)
    counted_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    counted_at: Mapped[datetime] = mapped_column(Instant)
    counted_site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    claim_no: Mapped[str | None] = mapped_column(String(40))
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    claimed_fen: Mapped[int | None] = mapped_column(FenType)
    compensation_fen: Mapped[int | None] = mapped_column(FenType)
    finding: Mapped[str | None] = mapped_column(String(24))
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)

    shipment: Mapped[Shipment] = relationship(lazy="joined")
    registration: Mapped[Registration | None] = relationship(lazy="joined")
    last_hand: Mapped[Account] = relationship(foreign_keys=last_hand_id)
    last_site: Mapped[Site] = relationship(foreign_keys=last_site_id)
    counted_site: Mapped[Site] = relationship(foreign_keys=counted_site_id)
    counted_by: Mapped[Account] = relationship(foreign_keys=counted_by_id)
