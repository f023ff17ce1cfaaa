"""Tables and constraints, no behaviour. Importing the package makes every table known."""

from __future__ import annotations

from sqlalchemy import CheckConstraint

from tracker.db import Base, FenType
from tracker.models import (  # noqa: F401
    account,
    bench,
    catalog,
    chain,
    customer,
    delivery,
    dispute,
    history,
    job,
    label,
    ledger,
    liability_rule,
    loss,
    month,
    notice,
    notice_channel,
    number,
    photo,
    policy,
    registration,
    repair,
    scan,
    shipment,
    site,
    statement,
    turnaround,
)


def _check_money() -> None:
    """Every money column holds whole numbers in the database too: SQLite alone would take text."""
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, FenType):
                table.append_constraint(
                    CheckConstraint(
                        f"{column.name} = CAST({column.name} AS BIGINT)",
                        name=f"{column.name}_whole",
                    )
                )


_check_money()
