"""Labels for programs: every form, what a print records, and blank tags in a scan."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import Programs
from tests.paper import on_sqlite, page_texts
from tests.story import Story
from tracker.domain.number import piece_no
from tracker.services import tag_roll

MEDIA = {
    "pdf": "application/pdf",
    "zpl": "application/x-zpl",
    "png": "image/png",
    "svg": "image/svg+xml",
}


@on_sqlite
@pytest.mark.parametrize("ending", MEDIA)
@pytest.mark.parametrize("query", ["", "?size=40x30&dpi=300&copies=2"])
def test_a_label_comes_in_every_form(programs: Programs, ending: str, query: str):
    piece = programs.register()["piece_no"]
    answer = programs("store1").get(f"/labels/{piece}.{ending}{query}")
    assert (answer.status_code, answer.content_type) == (200, MEDIA[ending])
    assert answer.headers["Content-Disposition"] == f'inline; filename="{piece}.{ending}"'


@on_sqlite
@pytest.mark.parametrize(
    ("query", "field"), [("size=1x1", "size"), ("dpi=96", "dpi"), ("copies=0", "copies")]
)
def test_a_wrong_setting_is_said_with_its_field(programs: Programs, query: str, field: str):
    piece = programs.register()["piece_no"]
    answer = programs("store1").get(f"/labels/{piece}.pdf?{query}")
    told = (answer.status_code, answer.json["code"], answer.json["field"])
    assert told == (422, "bad_setting", field)


@on_sqlite
@pytest.mark.parametrize("ending", MEDIA)
def test_another_sites_label_is_not_there(programs: Programs, ending: str):
    piece = programs.register()["piece_no"]
    assert programs("store2").get(f"/labels/{piece}.{ending}").status_code == 404
    answer = programs("store2").post(f"/labels/{piece}/prints", {"action_id": str(uuid4())})
    assert answer.status_code == 404


def test_a_program_says_that_it_prints_and_prints_what_it_said(programs: Programs):
    piece, store = programs.register()["piece_no"], programs("store1")
    body = {"action_id": str(uuid4()), "copies": 2}
    first = [store.post(f"/labels/{piece}/prints", body) for _ in range(2)]
    second = store.post(f"/labels/{piece}/prints", {"action_id": str(uuid4())})
    assert [answer.status_code for answer in (*first, second)] == [201, 201, 201]
    assert first[0].json == first[1].json
    assert [answer.json["is_reprint"] for answer in (first[0], second)] == [False, True]
    prints = [answer.json["print_id"] for answer in (first[0], second)]
    pages = [
        page_texts(store.get(f"/labels/{piece}.pdf?print_id={print_id}").data)
        for print_id in prints
    ]
    assert [["重打" in page for page in of_one] for of_one in pages] == [[False, False], [True]]
    assert store.get(f"/labels/{piece}.pdf?print_id={uuid4()}").status_code == 404


def test_a_scan_brings_its_blank_tag(programs: Programs, story: Story):
    roll = story.write(lambda: tag_roll.add(story.act("manager1"), str(uuid4()), 2))
    tag = piece_no(roll.first_id)
    assert programs.register(repair_tag=f"{tag}\r")["piece_no"] == tag
    used: Any = programs.scan(repair_tag=tag, piece="another")
    told = (used.status_code, used.json["outcome"], used.json["code"], used.json["field"])
    assert told == (422, "needs_input", "tag_in_use", "repair_tag")
    wrong = programs.scan(repair_tag="6901234567892", piece="another")
    assert (wrong.status_code, wrong.json["code"]) == (422, "not_a_blank_tag")


def test_the_description_tells_the_forms_of_a_label(programs: Programs):
    paths = programs("store1").get("/openapi.json").json["paths"]
    told = {}
    for ending in MEDIA:
        answers = paths[f"/api/v1/labels/{{piece_no}}.{ending}"]["get"]["responses"]
        [told[ending]] = answers["200"]["content"]
    assert told == MEDIA
    asked = paths["/api/v1/labels/{piece_no}.pdf"]["get"]["parameters"]
    assert [one["name"] for one in asked] == ["piece_no", "size", "dpi", "copies", "print_id"]
