"""Text that a database cannot keep is refused with a sentence, on both databases alike."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy.exc import DataError

from tests.story import Story
from tracker import errors


@pytest.mark.parametrize("field", ["note", "reason", "action_id", "if_version"])
def test_a_nul_in_a_form_is_refused(story: Story, login: Any, field: str) -> None:
    no = story.register()
    fields = {"action_id": str(uuid4()), "reason": "误登", field: "a\x00b"}
    answer = login("manager1").post(f"/registrations/{no}/actions/void", data=fields)
    assert answer.status_code == 422
    assert "无法保存的字符" in answer.text
    assert story.registration(no).status == "registered"


def test_a_nul_at_the_log_in_is_refused(app: Flask, client: Any) -> None:
    answer = client.post("/login", data={"login": "clerk\x00", "password": "x" * 12})
    assert answer.status_code == 422


def test_a_nul_among_the_ticked_garments_is_refused(app: Flask, login: Any) -> None:
    fields = {"action_id": str(uuid4()), "codes": "DJ\x00"}
    assert login("clerk").post("/loss-forms", data=fields).status_code == 422


def test_what_a_scanner_typed_is_kept_even_with_a_nul(story: Story, login: Any) -> None:
    box = story.box("store1")
    fields = {"action_id": str(uuid4()), "code": "P\x00"}
    answer = login("store1").post(f"/shipments/{box}/scans/pack", data=fields)
    assert answer.status_code == 303


def test_what_the_database_alone_refuses_is_a_422_and_no_500() -> None:
    refusal = errors.as_refusal(DataError("INSERT", {}, Exception("value too long")))
    assert (refusal.status, refusal.code) == (422, "not_storable")
