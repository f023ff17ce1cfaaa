"""The disk is full: a sentence, nothing half written, and work goes on when there is room again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.faults.serving import LONG, ROOT
from tracker import errors
from tracker.extensions import db

LIMITS = 120 if LONG else 30


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_full_disk_is_said_loses_nothing_and_is_over_when_there_is_room(
    app: Flask, token: Callable[[str], str]
):
    secret = token("store1")
    db.session.remove()
    db.engine.dispose()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.faults.full_disk",
            app.config["CHAIN"].file,
            secret,
            str(LIMITS),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    tries = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(tries) == LIMITS
    full = [one for one in tries if one[0] == [507, "no_space"]]
    assert [one for one in tries if one not in full and one[0] != [201, None]] == []
    assert 0 < len(full) < LIMITS
    for first, is_unchanged, reading, again, more_scans in tries:
        is_full = first[0] == 507
        assert is_unchanged == is_full
        assert reading == [200, 200]
        assert again == [201 if is_full else 200, None]
        assert more_scans == 1
    assert app.test_cli_runner().invoke(args=["verify"]).exit_code == 0


@pytest.mark.parametrize(
    ("said", "code", "status"),
    [
        ("database or disk is full", "no_space", 507),
        ("disk I/O error", "no_space", 507),
        ('could not extend file "base/1/2": No space left on device', "no_space", 507),
        ("database is locked", "busy", 503),
        ("canceling statement due to lock timeout", "busy", 503),
    ],
)
def test_what_a_database_complains_of_becomes_the_refusal_it_means(
    said: str, code: str, status: int
):
    complaint: Any = OperationalError("INSERT", {}, Exception(said))
    refusal = errors.as_refusal(complaint)
    assert (refusal.code, refusal.status) == (code, status)
