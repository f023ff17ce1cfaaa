"""The turnaround figures through the API are those of the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.kept import kept
from tests.services.test_turnaround import away
from tests.story import Story, days_ago


@kept
def _live(story: Story) -> None:
    """Three garments back after 5, 5 and 16 days, one in flight."""
    away(story, story.register(), story.register())
    away(story, story.register(), packing_days=11)
    story.received()


@pytest.fixture
def lived(story: Story) -> Story:
    """A story of the last weeks."""
    story.now = days_ago(60)
    _live(story)
    return story


def test_the_figures_of_the_last_weeks(lived: Story, api: Callable[[str], Any]) -> None:
    told = api("supervisor").get("/turnaround?by=store").json
    assert {name: told[name] for name in ("finished", "on_time", "share_on_time", "p50_days")} == {
        "finished": 3, "on_time": 2, "share_on_time": 0.6667, "p50_days": 5,
    }  # fmt: skip
    assert told["distribution"] == [{"days": 5, "finished": 2}, {"days": 16, "finished": 1}]
    assert [(leg["name"], leg["over_budget"], leg["made_late"]) for leg in told["legs"]] == [
        ("transit_out", 0, 0), ("intake", 0, 0), ("repair", 0, 0), ("packing", 1, 1),
        ("transit_back", 0, 0),
    ]  # fmt: skip
    assert [(row["status"], row["band"], row["count"]) for row in told["in_flight"]] == [
        ("received", "late", 1)
    ]
    assert [(row["key"], row["finished"], row["on_time"]) for row in told["groups"]] == [
        ("S001", 3, 2)
    ]
    assert (len(told["weeks"]), sum(week["finished"] for week in told["weeks"])) == (13, 3)


def test_of_nothing_there_is_no_share(story: Story, api: Callable[[str], Any]) -> None:
    told = api("store2").get("/turnaround?from=2026-01-01&to=2026-01-31").json
    assert (told["from_on"], told["to_on"]) == ("2026-01-01", "2026-01-31")
    assert (told["finished"], told["share_on_time"], told["p95_days"]) == (0, None, None)
    assert told["groups"] is None


@pytest.mark.parametrize(
    ("login", "query", "status"),
    [
        ("store1", "by=repairer", 403),
        ("store1", "repairer=1", 403),
        ("repairer", "by=repairer", 200),
        ("supplier1", "", 403),
        ("supervisor", "by=weather", 422),
        ("supervisor", "weeks=5", 422),
        ("supervisor", "from=2026-11-02&to=2026-11-01", 422),
    ],
)
def test_a_wrong_question_is_refused(
    api: Callable[[str], Any], login: str, query: str, status: int
) -> None:
    assert api(login).get(f"/turnaround?{query}").status_code == status


def test_the_description_tells_the_figures(api: Callable[[str], Any]) -> None:
    told = api("supervisor").get("/openapi.json").json
    call = told["paths"]["/api/v1/turnaround"]["get"]
    assert {"from", "to", "by"} <= {parameter["name"] for parameter in call["parameters"]}
    assert "share_on_time" in told["components"]["schemas"]["TurnaroundFigures"]["properties"]
