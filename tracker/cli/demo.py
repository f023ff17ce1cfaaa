"""``demo load``: the demonstration chain."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from tracker.db import write
from tracker.domain.errors import HangtagError
from tracker.extensions import db
from tracker.services import demo as service

demo = AppGroup("demo", help="The demonstration chain.")


@demo.command("load")
def load() -> None:
    """Load the demonstration chain into an empty database."""
    session = db.session()
    try:
        write(session, lambda: service.load(session))
    except HangtagError as refusal:
        raise click.ClickException(f"{refusal.zh} / {refusal.en}") from None
    click.echo(", ".join(f"{name} {count}" for name, count in service.counts(session).items()))


COMMANDS = (demo,)
