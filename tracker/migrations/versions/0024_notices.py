"""notices: who was told what, steps of escalation, wishes, channels and what went out over them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import Instant, Key

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _column(name: str, kind: sa.types.TypeEngine, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, kind, nullable=nullable)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, Instant(timezone=True), nullable=nullable)


def _keys(table: str, *references: tuple[str, str]) -> list[sa.Constraint]:
    return [
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
            for column, target in references
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _minutes(table: str, *columns: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"{column} BETWEEN 0 AND 1439", name=op.f(f"ck_{table}_{column}"))
        for column in columns
    ]


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def upgrade() -> None:
    _notice()
    _step()
    _wish()
    _channel()
    _sending()


def _notice() -> None:
    op.create_table(
        "notice",
        _column("account_id", Key),
        _column("matter", sa.String(120)),
        _column("step", sa.Integer()),
        _column("occasion", sa.String(24)),
        _column("record", sa.String(40)),
        _column("of_site", Key, nullable=True),
        _column("facts", sa.JSON()),
        _moment("due_at"),
        _moment("told_at"),
        _moment("read_at", nullable=True),
        _moment("settled_at", nullable=True),
        _column("id", Key),
        sa.CheckConstraint("step BETWEEN 1 AND 9", name=op.f("ck_notice_step")),
        *_keys("notice", ("account_id", "account.id"), ("of_site", "site.id")),
        sa.UniqueConstraint(
            "account_id", "matter", "step", name=op.f("uq_notice_account_id_matter_step")
        ),
    )
    _partial(
        "ix_notice_unread", "notice", ["account_id", "id"], "read_at IS NULL AND settled_at IS NULL"
    )
    _partial("ix_notice_open", "notice", ["matter", "step"], "settled_at IS NULL")
    op.create_index("ix_notice_account", "notice", ["account_id", "id"])
    op.create_index("ix_notice_record", "notice", ["record"])
    op.create_index("ix_notice_told_at", "notice", ["told_at"])


def _step() -> None:
    op.create_table(
        "escalation_step",
        _column("occasion", sa.String(24)),
        _column("ordinal", sa.Integer()),
        _column("role", sa.String(20)),
        _column("hours", sa.Integer()),
        _column("effective_from", sa.Date()),
        _column("is_off", sa.Boolean()),
        _column("reason", sa.String(500), nullable=True),
        _moment("at", nullable=True),
        _column("by_id", Key, nullable=True),
        _column("id", Key),
        sa.CheckConstraint("ordinal BETWEEN 1 AND 9", name=op.f("ck_escalation_step_ordinal")),
        *_keys("escalation_step", ("by_id", "account.id")),
    )
    op.create_index(
        "ix_escalation_step_occasion", "escalation_step", ["occasion", "ordinal", "effective_from"]
    )


def _wish() -> None:
    op.create_table(
        "notice_wish",
        _column("account_id", Key),
        _column("unwanted", sa.JSON()),
        _column("mailed", sa.JSON()),
        _column("address", sa.String(120), nullable=True),
        _column("language", sa.String(8)),
        _column("digest_minute", sa.Integer(), nullable=True),
        _column("quiet_from", sa.Integer(), nullable=True),
        _column("quiet_until", sa.Integer(), nullable=True),
        _column("id", Key),
        *_minutes("notice_wish", "digest_minute", "quiet_from", "quiet_until"),
        *_keys("notice_wish", ("account_id", "account.id")),
        sa.UniqueConstraint("account_id", name=op.f("uq_notice_wish_account_id")),
    )


def _channel() -> None:
    op.create_table(
        "notice_channel",
        _column("name", sa.String(40)),
        _column("kind", sa.String(16)),
        _column("sealed", sa.Text()),
        _column("host", sa.String(255)),
        _column("occasions", sa.JSON()),
        _column("of_site", Key, nullable=True),
        _column("language", sa.String(8)),
        _column("quiet_from", sa.Integer(), nullable=True),
        _column("quiet_until", sa.Integer(), nullable=True),
        _moment("open_from", nullable=True),
        _moment("kept_at"),
        _column("kept_by_id", Key),
        _column("id", Key),
        *_minutes("notice_channel", "quiet_from", "quiet_until"),
        *_keys("notice_channel", ("of_site", "site.id"), ("kept_by_id", "account.id")),
        sa.UniqueConstraint("name", name=op.f("uq_notice_channel_name")),
    )


def _sending() -> None:
    op.create_table(
        "notice_sending",
        _column("no", sa.String(32)),
        _column("channel_id", Key),
        _column("account_id", Key, nullable=True),
        _column("state", sa.String(16)),
        _column("tries", sa.Integer()),
        _moment("made_at"),
        _moment("next_at"),
        _moment("ended_at", nullable=True),
        _column("error", sa.String(500), nullable=True),
        _column("title", sa.String(120)),
        _column("body", sa.Text()),
        _column("content", sa.JSON()),
        _column("id", Key),
        *_keys("notice_sending", ("channel_id", "notice_channel.id"), ("account_id", "account.id")),
        sa.UniqueConstraint("no", name=op.f("uq_notice_sending_no")),
    )
    _partial(
        "ix_notice_sending_next", "notice_sending", ["next_at"], "state IN ('waiting', 'sending')"
    )
    op.create_index("ix_notice_sending_channel", "notice_sending", ["channel_id", "id"])
    op.create_table(
        "notice_sending_line",
        _column("sending_id", Key),
        _column("channel_id", Key),
        _column("reader", sa.Integer()),
        _column("matter", sa.String(120)),
        _column("step", sa.Integer()),
        _column("id", Key),
        *_keys(
            "notice_sending_line",
            ("sending_id", "notice_sending.id"),
            ("channel_id", "notice_channel.id"),
        ),
        sa.UniqueConstraint(
            "channel_id", "reader", "matter", "step",
            name=op.f("uq_notice_sending_line_channel_id_reader_matter_step"),
        ),
    )  # fmt: skip
    op.create_index("ix_notice_sending_line_sending", "notice_sending_line", ["sending_id"])


def downgrade() -> None:
    for table in (
        "notice_sending_line", "notice_sending", "notice_channel", "notice_wish",
        "escalation_step", "notice",
    ):  # fmt: skip
        op.drop_table(table)
