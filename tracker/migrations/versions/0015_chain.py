"""chain: the hash chain and printed heads, reversals that point back, VAT by nature of the loss"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import Instant, Key

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_REVERSAL = sa.text("reverses IS NOT NULL")
_LINE = {
    "nature": "VARCHAR(16) DEFAULT 'quality_defect' NOT NULL",
    "nature_why": "VARCHAR(2000)",
    "cost_fen": "BIGINT DEFAULT 0 NOT NULL",
    "vat_percent": "INTEGER DEFAULT 0 NOT NULL",
    "vat_fen": "BIGINT DEFAULT 0 NOT NULL",
}
_ENTRY = {"reverses": "VARCHAR(40)", "reason": "VARCHAR(2000)"}


def upgrade() -> None:
    # Added in place, not by a batch: copying the ledger would take long and drop its triggers.
    for table, columns in (("loss_line", _LINE), ("ledger_entry", _ENTRY)):
        for name, kind in columns.items():
            check = ""
            if name.endswith("_fen"):
                check = (
                    f" CONSTRAINT ck_{table}_{name}_whole CHECK ({name} = CAST({name} AS BIGINT))"
                )
            op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind}{check}")
    op.create_index(
        "uq_ledger_entry_reverses",
        "ledger_entry",
        ["reverses", "account"],
        unique=True,
        sqlite_where=_REVERSAL,
        postgresql_where=_REVERSAL,
    )
    op.execute(
        "UPDATE loss_line SET cost_fen = (SELECT y.cost_price_fen FROM registration r "
        "JOIN piece p ON p.id = r.piece_id JOIN sku k ON k.id = p.sku_id "
        "JOIN style y ON y.id = k.style_id WHERE r.id = loss_line.registration_id)"
    )
    # Lines that are frozen already are not taxed anew: finance decides their nature, at this rate.
    op.execute(
        "UPDATE loss_line SET vat_percent = 13 WHERE is_live AND form_id IN "
        "(SELECT id FROM loss_form WHERE status NOT IN ('approved', 'voided'))"
    )
    _create_chain()


def _create_chain() -> None:
    op.create_table(
        "chain_link",
        sa.Column("seq", Key, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("ref", sa.String(48), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_chain_link")),
        sa.UniqueConstraint("kind", "ref", name=op.f("uq_chain_link_kind_ref")),
    )
    op.create_table(
        "printed_head",
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("seq", Key, nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_printed_head")),
        sa.UniqueConstraint("document", "seq", name=op.f("uq_printed_head_document_seq")),
    )
    op.create_table(
        "chain_check",
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("seq", Key, nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("first_fault", sa.String(500), nullable=True),
        sa.Column("id", Key, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_chain_check_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_check")),
    )


def downgrade() -> None:
    for table in ("chain_check", "printed_head", "chain_link"):
        op.drop_table(table)
    op.execute("DELETE FROM counter WHERE series = 'chain'")
    op.drop_index("uq_ledger_entry_reverses", "ledger_entry")
    for table, columns in (("ledger_entry", _ENTRY), ("loss_line", _LINE)):
        for name in reversed(columns):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
