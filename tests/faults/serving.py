"""A real server of its own processes, clients that repeat until answered, and their reckoning."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from flask import Flask

from tests.api.conftest import a_scan

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
"""Seconds after which a server that does not start, or a client without an answer, gives up."""
LONG = os.environ.get("HANGTAG_FAULTS") == "long"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def children(pid: int) -> list[int]:
    """Return the process numbers of the children of all threads of a process."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    told = " ".join(file.read_text(encoding="ascii") for file in tasks)
    return [int(number) for number in told.split()]


@dataclass
class Server:
    """``flask --app wsgi serve`` on an application's database, in a process group of its own."""

    app: Flask
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return when it answers."""
        settings = self.app.config["SETTINGS"]
        environment = {
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "DATA_DIR": str(settings.data_dir),
            "SECRET_KEY": settings.secret_key,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "LOG_LEVEL": "CRITICAL",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None, "the server ended while it started"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as line:
                line.request("GET", "/healthz")
                with line.getresponse() as answer:
                    return answer.status == 200
        except OSError:
            return False

    def workers(self) -> list[int]:
        """Return the process numbers of the workers and of the runner of jobs."""
        assert self.process is not None
        return children(self.process.pid)

    def kill_worker(self, index: int) -> None:
        """Kill a worker without a word."""
        workers = self.workers()
        os.kill(workers[index % len(workers)], signal.SIGKILL)

    def kill_group(self) -> None:
        """Kill the master and all workers at once, without a word."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int | None:
        """Stop as an operator does; return the exit status."""
        if self.process is None or self.process.poll() is not None:
            return None
        self.process.terminate()
        return self.process.wait(PATIENCE)


@dataclass
class Clerk:
    """A program that makes a scan's key, then repeats the scan until it is answered."""

    port: int
    token: str
    loses: int = 0
    """Every so-many-th answer is lost on the way: it was given, but the clerk never sees it."""
    acked: list[tuple[str, str]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    repeats: int = 0
    lost: int = 0
    path: str = "/api/v1/scans"

    def work(self, stop: Event) -> None:
        """Scan until told to stop; the scan under way is finished first."""
        while not stop.is_set():
            self.scan()

    def scan(self) -> None:
        """Register one garment, however often it must be said."""
        body = a_scan(piece="another")
        drops = self.loses and len(self.acked) % self.loses == 0
        until = time.monotonic() + PATIENCE
        while True:
            assert time.monotonic() < until, "no answer"
            told = self._once(body)
            if told is None or told[0] == 503:
                self.repeats += 1
                time.sleep(0.01)
            elif drops:
                self.lost, drops = self.lost + 1, False
            else:
                self.statuses[told[0]] += 1
                self.acked.append((str(body["scan_id"]), told[1]))
                return

    def _once(self, body: Mapping[str, Any]) -> tuple[int, str] | None:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as line:
                line.request("POST", self.path, json.dumps(self._said(body)), headers)
                with line.getresponse() as answer:
                    return self._told(answer.status, answer.read().decode())
        except (OSError, http.client.HTTPException):
            return None

    def _said(self, body: Mapping[str, Any]) -> Any:
        return body

    def _told(self, status: int, text: str) -> tuple[int, str]:
        return status, text


@dataclass(frozen=True)
class Kept:
    """What the database knows of a scan: its key, its stored answer, its registration."""

    scan_id: str
    answer: str
    registration_id: int | None


def reckon(
    acked: Iterable[tuple[str, str]], kept: Iterable[Kept], registrations: Iterable[int]
) -> list[str]:
    """Return what was lost, doubled, changed or left hanging; an empty list is the promise kept."""
    rows = {row.scan_id: row for row in kept}
    said: dict[str, str] = {}
    found: list[str] = []
    for scan_id, body in acked:
        if scan_id in said:
            found.append(f"answered twice as new: {scan_id}")
        said[scan_id] = body
        row = rows.get(scan_id)
        if row is None or row.registration_id is None:
            found.append(f"lost: {scan_id}")
        elif row.answer != body:
            found.append(f"another answer: {scan_id}")
    numbers = [json.loads(body)["registration"]["no"] for body in said.values()]
    found += [f"doubled: {no}" for no, times in Counter(numbers).items() if times > 1]
    found += [f"stuck: {row.scan_id}" for row in rows.values() if not row.answer]
    made = [row.registration_id for row in rows.values() if row.registration_id is not None]
    found += [f"without a scan: {one}" for one in sorted(set(registrations) - set(made))]
    return found
