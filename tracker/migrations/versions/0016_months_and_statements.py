"""months and statements: checklist, roll-forward, closed totals, statements and settlements"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from tracker.db import FenType, Instant, Key

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_STANDING = sa.text("status <> 'voided'")
_LIVE = sa.text("is_live")
_REPORTED = [
    "month", "account", "liable_kind", "liable_party", "liable_name", "supplier", "store", "defect",
    "production_year", "style_no", "piece_no", "amount_fen",
]  # fmt: skip
_TOTALLED = (
    ("all", ()),
    ("liable", ("liable_kind", "liable_party", "liable_name")),
    ("supplier", ("supplier",)),
    ("store", ("store",)),
    ("defect", ("defect",)),
    ("year", ("production_year",)),
    ("style", ("style_no",)),
    ("cell", ("liable_kind", "liable_party", "liable_name", "supplier", "store", "defect",
              "production_year", "style_no")),
)  # fmt: skip


def _whole(table: str, *columns: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(
            f"{column} = CAST({column} AS BIGINT)", name=op.f(f"ck_{table}_{column}_whole")
        )
        for column in columns
    ]


def _keys(table: str, *references: tuple[str, str]) -> list[sa.Constraint]:
    return [
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
            for column, target in references
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    _months()
    _statements()
    _ledger_indexes()
    _carry_over()


def _months() -> None:
    # Not in batch mode: the triggers of other tables name this one.
    op.add_column("month", sa.Column("totals_sha256", sa.String(64), nullable=True))
    op.create_table(
        "month_carry",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("check_name", sa.String(16), nullable=False),
        sa.Column("why", sa.String(2000), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        *_keys("month_carry", ("month", "month.month"), ("by_id", "account.id")),
        sa.UniqueConstraint("month", "document", name=op.f("uq_month_carry_month_document")),
    )
    op.create_table(
        "departure",
        sa.Column("registration_no", sa.String(12), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("id", Key, nullable=False),
        *_keys("departure", ("month", "month.month")),
        sa.UniqueConstraint("registration_no", name=op.f("uq_departure_registration_no")),
    )
    op.create_index("ix_departure_month", "departure", ["month", "kind"])
    op.create_table(
        "month_total",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("grouped_by", sa.String(16), nullable=False),
        sa.Column("account", sa.String(20), nullable=False),
        sa.Column("liable_kind", sa.String(16), nullable=False),
        sa.Column("liable_party", sa.String(16), nullable=False),
        sa.Column("liable_name", sa.String(80), nullable=False),
        sa.Column("supplier", sa.String(16), nullable=False),
        sa.Column("store", sa.String(16), nullable=False),
        sa.Column("defect", sa.String(24), nullable=False),
        sa.Column("production_year", sa.Integer(), nullable=False),
        sa.Column("style_no", sa.String(40), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("amount_fen", FenType(), nullable=False),
        sa.Column("id", Key, nullable=False),
        *_whole("month_total", "amount_fen"),
        *_keys("month_total", ("month", "month.month")),
    )
    op.create_index("ix_month_total_month", "month_total", ["month", "grouped_by", "account"])
    op.create_table(
        "month_roll",
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("flow", sa.String(16), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("amount_fen", FenType(), nullable=False),
        sa.Column("id", Key, nullable=False),
        *_whole("month_roll", "amount_fen"),
        *_keys("month_roll", ("month", "month.month")),
        sa.UniqueConstraint("month", "flow", name=op.f("uq_month_roll_month_flow")),
    )


def _statements() -> None:
    _statement()
    op.create_table(
        "statement_line",
        sa.Column("statement_id", Key, nullable=False),
        sa.Column("entry_id", Key, nullable=False),
        sa.Column("amount_fen", FenType(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("id", Key, nullable=False),
        *_whole("statement_line", "amount_fen"),
        *_keys("statement_line", ("statement_id", "statement.id"), ("entry_id", "ledger_entry.id")),
    )
    op.create_index(
        "uq_statement_line_live", "statement_line", ["entry_id"], unique=True,
        sqlite_where=_LIVE, postgresql_where=_LIVE,
    )  # fmt: skip
    op.create_index("ix_statement_line_statement", "statement_line", ["statement_id", "entry_id"])
    op.create_table(
        "settlement_file",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("id", Key, nullable=False),
        *_keys("settlement_file", ("by_id", "account.id")),
    )
    op.create_table(
        "settlement",
        sa.Column("statement_id", Key, nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("amount_fen", FenType(), nullable=False),
        sa.Column("reference", sa.String(80), nullable=False),
        sa.Column("row_key", sa.String(64), nullable=True),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("by_id", Key, nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_settlement_amount")),
        *_whole("settlement", "amount_fen"),
        *_keys("settlement", ("statement_id", "statement.id"), ("by_id", "account.id")),
        sa.UniqueConstraint("row_key", name=op.f("uq_settlement_row_key")),
    )
    op.create_index("ix_settlement_statement_id", "settlement", ["statement_id"])


def _statement() -> None:
    op.create_table(
        "statement",
        sa.Column("no", sa.String(20), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("liable_kind", sa.String(16), nullable=False),
        sa.Column("party", sa.String(16), nullable=False),
        sa.Column("party_name", sa.String(80), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("drawn_at", Instant(timezone=True), nullable=False),
        sa.Column("drawn_by_id", Key, nullable=False),
        sa.Column("charge_fen", FenType(), nullable=False),
        sa.Column("credit_fen", FenType(), nullable=False),
        sa.Column("total_fen", FenType(), nullable=False),
        sa.Column("settled_fen", FenType(), nullable=False),
        sa.Column("issued_at", Instant(timezone=True), nullable=True),
        sa.Column("issued_by_id", Key, nullable=True),
        sa.Column("delivered_at", Instant(timezone=True), nullable=True),
        sa.Column("delivered_how", sa.String(16), nullable=True),
        sa.Column("object_by", sa.Date(), nullable=True),
        sa.Column("answered_at", Instant(timezone=True), nullable=True),
        sa.Column("answered_by_id", Key, nullable=True),
        sa.Column("replaces_id", Key, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", Key, nullable=False),
        sa.CheckConstraint("total_fen = charge_fen - credit_fen", name=op.f("ck_statement_total")),
        sa.CheckConstraint("settled_fen >= 0", name=op.f("ck_statement_settled")),
        *_whole("statement", "charge_fen", "credit_fen", "total_fen", "settled_fen"),
        *_keys(
            "statement",
            ("month", "month.month"),
            ("drawn_by_id", "account.id"),
            ("issued_by_id", "account.id"),
            ("answered_by_id", "account.id"),
            ("replaces_id", "statement.id"),
        ),
        sa.UniqueConstraint("no", name=op.f("uq_statement_no")),
    )
    op.create_index(
        "uq_statement_standing", "statement", ["liable_kind", "party", "month"], unique=True,
        sqlite_where=_STANDING, postgresql_where=_STANDING,
    )  # fmt: skip
    op.create_index("ix_statement_month", "statement", ["month", "status"])
    op.create_index("ix_statement_status", "statement", ["status"])


def _ledger_indexes() -> None:
    op.drop_index("ix_ledger_entry_month", "ledger_entry")
    op.create_index("ix_ledger_entry_month", "ledger_entry", _REPORTED)
    op.create_index("ix_ledger_entry_month_order", "ledger_entry", ["month", "account", "id"])
    op.create_index(
        "ix_ledger_entry_registration", "ledger_entry", ["registration_no", "account", "month"]
    )


def _carry_over() -> None:
    """Garments that left as scrap before, and the totals of the months that are closed already."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    of_event = (
        "strftime('%Y-%m', e.at, '+8 hours')"
        if is_sqlite
        else "to_char(e.at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')"
    )
    op.execute(
        "INSERT INTO departure (registration_no, month, kind, at) "  # noqa: S608
        "SELECT r.no, COALESCE((SELECT MIN(m.month) FROM month m WHERE m.month >= x.month "
        "AND m.month >= x.charged), x.charged), "
        "CASE r.status WHEN 'destroyed' THEN 'destroyed' ELSE 'returned' END, x.at "
        f"FROM (SELECT e.subject_id, e.at, {of_event} AS month, "
        "(SELECT MAX(l.month) FROM ledger_entry l JOIN registration g "
        "ON g.no = l.registration_no WHERE g.id = e.subject_id AND l.account = 'charge') "
        "AS charged FROM event e WHERE e.noun = 'registration' "
        "AND e.action IN ('destroy', 'return_to_supplier')) x "
        "JOIN registration r ON r.id = x.subject_id WHERE x.charged IS NOT NULL "
        "AND r.status IN ('destroyed', 'returned_to_supplier')"
    )
    columns = _TOTALLED[-1][1]
    for name, grouped in _TOTALLED:
        empty = {"production_year": "0"}
        values = [c if c in grouped else empty.get(c, "''") for c in columns]
        by = ", ".join(["e.month", "e.account", *grouped])
        op.execute(
            "INSERT INTO month_total (month, grouped_by, account, "  # noqa: S608
            f"{', '.join(columns)}, lines, pieces, amount_fen) "
            f"SELECT e.month, '{name}', e.account, {', '.join(values)}, COUNT(*), "
            "COUNT(DISTINCT e.piece_no), SUM(e.amount_fen) FROM ledger_entry e "
            f"JOIN month m ON m.month = e.month WHERE m.status = 'closed' GROUP BY {by}"
        )


def downgrade() -> None:
    op.drop_index("ix_ledger_entry_registration", "ledger_entry")
    op.drop_index("ix_ledger_entry_month_order", "ledger_entry")
    op.drop_index("ix_ledger_entry_month", "ledger_entry")
    op.create_index(
        "ix_ledger_entry_month",
        "ledger_entry",
        ["month", "account", "liable_kind", "liable_party"],
    )
    for table in (
        "settlement", "settlement_file", "statement_line", "statement", "month_roll",
        "month_total", "departure", "month_carry",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_column("month", "totals_sha256")
