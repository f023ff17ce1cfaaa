"""vouchers: the chain's account codes, what vouchers were drawn up by; contract of a statement"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import FenType, Instant, Key

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_code",
        sa.Column("account", sa.String(20), nullable=False),
        sa.Column("liable_kind", sa.String(16), nullable=False),
        sa.Column("ownership", sa.String(16), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=True),
        sa.Column("changed_by_id", Key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["account.id"], name=op.f("fk_account_code_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_code")),
        sa.UniqueConstraint(
            "account",
            "liable_kind",
            "ownership",
            name=op.f("uq_account_code_account_liable_kind_ownership"),
        ),
    )
    op.create_table(
        "voucher_set",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("vouchers", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("total_fen", FenType(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint(
            "total_fen = CAST(total_fen AS BIGINT)", name=op.f("ck_voucher_set_total_fen_whole")
        ),
        sa.ForeignKeyConstraint(["month"], ["month.month"], name=op.f("fk_voucher_set_month")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_voucher_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voucher_set")),
        sa.UniqueConstraint("month", "ordinal", name=op.f("uq_voucher_set_month_ordinal")),
    )

    for name in ("contract_no", "set_off_batch"):
        op.add_column("statement", sa.Column(name, sa.String(40), nullable=True))


def downgrade() -> None:
    for name in ("set_off_batch", "contract_no"):
        op.drop_column("statement", name)
    op.drop_table("voucher_set")
    op.drop_table("account_code")
