"""destruction: the witness's own scans and count, pieces taken off a plan, notes on alarms"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import Instant, Key

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place, not by a batch: a copied table would lose what other tables point at.
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    moment, key = ("DATETIME", "INTEGER") if is_sqlite else ("TIMESTAMP WITH TIME ZONE", "BIGINT")
    op.execute(f"ALTER TABLE destruction_line ADD COLUMN checked_at {moment}")
    op.execute(
        f"ALTER TABLE destruction_line ADD COLUMN checked_by_id {key} "
        "CONSTRAINT fk_destruction_line_checked_by_id REFERENCES account (id)"
    )
    op.add_column("destruction", sa.Column("counted", sa.Integer(), nullable=True))
    op.create_table(
        "taken_off",
        sa.Column("destruction_id", Key, nullable=False),
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("discrepancy_id", Key, nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("id", Key, nullable=False),
        *_keys(
            "taken_off",
            ("destruction_id", "destruction.id"),
            ("registration_id", "registration.id"),
            ("discrepancy_id", "discrepancy.id"),
            ("by_id", "account.id"),
        ),
        sa.UniqueConstraint("discrepancy_id", name=op.f("uq_taken_off_discrepancy_id")),
    )
    for column in ("destruction_id", "registration_id"):
        op.create_index(f"ix_taken_off_{column}", "taken_off", [column])
    op.create_table(
        "alarm_note",
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("ref", sa.String(36), nullable=False),
        sa.Column("desk", sa.String(16), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("note", sa.String(2000), nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint(
            "source IN ('scan', 'handling_scan')", name=op.f("ck_alarm_note_source")
        ),
        *_keys("alarm_note", ("by_id", "account.id")),
        sa.UniqueConstraint("source", "ref", "desk", name=op.f("uq_alarm_note_source_ref_desk")),
    )


def _keys(table: str, *references: tuple[str, str]) -> list[sa.Constraint]:
    return [
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
            for column, target in references
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def downgrade() -> None:
    op.drop_table("alarm_note")
    op.drop_table("taken_off")
    op.drop_column("destruction", "counted")
    with op.batch_alter_table("destruction_line") as batch:
        batch.drop_column("checked_by_id")
        batch.drop_column("checked_at")
