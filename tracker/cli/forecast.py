"""``forecast refresh`` and ``forecast replay``: without the runner, and over the past."""

from __future__ import annotations

from datetime import timedelta

import click
from flask import current_app
from flask.cli import AppGroup

from tracker.cli.asking import refusing
from tracker.db import utc_now, write
from tracker.domain.calendar import shanghai_date
from tracker.extensions import db
from tracker.jobs import forecasts
from tracker.services import forecast_replay

forecast = AppGroup("forecast", help="What is expected of the garments in flight.")


@forecast.command("refresh")
@refusing
def refresh() -> None:
    """Work all forecasts out anew, as the runner does every ten minutes."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    click.echo(f"forecasts changed: {forecasts.refresh(app)}")


@forecast.command("replay")
@click.option("--weeks", type=click.IntRange(1, 520), default=10, help="How many weeks back.")
@refusing
def replay(weeks: int) -> None:
    """Foretell finished trips from what was known then, so that they can be measured."""
    session = db.session()
    first = shanghai_date(utc_now()) - timedelta(weeks=weeks)
    kept = write(session, lambda: forecast_replay.replay(session, first))
    click.echo(f"forecasts kept: {kept}")


COMMANDS = (forecast,)
