"""scans: tickets of the scan page, and late scans that a person settles"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import Instant, Key

revision = "0012"
down_revision = "0008"
branch_labels = None
depends_on = None

_UNSETTLED = sa.text("facts IS NOT NULL AND settlement IS NULL")


def upgrade() -> None:
    op.create_table(
        "scan_ticket",
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("site_id", Key, nullable=False),
        sa.Column("device", sa.String(36), nullable=False),
        sa.Column("issued_at", Instant(timezone=True), nullable=False),
        sa.Column("expires_at", Instant(timezone=True), nullable=False),
        sa.Column("revoked_at", Instant(timezone=True), nullable=True),
        sa.Column("id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_scan_ticket_account_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_scan_ticket_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scan_ticket")),
        sa.UniqueConstraint("number", name=op.f("uq_scan_ticket_number")),
    )
    op.create_index("ix_scan_ticket_account_id", "scan_ticket", ["account_id"])
    op.create_index("ix_scan_ticket_site_id", "scan_ticket", ["site_id"])
    with op.batch_alter_table("scan") as batch_op:
        batch_op.add_column(sa.Column("device", sa.String(36), nullable=True))
        batch_op.add_column(sa.Column("facts", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("settlement", sa.String(12), nullable=True))
        batch_op.add_column(sa.Column("settled_at", Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("settled_by_id", Key, nullable=True))
        batch_op.add_column(sa.Column("settled_note", sa.String(500), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_scan_settled_by_id"), "account", ["settled_by_id"], ["id"]
        )
    op.create_index(
        "ix_scan_unsettled",
        "scan",
        ["site_id", "arrived_at"],
        sqlite_where=_UNSETTLED,
        postgresql_where=_UNSETTLED,
    )


def downgrade() -> None:
    op.drop_index("ix_scan_unsettled", "scan")
    with op.batch_alter_table("scan") as batch_op:
        batch_op.drop_constraint(op.f("fk_scan_settled_by_id"), type_="foreignkey")
        for name in ("settled_note", "settled_by_id", "settled_at", "settlement", "facts"):
            batch_op.drop_column(name)
        batch_op.drop_column("device")
    op.drop_table("scan_ticket")
