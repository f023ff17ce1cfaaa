"""deliveries and their inspection"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "delivery",
        sa.Column("no", sa.String(length=12), nullable=False),
        sa.Column("site_id", KEY, nullable=False),
        sa.Column("delivery_no", sa.String(length=40), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("entered_at", tracker.db.Instant(timezone=True), nullable=False),
        sa.Column("entered_by_id", KEY, nullable=False),
        sa.Column("inspected_at", tracker.db.Instant(timezone=True), nullable=True),
        sa.Column("inspected_by_id", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.CheckConstraint("due_on >= received_on", name=op.f("ck_delivery_due_on")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_delivery_site_id")),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["account.id"], name=op.f("fk_delivery_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["inspected_by_id"], ["account.id"], name=op.f("fk_delivery_inspected_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("no", name=op.f("uq_delivery_no")),
        sa.UniqueConstraint("site_id", "delivery_no", name=op.f("uq_delivery_site_id_delivery_no")),
    )
    op.create_index("ix_delivery_site_status", "delivery", ["site_id", "status", "due_on"])
    op.create_table(
        "delivery_line",
        sa.Column("delivery_id", KEY, nullable=False),
        sa.Column("sku_id", KEY, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_delivery_line_quantity")),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_line_delivery_id")
        ),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_delivery_line_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_line")),
        sa.UniqueConstraint(
            "delivery_id", "sku_id", name=op.f("uq_delivery_line_delivery_id_sku_id")
        ),
    )
    op.create_index("ix_delivery_line_sku", "delivery_line", ["sku_id", "delivery_id"])
    _add_reference()
    op.create_index("ix_registration_delivery_id", "registration", ["delivery_id"])


def _add_reference() -> None:
    """Add the column in place: to copy SQLite's table would lose its CHECK constraints."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE registration ADD COLUMN delivery_id {kind} "
        "CONSTRAINT fk_registration_delivery_id REFERENCES delivery (id)"
    )


def downgrade() -> None:
    op.drop_index("ix_registration_delivery_id", table_name="registration")
    op.execute("ALTER TABLE registration DROP COLUMN delivery_id")
    op.drop_table("delivery_line")
    op.drop_table("delivery")
