"""Forecasts: what stands of every garment in flight, and the first of each leg, kept for good."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, Identified, Instant
from tracker.models.registration import Registration


class Forecast(Identified, Base):
    """What is expected of a garment in flight; replaced whenever it is worked out differently.

    ``press_on`` orders the lists: the last day on which the way that is left today would still do.
    """

    __tablename__ = "forecast"
    __table_args__ = (
        CheckConstraint("safe_on >= likely_on", name="order"),
        Index("ix_forecast_risk", "risk", "registration_id"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), unique=True)
    at: Mapped[datetime] = mapped_column(Instant)
    leg: Mapped[str] = mapped_column(String(24))
    due_on: Mapped[date]
    likely_on: Mapped[date]
    safe_on: Mapped[date]
    press_on: Mapped[date]
    risk: Mapped[str] = mapped_column(String(16))
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    registration: Mapped[Registration] = relationship()


class KeptForecast(Identified, Base):
    """The first forecast made in a leg, to be measured against what then happened.

    ``is_replayed`` where it was worked out afterwards from what was known on that day.
    """

    __tablename__ = "kept_forecast"
    __table_args__ = (UniqueConstraint("registration_id", "leg"),)

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    leg: Mapped[str] = mapped_column(String(24))
    made_on: Mapped[date]
    due_on: Mapped[date]
    likely_on: Mapped[date]
    risk: Mapped[str] = mapped_column(String(16))
    constant_on: Mapped[date]
    """What a constant would have said: day of dispatch and the mean of all trips known by then."""
    is_replayed: Mapped[bool]

    registration: Mapped[Registration] = relationship()
