"""finished round trips"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RUNNING = sa.text("clock = 'repair_tat'")
WINDOW = [
    "back_on", "site_id", "is_on_time", "days", "transit_out_days", "intake_days", "repair_days",
    "packing_days", "transit_back_days", "worst_leg", "repairer_id", "supplier_id", "style_id",
]  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "trip",
        sa.Column("registration_id", KEY, nullable=False),
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("dispatched_on", sa.Date(), nullable=False),
        sa.Column("back_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("is_on_time", sa.Boolean(), nullable=False),
        sa.Column("transit_out_days", sa.Integer(), nullable=True),
        sa.Column("intake_days", sa.Integer(), nullable=True),
        sa.Column("repair_days", sa.Integer(), nullable=True),
        sa.Column("packing_days", sa.Integer(), nullable=True),
        sa.Column("transit_back_days", sa.Integer(), nullable=True),
        sa.Column("worst_leg", sa.String(length=24), nullable=True),
        sa.Column("carrier_out", sa.String(length=40), nullable=True),
        sa.Column("carrier_back", sa.String(length=40), nullable=True),
        sa.Column("repairer_id", KEY, nullable=True),
        sa.Column("supplier_id", KEY, nullable=False),
        sa.Column("style_id", KEY, nullable=False),
        sa.Column("is_repaired", sa.Boolean(), nullable=False),
        sa.Column("is_repeat", sa.Boolean(), nullable=False),
        sa.Column("failed_checks", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.CheckConstraint("days >= 0", name=op.f("ck_trip_days")),
        sa.CheckConstraint("back_on >= dispatched_on", name=op.f("ck_trip_order")),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_trip_registration_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_trip_site_id")),
        sa.ForeignKeyConstraint(["repairer_id"], ["account.id"], name=op.f("fk_trip_repairer_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_trip_supplier_id")),
        sa.ForeignKeyConstraint(["style_id"], ["style.id"], name=op.f("fk_trip_style_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_trip_registration_id")),
    )
    with op.batch_alter_table("trip", schema=None) as batch_op:
        batch_op.create_index("ix_trip_back_on", WINDOW, unique=False)
        batch_op.create_index("ix_trip_site_id_back_on", ["site_id", "back_on"], unique=False)
    op.create_index(
        "ix_registration_running",
        "registration",
        ["site_id", "status", "due_on", "dispatched_at"],
        unique=False,
        sqlite_where=RUNNING,
        postgresql_where=RUNNING,
    )
    op.create_index(
        "ix_registration_repeat",
        "registration",
        ["previous_id"],
        unique=False,
        sqlite_where=sa.text("is_repeat = 1"),
        postgresql_where=sa.text("is_repeat"),
    )


def downgrade() -> None:
    op.drop_index("ix_registration_repeat", table_name="registration")
    op.drop_index("ix_registration_running", table_name="registration")
    op.drop_table("trip")
