"""The database's own guards, in one list. They are made anew after every migration.

SQLite's batch migrations drop triggers silently; ``verify`` compares those that stand with this.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, Table, text

from tracker.db import table_of
from tracker.models.access_link import AccessLink
from tracker.models.approval import Delegation

FROZEN = (
    "ledger_entry", "event", "customer_access", "customer_call", "part_movement", "month_carry",
    "month_total", "month_roll", "departure", "settlement", "settlement_file", "liability_rule",
    "chain_link", "printed_head", "chain_check", "signed_paper", "signature_scan", "voucher_set",
    "taken_off", "alarm_note", "link_opening", "approval_step", "policy", "policy_reading",
    "calendar_day", "due_change", "kept_forecast", "escalation_step", "profile_choice", "law_place",
)  # fmt: skip
"""Tables whose rows are written once and never changed or deleted."""

ENDED_ONCE: Mapping[Table, tuple[str, ...]] = {
    table_of(Delegation): ("revoked_at", "revoked_by_id"),
    table_of(AccessLink): (
        "used_at", "used_action", "used_by", "used_key", "revoked_at", "revoked_by_id",
    ),
}  # fmt: skip
"""Tables whose rows never change but for how they ended, which is written once."""

OPEN_MONTH = ("ledger_entry", "departure")
"""Tables whose rows enter an open month only."""

SEALED = ("month_carry", "month_total", "month_roll")
"""Tables whose rows belong to a month, and enter it until it is closed."""


def _changed(table: Table) -> str:
    """Return the condition under which a row changed but for its end, or ended twice."""
    ends = ENDED_ONCE[table]
    return " OR ".join(
        f"(OLD.{name} IS NOT NEW.{name}{f' AND OLD.{name} IS NOT NULL' if name in ends else ''})"
        for name in [column.name for column in table.columns]
    )


_SQLITE = {
    **{
        f"{table.name}_ends_once": (
            f"CREATE TRIGGER {table.name}_ends_once BEFORE UPDATE ON {table.name} "
            f"WHEN {_changed(table)} "
            f"BEGIN SELECT RAISE(ABORT, '{table.name} rows are never changed'); END"
        )
        for table in ENDED_ONCE
    },
    **{
        f"{table.name}_no_delete": (
            f"CREATE TRIGGER {table.name}_no_delete BEFORE DELETE ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{table.name} rows are never changed'); END"
        )
        for table in ENDED_ONCE
    },
    **{
        f"{table}_no_{verb.lower()}": (
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
        )
        for table in FROZEN
        for verb in ("UPDATE", "DELETE")
    },
    **{
        f"{table}_open_month": (
            f"CREATE TRIGGER {table}_open_month BEFORE INSERT ON {table} "  # noqa: S608
            "WHEN (SELECT status FROM month WHERE month = NEW.month) IS NOT 'open' "
            "BEGIN SELECT RAISE(ABORT, 'month is not open'); END"
        )
        for table in OPEN_MONTH
    },
    **{
        f"{table}_sealed": (
            f"CREATE TRIGGER {table}_sealed BEFORE INSERT ON {table} "  # noqa: S608
            "WHEN (SELECT status FROM month WHERE month = NEW.month) = 'closed' "
            "BEGIN SELECT RAISE(ABORT, 'month is not open'); END"
        )
        for table in SEALED
    },
    "month_closed_for_good": (
        "CREATE TRIGGER month_closed_for_good BEFORE UPDATE ON month "
        "WHEN OLD.status = 'closed' "
        "BEGIN SELECT RAISE(ABORT, 'month is not open'); END"
    ),
    "month_never_deleted": (
        "CREATE TRIGGER month_never_deleted BEFORE DELETE ON month "
        "BEGIN SELECT RAISE(ABORT, 'month is not open'); END"
    ),
}

_FUNCTIONS = (
    "CREATE OR REPLACE FUNCTION hangtag_frozen() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME "
    "USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE OR REPLACE FUNCTION hangtag_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "DECLARE before jsonb := to_jsonb(OLD); after jsonb := to_jsonb(NEW); ended text; "
    "BEGIN FOREACH ended IN ARRAY TG_ARGV LOOP IF before -> ended = 'null' THEN "
    "before := before - ended; after := after - ended; END IF; END LOOP; "
    "IF before <> after THEN RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME "
    "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    "CREATE OR REPLACE FUNCTION hangtag_open_month() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF (SELECT status FROM month WHERE month = NEW.month) IS DISTINCT FROM 'open' THEN "
    "RAISE EXCEPTION 'month is not open' USING ERRCODE = 'integrity_constraint_violation'; "
    "END IF; RETURN NEW; END $$",
    "CREATE OR REPLACE FUNCTION hangtag_sealed() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF (SELECT status FROM month WHERE month = NEW.month) = 'closed' THEN "
    "RAISE EXCEPTION 'month is not open' USING ERRCODE = 'integrity_constraint_violation'; "
    "END IF; RETURN NEW; END $$",
    "CREATE OR REPLACE FUNCTION hangtag_closed_month() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN IF TG_OP = 'DELETE' OR OLD.status = 'closed' THEN "
    "RAISE EXCEPTION 'month is not open' USING ERRCODE = 'integrity_constraint_violation'; "
    "END IF; RETURN NEW; END $$",
)

_POSTGRESQL = {
    **{
        f"{table.name}_ends_once": (
            f"CREATE TRIGGER {table.name}_ends_once BEFORE UPDATE ON {table.name} "
            f"FOR EACH ROW EXECUTE FUNCTION hangtag_ends_once({', '.join(ends)})"
        )
        for table, ends in ENDED_ONCE.items()
    },
    **{
        f"{table.name}_no_delete": (
            f"CREATE TRIGGER {table.name}_no_delete BEFORE DELETE ON {table.name} "
            "FOR EACH ROW EXECUTE FUNCTION hangtag_frozen()"
        )
        for table in ENDED_ONCE
    },
    **{
        f"{table}_no_{verb.lower()}": (
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION hangtag_frozen()"
        )
        for table in FROZEN
        for verb in ("UPDATE", "DELETE")
    },
    **{
        f"{table}_open_month": (
            f"CREATE TRIGGER {table}_open_month BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION hangtag_open_month()"
        )
        for table in OPEN_MONTH
    },
    **{
        f"{table}_sealed": (
            f"CREATE TRIGGER {table}_sealed BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION hangtag_sealed()"
        )
        for table in SEALED
    },
    "month_closed_for_good": (
        "CREATE TRIGGER month_closed_for_good BEFORE UPDATE ON month "
        "FOR EACH ROW EXECUTE FUNCTION hangtag_closed_month()"
    ),
    "month_never_deleted": (
        "CREATE TRIGGER month_never_deleted BEFORE DELETE ON month "
        "FOR EACH ROW EXECUTE FUNCTION hangtag_closed_month()"
    ),
}


def _table_of(name: str) -> str:
    tables = sorted(
        (*FROZEN, "month", *(table.name for table in ENDED_ONCE)), key=len, reverse=True
    )
    return next(table for table in tables if name.startswith(f"{table}_"))


def install(connection: Connection) -> None:
    """Make every trigger of the list anew."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        for function in _FUNCTIONS:
            connection.exec_driver_sql(function.replace("%", "%%"))
    for name, statement in (_SQLITE if is_sqlite else _POSTGRESQL).items():
        on = "" if is_sqlite else f" ON {_table_of(name)}"
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
        connection.exec_driver_sql(statement)


def expected() -> frozenset[str]:
    """Return the names of the triggers that must stand."""
    return frozenset(_SQLITE)


def standing(connection: Connection) -> frozenset[str]:
    """Return the names of the triggers that do stand."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    return frozenset(connection.execute(text(query)).scalars())
