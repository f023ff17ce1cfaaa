"""signed papers: a form's PDF as bytes with its digest, scans of signatures on paper"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import Instant, Key

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "signed_paper",
        sa.Column("document", sa.String(20), nullable=False),
        sa.Column("audience", sa.String(8), nullable=False),
        sa.Column("event_id", Key, nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("head_seq", Key, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", Key, nullable=False),
        _key("signed_paper", "event_id", "event.id"),
        _key("signed_paper", "by_id", "account.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_paper")),
        sa.UniqueConstraint(
            "document",
            "audience",
            "event_id",
            name=op.f("uq_signed_paper_document_audience_event_id"),
        ),
        sa.CheckConstraint("size = length(content)", name=op.f("ck_signed_paper_size")),
    )
    op.create_index("ix_signed_paper_event_id", "signed_paper", ["event_id"])
    op.create_table(
        "signature_scan",
        sa.Column("signature_id", Key, nullable=False),
        sa.Column("photo_id", Key, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("id", Key, nullable=False),
        _key("signature_scan", "signature_id", "signature.id"),
        _key("signature_scan", "photo_id", "photo.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature_scan")),
        sa.UniqueConstraint(
            "signature_id", "photo_id", name=op.f("uq_signature_scan_signature_id_photo_id")
        ),
    )
    op.create_index("ix_signature_scan_photo_id", "signature_scan", ["photo_id"])


def downgrade() -> None:
    op.drop_table("signature_scan")
    op.drop_table("signed_paper")
