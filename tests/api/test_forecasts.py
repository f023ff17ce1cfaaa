"""Forecasts through the API: what must move first first, and what each of them is made of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from tests.story import Story
from tracker.db import utc_now, write
from tracker.domain.calendar import shanghai_date
from tracker.extensions import db
from tracker.models.forecast import Forecast
from tracker.models.registration import Registration
from tracker.services import forecast

Api = Callable[[str], Any]


@pytest.fixture
def flight(story: Story) -> dict[str, str]:
    """One of each of two stores at after-sales since a week, one of the first store on the road."""
    story.now = utc_now() - timedelta(days=9)
    ours, theirs = story.register(), story.register("store3")
    story.at_after_sales(ours)
    story.at_after_sales(theirs, login="store3", manager="manager3")
    story.now = utc_now() - timedelta(days=1)
    sent = story.register()
    story.send(sent)
    write(story.session, lambda: forecast.refresh(story.session, utc_now()))
    return {"ours": ours, "theirs": theirs, "sent": sent}


def listed(api: Api, login: str, query: str = "") -> list[str]:
    told = api(login).get(f"/forecasts{query}").json
    return [row["no"] for row in told["items"]]


def test_a_forecast_says_its_days_its_class_and_what_it_is_counted_from(
    story: Story, flight: dict[str, str], api: Api
) -> None:
    [row] = [
        one for one in api("store1").get("/forecasts").json["items"] if one["leg"] != "transit_out"
    ]
    today, garment = shanghai_date(utc_now()), story.registration(flight["ours"])
    steps = row.pop("steps")
    del row["made_at"]
    back = today + timedelta(days=11)
    assert row == {
        "no": garment.no, "piece_no": garment.piece.piece_no, "site": "S001", "status": "received",
        "risk": "late", "leg": "intake", "due_on": garment.due_on.isoformat(),
        "likely_on": back.isoformat(), "safe_on": back.isoformat(),
        "press_on": (garment.due_on - timedelta(days=11)).isoformat(),
    }  # fmt: skip
    assert [(step["leg"], step["half_days"], step["counted_from"]) for step in steps] == [
        ("intake", 1, "budget"), ("repair", 5, "budget"), ("packing", 1, "budget"),
        ("transit_back", 4, "budget"),
    ]  # fmt: skip
    assert (steps[0]["elapsed_days"], steps[0]["cases"], steps[1]["elapsed_days"]) == (6, 0, None)


def test_each_sees_the_garments_of_his_own_sites_alone(flight: dict[str, str], api: Api) -> None:
    ours, theirs, sent = flight["ours"], flight["theirs"], flight["sent"]
    assert listed(api, "store1") == [ours, sent]
    assert listed(api, "store3") == [theirs]
    assert listed(api, "store2") == []
    assert listed(api, "supervisor") == [ours, theirs, sent]
    assert listed(api, "store1", "?site=S003") == []
    assert api("supplier1").get("/forecasts").status_code == 403


def test_who_counts_blind_is_not_told_what_is_on_its_way_to_him(
    flight: dict[str, str], api: Api
) -> None:
    assert listed(api, "clerk") == [flight["ours"], flight["theirs"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?risk=late", ["ours", "theirs"]),
        ("?risk=on_time", ["sent"]),
        ("?risk=at_risk", []),
        ("?site=S003", ["theirs"]),
        ("?holder=store", ["sent"]),
        ("?holder=after_sales&site=S001", ["ours"]),
        ("?site=S999", []),
    ],
)
def test_the_filters_choose(flight: dict[str, str], api: Api, query: str, found: list[str]) -> None:
    assert listed(api, "supervisor", query) == [flight[name] for name in found]


@pytest.mark.parametrize("field", ["risk", "holder"])
def test_a_choice_that_is_none_is_refused(api: Api, field: str) -> None:
    answer = api("supervisor").get(f"/forecasts?{field}=weather")
    assert (answer.status_code, answer.json["code"]) == (422, "unknown_choice")


def test_the_registration_tells_its_own_forecast_until_it_is_back(
    story: Story, flight: dict[str, str], api: Api
) -> None:
    reader, path = api("store1"), f"/registrations/{flight['ours']}"
    told = reader.get(path).json["forecast"]
    [listed_row] = [
        row for row in reader.get("/forecasts").json["items"] if row["no"] == flight["ours"]
    ]
    assert told == {name: listed_row[name] for name in told}
    assert api("store3").get(path).status_code == 404
    story.now = utc_now()
    story.repair(flight["ours"])
    story.return_to_store(flight["ours"])
    assert reader.get(path).json["forecast"] is None


def test_the_list_is_paged_and_its_queries_do_not_grow_with_it(
    story: Story, flight: dict[str, str], api: Api
) -> None:
    reader = api("supervisor")
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    def get(query: str) -> tuple[Any, int]:
        asked.clear()
        return reader.get(f"/forecasts{query}").json, len(asked)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        _few, before = get("")
        more = [story.register() for _ in range(51)]
        story.send(*more)
        write(story.session, lambda: forecast.refresh(story.session, utc_now()))
        first, queries = get("")
        last, _queries = get(f"?cursor={first['next']}")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert queries == before
    assert (len(first["items"]), len(last["items"]), last["next"]) == (50, 4, None)
    every = [row["no"] for row in (*first["items"], *last["items"])]
    in_order = select(Registration.no).join(Forecast).order_by(Forecast.press_on, Registration.id)
    assert every == list(story.session.scalars(in_order))


def test_the_description_names_the_list_and_the_forecast_of_a_registration(api: Api) -> None:
    told = api("supervisor").get("/openapi.json").json
    call = told["paths"]["/api/v1/forecasts"]["get"]
    assert [one["name"] for one in call["parameters"]] == ["risk", "site", "holder", "cursor"]
    schemas = told["components"]["schemas"]
    assert "forecast" in schemas["RegistrationWithTimeline"]["properties"]
    assert "counted_from" in schemas["ForecastStep"]["properties"]
