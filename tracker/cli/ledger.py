"""``month report``, ``month submit``, ``month close``, ``month opening``."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import click
from flask.cli import AppGroup

from labels.fonts import register
from labels.sheet import csv_fen
from tracker.cli.asking import act, refusing
from tracker.cli.catalog import FILE, watched
from tracker.config import PRINT_FONTS
from tracker.db import write
from tracker.domain.errors import HangtagError
from tracker.extensions import db
from tracker.queries import ledger as queries
from tracker.services import actions, month_report, opening, rows

USER = click.option("--user", required=True, help="Log-in name of the account that acts.")
FORMATS = ("text", "json", "csv", "xlsx", "pdf")

month = AppGroup("month", help="The month's bill.")


@month.command("report")
@click.argument("name", metavar="MONTH")
@USER
@click.option("--format", "kind", default="text", show_default=True, type=click.Choice(FORMATS))
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
@refusing
def report(name: str, user: str, kind: str, output: Path | None) -> None:
    """Report MONTH (YYYY-MM): totals and lines."""
    content = _report(name, user, kind)
    if output is not None:
        output.write_bytes(content)
    elif kind in ("xlsx", "pdf"):
        raise click.UsageError(f"--format {kind} needs --output")
    else:
        click.echo(content.decode("utf-8"), nl=False)


def _report(name: str, user: str, kind: str) -> bytes:
    doing = act(user)
    if kind == "pdf":
        return month_report.pdf(doing, name, register(*PRINT_FONTS)).content
    if kind == "xlsx":
        return month_report.xlsx(doing, name).content
    if kind == "csv":
        return month_report.csv(doing, name).content
    values = month_report.values(doing, queries.get(doing.session, doing.actor, name))
    if kind == "json":
        return (json.dumps(values, ensure_ascii=False) + "\n").encode()
    totals = values["totals"]
    lines = [f"{name}  {csv_fen(totals['amount_fen'])}  ({totals['lines']} lines)"]
    for group in ("by_liable_party", "by_supplier", "by_store", "by_production_year"):
        lines.append(group)
        lines += [
            f"  {row['code'] or '-':<12} {csv_fen(row['amount_fen']):>14}  {row['name']}"
            for row in totals[group]
        ]
    return ("\n".join(lines) + "\n").encode()


@month.command("submit")
@click.argument("name", metavar="MONTH")
@USER
@refusing
def submit(name: str, user: str) -> None:
    """Submit MONTH to finance."""
    _take(name, user, "submit")


@month.command("close")
@click.argument("name", metavar="MONTH")
@USER
@refusing
def close(name: str, user: str) -> None:
    """Close MONTH for good; by another person than who submitted it."""
    _take(name, user, "close")


@month.command("opening")
@FILE
@USER
@refusing
def opening_balances(file: Path, user: str) -> None:
    """Import opening balances from FILE (CSV in UTF-8, or Excel), before the first close.

    Columns: kind,party,reference,production_year,amount. The same file again changes nothing.
    """
    found, doing = rows.read(file, opening.COLUMNS, opening.WORDS), act(user)
    counts = write(doing.session, lambda: opening.import_opening(doing, found, watched))
    click.echo(f"made {counts.made}, known {counts.known}")


def _take(name: str, user: str, action: str) -> None:
    refusals: list[HangtagError] = []

    def refused(refusal: HangtagError) -> str:
        refusals.append(refusal)
        return json.dumps({"code": refusal.code})

    def work() -> str:
        seen = queries.get(db.session(), act(user).actor, name)
        answer = actions.perform(
            act(user, seen.version),
            "month",
            name,
            action,
            {},
            action_id=str(uuid4()),
            body={"command": action},
            done=lambda record, _result: str(record.status),
            refused=refused,
        )
        return answer.body

    status = write(db.session(), work)
    if refusals:
        raise refusals[0]
    click.echo(f"{name} {status}")


COMMANDS = (month,)
