"""``demo load`` with its history, and ``simulate``: a large chain to measure and to show."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from tracker.cli.asking import refusing
from tracker.db import utc_now, write
from tracker.domain.calendar import shanghai_date
from tracker.extensions import db
from tracker.services import simulate as service
from tracker.services.simulate.figures import figures

SILENT_SECONDS = 1.0


def ending(until: datetime | None) -> tuple[date, date]:
    """Return the last day of a history, yesterday unless said, and today."""
    today = shanghai_date(utc_now())
    return (until.date() if until else today - timedelta(days=1)), today


@contextmanager
def showing(days: int) -> Iterator[Callable[[int], None]]:
    """Show how many days have passed, once it takes longer than a second.

    The records of a long history die by themselves; looking for cycles among millions only costs.
    """
    began = time.monotonic()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task("写入历史 / writing history", total=days)

    def told(day: int) -> None:
        bar.update(task, completed=day)
        if not bar.live.is_started and time.monotonic() - began > SILENT_SECONDS:
            bar.start()

    gc.disable()
    try:
        yield told
    finally:
        gc.enable()
        if bar.live.is_started:
            bar.stop()


def told_counts(counts: dict[str, int], seconds: float) -> str:
    """Return what was written, and how fast, as one line."""
    shown = ("registration", "event", "shipment", "loss_form", "ledger_entry", "trip")
    parts = [f"{name} {counts.get(name, 0)}" for name in shown]
    rate = counts.get("event", 0) / max(seconds, 0.001)
    return f"{', '.join(parts)}; {seconds:.1f} s, {rate:.0f} events/s"


@click.command()
@click.option("--stores", type=int, required=True, help="How many stores the chain has.")
@click.option("--weeks", type=int, required=True, help="How many weeks of history.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day; else yesterday.")
@click.option("--seed", default="", help="Another seed gives another history.")
@with_appcontext
@refusing
def simulate(stores: int, weeks: int, until: datetime | None, seed: str) -> None:
    """Make a chain with weeks of history in an empty database or the fresh demonstration chain."""
    session = db.session()
    last, today = ending(until)
    began = time.monotonic()
    with showing(weeks * service.DAYS_A_WEEK) as told:
        counts = write(
            session,
            lambda: service.simulate(session, stores, weeks, last, today, seed, progress=told),
        )
    click.echo(told_counts(counts, time.monotonic() - began))
    for figure in figures(session):
        click.echo(figure.line())


COMMANDS = (simulate,)
