"""``photo``: what becomes of files that no photo names."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from tracker import edge
from tracker.db import utc_now
from tracker.extensions import db
from tracker.services import photo as service

group = AppGroup("photo", help="The photos' files.")


@group.command()
def sweep() -> None:
    """Delete files that no photo names for a day; removed photos' files go after thirty days."""
    count = service.sweep(db.session(), edge.photo_folder(), utc_now())
    click.echo(f"{count} files deleted")


COMMANDS = (group,)
