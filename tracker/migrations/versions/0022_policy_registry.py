"""policy registry: scopes, proposals confirmed by a second person, who has read a version"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import Instant, Key

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_OPEN = sa.text("answered_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "policy_proposal",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("target", sa.String(16), nullable=False),
        sa.Column("value", sa.String(80), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=True),
        sa.Column("answered_at", Instant(timezone=True), nullable=True),
        sa.Column("answered_by_id", Key, nullable=True),
        sa.Column("answer", sa.String(2000), nullable=True),
        sa.Column("moved", sa.JSON(), nullable=True),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (verdict IS NULL) "
            "AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name=op.f("ck_policy_proposal_answered"),
        ),
        sa.CheckConstraint(
            "verdict <> 'confirmed' OR answered_by_id <> by_id",
            name=op.f("ck_policy_proposal_second_person"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_policy_proposal_by_id")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["account.id"], name=op.f("fk_policy_proposal_answered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_proposal")),
    )
    op.create_index(
        "uq_policy_proposal_open", "policy_proposal", ["name", "scope", "target"], unique=True,
        sqlite_where=_OPEN, postgresql_where=_OPEN,
    )  # fmt: skip
    op.create_index("ix_policy_proposal_name", "policy_proposal", ["name", "id"])
    with op.batch_alter_table("policy") as table:
        table.add_column(sa.Column("scope", sa.String(16), nullable=False, server_default="chain"))
        table.add_column(sa.Column("target", sa.String(16), nullable=False, server_default=""))
        table.add_column(sa.Column("proposal_id", Key, nullable=True))
        table.create_foreign_key(
            op.f("fk_policy_proposal_id"), "policy_proposal", ["proposal_id"], ["id"]
        )
        table.drop_constraint(op.f("uq_policy_name_effective_from"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_policy_name_scope_target_effective_from"),
            ["name", "scope", "target", "effective_from"],
        )
    op.create_table(
        "policy_reading",
        sa.Column("version_id", Key, nullable=False),
        sa.Column("account_id", Key, nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["policy.id"], name=op.f("fk_policy_reading_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_policy_reading_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_reading")),
        sa.UniqueConstraint(
            "version_id", "account_id", name=op.f("uq_policy_reading_version_id_account_id")
        ),
    )


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for verb in ("update", "delete"):
        on = "" if is_sqlite else " ON policy"
        op.execute(f"DROP TRIGGER IF EXISTS policy_no_{verb}{on}")
    op.drop_table("policy_reading")
    # The narrower versions have no place in the table of before.
    op.execute("DELETE FROM policy WHERE scope <> 'chain'")
    with op.batch_alter_table("policy") as table:
        table.drop_constraint(op.f("uq_policy_name_scope_target_effective_from"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_policy_name_effective_from"), ["name", "effective_from"]
        )
        table.drop_constraint(op.f("fk_policy_proposal_id"), type_="foreignkey")
        table.drop_column("proposal_id")
        table.drop_column("target")
        table.drop_column("scope")
    op.drop_table("policy_proposal")
