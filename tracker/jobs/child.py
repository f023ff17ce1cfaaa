"""A child of this process: what it does there takes its memory along when it ends."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

import structlog

log = structlog.get_logger("hangtag.jobs")

_PARENT_DEATH_SIGNAL = 1
"""``PR_SET_PDEATHSIG`` of Linux."""


def end_with_parent(number: int = signal.SIGTERM) -> None:
    """Let the system end this process when the one that started it ends, however it ends.

    Of one that ended before this was asked no signal comes: then this process ends itself.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, number)
        parent = multiprocessing.parent_process()
        if parent is not None and parent.pid != os.getppid():
            os.kill(os.getpid(), number)


def begin(work: Callable[..., object], *args: Any) -> BaseProcess:
    """Begin ``work`` in a fork and return it; it dies with its parent.

    No connection to the database may be open here: the fork would inherit it.
    """
    child = multiprocessing.get_context("fork").Process(
        target=_work, args=(work, *args), daemon=True
    )
    child.start()
    return child


def _work(work: Callable[..., object], *args: Any) -> None:
    end_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        work(*args)
    except Exception:
        log.exception("child")
        raise SystemExit(1) from None
