"""Who counts a box learns nothing of its contents before; whoever looks for it finds the box."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from tests.story import Story


def _on_the_road(story: Story) -> tuple[str, str]:
    no = story.register()
    return no, story.send(no)


def test_a_tracking_number_leads_to_its_box(app: Flask, login: Any, story: Story) -> None:
    _no, box = _on_the_road(story)
    tracking_no = story.shipment(box).tracking_no
    for words in (tracking_no, box, box.lower()):
        answer = login("clerk").get("/registrations/search", query_string={"q": words})
        assert (answer.status_code, answer.location) == (302, f"/shipments/{box}")


def test_another_stores_box_is_not_found(app: Flask, login: Any, story: Story) -> None:
    _no, box = _on_the_road(story)
    answer = login("store2").get("/registrations/search", query_string={"q": box})
    assert answer.location == f"/registrations?q={box}"
    assert "没有找到" in login("store2").get(answer.location).text


def test_no_page_tells_the_clerk_what_lies_in_a_box_on_its_way(
    app: Flask, login: Any, story: Story
) -> None:
    no, box = _on_the_road(story)
    piece, browser = story.piece_no(no), login("clerk")
    for address in (
        "/",
        "/registrations",
        "/registrations?status=in_transit",
        "/registrations?q=2613M04012",
        "/shipments",
        f"/shipments/{box}",
        f"/shipments/{box}/contents",
    ):
        assert piece not in browser.get(address).text, address


def test_its_own_number_finds_the_garment_but_not_its_box(
    app: Flask, login: Any, story: Story
) -> None:
    no, box = _on_the_road(story)
    browser = login("clerk")
    found = browser.get(f"/registrations?q={story.piece_no(no)}")
    assert found.location == f"/registrations/{no}"
    page = browser.get(f"/registrations/{no}").text
    assert "在途" in page
    assert box not in page
    assert box in login("store1").get(f"/registrations/{no}").text


def test_after_the_count_the_box_stands_in_the_story(app: Flask, login: Any, story: Story) -> None:
    no, box = _on_the_road(story)
    story.count_in(box, no)
    assert box in login("clerk").get(f"/registrations/{no}").text


def test_what_a_scan_renews_says_that_counting_began_and_nothing_of_the_list(
    login: Any, story: Story
) -> None:
    nos = [story.register(), story.register(piece="another")]
    box = story.send(*nos)
    browser = login("clerk")
    before = browser.get(f"/shipments/{box}/contents").text
    assert ('id="box-status"' in before, "已寄出" in before) == (True, True)
    story.do("clerk", "shipment", box, "receive", code=story.piece_no(nos[0]))
    renewed = browser.get(f"/shipments/{box}/contents").text
    assert "清点中" in re.sub(r".*id=\"box-status\"", "", renewed, flags=re.DOTALL)
    assert "已寄出" not in renewed
    assert re.findall(r"data-count>(\d+)<", renewed) == ["1"]
    assert story.piece_no(nos[1]) not in renewed
