"""approval chain: its steps as data, delegations, and the chain and digest that a form keeps"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import FenType, Instant, Key

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_SIGN = {
    "code": "sign",
    "action": "sign",
    "zh": "责任方签字",
    "en": "Signed by the liable party",
    "is_distinct": True,
}
_CONFIRM = {
    "code": "confirm",
    "action": "confirm",
    "zh": "物流经理确认",
    "en": "Confirmed by the logistics manager",
    "roles": ["logistics"],
    "is_distinct": True,
}
_APPROVE = {
    "code": "approve",
    "action": "approve",
    "zh": "生产副总审批",
    "en": "Approved by the vice-president",
    "roles": ["vice_president"],
    "is_distinct": True,
}
_PARTIES = {"store": ["store_manager"], "supplier": ["business", "supplier"], "head_office": []}


def upgrade() -> None:
    _create_steps()
    _create_delegations()
    op.add_column("loss_form", sa.Column("steps", sa.JSON(), nullable=True))
    op.add_column("signature", sa.Column("content_sha256", sa.String(64), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        # Batch mode would copy the table; SQLite takes a reference with the column.
        op.execute(
            "ALTER TABLE signature ADD COLUMN for_id INTEGER "
            "CONSTRAINT fk_signature_for_id REFERENCES account (id)"
        )
    else:
        op.add_column("signature", sa.Column("for_id", Key, nullable=True))
        op.create_foreign_key(
            op.f("fk_signature_for_id"), "signature", "account", ["for_id"], ["id"]
        )
    _carry_over()


def _create_steps() -> None:
    op.create_table(
        "approval_step",
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("zh", sa.String(40), nullable=False),
        sa.Column("en", sa.String(40), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("from_fen", FenType(), nullable=True),
        sa.Column("to_fen", FenType(), nullable=True),
        sa.Column("switch", sa.String(16), nullable=False, server_default="always"),
        sa.Column("is_distinct", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("reason", sa.String(2000), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=True),
        sa.Column("by_id", Key, nullable=True),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint("from_fen >= 0 AND to_fen >= 0", name=op.f("ck_approval_step_amounts")),
        *(
            sa.CheckConstraint(
                f"{column} = CAST({column} AS BIGINT)",
                name=op.f(f"ck_approval_step_{column}_whole"),
            )
            for column in ("from_fen", "to_fen")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["account.id"], name=op.f("fk_approval_step_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_step")),
    )
    op.create_index("ix_approval_step_code", "approval_step", ["code", "effective_from"])


def _create_delegations() -> None:
    op.create_table(
        "delegation",
        sa.Column("from_id", Key, nullable=False),
        sa.Column("to_id", Key, nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(2000), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("revoked_at", Instant(timezone=True), nullable=True),
        sa.Column("revoked_by_id", Key, nullable=True),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_delegation_two_people")),
        sa.CheckConstraint("from_on <= until_on", name=op.f("ck_delegation_term")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by_id IS NULL)", name=op.f("ck_delegation_revoked")
        ),
        *(
            sa.ForeignKeyConstraint([column], ["account.id"], name=op.f(f"fk_delegation_{column}"))
            for column in ("from_id", "to_id", "by_id", "revoked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index("ix_delegation_to_id", "delegation", ["to_id", "until_on"])
    op.create_index(op.f("ix_delegation_from_id"), "delegation", ["from_id"])


def _carry_over() -> None:
    """A form that was submitted keeps the chain of then: the one that this version ships."""
    form = sa.table(
        "loss_form", sa.column("steps", sa.JSON), sa.column("liable_kind"), sa.column("status")
    )
    for kind, roles in _PARTIES.items():
        signed = [{**_SIGN, "roles": roles}] if roles else []
        steps = [*signed, _CONFIRM, _APPROVE]
        op.execute(
            form.update()
            .where(form.c.liable_kind == kind, form.c.status.not_in(("draft", "voided")))
            .values(steps=steps)
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("fk_signature_for_id"), "signature", type_="foreignkey")
    op.drop_column("signature", "for_id")
    op.drop_column("signature", "content_sha256")
    op.drop_column("loss_form", "steps")
    op.drop_table("delegation")
    op.drop_table("approval_step")
