"""POST /tags/parse: what the catalogue must decide, and who may ask."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.api.conftest import Programs
from tests.story import JACKET
from tracker.domain.tag import parse
from tracker.extensions import db
from tracker.models.catalog import Sku
from tracker.queries import catalog


@pytest.fixture
def two_readings(app: Flask) -> None:
    style = catalog.sku_of(db.session(), parse(JACKET)).style
    db.session.add_all(
        [Sku(style=style, colour="BK1", size="1M"), Sku(style=style, colour="BK11", size="M")]
    )
    db.session.commit()


def test_a_word_that_may_be_two_products_tells_the_choices(
    two_readings: None, programs: Programs
) -> None:
    answer = programs("store1").post("/tags/parse", {"code": "2613M04012BK11M"})
    choices = ["2613M04012-BK1-1M", "2613M04012-BK11-M"]
    assert (answer.status_code, answer.json) == (200, {"kind": "unknown", "choices": choices})


def test_a_scan_of_such_a_word_asks_for_the_choice_and_comes_again(
    two_readings: None, programs: Programs
) -> None:
    asked = programs.scan(scan_id="5f0c2f53-4a53-4c6e-9f59-0c1f5a1d7a01", code="2613M04012BK11M")
    assert asked.status_code == 422
    assert (asked.json["outcome"], asked.json["code"]) == ("needs_input", "ambiguous_sku")
    assert asked.json["choices"] == ["2613M04012-BK1-1M", "2613M04012-BK11-M"]
    done = programs.scan(
        scan_id="5f0c2f53-4a53-4c6e-9f59-0c1f5a1d7a01", code=asked.json["choices"][0]
    )
    assert (done.status_code, done.json["registration"]["size"]) == (201, "1M")


@pytest.mark.parametrize(
    ("login", "status"),
    [("store1", 200), ("manager2", 200), ("clerk", 200), ("repairer", 200), ("supplier1", 403)],
)
def test_whoever_handles_garments_may_read_their_tags(
    programs: Any, login: str, status: int
) -> None:
    assert programs(login).post("/tags/parse", {"code": JACKET}).status_code == status


def test_no_price_is_told(programs: Programs) -> None:
    answer = programs("store1").post("/tags/parse", {"code": JACKET})
    assert set(answer.json) == {"kind", "gtin14", "style_no", "colour", "size", "sku"}
