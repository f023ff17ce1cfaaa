"""jobs: work that waits its turn, and the files that come of it"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import Instant, Key

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_UNFINISHED = sa.text("status IN ('queued', 'running')")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("no", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_by_id", Key, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("started_at", Instant(timezone=True), nullable=True),
        sa.Column("ended_at", Instant(timezone=True), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(40), nullable=True),
        sa.Column("error_zh", sa.String(500), nullable=True),
        sa.Column("error_en", sa.String(500), nullable=True),
        sa.Column("file_name", sa.String(80), nullable=True),
        sa.Column("file_media", sa.String(100), nullable=True),
        sa.Column("file_bytes", sa.BigInteger(), nullable=True),
        sa.Column("file_sha256", sa.String(64), nullable=True),
        sa.Column("swept_at", Instant(timezone=True), nullable=True),
        sa.Column("id", Key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(status = 'done') = (file_name IS NOT NULL)", name=op.f("ck_job_file")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_job_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("no", name=op.f("uq_job_no")),
    )
    op.create_index("ix_job_status", "job", ["status"])
    op.create_index("ix_job_asked_by_id", "job", ["asked_by_id", "id"])
    op.create_index(
        "uq_job_unfinished",
        "job",
        ["asked_by_id", "kind", "arguments"],
        unique=True,
        sqlite_where=_UNFINISHED,
        postgresql_where=_UNFINISHED,
    )


def downgrade() -> None:
    op.drop_table("job")
