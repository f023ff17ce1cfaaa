"""Finished round trips: one row a garment that came back, all that the figures ask for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified
from tracker.models.account import Account
from tracker.models.catalog import Style, Supplier
from tracker.models.registration import Registration
from tracker.models.site import Site


class Trip(Identified, Base):
    """A round trip from dispatch by the store (day 0) to its receipt; written once, at its end.

    Days are calendar days; a leg that was passed over has none. Figures of a window read the index
    that begins with ``back_on`` and hardly ever the table: they cost with the window shown.
    """

    __tablename__ = "trip"
    __table_args__ = (
        Index(
            "ix_trip_back_on",
            "back_on", "site_id", "is_on_time", "days", "transit_out_days", "intake_days",
            "repair_days", "packing_days", "transit_back_days", "worst_leg", "repairer_id",
            "supplier_id", "style_id",
        ),
        Index("ix_trip_site_id_back_on", "site_id", "back_on"),
        CheckConstraint("days >= 0", name="days"),
        CheckConstraint("back_on >= dispatched_on", name="order"),
    )  # fmt: skip

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), unique=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    dispatched_on: Mapped[date]
    back_on: Mapped[date]
    due_on: Mapped[date]
    days: Mapped[int] = mapped_column(Integer)
    is_on_time: Mapped[bool]
    transit_out_days: Mapped[int | None] = mapped_column(Integer)
    intake_days: Mapped[int | None] = mapped_column(Integer)
    repair_days: Mapped[int | None] = mapped_column(Integer)
    packing_days: Mapped[int | None] = mapped_column(Integer)
    transit_back_days: Mapped[int | None] = mapped_column(Integer)
    worst_leg: Mapped[str | None] = mapped_column(String(24))
    carrier_out: Mapped[str | None] = mapped_column(String(40))
    carrier_back: Mapped[str | None] = mapped_column(String(40))
    repairer_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"))
    style_id: Mapped[int] = mapped_column(ForeignKey("style.id"))
    is_repaired: Mapped[bool]
    is_repeat: Mapped[bool]
    failed_checks: Mapped[int] = mapped_column(Integer)

    registration: Mapped[Registration] = relationship()
    site: Mapped[Site] = relationship()
    repairer: Mapped[Account | None] = relationship()
    supplier: Mapped[Supplier] = relationship()
    style: Mapped[Style] = relationship()
