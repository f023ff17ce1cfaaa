"""Workers and the whole server are killed under load: nothing acknowledged is lost or doubled."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.faults.serving import LONG, Clerk, Kept, Server, reckon
from tracker.extensions import db
from tracker.models.registration import Registration
from tracker.models.scan import Scan

CLERKS = 8
WORKER_KILLS, GROUP_KILLS = (150, 15) if LONG else (4, 1)


@pytest.fixture
def clerks(server: Server, token: Callable[[str], str]) -> list[Clerk]:
    """Eight clerks of one store; the last loses every third answer."""
    secret = token("store1")
    return [Clerk(server.port, secret) for _ in range(CLERKS - 1)] + [
        Clerk(server.port, secret, loses=3)
    ]


def reckoned(clerks: Sequence[Any]) -> list[str]:
    """Compare what the clerks were told with what the database holds."""
    acked = [one for clerk in clerks for one in clerk.acked]
    db.session.rollback()
    kept = [
        Kept(row.scan_id, row.answer, row.registration_id)
        for row in db.session.scalars(select(Scan))
    ]
    return reckon(acked, kept, db.session.scalars(select(Registration.id)))


def disturb(server: Server, clerks: list[Clerk]) -> None:
    """Kill workers, and now and then everything, always while scans are being answered."""
    for number in range(WORKER_KILLS):
        answered(clerks, 10)
        server.kill_worker(number)
        if number % (WORKER_KILLS // GROUP_KILLS) == 1:
            answered(clerks, 10)
            server.kill_group()
            server.start()
    answered(clerks, 20)


def answered(clerks: list[Clerk], more: int) -> None:
    """Wait until the clerks got so many more answers."""
    goal = sum(len(clerk.acked) for clerk in clerks) + more
    until = time.monotonic() + 60
    while sum(len(clerk.acked) for clerk in clerks) < goal:
        assert time.monotonic() < until, "the server no longer answers"
        time.sleep(0.005)


def test_nothing_acknowledged_is_lost_or_doubled_when_processes_are_killed(
    app: Flask, server: Server, clerks: list[Clerk], capsys: pytest.CaptureFixture[str]
):
    stop = Event()
    with ThreadPoolExecutor(CLERKS) as pool:
        at_work = [pool.submit(clerk.work, stop) for clerk in clerks]
        try:
            disturb(server, clerks)
        finally:
            stop.set()
        for one in at_work:
            one.result()
    assert reckoned(clerks) == []
    assert set().union(*(clerk.statuses for clerk in clerks)) <= {200, 201}
    assert clerks[-1].lost > 0
    assert sum(clerk.repeats for clerk in clerks) > 0
    assert app.test_cli_runner().invoke(args=["verify"]).exit_code == 0
    assert server.stop() == 0
    if LONG:
        acked, repeats = (sum(len(c.acked) for c in clerks), sum(c.repeats for c in clerks))
        with capsys.disabled():
            sys.stdout.write(
                f"{WORKER_KILLS}+{GROUP_KILLS} kills, {acked} acked, {repeats} repeats\n"
            )


def told(no: str) -> str:
    """Return an answer that names a registration."""
    return json.dumps({"registration": {"no": no}})


@pytest.mark.parametrize(
    ("acked", "kept", "registrations", "finding"),
    [
        ([("a", told("R1"))], [], [], "lost: a"),
        ([("a", told("R1"))], [Kept("a", told("R1"), None)], [], "lost: a"),
        ([("a", told("R1"))], [Kept("a", told("R2"), 1)], [1], "another answer: a"),
        (
            [("a", told("R1")), ("b", told("R1"))],
            [Kept("a", told("R1"), 1), Kept("b", told("R1"), 1)],
            [1],
            "doubled: R1",
        ),
        (
            [("a", told("R1")), ("a", told("R1"))],
            [Kept("a", told("R1"), 1)],
            [1],
            "answered twice as new: a",
        ),
        ([], [Kept("a", "", None)], [], "stuck: a"),
        ([("a", told("R1"))], [Kept("a", told("R1"), 1)], [1, 2], "without a scan: 2"),
    ],
    ids=["lost", "half", "changed", "doubled", "twice", "stuck", "stray"],
)
def test_the_reckoning_catches_what_it_is_for(
    acked: Any, kept: list[Kept], registrations: list[int], finding: str
):
    assert reckon(acked, kept, registrations) == [finding]
