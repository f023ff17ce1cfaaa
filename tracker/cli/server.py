"""``prepare`` brings the database to the newest schema; ``serve`` serves."""

from __future__ import annotations

import os
import sys

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from tracker.config import ROOT, Settings
from tracker.db import write
from tracker.extensions import db
from tracker.services import account, demo, schema


@click.command()
@with_appcontext
def prepare() -> None:
    """Bring the database to the newest schema. Repeating it is quick and harmless."""
    upgrade()
    write(db.session(), lambda: schema.prepare(db.session()))


@click.command()
@with_appcontext
def serve() -> None:
    """Serve on HOST and PORT; an empty database gets the demonstration chain first."""
    settings: Settings = current_app.config["SETTINGS"]
    session = db.session()
    if settings.production:
        if account.demo_password_stands(session):
            raise click.ClickException(
                "PRODUCTION refuses to start: demonstration accounts are active."
            )
    elif demo.is_empty(session):
        write(session, lambda: demo.load(session))
    address = f"http://{settings.host}:{settings.port}"
    click.echo(f"\nHangtag  {address}\n")
    if not settings.production and account.demo_password_stands(session):
        click.echo(demo.accounts_text())
    sys.stdout.flush()
    session.remove() if hasattr(session, "remove") else session.close()
    db.engine.dispose()
    granian = str(ROOT / ".venv" / "bin" / "granian")
    if not os.path.exists(granian):
        granian = os.path.join(os.path.dirname(sys.executable), "granian")
    arguments = [
        granian,
        "--interface", "wsgi",
        "--host", settings.host,
        "--port", str(settings.port),
        "--workers", "2",
        "--blocking-threads", "8",
        "--log-level", "warning",
        "--working-dir", str(ROOT),
        "wsgi:app",
    ]  # fmt: skip
    os.execv(granian, arguments)  # noqa: S606


COMMANDS = (prepare, serve)
