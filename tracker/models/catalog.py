"""Suppliers, styles and the SKUs that hang tags name."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, FenType, Identified


class Supplier(Identified, Base):
    __tablename__ = "supplier"

    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(80))


class Style(Identified, Base):
    """A style (款) with its production year, default supplier and prices in fen."""

    __tablename__ = "style"
    __table_args__ = (
        CheckConstraint("production_year BETWEEN 2000 AND 2100", name="production_year"),
    )

    style_no: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    category: Mapped[str] = mapped_column(String(16))
    fabric: Mapped[str | None] = mapped_column(String(16))
    season: Mapped[str | None] = mapped_column(String(16))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    production_year: Mapped[int] = mapped_column(Integer)
    cost_price_fen: Mapped[int] = mapped_column(FenType)
    purchase_price_fen: Mapped[int] = mapped_column(FenType)
    supply_price_fen: Mapped[int] = mapped_column(FenType)
    tag_price_fen: Mapped[int] = mapped_column(FenType)
    is_provisional: Mapped[bool] = mapped_column(default=False, server_default=false())

    supplier: Mapped[Supplier] = relationship(lazy="joined")


class Sku(Identified, Base):
    """One colour and size of a style (款色码). A hang tag names a SKU, not a piece.

    A provisional one was entered by hand in a store; once after-sales found which it is, it stays
    as another name of that one (``matched``).
    """

    __tablename__ = "sku"
    __table_args__ = (
        Index("uq_sku_style_colour_size", "style_id", "colour", "size", unique=True),
        Index(
            "ix_sku_provisional",
            "id",
            sqlite_where=text("is_provisional = 1"),
            postgresql_where=text("is_provisional"),
        ),
    )

    barcode: Mapped[str | None] = mapped_column(String(14), unique=True)
    style_id: Mapped[int] = mapped_column(ForeignKey("style.id"))
    colour: Mapped[str] = mapped_column(String(16))
    size: Mapped[str] = mapped_column(String(16))
    is_provisional: Mapped[bool] = mapped_column(default=False, server_default=false())
    matched_id: Mapped[int | None] = mapped_column(ForeignKey("sku.id"))

    style: Mapped[Style] = relationship(lazy="joined")
    matched: Mapped[Sku | None] = relationship(remote_side="Sku.id")
