"""customers called and their phones shown; products typed by hand"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PROMISED = sa.text("closed_at IS NULL AND promised_on IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "customer_call",
        sa.Column("registration_id", _KEY, nullable=False),
        sa.Column("at", tracker.db.Instant(timezone=True), nullable=False),
        sa.Column("by_id", _KEY, nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_customer_call_registration_id")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_customer_call_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_call")),
    )
    op.create_index(op.f("ix_customer_call_registration_id"), "customer_call", ["registration_id"])
    op.create_table(
        "customer_access",
        sa.Column("registration_id", _KEY, nullable=False),
        sa.Column("at", tracker.db.Instant(timezone=True), nullable=False),
        sa.Column("by_id", _KEY, nullable=False),
        sa.Column("site_id", _KEY, nullable=False),
        sa.Column("why", sa.String(length=24), nullable=False),
        sa.Column("id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_customer_access_registration_id"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_customer_access_by_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_customer_access_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_access")),
    )
    for name in ("registration_id", "at", "by_id"):
        op.create_index(op.f(f"ix_customer_access_{name}"), "customer_access", [name])
    op.create_index("ix_customer_access_site", "customer_access", ["site_id", "id"])
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.add_column(sa.Column("demand", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("gore_card_no", sa.String(length=40), nullable=True))
        batch_op.create_index(
            "ix_registration_promised",
            ["promised_on"],
            sqlite_where=_PROMISED,
            postgresql_where=_PROMISED,
        )
    with op.batch_alter_table("style", schema=None) as batch_op:
        batch_op.add_column(_provisional())
    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.alter_column("barcode", existing_type=sa.String(length=14), nullable=True)
        batch_op.add_column(_provisional())
        batch_op.add_column(sa.Column("matched_id", _KEY, nullable=True))
        batch_op.create_foreign_key(op.f("fk_sku_matched_id"), "sku", ["matched_id"], ["id"])
        batch_op.create_index(
            "ix_sku_provisional",
            ["id"],
            sqlite_where=sa.text("is_provisional = 1"),
            postgresql_where=sa.text("is_provisional"),
        )


def downgrade() -> None:
    with op.batch_alter_table("sku", schema=None) as batch_op:
        batch_op.drop_index("ix_sku_provisional")
        batch_op.drop_constraint(op.f("fk_sku_matched_id"), type_="foreignkey")
        batch_op.drop_column("matched_id")
        batch_op.drop_column("is_provisional")
        batch_op.alter_column("barcode", existing_type=sa.String(length=14), nullable=False)
    with op.batch_alter_table("style", schema=None) as batch_op:
        batch_op.drop_column("is_provisional")
    with op.batch_alter_table("registration", schema=None) as batch_op:
        batch_op.drop_index("ix_registration_promised")
        batch_op.drop_column("gore_card_no")
        batch_op.drop_column("demand")
    op.drop_table("customer_access")
    op.drop_table("customer_call")


def _provisional() -> sa.Column[bool]:
    return sa.Column("is_provisional", sa.Boolean(), server_default=sa.false(), nullable=False)
