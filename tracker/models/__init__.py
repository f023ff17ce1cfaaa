"""Tables and constraints, no behaviour. Importing the package makes every table known."""

from __future__ import annotations

from sqlalchemy import CheckConstraint

from tracker.db import Base, FenType
from tracker.models import (  # noqa: F401
    access_link,
    account,
    alarm,
    approval,
    bench,
    calendar_day,
    catalog,
    chain,
    customer,
    delivery,
    destruction,
    dispute,
    due_change,
    forecast,
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
    promise,
    registration,
    repair,
    scan,
    shipment,
    signed_paper,
    site,
    statement,
    turnaround,
    voucher,
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
