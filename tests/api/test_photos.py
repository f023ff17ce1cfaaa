"""Photos through the API: sent once however often, listed, shown, removed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from tests.api.conftest import Programs
from tests.photos import add_photo, oversized, picture, telling
from tracker.extensions import db


@pytest.fixture
def path(programs: Programs) -> str:
    """The address of a garment's photos."""
    return f"/registrations/{programs.register()['no']}/photos"


def test_a_photo_is_added_listed_and_shown(programs: Programs, path: str):
    made = add_photo(programs("store1"), path, telling(6))
    assert made.status_code == 201
    photo = made.json["photo"]
    assert (photo["kind"], photo["width"], photo["height"]) == ("fault", 600, 800)
    assert (photo["by"], photo["site"]) == ("王丽", "S001")
    assert programs("clerk").get(path).json == {"items": [photo], "next": None}
    shown = programs("clerk").get(photo["href"])
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert len(shown.data) == photo["bytes"]
    assert b"Secret" not in shown.data
    small = programs("clerk").get(photo["thumb"])
    assert len(small.data) < len(shown.data)


def test_the_same_photo_twice_is_one_photo(programs: Programs, path: str):
    first = add_photo(programs("store1"), path, picture())
    again = add_photo(programs("store1"), path, picture())
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    assert len(programs("store1").get(path).json["items"]) == 1


def test_the_same_key_gives_the_first_answer(programs: Programs, path: str):
    key = str(uuid4())
    first = add_photo(programs("store1"), path, picture(), action_id=key)
    again = add_photo(programs("store1"), path, picture(), action_id=key)
    assert (first.status_code, again.status_code, again.data) == (201, 200, first.data)
    other = add_photo(programs("store1"), path, picture(left="blue"), action_id=key)
    assert (other.status_code, other.json["code"]) == (422, "action_id_reused")
    foreign = add_photo(programs("manager1"), path, picture(), action_id=key)
    assert foreign.status_code == 404


def test_twelve_equal_photos_at_once_are_one(app: Flask, programs: Programs, token: Any, path: str):
    secret = token("store1")
    db.session.remove()

    def send(_number: int) -> tuple[int, Any]:
        answer = app.test_client().post(
            f"/api/v1{path}",
            data={
                "kind": "fault",
                "action_id": str(uuid4()),
                "file": (BytesIO(picture()), "x.jpg"),
            },
            headers={"Authorization": f"Bearer {secret}"},
        )
        return answer.status_code, answer.json

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(send, range(12)))
    assert sorted(status for status, _ in answers) == [200] * 11 + [201]
    assert len({told["photo"]["id"] for _, told in answers}) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_photo"),
        (b"<?php ?>", "not_a_photo"), (b"PK\x03\x04" + b"\0" * 80, "not_a_photo"),
        (picture()[:400], "unreadable_photo"),
    ],
)  # fmt: skip
def test_what_is_no_photo_is_422_and_names_the_file(
    programs: Programs, path: str, content: bytes, code: str
):
    answer = add_photo(programs("store1"), path, content)
    assert (answer.status_code, answer.json["code"], answer.json["field"]) == (422, code, "file")
    assert programs("store1").get(path).json["items"] == []


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"kind": "selfie"}, "unknown_value", "kind"),
        ({"kind": "box"}, "wrong_kind", "kind"),
        ({"action_id": "1"}, "bad_key", "action_id"),
        ({"colour": "red"}, "unknown_field", "colour"),
    ],
)
def test_a_wrong_field_is_named(
    programs: Programs, path: str, fields: dict[str, str], code: str, field: str
):
    answer = add_photo(programs("store1"), path, picture(), **fields)
    assert (answer.status_code, answer.json["code"], answer.json["field"]) == (422, code, field)


def test_a_body_that_is_no_form_or_has_no_file_is_refused(programs: Programs, path: str):
    program = programs("store1")
    body = {"kind": "fault", "action_id": str(uuid4())}
    assert program.post(path, body).status_code == 415
    bare = program.client.post(
        f"/api/v1{path}",
        data=body,
        headers=program.headers,
        content_type="multipart/form-data",
    )
    assert (bare.status_code, bare.json["field"]) == (422, "file")
    large = program.client.post(f"/api/v1{path}", headers=program.headers, **oversized())
    assert (large.status_code, large.json["code"]) == (413, "too_large")


def test_another_stores_photos_are_404(programs: Programs, path: str):
    photo = add_photo(programs("store1"), path, picture()).json["photo"]
    for login in ("store2", "manager2", "manager3"):
        program = programs(login)
        for address in (path, photo["href"], photo["thumb"]):
            assert program.get(address).status_code == 404, (login, address)
        assert add_photo(program, path, picture(left="blue")).status_code == 404
        assert program.post(f"{photo['href']}/remove", {"reason": "x"}).status_code == 404
    assert programs("admin").get(photo["href"]).status_code == 403
    assert programs("supplier1").get(photo["href"]).status_code == 404
    assert add_photo(programs("auditor"), path, picture()).status_code == 403


def test_a_removed_photo_is_404_and_no_longer_listed(programs: Programs, path: str):
    photo = add_photo(programs("store1"), path, picture()).json["photo"]
    refused = programs("manager1").post(f"{photo['href']}/remove", {})
    assert (refused.status_code, refused.json["field"]) == (422, "reason")
    removed = programs("manager1").post(f"{photo['href']}/remove", {"reason": "拍错了"})
    assert (removed.status_code, removed.json["removed"]) == (200, photo["id"])
    assert programs("store1").get(path).json["items"] == []
    assert programs("store1").get(photo["href"]).status_code == 404


def test_the_description_says_that_a_photo_is_a_form_with_a_file(client: Any):
    told = client.get("/api/v1/openapi.json").json
    for place in ("registrations", "shipments", "discrepancies"):
        calls = told["paths"][f"/api/v1/{place}/{{no}}/photos"]
        assert set(calls) == {"get", "post"}
        assert list(calls["post"]["requestBody"]["content"]) == ["multipart/form-data"]
    upload = told["components"]["schemas"]["PhotoUpload"]
    assert upload["properties"]["file"]["format"] == "binary"
    assert sorted(upload["required"]) == ["action_id", "file", "kind"]
    picture_answer = told["paths"]["/api/v1/photos/{no}"]["get"]["responses"]["200"]
    assert list(picture_answer["content"]) == ["image/jpeg"]
