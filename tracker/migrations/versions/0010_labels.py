"""labels that were printed, and rolls of blank repair tags"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "label_print",
        sa.Column("print_id", sa.String(length=36), nullable=False),
        sa.Column("registration_id", _KEY, nullable=False),
        sa.Column("piece_id", _KEY, nullable=False),
        sa.Column("at", tracker.db.Instant(timezone=True), nullable=False),
        sa.Column("by_id", _KEY, nullable=False),
        sa.Column("site_id", _KEY, nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("is_reprint", sa.Boolean(), nullable=False),
        sa.Column("id", _KEY, nullable=False),
        sa.CheckConstraint("copies > 0", name=op.f("ck_label_print_copies")),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_label_print_registration_id"),
        ),
        sa.ForeignKeyConstraint(["piece_id"], ["piece.id"], name=op.f("fk_label_print_piece_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_label_print_by_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_label_print_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_print")),
        sa.UniqueConstraint(
            "print_id", "registration_id", name=op.f("uq_label_print_print_id_registration_id")
        ),
    )
    op.create_index(op.f("ix_label_print_piece_id"), "label_print", ["piece_id"])
    op.create_table(
        "tag_roll",
        sa.Column("roll_id", sa.String(length=36), nullable=False),
        sa.Column("first_id", _KEY, nullable=False),
        sa.Column("last_id", _KEY, nullable=False),
        sa.Column("at", tracker.db.Instant(timezone=True), nullable=False),
        sa.Column("by_id", _KEY, nullable=False),
        sa.Column("site_id", _KEY, nullable=False),
        sa.Column("id", _KEY, nullable=False),
        sa.CheckConstraint("first_id <= last_id", name=op.f("ck_tag_roll_order")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_tag_roll_by_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_tag_roll_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_roll")),
        sa.UniqueConstraint("first_id", name=op.f("uq_tag_roll_first_id")),
        sa.UniqueConstraint("roll_id", name=op.f("uq_tag_roll_roll_id")),
    )
    op.create_index(op.f("ix_tag_roll_site_id"), "tag_roll", ["site_id"])


def downgrade() -> None:
    op.drop_table("tag_roll")
    op.drop_table("label_print")
