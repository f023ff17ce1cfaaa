"""``jobs run``: the process that runs jobs; ``serve`` keeps one beside the server."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from typing import Any

from flask import current_app
from flask.cli import AppGroup

from tracker.extensions import db
from tracker.jobs import runner
from tracker.jobs.child import end_with_parent

RESTART_SECONDS = 0.5
STOP_SECONDS = 10

group = AppGroup("jobs", help="Work that waits its turn.")


@group.command("run")
def run_here() -> None:
    """Run jobs until stopped. `serve` does so by itself; more runners share the queue."""
    app: Any = current_app._get_current_object()  # type: ignore[attr-defined]
    db.session.remove()
    db.engine.dispose()
    runner.run(app)


class Keeper:
    """Keeps a runner beside the server: a fork of it, started anew when it dies."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._is_stopping = threading.Event()
        self._runner = self._begun()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self._thread.start()

    def _begun(self) -> Any:
        runner = multiprocessing.Process(target=_beside, args=(self._app,), name="jobs")
        runner.start()
        return runner

    def _keep(self) -> None:
        while not self._is_stopping.wait(RESTART_SECONDS):
            if not self._runner.is_alive():
                self._runner = self._begun()

    def stop(self) -> None:
        """Stop the runner; the job under way goes back into the queue.

        The thread ends first, so that it begins no other meanwhile. A runner just begun may not
        listen yet: it is told again.
        """
        self._is_stopping.set()
        self._thread.join()
        until = time.monotonic() + STOP_SECONDS
        while self._runner.is_alive():
            if time.monotonic() < until:
                self._runner.terminate()
            else:
                self._runner.kill()
            self._runner.join(1)


def _beside(app: Any) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    end_with_parent()
    runner.run(app)


COMMANDS = (group,)
