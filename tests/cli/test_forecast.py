"""The forecasts without the runner, in parts, and over the past."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.story import Story
from tracker.db import utc_now
from tracker.models.forecast import Forecast, KeptForecast
from tracker.services import forecast


def test_the_commands_foretell_what_is_in_flight_and_what_has_landed(
    story: Story, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "AT_ONCE", 2)
    story.now = utc_now() - timedelta(days=20)
    first, second, *flying = (story.register() for _ in range(7))
    for no in (first, second):
        story.at_after_sales(no)
        story.repair(no)
        story.return_to_store(no)
        story.wait(days=1)
    story.send(*flying)
    runner = app.test_cli_runner()
    assert "forecasts changed: 5" in runner.invoke(args=["forecast", "refresh"]).output
    assert "forecasts changed: 0" in runner.invoke(args=["forecast", "refresh"]).output
    story.session.rollback()
    assert story.session.scalar(select(func.count()).select_from(Forecast)) == 5
    assert "forecasts kept: 5" in runner.invoke(args=["forecast", "replay"]).output
    story.session.rollback()
    kept = story.session.scalars(select(KeptForecast.is_replayed)).all()
    assert sorted(kept) == [False] * 5 + [True] * 5
