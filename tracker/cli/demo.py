"""``demo load``: the demonstration chain, with weeks of history if asked."""

from __future__ import annotations

import time
from datetime import datetime

import click
from flask.cli import AppGroup

from tracker.cli.asking import refusing
from tracker.cli.simulate import ending, showing, told_counts
from tracker.db import utc_now, write
from tracker.extensions import db
from tracker.services import demo as service
from tracker.services import simulate

demo = AppGroup("demo", help="The demonstration chain.")


@demo.command("load")
@click.option("--weeks", type=int, default=0, help="Weeks of plausible history.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day; else yesterday.")
@refusing
def load(weeks: int, until: datetime | None) -> None:
    """Load the demonstration chain into an empty database."""
    session = db.session()
    if weeks:
        _with_history(weeks, until)
    else:
        write(session, lambda: service.load(session, utc_now()))
    click.echo(", ".join(f"{name} {count}" for name, count in service.counts(session).items()))


def _with_history(weeks: int, until: datetime | None) -> None:
    session = db.session()
    last, today = ending(until)
    began = time.monotonic()
    with showing(weeks * simulate.DAYS_A_WEEK) as told:
        counts = write(
            session, lambda: simulate.load_history(session, weeks, last, today, progress=told)
        )
    click.echo(told_counts(counts, time.monotonic() - began))


@demo.command("password")
@click.argument("password", required=False)
@refusing
def password(password: str | None) -> None:
    """Set the password of the demonstration accounts, a random one if none is given; print it."""
    session, wanted = db.session(), password or service.fresh_password()
    write(session, lambda: service.set_password(session, wanted, utc_now()))
    click.echo(service.accounts_text(wanted))


COMMANDS = (demo,)
