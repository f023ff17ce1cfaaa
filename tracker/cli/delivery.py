"""``deliveries import``: what logistics sent to the stores; a bad file is refused whole."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from tracker.cli.asking import act, refusing
from tracker.cli.catalog import FILE, watched
from tracker.db import write
from tracker.domain.account import Role
from tracker.domain.errors import InvalidInput
from tracker.extensions import db
from tracker.queries import account as accounts
from tracker.services import rows
from tracker.services.delivery_import import COLUMNS, import_deliveries

deliveries = AppGroup("deliveries", help="Deliveries from logistics to stores.")


@deliveries.command("import")
@FILE
@click.option("--user", help="Log-in name of the account that acts; else the administrator.")
@refusing
def import_file(file: Path, user: str | None) -> None:
    """Import deliveries from FILE (CSV in UTF-8, or Excel).

    Columns: site,delivery_no,received_on,barcode,quantity; one row for each barcode of a delivery.
    A delivery that stands with the same contents is left as it is.
    """
    found, doing = rows.read(file, COLUMNS), act(user or _administrator())
    counts = write(doing.session, lambda: import_deliveries(doing, found, watched))
    click.echo(f"made {counts.made}, known {counts.known}")


def _administrator() -> str:
    for account in accounts.every(db.session()):
        if account.role == Role.ADMINISTRATOR and account.is_active:
            return account.login
    raise InvalidInput(
        "no_account",
        "还没有系统管理员账号：请先用 users add 建立，或用 --user 指定由谁录入。",
        "There is no administrator yet: add one (users add), or say who acts with --user.",
        "user",
    )


COMMANDS = (deliveries,)
