"""The Wi-Fi is back: every store sends its queue at once, answers are lost, people scan on."""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.api.conftest import a_scan
from tests.faults.serving import LONG, PATIENCE, Clerk, Server
from tests.faults.test_kill import reckoned
from tracker.api.blueprint import dumps
from tracker.db import utc_now, write
from tracker.domain.account import Role
from tracker.extensions import db
from tracker.models.registration import Registration
from tracker.models.site import Site
from tracker.services import account, demo

STORES, QUEUED, LOST = (40, 250, 5000) if LONG else (4, 25, 40)
BATCH = 100
CODES = ("6901234567892", "6921012340004", "6950000000019", "6971234560018", "6934567890122")


@dataclass
class Device:
    """A store's scanner that was offline: it sends what it holds until all of it is answered."""

    port: int
    token: str
    queue: list[dict[str, Any]]
    acked: list[tuple[str, str]] = field(default_factory=list)
    outcomes: set[str] = field(default_factory=set)

    def flush(self) -> None:
        """Send the queue in batches; the first answer of each is lost on the way."""
        for start in range(0, len(self.queue), BATCH):
            batch = self.queue[start : start + BATCH]
            self._answered(batch)
            for result in self._answered(batch):
                self.outcomes.add(str(result["outcome"]))
                self.acked.append((str(result["scan_id"]), dumps(result)))

    def _answered(self, batch: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        body = json.dumps({"scans": batch, "sent_at": utc_now().isoformat()})
        until = time.monotonic() + PATIENCE * 3
        while True:
            assert time.monotonic() < until, "the queue is not taken"
            told = self._post(body)
            if isinstance(told, list):
                return told
            time.sleep(told)

    def _post(self, body: str) -> list[dict[str, Any]] | float:
        """Return the results, or the seconds after which to ask again."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
                line.request("POST", "/api/v1/scans/batch", body, headers)
                with line.getresponse() as answer:
                    text = answer.read()
                    if answer.status == 503:
                        return float(answer.headers["Retry-After"])
                    return json.loads(text)["results"] if answer.status == 200 else 0.1
        except (OSError, http.client.HTTPException):
            return 0.1


@dataclass
class Person(Clerk):
    """Somebody who scans at the counter meanwhile, and how long each answer took."""

    seconds: list[float] = field(default_factory=list)

    path: str = "/api/v1/scans/batch"

    def _said(self, body: Mapping[str, Any]) -> Any:
        """Send one scan as the station does."""
        return {"scans": [body], "sent_at": utc_now().isoformat()}

    def _told(self, status: int, text: str) -> tuple[int, str]:
        return (status, dumps(json.loads(text)["results"][0])) if status == 200 else (status, text)

    def scan(self) -> None:
        """Register one garment."""
        start = time.perf_counter()
        super().scan()
        self.seconds.append(time.perf_counter() - start)
        time.sleep(0.2)


def _stores() -> Iterator[tuple[str, str]]:
    """Make the stores, each with a person; yield their codes and tokens."""
    session = db.session()
    password = account.hash_password(demo.PASSWORD)
    for number in range(STORES):
        code = f"S{number + 500}"
        session.add(Site(code=code, name=f"店{number}", kind="store", ownership="own"))
        session.flush()
        login = f"clerk{number}"
        account.add_account(
            session,
            login=login,
            name=f"店员{number}",
            role=Role.STORE_STAFF,
            site=code,
            password_hash=password,
        )
        yield code, account.issue_token(session, login, 1, utc_now())


def _queue(site: str) -> list[dict[str, Any]]:
    """Return what a store scanned since the morning."""
    began = utc_now() - timedelta(hours=4)
    return [
        a_scan(
            site=site,
            code=CODES[number % len(CODES)],
            piece="another",
            scanned_at=(began + timedelta(seconds=30 * number)).isoformat(),
        )
        for number in range(QUEUED)
    ]


def test_many_stores_flush_their_queues_at_once_and_people_go_on_working(
    app: Flask, token: Callable[[str], str], capsys: pytest.CaptureFixture[str]
):
    stores = write(db.session(), lambda: list(_stores()))
    secret = token("store1")
    db.session.remove()
    db.engine.dispose()
    server = Server(app)
    server.start()
    devices = [Device(server.port, ticket, _queue(site)) for site, ticket in stores]
    people = [Person(server.port, secret) for _ in range(10 if LONG else 2)]
    stop, start = Event(), time.perf_counter()
    with ThreadPoolExecutor(len(devices) + len(people)) as pool:
        at_work = [pool.submit(person.work, stop) for person in people]
        for flushed in [pool.submit(device.flush) for device in devices]:
            flushed.result()
        spent = time.perf_counter() - start
        stop.set()
        for one in at_work:
            one.result()
    assert server.stop() == 0
    assert set().union(*(device.outcomes for device in devices)) == {"done"}
    assert all(len(device.acked) == QUEUED for device in devices)
    assert reckoned([*devices, *people]) == []
    made = db.session.scalar(select(func.count()).select_from(Registration))
    assert made == STORES * QUEUED + sum(len(person.acked) for person in people)
    assert app.test_cli_runner().invoke(args=["verify"]).exit_code == 0
    if LONG:
        times = sorted(second for person in people for second in person.seconds)
        p95 = times[int(len(times) * 0.95)]
        with capsys.disabled():
            sys.stdout.write(
                f"{STORES} x {QUEUED} flushed twice in {spent:.0f} s; "
                f"{len(times)} scans at the counter meanwhile, p95 {p95 * 1000:.0f} ms\n"
            )


def test_lost_answers_come_again_word_for_word(
    app: Flask, server: Server, token: Callable[[str], str]
):
    secret = token("store1")
    db.session.remove()
    clerks = [Clerk(server.port, secret, loses=1) for _ in range(8)]

    def scan(clerk: Clerk) -> None:
        for _ in range(LOST // len(clerks)):
            clerk.scan()

    with ThreadPoolExecutor(len(clerks)) as pool:
        list(pool.map(scan, clerks))
    assert sum(clerk.lost for clerk in clerks) == LOST
    assert {status for clerk in clerks for status in clerk.statuses} == {200}
    assert reckoned(clerks) == []
    assert app.test_cli_runner().invoke(args=["verify"]).exit_code == 0
