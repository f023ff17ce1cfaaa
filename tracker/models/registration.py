"""Pieces, and the registrations that tell their stories."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, FenType, Identified, Instant, Versioned
from tracker.models.account import Account
from tracker.models.catalog import Sku, Supplier
from tracker.models.site import Site


class Piece(Identified, Base):
    """One garment. It keeps its number for life, over all its registrations."""

    __tablename__ = "piece"
    __table_args__ = (
        Index(
            "uq_piece_unique_code",
            "unique_code",
            unique=True,
            sqlite_where=text("unique_code IS NOT NULL"),
            postgresql_where=text("unique_code IS NOT NULL"),
        ),
    )

    piece_no: Mapped[str] = mapped_column(String(12), unique=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"), index=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    is_supplier_presumed: Mapped[bool] = mapped_column(default=True)
    minted_at: Mapped[datetime] = mapped_column(Instant)
    unique_code: Mapped[str | None] = mapped_column(String(100))
    """What its maker's tag says of this very garment, the same in every carrier."""

    sku: Mapped[Sku] = relationship(lazy="joined")
    supplier: Mapped[Supplier] = relationship(lazy="joined")


class Registration(Versioned, Base):
    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_one_live",
            "piece_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_registration_site_status", "site_id", "status", "due_on"),
        Index("ix_registration_status", "status", "due_on"),
        Index("ix_registration_piece", "piece_id", "id"),
        Index("ix_registration_due", "due_on", "id"),
        Index(
            "ix_registration_open",
            "status",
            "site_id",
            "due_on",
            "since_at",
            "closed_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_registration_open_site",
            "site_id",
            "status",
            "due_on",
            "since_at",
            "closed_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(
            "ix_registration_promised",
            "promised_on",
            sqlite_where=text("closed_at IS NULL AND promised_on IS NOT NULL"),
            postgresql_where=text("closed_at IS NULL AND promised_on IS NOT NULL"),
        ),
        Index("ix_registration_delivery_id", "delivery_id"),
        Index(
            "ix_registration_running",
            "site_id",
            "status",
            "due_on",
            "dispatched_at",
            sqlite_where=text("clock = 'repair_tat'"),
            postgresql_where=text("clock = 'repair_tat'"),
        ),
        Index(
            "ix_registration_repeat",
            "previous_id",
            sqlite_where=text("is_repeat = 1"),
            postgresql_where=text("is_repeat"),
        ),
        CheckConstraint("production_year BETWEEN 2000 AND 2100", name="production_year"),
        CheckConstraint("area_mm2 > 0", name="area"),
    )

    no: Mapped[str] = mapped_column(String(12), unique=True)
    piece_id: Mapped[int] = mapped_column(ForeignKey("piece.id"))
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    status: Mapped[str] = mapped_column(String(24))
    since_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    registered_at: Mapped[datetime] = mapped_column(Instant)
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    source: Mapped[str] = mapped_column(String(16))
    owner: Mapped[str] = mapped_column(String(16))
    defect: Mapped[str] = mapped_column(String(24))
    position: Mapped[str] = mapped_column(String(24))
    area_mm2: Mapped[int] = mapped_column(Integer)
    cause: Mapped[str] = mapped_column(String(24))
    tag_intact: Mapped[bool]
    accessories_intact: Mapped[bool]
    number_intact: Mapped[bool]
    production_year: Mapped[int] = mapped_column(Integer)
    found_on: Mapped[date | None]
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    purchased_on: Mapped[date | None]
    receipt_no: Mapped[str | None] = mapped_column(String(40), index=True)
    sold_as_imperfect: Mapped[bool] = mapped_column(default=False)
    promised_on: Mapped[date | None]
    demand: Mapped[str | None] = mapped_column(String(16))
    gore_card_no: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(String(2000))

    is_late: Mapped[bool] = mapped_column(default=False)
    is_repeat: Mapped[bool] = mapped_column(default=False)
    repair_count: Mapped[int] = mapped_column(Integer, default=0)

    clock: Mapped[str | None] = mapped_column(String(24))
    due_on: Mapped[date | None]
    dispatched_at: Mapped[datetime | None] = mapped_column(Instant)
    returned_at: Mapped[datetime | None] = mapped_column(Instant)
    back_at: Mapped[datetime | None] = mapped_column(Instant)
    grade: Mapped[str | None] = mapped_column(String(16))
    local_repair_fen: Mapped[int | None] = mapped_column(FenType)
    ending: Mapped[str | None] = mapped_column(String(16))
    pause: Mapped[str | None] = mapped_column(String(24))
    """For what its work stands still; the 15 days run on."""
    quote_fen: Mapped[int | None] = mapped_column(FenType)
    charge_fen: Mapped[int | None] = mapped_column(FenType)
    markdown_fen: Mapped[int | None] = mapped_column(FenType)

    piece: Mapped[Piece] = relationship(lazy="joined")
    site: Mapped[Site] = relationship(lazy="joined")
    registered_by: Mapped[Account] = relationship()
    previous: Mapped[Registration | None] = relationship(remote_side="Registration.id")
    customer: Mapped[Customer | None] = relationship(back_populates="registration")


class Customer(Identified, Base):
    """Who brought the garment: apart from the registration, so that it can be forgotten."""

    __tablename__ = "customer"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(20))
    phone_tail: Mapped[str] = mapped_column(String(4), index=True)

    registration: Mapped[Registration] = relationship(back_populates="customer")
