"""clocks and forecast: the chain's calendar, due days that moved, pauses, what is expected"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import Instant, Key

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_working", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_calendar_day_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
    )
    op.create_index("ix_calendar_day_day", "calendar_day", ["day", "id"])
    _create_due_change()
    _create_forecasts()
    op.add_column("registration", sa.Column("pause", sa.String(24), nullable=True))


def _create_due_change() -> None:
    op.create_table(
        "due_change",
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("clock", sa.String(24), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint("from_on <> to_on", name=op.f("ck_due_change_moved")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_due_change_registration_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_due_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_change")),
    )
    op.create_index(op.f("ix_due_change_registration_id"), "due_change", ["registration_id"])


def _create_forecasts() -> None:
    op.create_table(
        "forecast",
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("leg", sa.String(24), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("likely_on", sa.Date(), nullable=False),
        sa.Column("safe_on", sa.Date(), nullable=False),
        sa.Column("press_on", sa.Date(), nullable=False),
        sa.Column("risk", sa.String(16), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint("safe_on >= likely_on", name=op.f("ck_forecast_order")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_forecast_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forecast")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_forecast_registration_id")),
    )
    op.create_index("ix_forecast_risk", "forecast", ["risk", "registration_id"])
    op.create_table(
        "kept_forecast",
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("leg", sa.String(24), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("likely_on", sa.Date(), nullable=False),
        sa.Column("risk", sa.String(16), nullable=False),
        sa.Column("constant_on", sa.Date(), nullable=False),
        sa.Column("is_replayed", sa.Boolean(), nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_kept_forecast_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_forecast")),
        sa.UniqueConstraint(
            "registration_id", "leg", name=op.f("uq_kept_forecast_registration_id_leg")
        ),
    )


def downgrade() -> None:
    op.execute("ALTER TABLE registration DROP COLUMN pause")
    for name in ("kept_forecast", "forecast", "due_change", "calendar_day"):
        op.drop_table(name)
