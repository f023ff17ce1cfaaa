"""Photos on the pages: added by a form or a script, shown large, removed; for no stranger."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.photos import oversized, picture
from tests.story import Story
from tracker.services import demo

STRANGERS = ["store2", "manager2", "store3", "manager3", "supplier1", "admin"]
LOGINS = [login for login, *_rest in demo.ACCOUNTS]


def post(browser: Any, path: str, *files: bytes, kind: str = "fault", **more: Any) -> Any:
    """Send files as the page's form does."""
    named = [(BytesIO(raw), f"IMG_{number}.jpg") for number, raw in enumerate(files)]
    return browser.post(
        path,
        data={"kind": kind, "photos": named},
        content_type="multipart/form-data",
        **more,
    )


def one_photo(login: Any, story: Story, who: str = "store1") -> tuple[str, str]:
    """Return a garment's number and the address of its one photo."""
    no = story.register()
    assert post(login(who), f"/registrations/{no}/photos", picture()).status_code == 303
    story.session.rollback()
    photo_id = story.session.execute(text("SELECT MAX(id) FROM photo")).scalar_one()
    return no, f"/photos/{photo_id}"


def test_several_photos_are_added_at_once_and_stand_on_the_page(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.register()
    browser = login("store1")
    before = browser.get(f"/registrations/{no}").text
    assert "还没有照片" in before
    answer = post(browser, f"/registrations/{no}/photos", picture(left="red"), picture(left="blue"))
    assert (answer.status_code, answer.location) == (303, f"/registrations/{no}#photos")
    page = browser.get(f"/registrations/{no}").text
    assert "已添加 2 张照片" in page
    thumbs = re.findall(r'<img src="(/photos/\d+/thumb\.jpg)" alt="([^"]+)"', page)
    assert len(thumbs) == 2
    assert all(re.fullmatch(r"缺陷照片，\d{4}-\d\d-\d\d \d\d:\d\d", alt) for _src, alt in thumbs)
    assert browser.get(f"/registrations/{no}/photos").text.count("<img") == 2


def test_a_picture_is_served_as_a_jpeg_that_no_shared_cache_keeps(
    app: Flask, login: Any, story: Story
) -> None:
    _no, path = one_photo(login, story)
    browser = login("store1")
    for address in (f"{path}.jpg", f"{path}/thumb.jpg"):
        answer = browser.get(address)
        assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, max-age=86400"
        assert answer.data[:3] == b"\xff\xd8\xff"
        again = browser.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_a_photo_has_a_page_with_who_took_it_and_the_way_back(
    app: Flask, login: Any, story: Story
) -> None:
    no, path = one_photo(login, story)
    page = login("clerk").get(path).text
    for words in ("王丽", "S001 广州天河店", no, f'href="/registrations/{no}#photos"', "800 × 600"):
        assert words in page
    assert "删除这张照片" not in page
    assert "删除这张照片" in login("store1").get(path).text


@pytest.mark.parametrize("stranger", STRANGERS)
def test_another_store_finds_no_photo_by_any_path(
    app: Flask, login: Any, story: Story, stranger: str
) -> None:
    no, path = one_photo(login, story)
    browser = login(stranger)
    closed = (403, 404) if stranger in ("supplier1", "admin") else (404,)
    for address in (path, f"{path}.jpg", f"{path}/thumb.jpg", f"/registrations/{no}/photos"):
        assert browser.get(address).status_code in closed, address
    assert post(browser, f"/registrations/{no}/photos", picture()).status_code in closed
    assert browser.post(f"{path}/remove", data={"reason": "x"}).status_code in closed
    assert login("store1").get(f"{path}.jpg").status_code == 200


@pytest.mark.parametrize("name", LOGINS)
def test_every_role_of_the_chain_sees_the_garments_photos_or_nothing(
    app: Flask, login: Any, story: Story, name: str
) -> None:
    no, path = one_photo(login, story)
    browser = login(name)
    page = browser.get(f"/registrations/{no}").status_code
    if name == "supplier1":  # it may open photos, those of its own loss forms
        assert page == 403
        page = 404
    assert browser.get(f"{path}.jpg").status_code == page
    assert browser.get(path).status_code == page


def test_a_stranger_is_sent_to_the_log_in(app: Flask, login: Any, story: Story, client: Any):
    _no, path = one_photo(login, story)
    assert client.get(f"{path}.jpg").status_code == 302


@pytest.mark.parametrize("number", ["0", "999", "9" * 40, "-1", "１", "x", "1%00", "1'--", "../1"])
def test_a_photo_that_cannot_be_is_not_found(app: Flask, login: Any, number: str) -> None:
    browser = login("store1")
    for path in (f"/photos/{number}", f"/photos/{number}.jpg", f"/photos/{number}/thumb.jpg"):
        assert browser.get(path).status_code == 404


def test_a_removed_photo_is_served_to_nobody(app: Flask, login: Any, story: Story) -> None:
    no, path = one_photo(login, story)
    browser = login("store1")
    answer = browser.post(f"{path}/remove", data={"reason": ""})
    assert (answer.status_code, answer.location) == (303, f"/registrations/{no}#photos")
    for name in ("store1", "manager1", "clerk", "auditor"):
        for address in (path, f"{path}.jpg", f"{path}/thumb.jpg"):
            assert login(name).get(address).status_code == 404
    assert "还没有照片" in browser.get(f"/registrations/{no}").text
    assert story.session.execute(text("SELECT COUNT(*) FROM photo")).scalar_one() == 1


def test_removing_without_the_reason_or_the_right_says_why(
    app: Flask, login: Any, story: Story
) -> None:
    _no, path = one_photo(login, story)
    asked = login("manager1").post(f"{path}/remove", data={"reason": " "})
    assert asked.status_code == 422
    assert "请写明原因" in asked.text
    refused = login("clerk").post(f"{path}/remove", data={"reason": "x"})
    assert refused.status_code == 403
    assert "15 分钟内" in refused.text
    assert login("manager1").post(f"{path}/remove", data={"reason": "拍错"}).status_code == 303


def test_one_bad_file_of_three_is_named_and_stops_no_other(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.register()
    browser = login("store1")
    post(
        browser,
        f"/registrations/{no}/photos",
        picture(left="red"),
        b"<?php evil(); ?>",
        picture(left="blue"),
    )
    page = browser.get(f"/registrations/{no}").text
    assert "已添加 2 张照片" in page
    assert "IMG_1.jpg：这不是照片" in page


def test_a_script_reads_what_became_of_its_file(app: Flask, login: Any, story: Story) -> None:
    no = story.register()
    browser = login("store1")
    accept = {"headers": {"Accept": "application/json"}}
    path = f"/registrations/{no}/photos"
    added = post(browser, path, picture(), **accept)
    assert (added.status_code, added.json) == (200, {"added": 1, "sentences": []})
    for raw, words in ((b"", "空文件"), (b"<svg/>", "不是照片"), (picture()[:300], "打不开")):
        refused = post(browser, path, raw, **accept)
        assert (refused.status_code, refused.json["added"]) == (422, 0)
        assert words in refused.json["sentences"][0]
    none = browser.post(path, data={"kind": "fault"}, **accept)
    assert none.json["sentences"] == ["没有选照片。请先拍一张或选一张，再添加。"]
    kind = post(browser, path, picture(left="blue"), kind="box", **accept)
    assert "封箱" in kind.json["sentences"][0]


def test_too_large_a_post_is_refused_with_a_sentence(app: Flask, login: Any, story: Story) -> None:
    no = story.register()
    answer = login("store1").post(f"/registrations/{no}/photos", **oversized())
    assert answer.status_code == 413
    assert "一次少传几张" in answer.text


def test_a_post_without_the_token_adds_nothing(app: Flask, login: Any, story: Story) -> None:
    no = story.register()
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = post(login("store1"), f"/registrations/{no}/photos", picture())
        assert (answer.status_code, "页面已过期" in answer.text) == (400, True)
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert story.session.execute(text("SELECT COUNT(*) FROM photo")).scalar_one() == 0


@pytest.mark.parametrize(
    "name", ["../../../etc/x.jpg", "..", "a\\b.jpg", "<img src=x onerror=alert(1)>", "x" * 900]
)
def test_a_files_name_leads_nowhere(app: Flask, login: Any, story: Story, name: str) -> None:
    no = story.register()
    browser = login("store1")
    data = {"kind": "fault", "photos": [(BytesIO(b"x"), name), (BytesIO(b"y"), "y.jpg")]}
    answer = browser.post(
        f"/registrations/{no}/photos", data=data, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "<img src=x" not in page
    assert "不是照片" in page


def test_who_only_looks_gets_no_form(app: Flask, login: Any, story: Story) -> None:
    no, _path = one_photo(login, story)
    page = login("auditor").get(f"/registrations/{no}").text
    assert "data-photo-form" not in page
    assert "thumb.jpg" in page
    assert post(login("auditor"), f"/registrations/{no}/photos", picture()).status_code == 403


def test_right_after_registering_the_page_offers_a_photo(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.register()
    browser = login("store1")
    page = browser.get(f"/registrations/{no}/registered").text
    action = f"/registrations/{no}/photos?from=registered"
    assert f'action="{action}"' in page
    answer = post(browser, action, picture())
    assert answer.location == f"/registrations/{no}/registered#photos"
    assert "thumb.jpg" in browser.get(answer.location).text


def test_the_receiver_sees_the_sealed_box_and_not_what_lies_in_it(
    app: Flask, login: Any, story: Story
) -> None:
    no = story.register()
    story.do("manager1", "registration", no, "accept")
    box = story.box("store1", no)
    browser, path = login("store1"), f"/shipments/{box}/photos"
    assert post(browser, path, picture(left="blue"), kind="other").status_code == 303
    story.dispatch("store1", box)
    assert post(browser, path, picture(left="green"), kind="box").status_code == 303
    story.session.rollback()
    inside, sealed = story.session.execute(text("SELECT id FROM photo ORDER BY id")).scalars()
    for address in (f"/shipments/{box}", path):
        page = login("clerk").get(address).text
        assert f"/photos/{sealed}/thumb.jpg" in page
        assert f"/photos/{inside}/thumb.jpg" not in page
        assert f"/photos/{inside}/thumb.jpg" in browser.get(address).text
    for name, status in (("clerk", 404), ("supervisor", 404), ("store1", 200)):
        assert login(name).get(f"/photos/{inside}.jpg").status_code == status
    assert f"/photos/{inside}" not in login("clerk").get(f"/photos/{sealed}").text


def test_a_discrepancy_carries_photos(app: Flask, login: Any, story: Story) -> None:
    here, gone = story.register(), story.register()
    box = story.send(here, gone)
    story.wait(days=2)
    story.count_in(box, here)
    case = story.session.execute(text("SELECT no FROM discrepancy")).scalar_one()
    browser = login("supervisor")
    answer = post(browser, f"/discrepancies/{case}/photos", picture(), kind="evidence")
    assert answer.location == f"/discrepancies/{case}#photos"
    assert "thumb.jpg" in browser.get(f"/discrepancies/{case}").text
