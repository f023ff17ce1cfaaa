"""``demo load --weeks`` and ``simulate``: what they print and what they refuse."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import Result
from flask import Flask


@pytest.fixture
def run(app: Flask) -> Any:
    """Run a command and return its result."""

    def command(*arguments: object) -> Result:
        return app.test_cli_runner().invoke(args=[str(part) for part in arguments])

    return command


def test_the_demonstration_gets_weeks_of_history_once(run: Any):
    told = run("demo", "load", "--weeks", 4, "--until", "2026-11-01")
    assert told.exit_code == 0, told.output
    assert "events/s" in told.stdout
    again = run("demo", "load", "--weeks", 4, "--until", "2026-11-01")
    assert again.exit_code == 1
    assert "is added to a fresh one only" in again.stderr
    assert run("verify").exit_code == 0


def test_a_simulated_chain_tells_its_figures(run: Any):
    told = run("simulate", "--stores", 6, "--weeks", 3, "--until", "2026-11-01", "--seed", "a")
    assert told.exit_code == 0, told.output
    names = [line.split("  ")[0].strip() for line in told.stdout.splitlines()[1:]]
    assert names[:3] == ["repairable", "on time", "scrap of intake"]


def test_a_history_of_days_to_come_is_refused(run: Any):
    told = run("demo", "load", "--weeks", 1, "--until", "2100-01-01")
    assert told.exit_code == 1
    assert "must end before today" in told.stderr
