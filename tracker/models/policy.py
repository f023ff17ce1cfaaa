"""Policies with the date from which each value holds."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, Identified


class Policy(Identified, Base):
    __tablename__ = "policy"
    __table_args__ = (UniqueConstraint("name", "effective_from"),)

    name: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(80))
    unit: Mapped[str] = mapped_column(String(16))
    calendar: Mapped[str] = mapped_column(String(16))
    start_event: Mapped[str] = mapped_column(String(40))
    end_event: Mapped[str] = mapped_column(String(40))
    effective_from: Mapped[date]
    rule: Mapped[str] = mapped_column(String(40))
    zh: Mapped[str] = mapped_column(String(80))
    en: Mapped[str] = mapped_column(String(80))
