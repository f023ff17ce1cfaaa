"""photos"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE = sa.text("removed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("noun", sa.String(length=16), nullable=False),
        sa.Column("subject_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("taken_by_id", _KEY, nullable=False),
        sa.Column("site_id", _KEY, nullable=False),
        sa.Column("at", tracker.db.Instant(timezone=True), nullable=False),
        sa.Column("removed_at", tracker.db.Instant(timezone=True), nullable=True),
        sa.Column("removed_by_id", _KEY, nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("id", _KEY, nullable=False),
        sa.CheckConstraint("bytes > 0 AND width > 0 AND height > 0", name=op.f("ck_photo_size")),
        sa.CheckConstraint(
            "(removed_at IS NULL) = (removed_by_id IS NULL)", name=op.f("ck_photo_removal")
        ),
        sa.ForeignKeyConstraint(["taken_by_id"], ["account.id"], name=op.f("fk_photo_taken_by_id")),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["account.id"], name=op.f("fk_photo_removed_by_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_photo_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    op.create_index("ix_photo_subject", "photo", ["noun", "subject_id", "id"])
    op.create_index("ix_photo_site", "photo", ["site_id", "removed_at"])
    op.create_index(op.f("ix_photo_sha256"), "photo", ["sha256"])
    op.create_index(
        "uq_photo_live",
        "photo",
        ["noun", "subject_id", "sha256"],
        unique=True,
        sqlite_where=_LIVE,
        postgresql_where=_LIVE,
    )


def downgrade() -> None:
    op.drop_table("photo")
