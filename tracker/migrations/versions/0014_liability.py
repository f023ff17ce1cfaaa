"""liability: the table of rules, how proposals follow, disputes, when a party was asked to sign"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import Instant, Key

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OPEN = sa.text("answered_at IS NULL")


def upgrade() -> None:
    _create_rules()
    _create_disputes()
    with op.batch_alter_table("loss_form") as batch_op:
        batch_op.add_column(sa.Column("asked_at", Instant(timezone=True), nullable=True))
    op.execute(
        "UPDATE loss_form SET asked_at = (SELECT MAX(s.at) FROM signature s "
        "WHERE s.form_id = loss_form.id AND s.step = 'submit' AND s.is_live)"
    )


def _create_rules() -> None:
    op.create_table(
        "liability_rule",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("supplier", sa.Integer(), nullable=False),
        sa.Column("store", sa.Integer(), nullable=False),
        sa.Column("head_office", sa.Integer(), nullable=False),
        sa.Column("rules", sa.String(80), nullable=False),
        sa.Column("zh", sa.String(300), nullable=False),
        sa.Column("en", sa.String(300), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("reason", sa.String(2000), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=True),
        sa.Column("by_id", Key, nullable=True),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint(
            "supplier BETWEEN 0 AND 100 AND store BETWEEN 0 AND 100 "
            "AND head_office BETWEEN 0 AND 100 AND supplier + store + head_office = 100",
            name=op.f("ck_liability_rule_shares"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_liability_rule_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liability_rule")),
    )
    op.create_index("ix_liability_rule_code", "liability_rule", ["code", "effective_from"])
    op.create_table(
        "liability_derivation",
        sa.Column("registration_id", Key, nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"],
            ["registration.id"],
            name=op.f("fk_liability_derivation_registration_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liability_derivation")),
        sa.UniqueConstraint(
            "registration_id", name=op.f("uq_liability_derivation_registration_id")
        ),
    )


def _create_disputes() -> None:
    op.create_table(
        "dispute",
        sa.Column("form_id", Key, nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("is_on_paper", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(2), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("answered_at", Instant(timezone=True), nullable=True),
        sa.Column("answered_by_id", Key, nullable=True),
        sa.Column("verdict", sa.String(8), nullable=True),
        sa.Column("answer", sa.String(2000), nullable=True),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (verdict IS NULL) "
            "AND (answered_at IS NULL) = (answer IS NULL) "
            "AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name=op.f("ck_dispute_answered"),
        ),
        sa.ForeignKeyConstraint(["form_id"], ["loss_form.id"], name=op.f("fk_dispute_form_id")),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_dispute_by_id")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["account.id"], name=op.f("fk_dispute_answered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute")),
    )
    op.create_index("ix_dispute_form_id", "dispute", ["form_id"])
    op.create_index(
        "uq_dispute_open",
        "dispute",
        ["form_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "dispute_line",
        sa.Column("dispute_id", Key, nullable=False),
        sa.Column("line_id", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.ForeignKeyConstraint(
            ["dispute_id"], ["dispute.id"], name=op.f("fk_dispute_line_dispute_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_id"], ["loss_line.id"], name=op.f("fk_dispute_line_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispute_line")),
        sa.UniqueConstraint(
            "dispute_id", "line_id", name=op.f("uq_dispute_line_dispute_id_line_id")
        ),
    )
    op.create_index(op.f("ix_dispute_line_dispute_id"), "dispute_line", ["dispute_id"])
    op.create_index(op.f("ix_dispute_line_line_id"), "dispute_line", ["line_id"])


def downgrade() -> None:
    op.drop_table("dispute_line")
    op.drop_table("dispute")
    op.drop_table("liability_derivation")
    op.drop_table("liability_rule")
    with op.batch_alter_table("loss_form") as batch_op:
        batch_op.drop_column("asked_at")
