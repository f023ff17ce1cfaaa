"""``prepare`` brings the database to the newest schema; ``serve`` serves."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from tracker.cli import https
from tracker.cli.job import Keeper
from tracker.config import Settings
from tracker.db import utc_now, write
from tracker.extensions import db
from tracker.jobs.child import end_with_parent
from tracker.services import account, demo, schema, trust

if TYPE_CHECKING:
    from tracker.services.authority import Served

MOST_WORKERS = 4
"""A worker a core, no more than this: on SQLite the writers queue, and each worker takes memory."""
THREADS_PER_CORE = 2
MOST_THREADS = 8
"""In each worker; more than two a core only wait for each other."""
STOP_SECONDS = 10
RESTART_SECONDS = 0.5


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
    served = _prepare_https(settings) if settings.https else None
    if served is None:
        click.echo(f"\nHangtag  http://{settings.host}:{settings.port}\n")
    if is_demo:
        click.echo(demo.accounts_text(_password_to_tell(settings, session)))
    sys.stdout.flush()
    db.session.remove()
    db.engine.dispose()
    _run(settings, served)


def _prepare_https(settings: Settings) -> Served:
    """Make the certificates that are missing and say where devices find us."""
    from tracker.services import authority

    _claim(settings.host, settings.steps_port)
    reached = trust.reachable(settings.host)
    served = authority.prepare(settings.data_dir, reached, utc_now())
    click.echo(https.greeting(settings, reached[0]))
    return served


def _password_to_tell(settings: Settings, session: Session) -> str | None:
    """Return the demonstration's password; what other machines reach gets a fresh one first."""
    if not settings.https:
        return demo.known_password(session)
    fresh = demo.fresh_password()
    write(session, lambda: demo.set_password(session, fresh, utc_now()))
    return fresh


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


def _run(settings: Settings, served: Served | None) -> None:
    """Serve from forks of this process until it is told to stop: the application is built once.

    The runner of jobs is such a fork too; it starts and stops with the server.

    A worker that dies is replaced at once. Granian gives up when one dies twice within seconds;
    then all of them are started anew after a pause.
    """
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    multiprocessing.set_start_method("fork", force=True)
    if served is not None:
        https.serve_steps(app, settings)
    gc.collect()
    gc.freeze()
    keeper = Keeper(app)
    try:
        _serve_workers(app, settings, served)
    finally:
        keeper.stop()


def _serve_workers(app: Any, settings: Settings, served: Served | None) -> None:
    while True:
        server = _server(settings, served)
        try:
            server.serve(target_loader=lambda: _in_worker(app), wrap_loader=False)
        except SystemExit:
            if server.interrupt_signal:
                raise
            click.echo("Workers died twice in a few seconds; starting all of them anew.", err=True)
            time.sleep(RESTART_SECONDS)
        else:
            return


def _server(settings: Settings, served: Served | None) -> Any:
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
        ssl_cert=served.certificate if served else None,
        ssl_key=served.key if served else None,
    )


def _in_worker(app: Any) -> Any:
    """Return the application inside a worker, which ends with the process that started it.

    At once: a worker that Granian lets finish first may wait for ever, and answer the next start.
    """
    end_with_parent(signal.SIGKILL)
    return app


COMMANDS = (prepare, serve)
