"""The runner: takes numbers from the queue, one after another, and keeps the clock.

One process beside the server. Several may run; one of them keeps the clock at a time.
"""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from flask import Flask
from huey import crontab
from huey.consumer import Consumer, Scheduler

from tracker import edge
from tracker.jobs import child, forecasts, notices, queue, work
from tracker.services import job_files

CLOCK = "clock"
"""The lock of whoever keeps the clock."""


def run(app: Flask) -> None:
    """Run jobs until told to stop (SIGTERM, Ctrl-C); the one under way is put back then.

    Jobs that wait are put into the queue where none is: other tasks of the clock may stand there.
    """
    line = queue.make(app.config["SETTINGS"])
    runner = Runner(line, workers=1, max_delay=queue.POLL_SECONDS, scheduler_interval=60, app=app)

    def do(no: str) -> None:
        if work.run(app, no, runner.stop_flag):
            put(no)

    put = queue.task(line, do)

    def recover() -> None:
        waiting = work.recover(app)
        if not any(isinstance(one, put.task_class) for one in line.pending()):
            for no in waiting:
                put(no)

    rounds = _rounds(app)
    for task, when in ((recover, crontab(minute="*")), *rounds):
        line.periodic_task(when)(task)
    line.on_startup()(recover)
    for catch_up, _when in rounds[:2]:
        line.on_startup()(catch_up)
    try:
        runner.run()
        runner.stop(graceful=True)
    finally:
        line.storage.close()


def _rounds(app: Flask) -> tuple[tuple[Callable[[], object], Any], ...]:
    """What the clock does besides: forecasts first, notices told, notices sent.

    Forecasts and notices read of the whole chain: a child does, so that the runner stays small.
    """

    def foretell() -> None:
        child.begin(forecasts.refresh, app).join()

    def tell() -> None:
        child.begin(notices.tell, app).join()

    def send() -> None:
        notices.start(app)

    return (
        (foretell, crontab(minute="*/10")),
        (tell, crontab(minute=f"*/{notices.MINUTES}")),
        (send, crontab(minute="*")),
    )


class _Clock(Scheduler):
    """The scheduler; of several runners' one alone offers the periodic tasks."""

    def __init__(self, *args: Any, app: Flask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._folder = edge.export_folder(app)
        self._held = ExitStack()
        self._is_mine = False

    def enqueue_periodic_tasks(self, now: Any) -> None:
        if not self._is_mine:
            self._is_mine = self._held.enter_context(job_files.held(self._folder, CLOCK))
        if not self._is_mine:
            self._held.close()
            return
        super().enqueue_periodic_tasks(now)

    def shutdown(self) -> None:
        self._held.close()


class Runner(Consumer):
    """huey's consumer, which stops alike for every signal: its worker puts its job back."""

    def __init__(self, *args: Any, app: Flask, **kwargs: Any) -> None:
        self._app = app
        super().__init__(*args, **kwargs)

    def _create_scheduler(self) -> _Clock:
        return _Clock(
            huey=self.huey,
            stop_flag=self.stop_flag,
            interval=self.scheduler_interval,
            periodic=self.periodic,
            app=self._app,
        )

    def _set_signal_handlers(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.note)

    def note(self, number: int, _frame: object) -> None:
        """Note the signal; the loop that it interrupts stops for it.

        The flag is not set here: that would wait for a lock which the loop itself may hold.
        """
        self._signum = number
