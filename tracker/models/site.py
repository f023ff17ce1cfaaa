"""Sites of the chain."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, Identified


class Site(Identified, Base):
    __tablename__ = "site"

    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(16))
    ownership: Mapped[str | None] = mapped_column(String(16))
    region: Mapped[str | None] = mapped_column(String(16), index=True)
    liaison: Mapped[str | None] = mapped_column(String(80))
