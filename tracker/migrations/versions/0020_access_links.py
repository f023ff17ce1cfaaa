"""access links: one-time links to one document of one party, and their openings"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import Instant, Key

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _keys(table: str, *references: tuple[str, str]) -> list[sa.Constraint]:
    return [
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
            for column, target in references
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.create_table(
        "access_link",
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("noun", sa.String(16), nullable=False),
        sa.Column("document", sa.String(20), nullable=False),
        sa.Column("liable_kind", sa.String(16), nullable=False),
        sa.Column("party", sa.String(16), nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.Column("made_by_id", Key, nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.Column("used_at", Instant(timezone=True), nullable=True),
        sa.Column("used_action", sa.String(16), nullable=True),
        sa.Column("used_by", sa.String(40), nullable=True),
        sa.Column("used_key", sa.String(36), nullable=True),
        sa.Column("revoked_at", Instant(timezone=True), nullable=True),
        sa.Column("revoked_by_id", Key, nullable=True),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint(
            "(used_at IS NULL) = (used_action IS NULL) AND (used_at IS NULL) = (used_by IS NULL) "
            "AND (used_at IS NULL) = (used_key IS NULL)",
            name=op.f("ck_access_link_used"),
        ),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by_id IS NULL)", name=op.f("ck_access_link_revoked")
        ),
        sa.CheckConstraint(
            "used_at IS NULL OR revoked_at IS NULL", name=op.f("ck_access_link_one_end")
        ),
        *_keys(
            "access_link",
            ("account_id", "account.id"),
            ("made_by_id", "account.id"),
            ("revoked_by_id", "account.id"),
        ),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_access_link_secret_sha256")),
    )
    op.create_index("ix_access_link_document", "access_link", ["document"])
    op.create_table(
        "link_opening",
        sa.Column("link_id", Key, nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("address", sa.String(45), nullable=False),
        sa.Column("page", sa.String(16), nullable=False),
        sa.Column("id", Key, nullable=False),
        *_keys("link_opening", ("link_id", "access_link.id")),
    )
    op.create_index("ix_link_opening_link_id", "link_opening", ["link_id"])


def downgrade() -> None:
    op.drop_table("link_opening")
    op.drop_table("access_link")
