"""``prepare`` brings the database to the newest schema; ``serve`` serves."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import signal
import socket
import sys
import time
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from tracker.config import Settings
from tracker.db import utc_now, write
from tracker.extensions import db
from tracker.services import account, demo, schema

MOST_WORKERS = 4
"""A worker a core, no more than this: on SQLite the writers queue, and each worker takes memory."""
THREADS_PER_CORE = 2
MOST_THREADS = 8
"""In each worker; more than two a core only wait for each other."""
STOP_SECONDS = 10
RESTART_SECONDS = 0.5
_PARENT_DEATH_SIGNAL = 1
"""``PR_SET_PDEATHSIG`` of Linux."""


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
        write(session, lambda: demo.load(session, utc_now()))
    is_demo = not settings.production and account.demo_password_stands(session)
    _claim(settings.host, settings.port)
    click.echo(f"\nHangtag  http://{settings.host}:{settings.port}\n")
    if is_demo:
        click.echo(demo.accounts_text())
    sys.stdout.flush()
    db.session.remove()
    db.engine.dispose()
    _run(settings)


def _claim(host: str, port: int) -> None:
    """Stop with a sentence when the address cannot be had: the workers share it silently."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
            trial.listen(1)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", error)
            raise click.ClickException(
                f"{host}:{port} cannot be used: {reason}. "
                "Stop what listens there, or choose another PORT or HOST."
            ) from None


def _run(settings: Settings) -> None:
    """Serve from forks of this process until it is told to stop: the application is built once.

    A worker that dies is replaced at once. Granian gives up when one dies twice within seconds;
    then all of them are started anew after a pause.
    """
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    multiprocessing.set_start_method("fork", force=True)
    gc.collect()
    gc.freeze()
    while True:
        server = _server(settings)
        try:
            server.serve(target_loader=lambda: _in_worker(app), wrap_loader=False)
        except SystemExit:
            if server.interrupt_signal:
                raise
            click.echo("Workers died twice in a few seconds; starting all of them anew.", err=True)
            time.sleep(RESTART_SECONDS)
        else:
            return


def _server(settings: Settings) -> Any:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    cores = multiprocessing.cpu_count()
    return MPServer(
        "wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=min(cores, MOST_WORKERS),
        blocking_threads=min(cores * THREADS_PER_CORE, MOST_THREADS),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        log_level=LogLevels.warning,
    )


def _in_worker(app: Any) -> Any:
    """Return the application inside a worker, which ends with the process that started it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    return app


COMMANDS = (prepare, serve)
