"""How a figure is taken and printed: rounds, a bound of the same run, a server of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event

from bench import load
from tracker.extensions import db

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = int(os.environ.get("ROUNDS", "5"))
BIN = Path(sys.executable).parent


def say(name: str, values: list[float], unit: str, bounds: list[float] | None = None) -> None:
    """Print one figure and its ratio to its bound."""
    middle = median(values)
    ratio = f"{middle / median(bounds):.2f}" if bounds else "-"
    spread = f"min {min(values):.1f} med {middle:.1f} max {max(values):.1f} n {len(values)}"
    print(f"{name:<28} {middle:>9.1f} {unit:<6} {ratio:>6}   {spread}", flush=True)


def seconds(work: Callable[[], Any]) -> float:
    """Return how long ``work`` took."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def cpu_seconds(work: Callable[[], Any]) -> float:
    """Return how long ``work`` computed: for what waits for nobody, whoever else is at work."""
    start = time.process_time()
    work()
    return time.process_time() - start


@contextmanager
def running(command: list[str], port: int, path: str, **environment: str) -> Iterator[Any]:
    """Run a server until the block ends; yields the process and seconds to the first answer."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not load.answers(port, path):
            assert process.poll() is None, command
            time.sleep(0.01)
        yield process, time.perf_counter() - start
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def memory(pid: int) -> tuple[float, float]:
    """Return MB of a process and its children: the sum of RSS, and of PSS (shared pages once)."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = " ".join(task.read_text(encoding="ascii") for task in tasks).split()
    rss = pss = 0.0
    for one in (pid, *children):
        told = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="ascii")
        rss += int(re.findall(r"^Rss:\s+(\d+)", told, re.M)[0]) / 1024
        pss += int(re.findall(r"^Pss:\s+(\d+)", told, re.M)[0]) / 1024
    return rss, pss


def statements(work: Callable[[], Any]) -> Counter[str]:
    """Return how many statements of each kind ``work`` issues."""
    seen: Counter[str] = Counter()

    def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        kind = statement.split()[0].upper()
        if kind != "BEGIN":
            seen[kind if kind in ("SELECT", "INSERT", "UPDATE") else "OTHER"] += 1

    event.listen(db.engine, "before_cursor_execute", count)
    work()
    event.remove(db.engine, "before_cursor_execute", count)
    return seen


def serving(folder: Path, port: int) -> Any:
    """Run the product."""
    command = [str(BIN / "flask"), "--app", "wsgi", "serve"]
    settings = {"DATA_DIR": str(folder), "PORT": str(port), "LOG_LEVEL": "WARNING"}
    return running(command, port, "/healthz", **settings)
