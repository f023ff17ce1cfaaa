"""promises: which letter holds for a channel and region from a day on, and each store's law"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import Instant, Key

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "profile_choice",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("region", sa.String(16), nullable=True),
        sa.Column("profile", sa.String(16), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_profile_choice_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_choice")),
    )
    op.create_index(
        "ix_profile_choice_channel", "profile_choice", ["channel", "region", "effective_from"]
    )
    op.create_table(
        "law_place",
        sa.Column("site_id", Key, nullable=False),
        sa.Column("pack", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_law_place_site_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_law_place_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_place")),
    )
    op.create_index(op.f("ix_law_place_site_id"), "law_place", ["site_id"])


def downgrade() -> None:
    op.drop_table("law_place")
    op.drop_table("profile_choice")
