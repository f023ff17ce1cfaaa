"""Liabilities, loss forms and their lines, signatures, destruction records."""

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
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.db import Base, FenType, Identified, Instant, Versioned
from tracker.models.account import Account
from tracker.models.registration import Registration

_LIVE = text("is_live")
_DRAFT = text("status = 'draft'")
_PARTY = "(liable_kind = 'head_office') = (party = '')"


class Liability(Identified, Base):
    """One party's share of a garment's loss, in whole percent, as proposed or overridden."""

    __tablename__ = "liability"
    __table_args__ = (
        UniqueConstraint("registration_id", "liable_kind", "party"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        CheckConstraint(_PARTY, name="party"),
    )

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    liable_kind: Mapped[str] = mapped_column(String(16))
    party: Mapped[str] = mapped_column(String(16), default="")
    percent: Mapped[int] = mapped_column(Integer)
    is_override: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(String(2000))


class LossForm(Versioned, Base):
    __tablename__ = "loss_form"
    __table_args__ = (
        Index(
            "uq_loss_form_one_draft",
            "liable_kind",
            "party",
            "month",
            unique=True,
            sqlite_where=_DRAFT,
            postgresql_where=_DRAFT,
        ),
        CheckConstraint(_PARTY, name="party"),
    )

    no: Mapped[str] = mapped_column(String(20), unique=True)
    status: Mapped[str] = mapped_column(String(16), index=True)
    liable_kind: Mapped[str] = mapped_column(String(16))
    party: Mapped[str] = mapped_column(String(16), default="")
    party_name: Mapped[str] = mapped_column(String(80))
    month: Mapped[str] = mapped_column(String(7), index=True)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    total_fen: Mapped[int] = mapped_column(FenType, default=0)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    """When its party was last asked to sign: by submitting it, or by upholding it."""
    steps: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """The chain of approval that was in force when it was submitted; a draft has none."""

    opened_by: Mapped[Account] = relationship()
    lines: Mapped[list[LossLine]] = relationship(back_populates="form", order_by="LossLine.id")
    signatures: Mapped[list[Signature]] = relationship(order_by="Signature.id")


class LossLine(Identified, Base):
    """A garment's share on one form; its prices freeze at submit."""

    __tablename__ = "loss_line"
    __table_args__ = (
        Index(
            "uq_loss_line_live",
            "registration_id",
            "liable_kind",
            "party",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_loss_line_form", "form_id"),
        Index("ix_loss_line_registration", "registration_id"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent"),
        CheckConstraint("amount_fen >= 0", name="amount"),
    )

    form_id: Mapped[int] = mapped_column(ForeignKey("loss_form.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    is_live: Mapped[bool] = mapped_column(default=True)
    liable_kind: Mapped[str] = mapped_column(String(16))
    party: Mapped[str] = mapped_column(String(16), default="")
    percent: Mapped[int] = mapped_column(Integer)
    basis: Mapped[str] = mapped_column(String(16))
    basis_fen: Mapped[int] = mapped_column(FenType)
    spent_fen: Mapped[int] = mapped_column(FenType)
    salvage_fen: Mapped[int] = mapped_column(FenType)
    amount_fen: Mapped[int] = mapped_column(FenType)
    owner_credit_fen: Mapped[int] = mapped_column(FenType, default=0)
    nature: Mapped[str] = mapped_column(
        String(16), default="quality_defect", server_default="quality_defect"
    )
    nature_why: Mapped[str | None] = mapped_column(String(2000))
    """Why finance decided the nature otherwise or for good; proposed by the rules without it."""
    cost_fen: Mapped[int] = mapped_column(FenType, default=0, server_default="0")
    vat_percent: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    vat_fen: Mapped[int] = mapped_column(FenType, default=0, server_default="0")
    frozen_at: Mapped[datetime | None] = mapped_column(Instant)

    form: Mapped[LossForm] = relationship(back_populates="lines")
    registration: Mapped[Registration] = relationship()


class Signature(Identified, Base):
    """Who took which step of a form; a returned form's steps no longer count."""

    __tablename__ = "signature"

    form_id: Mapped[int] = mapped_column(ForeignKey("loss_form.id"), index=True)
    step: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(Instant)
    by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    is_on_paper: Mapped[bool] = mapped_column(default=False)
    is_live: Mapped[bool] = mapped_column(default=True)
    for_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """For whom a delegate took it."""
    content_sha256: Mapped[str | None] = mapped_column(String(64))
    """Digest of what the form said then; a step of before the digest has none."""

    by: Mapped[Account] = relationship(foreign_keys=by_id)
    principal: Mapped[Account | None] = relationship(foreign_keys=for_id)


class Destruction(Versioned, Base):
    __tablename__ = "destruction"

    no: Mapped[str] = mapped_column(String(20), unique=True)
    status: Mapped[str] = mapped_column(String(16), index=True)
    planned_at: Mapped[datetime] = mapped_column(Instant)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    destroyed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    witnessed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    witnessed_at: Mapped[datetime | None] = mapped_column(Instant)
    method: Mapped[str | None] = mapped_column(String(40))
    place: Mapped[str | None] = mapped_column(String(80))
    salvage_fen: Mapped[int | None] = mapped_column(FenType)
    counted: Mapped[int | None] = mapped_column(Integer)
    """How many pieces the witness counted by hand, if he did not scan them."""

    planned_by: Mapped[Account] = relationship(foreign_keys=planned_by_id)
    destroyed_by: Mapped[Account | None] = relationship(foreign_keys=destroyed_by_id)
    witnessed_by: Mapped[Account | None] = relationship(foreign_keys=witnessed_by_id)
    lines: Mapped[list[DestructionLine]] = relationship(order_by="DestructionLine.id")


class DestructionLine(Identified, Base):
    __tablename__ = "destruction_line"
    __table_args__ = (UniqueConstraint("registration_id"),)

    destruction_id: Mapped[int] = mapped_column(ForeignKey("destruction.id"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    scanned_at: Mapped[datetime | None] = mapped_column(Instant)
    scanned_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    checked_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the witness scanned it, from his own log-in."""
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    registration: Mapped[Registration] = relationship()
