"""the bench: operations, parts, time"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import tracker.db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _fen(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"{column} = CAST({column} AS BIGINT)", name=op.f(f"ck_{table}_{column}_whole")
    )


def _kept(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("changed_at", tracker.db.Instant(timezone=True), nullable=True),
        sa.Column("changed_by_id", KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["account.id"], name=op.f(f"fk_{table}_changed_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("code", name=op.f(f"uq_{table}_code")),
    )


def upgrade() -> None:
    op.create_table(
        "repair_operation",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("zh", sa.String(length=40), nullable=False),
        sa.Column("en", sa.String(length=40), nullable=False),
        sa.Column("defect", sa.String(length=24), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("labour_fen", tracker.db.FenType(), nullable=False),
        *_kept("repair_operation"),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_repair_operation_minutes")),
        _fen("repair_operation", "labour_fen"),
    )
    op.create_table(
        "part",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("price_fen", tracker.db.FenType(), nullable=False),
        sa.Column("low_level", sa.Integer(), nullable=False),
        *_kept("part"),
        sa.CheckConstraint("low_level >= 0", name=op.f("ck_part_low_level")),
        _fen("part", "price_fen"),
    )
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.add_column(sa.Column("measured_minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("standard_minutes", sa.Integer(), nullable=True))
        batch_op.create_index("ix_work_at", ["at", "by_id"], unique=False)
    _create_movements()
    _create_times()


def _create_movements() -> None:
    op.create_table(
        "part_movement",
        sa.Column("part_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("at", tracker.db.Instant(timezone=True), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("work_id", KEY, nullable=True),
        sa.Column("id", KEY, nullable=False),
        sa.CheckConstraint(
            "(kind IN ('received', 'returned') AND quantity > 0) "
            "OR (kind = 'used' AND quantity < 0 AND work_id IS NOT NULL) "
            "OR (kind = 'corrected' AND quantity <> 0 AND reason IS NOT NULL)",
            name=op.f("ck_part_movement_signed"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_part_movement_by_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_part_movement_part_id")),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_part_movement_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_movement")),
    )
    with op.batch_alter_table("part_movement", schema=None) as batch_op:
        batch_op.create_index("ix_part_movement_part", ["part_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_part_movement_work_id"), ["work_id"], unique=False)


def _create_times() -> None:
    op.create_table(
        "bench_time",
        sa.Column("registration_id", KEY, nullable=False),
        sa.Column("account_id", KEY, nullable=False),
        sa.Column("started_at", tracker.db.Instant(timezone=True), nullable=False),
        sa.Column("stopped_at", tracker.db.Instant(timezone=True), nullable=True),
        sa.Column("work_id", KEY, nullable=True),
        sa.Column("id", KEY, nullable=False),
        sa.CheckConstraint("stopped_at >= started_at", name=op.f("ck_bench_time_order")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_bench_time_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_bench_time_registration_id")
        ),
        sa.ForeignKeyConstraint(["work_id"], ["work.id"], name=op.f("fk_bench_time_work_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bench_time")),
    )
    with op.batch_alter_table("bench_time", schema=None) as batch_op:
        batch_op.create_index(
            "uq_bench_time_one_running",
            ["account_id"],
            unique=True,
            sqlite_where=sa.text("stopped_at IS NULL"),
            postgresql_where=sa.text("stopped_at IS NULL"),
        )
        batch_op.create_index(
            "ix_bench_time_garment", ["registration_id", "account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_bench_time_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_bench_time_work_id"), ["work_id"], unique=False)


def downgrade() -> None:
    op.drop_table("bench_time")
    op.drop_table("part_movement")
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.drop_index("ix_work_at")
        batch_op.drop_column("standard_minutes")
        batch_op.drop_column("measured_minutes")
    op.drop_table("part")
    op.drop_table("repair_operation")
