"""Badges, the change of users, the last scans and the scanner's test at their screens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.paper import scanned_codes
from tests.story import Story
from tests.web.pressing import scan
from tracker.db import utc_now
from tracker.services.demo import PASSWORD

PIN = "2580"


def _card(login: Any, name: str, by: str = "manager1") -> str:
    """Issue a badge by its page and set the PIN by the holder's; return the badge's code."""
    answer = login(by).post(f"/accounts/badges/{name}/issue")
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert (
        login(name)
        .post("/account/pin", data={"pin": PIN, "again": PIN, "password": PASSWORD})
        .status_code
        == 303
    )
    [[code]] = scanned_codes(answer.data)
    return str(code)


def test_a_badge_and_a_pin_change_the_page_over_and_back_to_where_it_was(
    app: Flask, login: Any
) -> None:
    card = _card(login, "store1")
    browser = login("manager1")
    with browser.session_transaction() as cookie:
        before = cookie["secret"]
    sent = {"badge": card, "pin": PIN, "next": "/registrations/new"}
    answer = browser.post("/switch", data=sent)
    assert (answer.status_code, answer.location) == (303, "/registrations/new")
    assert 'name="account" content="store1"' in browser.get("/registrations/new").text
    with browser.session_transaction() as cookie:
        cookie["secret"] = before
    assert browser.get("/registrations/new").status_code == 302


def test_a_stranger_gets_in_nowhere_with_a_card(app: Flask, login: Any) -> None:
    sent = {"badge": _card(login, "store1"), "pin": PIN}
    assert app.test_client().post("/switch", data=sent).location == "/login"
    elsewhere = login("store2").post("/switch", data=sent)
    assert (elsewhere.status_code, "不是本处的工牌" in elsewhere.text) == (422, True)


def test_five_wrong_pins_make_the_next_one_wait(login: Any) -> None:
    sent = {"badge": _card(login, "store1"), "pin": "9999"}
    browser = login("manager1")
    with time_machine.travel(utc_now(), tick=False):
        answers = [browser.post("/switch", data=sent).text for _ in range(6)]
    assert ["连续输错次数过多" in text for text in answers] == [False] * 5 + [True]


def test_who_came_by_badge_reads_a_sentence_where_the_password_is_wanted(login: Any) -> None:
    card = _card(login, "manager1")
    browser = login("store1")
    browser.post("/switch", data={"badge": card, "pin": PIN})
    assert browser.get("/registrations").status_code == 200
    for page in ("/account/pin", "/accounts/badges"):
        refused = browser.get(page)
        assert (refused.status_code, "须用密码登录" in refused.text) == (403, True)


def test_a_pin_is_typed_twice_and_a_weak_one_is_refused_in_place(login: Any) -> None:
    browser = login("store1")
    for pin, again, sentence in (
        ("2580", "2581", "两次输入不一致"),
        ("1234", "1234", "太容易猜"),
        ("12", "12", "4 至 6 位数字"),
    ):
        answer = browser.post(
            "/account/pin", data={"pin": pin, "again": again, "password": PASSWORD}
        )
        assert (answer.status_code, sentence in answer.text) == (422, True)


def test_whoever_finds_a_browser_open_sets_no_pin_without_the_password(login: Any) -> None:
    browser = login("store1")
    sent = {"pin": PIN, "again": PIN, "password": "guess"}
    with time_machine.travel(utc_now(), tick=False):
        for tried in range(6):
            answer = browser.post("/account/pin", data=sent)
            sentence = "登录密码不对" if tried < 5 else "连续输错次数过多"
            assert (answer.status_code, sentence in answer.text) == (422, True)
        right = browser.post("/account/pin", data={**sent, "password": PASSWORD})
    assert (right.status_code, "连续输错次数过多" in right.text) == (422, True)


def test_badges_are_withdrawn_and_only_managers_open_their_list(login: Any) -> None:
    _card(login, "store1")
    browser = login("manager1")
    assert "换发工牌" in browser.get("/accounts/badges").text
    assert browser.post("/accounts/badges/store1/withdraw").status_code == 303
    assert "换发工牌" not in browser.get("/accounts/badges").text
    assert browser.post("/accounts/badges/store2/issue").status_code == 404
    assert login("store1").get("/accounts/badges").status_code == 403
    assert "store2" in login("admin").get("/accounts/badges").text


# --- the rows of a scan


def _packed(story: Story) -> tuple[str, str, str]:
    no = story.register()
    story.do("manager1", "registration", no, "accept")
    return no, story.piece_no(no), story.box("store1")


def test_a_row_names_its_scan_its_code_the_next_step_and_the_garment(
    login: Any, story: Story
) -> None:
    no, piece, box = _packed(story)
    browser, key = login("store1"), "6f4c0f1e-6a4e-4ad4-9d7b-0a2a4f3f4b11"
    done = scan(browser, box, "pack", piece, action_id=key, scanned_by="store1").text
    for words in (
        f'data-scan="{key}"', 'data-outcome="done"', 'data-code="pack"',
        f'data-undo="/shipments/{box}/scans/unpack"', f'data-piece="{piece}"',
        f'href="/registrations/{no}"', "继续扫下一件",
    ):  # fmt: skip
        assert words in done
    again = scan(browser, box, "pack", piece)
    assert 'data-outcome="refused" data-code="already_in_this_box"' in again.text
    unread = scan(browser, box, "pack", "6901234567892")
    assert 'data-outcome="attention" data-code="not_a_piece"' in unread.text
    empty = scan(browser, box, "pack", "")
    assert (empty.status_code, 'data-code="empty"' in empty.text) == (422, True)


@pytest.mark.parametrize(
    ("code", "word", "sentence"),
    [
        ("6901234567892", "不是返修标签",
         "「6901234567892」是吊牌，请改扫这件衣服的返修标签（P 开头），没有返修标签的先登记。"),
        ("2613M04012-BK1-170/88A", "不是返修标签",
         "「2613M04012-BK1-170/88A」是吊牌，请改扫这件衣服的返修标签（P 开头），"
         "没有返修标签的先登记。"),
        ("P0000001", "不是返修标签",
         "「P0000001」不是完整的条码，请对准衣服上的返修标签（P 开头）再扫一次。"),
        ("69012345", "不是返修标签",
         "「69012345」不是完整的条码，请对准衣服上的返修标签（P 开头）再扫一次。"),
        ("690123456789", "校验位不对",
         "校验位不对，请对准衣服上的返修标签（P 开头）再扫一次，扫不出就照标签逐位输入。"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("action", ["pack", "receive"])
def test_a_tag_that_is_no_repair_tag_says_in_one_sentence_what_to_do(
    login: Any, story: Story, action: str, code: str, word: str, sentence: str
) -> None:
    if action == "pack":
        answer = scan(login("store1"), story.box("store1"), action, code)
    else:
        answer = scan(login("clerk"), story.send(story.register()), action, code)
    assert 'data-outcome="attention"' in answer.text
    assert f'<strong class="scan-word">{word}</strong>' in answer.text
    assert f'<span class="scan-sentence">{sentence} </span>' in answer.text
    assert "请重扫" not in answer.text
    assert "scan-next" not in answer.text


def test_a_kept_scan_is_refused_to_another_person_and_waits_for_its_author(
    login: Any, story: Story
) -> None:
    no, piece, box = _packed(story)
    answer = scan(login("manager1"), box, "pack", piece, scanned_by="store1")
    assert (answer.status_code, "store1" in answer.text) == (409, True)
    assert "data-scan=" not in answer.text
    assert story.registration(no).status == "ready_to_ship"


def test_a_scan_into_a_box_that_nobody_sees_is_answered_for_good(login: Any, story: Story) -> None:
    _no, piece, box = _packed(story)
    key = "6f4c0f1e-6a4e-4ad4-9d7b-0a2a4f3f4b12"
    answer = scan(login("store2"), box, "pack", piece, action_id=key)
    assert (answer.status_code, f'data-scan="{key}"' in answer.text) == (404, True)


# --- the last scans


def test_the_last_scans_of_a_site_stand_with_their_words_and_links(
    login: Any, story: Story
) -> None:
    story.now = utc_now() - timedelta(hours=1)
    no, piece, box = _packed(story)
    story.wait(minutes=1)
    story.do("store1", "shipment", box, "pack", code=piece)
    story.wait(minutes=1)
    story.take("manager1", "shipment", box, "pack", code=piece)
    page = login("store1").get("/scans").text
    order = ["已在本箱", "装箱", f"/registrations/{no}", "登记"]
    assert [page.find(words, page.find("<tbody>")) > 0 for words in order] == [True] * 4
    assert page.count("<tr data-outcome") == 3
    assert page.index('data-code="already_in_this_box"') < page.index('data-outcome="done"')
    assert f'href="/shipments/{box}"' in page
    assert login("store1").get("/scans?mine=1").text.count("<tr data-outcome") == 2
    assert "这里还没有扫描记录" in login("store2").get("/scans").text
    assert "您在这里还没有扫描记录" in login("store2").get("/scans?mine=1").text


def test_no_more_than_twenty_of_both_kinds_stand_newest_first(login: Any, story: Story) -> None:
    story.now = utc_now() - timedelta(hours=1)
    _no, piece, box = _packed(story)
    for _ in range(24):
        story.wait(seconds=10)
        story.take("store1", "shipment", box, "pack", code=piece)
    page = login("store1").get("/scans").text
    assert page.count("<tr data-outcome") == 20


# --- the scanner's test


@pytest.mark.parametrize(
    ("typed", "more", "words"),
    [
        ("6901234567892", "&gaps=2,3,2&ended=Enter", ('data-right="yes"', 'data-parsed="ean13"')),
        ("6901234567890", "&gaps=2,3,2&ended=Enter", ('data-right="yes"', "校验位不对")),
        ("6901234567892", "&gaps=2,3,2&ended=Tab", ('data-right="no"', 'data-fault="tab_end"')),
        ("%5DC0P00000001Z", "&gaps=2&ended=Enter", ("]C0 Code 128",)),
        ("%3Cb%3E", "&gaps=x,-1,9999999&ended=", ("&lt;b&gt;", 'data-fault="no_end"')),
    ],
)
def test_what_was_typed_is_taken_apart(
    login: Any, typed: str, more: str, words: tuple[str, ...]
) -> None:
    page = login("store1").get(f"/scanner/reading?typed={typed}{more}").text
    assert [word in page for word in words] == [True] * len(words)


def test_the_sheet_of_test_codes_is_printed_with_all_six(login: Any) -> None:
    answer = login("store1").get("/scanner/sheet.pdf")
    [codes] = scanned_codes(answer.data)
    assert {"6901234567892", "2613M04012-GN1-175/92A", "6901234567890"} < codes
    assert len(codes) == 6
