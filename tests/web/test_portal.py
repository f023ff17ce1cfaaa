"""The pages of one-time links: what they show, what they take, and the one answer when they end."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from flask import Flask

from tests.paper import on_sqlite, page_texts
from tests.photos import picture
from tests.story import Story, days_ago
from tests.web.portal import fault_photo, link, posted
from tracker import edge
from tracker.db import utc_now
from tracker.domain.access_link import Noun
from tracker.domain.statement import Delivery
from tracker.errors import shown_path
from tracker.web import portal


@pytest.fixture(autouse=True)
def _unhurried(app: Flask) -> None:
    """Each test has the pace of an address to itself."""
    portal.PACE_OF._seen.clear()


@pytest.fixture
def story(story: Story) -> Story:
    """The cast acting these days: links end by the server's clock."""
    story.now = days_ago(4)
    return story


@pytest.fixture
def form(story: Story) -> str:
    """A supplier's form of two garments, submitted."""
    first, second = story.scrapped(), story.scrapped()
    [no] = story.list_on_forms(first, second)
    story.now = utc_now()
    story.do("clerk", "loss_form", no, "submit")
    return str(no)


def _words(page: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page[page.index("<main") :]))


def _bill(story: Story) -> str:
    [form] = story.list_on_forms(story.scrapped())
    story.sign_off(form)
    story.now = utc_now()
    month = story.form(form).month
    story.close_month(month)
    no = next(one for one in story.statements(month) if one.startswith("KK"))
    story.do("finance", "statement", no, "issue")
    return str(no)


def test_business_makes_a_link_and_is_shown_it_once(
    app: Flask, login: Any, story: Story, form: str
) -> None:
    browser, path = login("business"), f"/loss-forms/{form}/links"
    assert "还没有" in browser.get(path).text
    made = browser.post(path, data={"action_id": str(uuid4())})
    assert (made.status_code, made.location) == (303, path)
    page = browser.get(path).text
    [address] = re.findall(r'value="(http://localhost/l/[\w-]{43})"', page)
    assert "data:image/svg+xml" in page
    assert address not in browser.get(path).text
    assert app.test_client().get(address.removeprefix("http://localhost")).status_code == 200
    kept = story.session.connection().exec_driver_sql("SELECT answer FROM action_key").scalars()
    assert not any(address.rpartition("/")[2] in answer for answer in kept)


def test_the_same_press_makes_one_link(login: Any, story: Story, form: str) -> None:
    browser, path, key = login("finance"), f"/loss-forms/{form}/links", str(uuid4())
    for _ in range(2):
        assert browser.post(path, data={"action_id": key}).status_code == 303
    assert browser.get(path).text.count('data-label="有效期至"') == 1


@pytest.mark.parametrize("name", ["clerk", "supplier1", "manager1", "auditor", "admin"])
def test_others_make_no_links(login: Any, form: str, name: str) -> None:
    browser, path = login(name), f"/loss-forms/{form}/links"
    assert browser.get(path).status_code == 403
    assert browser.post(path, data={"action_id": str(uuid4())}).status_code == 403
    assert browser.post("/links/1/revoke").status_code == 403


def test_a_supplier_signs_by_link_without_a_log_in(
    client: Any, login: Any, story: Story, form: str
) -> None:
    secret = link(story, form)
    page = client.get(f"/l/{secret}")
    assert page.status_code == 200
    words = _words(page.text)
    assert form in words
    assert "¥379.68" in words
    assert "叁佰柒拾玖元陆角捌分" in words
    assert "广州天河店" not in words
    assert "masthead-user" not in page.text
    nameless = posted(client, secret, "sign", signer=" ")
    assert nameless.status_code == 422
    assert "请填写您的姓名" in nameless.text
    assert posted(client, secret, "sign", signer="长" * 41).status_code == 422
    signed = posted(client, secret, "sign")
    assert (signed.status_code, signed.location) == (303, "/l/done")
    assert "签字" in _words(client.get("/l/done").text)
    assert story.form(form).status == "signed"
    assert client.get(f"/l/{secret}").status_code == 404
    shown = _words(login("business").get(f"/loss-forms/{form}/links").text)
    assert "已使用" in shown
    assert "签字·周经理" in shown
    assert "127.0.0.1" in shown


def test_a_stale_version_is_not_signed(client: Any, story: Story, form: str) -> None:
    secret = link(story, form)
    stale = posted(client, secret, "sign", if_version="1")
    assert stale.status_code == 409
    assert story.form(form).status == "submitted"
    assert client.get(f"/l/{secret}").status_code == 200


def test_the_same_answer_sent_twice_is_taken_once(client: Any, story: Story, form: str) -> None:
    secret, key = link(story, form), str(uuid4())
    first = posted(client, secret, "sign", action_id=key)
    again = {"action_id": key, "signer": "周经理", "if_version": "2"}
    second = client.post(f"/l/{secret}/actions/sign", data=again)
    assert (first.status_code, first.location) == (303, "/l/done")
    assert (second.status_code, second.location) == (303, "/l/done")
    assert [one.step for one in story.form(form).signatures] == ["submit", "sign"]
    other = client.post(f"/l/{secret}/actions/sign", data={**again, "action_id": str(uuid4())})
    assert other.status_code == 404


def test_a_dispute_brings_its_evidence_and_spends_the_link(
    client: Any, login: Any, story: Story, form: str
) -> None:
    secret = link(story, form)
    wanted = story.form(form).lines[0].registration.no
    said = {"x12": "IN", "reason": "检测合格", "lines": [wanted]}
    bad = posted(client, secret, "dispute", **said, photos=[(io.BytesIO(b"no picture"), "a.jpg")])
    assert bad.status_code == 422
    assert story.form(form).status == "submitted"
    files = [(io.BytesIO(picture(left=side)), f"{side}.jpg") for side in ("red", "blue")]
    done = posted(client, secret, "dispute", **said, photos=files)
    assert (done.status_code, done.location) == (303, "/l/done")
    assert story.form(form).status == "disputed"
    page = login("supervisor").get(f"/loss-forms/{form}").text
    assert page.count("/thumb.jpg") == 2
    assert "检测合格" in page
    assert "签字人周经理" in _words(page)
    again = _words(client.get(f"/l/{link(story, form)}").text)
    assert "本单有异议待答复，仅供查看、下载" in again
    assert "然后签字" not in again
    assert client.get(f"/l/{secret}").status_code == 404


def test_a_refused_dispute_keeps_neither_photo_nor_answer(
    client: Any, login: Any, story: Story, form: str
) -> None:
    secret = link(story, form)
    strange = {"x12": "IN", "reason": "检测合格", "lines": ["DJ999999999"]}
    answer = posted(client, secret, "dispute", **strange, photos=[(io.BytesIO(picture()), "a.jpg")])
    assert answer.status_code == 422
    assert story.form(form).status == "submitted"
    assert "/thumb.jpg" not in login("supervisor").get(f"/loss-forms/{form}").text
    assert client.get(f"/l/{secret}").status_code == 200


def test_a_statement_is_received_and_agreed_by_link(client: Any, story: Story) -> None:
    no = _bill(story)
    secret = link(story, no, Noun.STATEMENT)
    page = client.get(f"/l/{secret}").text
    assert re.findall(r"/actions/([a-z]+)\"", page) == ["deliver"]
    got = posted(client, secret, "deliver")
    assert (got.status_code, got.location) == (303, f"/l/{secret}")
    assert story.statement(no).delivered_how == "portal"
    page = client.get(f"/l/{secret}").text
    assert re.findall(r"/actions/([a-z]+)\"", page) == ["agree", "dispute"]
    assert "确认无误" in _words(page)
    assert posted(client, secret, "agree").location == "/l/done"
    assert story.statement(no).status == "agreed"
    assert client.get(f"/l/{secret}").status_code == 404


def test_a_statement_is_disputed_by_link(client: Any, login: Any, story: Story) -> None:
    no = _bill(story)
    story.do("finance", "statement", no, "deliver", how=Delivery.MAIL)
    secret = link(story, no, Noun.STATEMENT)
    assert posted(client, secret, "dispute", reason="第 1 行不是我厂的货").location == "/l/done"
    assert story.statement(no).status == "disputed"
    words = _words(login("finance").get(f"/statements/{no}").text)
    assert "第1行不是我厂的货（凭链接：周经理）" in words
    page = _words(client.get(f"/l/{link(story, no, Noun.STATEMENT)}").text)
    assert "您已提出异议。双方核对一致后，请点「确认无误」" in page
    assert "「确认无误」或「提出异议」" not in page
    story.do("supplier1", "statement", no, "agree")
    page = _words(client.get(f"/l/{link(story, no, Noun.STATEMENT)}").text)
    assert "仅供查看、下载" in page
    assert "确认无误" not in page.partition("明细")[0]


@pytest.mark.parametrize("action", ["confirm", "approve", "void", "settle", "return", "x"])
def test_a_link_takes_no_other_action(client: Any, story: Story, form: str, action: str) -> None:
    secret = link(story, form)
    told = {"action_id": str(uuid4()), "signer": "周经理", "if_version": "2", "reason": "x"}
    answer = client.post(f"/l/{secret}/actions/{action}", data=told)
    assert answer.status_code == 404
    assert story.form(form).status == "submitted"


def test_every_link_that_opens_nothing_gets_one_answer(
    app: Flask, client: Any, login: Any, story: Story, form: str
) -> None:
    used, revoked, expired = (link(story, form) for _ in range(3))
    assert login("business").post("/links/2/revoke").status_code == 303
    assert posted(client, used, "sign").status_code == 303
    client.get("/l/done")
    wanted = client.get("/l/guessed")
    assert wanted.status_code == 404
    paths = ["", "/document.pdf", "/photos/1.jpg", "/photos/1/thumb.jpg"]
    with time_machine.travel(utc_now() + timedelta(days=8), tick=False):
        for secret in (used, revoked, expired, "x" * 43, "%20", "é"):
            for path in paths:
                portal.PACE_OF._seen.clear()
                answer = client.get(f"/l/{secret}{path}")
                assert (answer.status_code, answer.data) == (404, wanted.data), (secret, path)
                assert answer.headers["Referrer-Policy"] == "no-referrer"
            told = {"action_id": str(uuid4()), "signer": "周经理"}
            answer = client.post(f"/l/{secret}/actions/sign", data=told)
            assert (answer.status_code, answer.data) == (404, wanted.data), secret
    assert "这个链接打不开，或者已经失效" in wanted.text


def test_a_link_opens_nothing_but_its_own_document_and_its_photos(
    app: Flask, client: Any, story: Story, form: str
) -> None:
    other = story.scrapped()
    story.now = utc_now()
    mine, theirs = (
        fault_photo(story, edge.photo_folder(), no, side)
        for no, side in ((story.form(form).lines[0].registration.no, "red"), (other, "blue"))
    )
    secret = link(story, form)
    page = client.get(f"/l/{secret}").text
    assert f"/photos/{mine}/thumb.jpg" in page
    assert f"/photos/{theirs}" not in page
    for name in (f"{mine}.jpg", f"{mine}/thumb.jpg"):
        assert client.get(f"/l/{secret}/photos/{name}").status_code == 200
    for name in (f"{theirs}.jpg", f"{theirs}/thumb.jpg"):
        assert client.get(f"/l/{secret}/photos/{name}").status_code == 404
    for path in ("/", f"/loss-forms/{form}", f"/loss-forms/{form}.pdf", f"/photos/{mine}.jpg"):
        assert client.get(path).location.startswith("/login"), path


def test_its_answers_tell_nobody_its_address(client: Any, story: Story, form: str) -> None:
    secret = link(story, form)
    for path in (f"/l/{secret}", f"/l/{secret}/document.pdf", "/l/x"):
        headers = client.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["Cache-Control"] == "no-store", path
        assert headers["X-Robots-Tag"] == "noindex, nofollow", path
        assert "wasm" not in headers["Content-Security-Policy"], path


def test_logs_keep_no_secret(app: Flask, client: Any, story: Story, form: str) -> None:
    secret = link(story, form)
    with app.test_request_context(f"/l/{secret}/document.pdf"):
        assert shown_path() == "/l/<secret>/document.pdf"
    with app.test_request_context(f"/loss-forms/{form}"):
        assert shown_path() == f"/loss-forms/{form}"


@pytest.mark.parametrize(
    ("caller", "told", "kept"),
    [
        ("127.0.0.1", "198.51.100.9, 203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("192.0.2.1", "203.0.113.7", "192.0.2.1"),
    ],
)
def test_an_opening_keeps_the_address_that_the_own_proxy_tells(
    client: Any, login: Any, story: Story, form: str, caller: str, told: str | None, kept: str
) -> None:
    secret = link(story, form)
    headers = {"X-Forwarded-For": told} if told else {}
    client.get(f"/l/{secret}", headers=headers, environ_base={"REMOTE_ADDR": caller})
    page = login("finance").get(f"/loss-forms/{form}/links").text
    assert re.findall(r'<span class="code">([\d.]+)</span> 单据页面', page) == [kept]


def test_guessing_is_slowed_by_address(client: Any, story: Story, form: str) -> None:
    secret = link(story, form)
    for _ in range(30):
        assert client.get("/l/guess").status_code == 404
    for path in (f"/l/{secret}", "/l/guess", f"/l/{secret}/photos/1.jpg"):
        assert client.get(path).status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.8"}
    assert client.get(f"/l/{secret}", environ_base=elsewhere).status_code == 200
    with time_machine.travel(utc_now() + timedelta(seconds=61), tick=False):
        assert client.get(f"/l/{secret}").status_code == 200


def test_an_answer_without_the_pages_token_is_refused(
    app: Flask, client: Any, story: Story, form: str
) -> None:
    secret = link(story, form)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        told = {"action_id": str(uuid4()), "signer": "周经理", "if_version": "2"}
        forged = client.post(f"/l/{secret}/actions/sign", data=told)
        assert forged.status_code == 422
        page = client.get(f"/l/{secret}").text
        token = page.split('name="csrf_token" type="hidden" value="', 1)[1].split('"', 1)[0]
        assert story.form(form).status == "submitted"
        signed = posted(client, secret, "sign", csrf_token=token)
        assert signed.status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_stranger_changes_the_language_over_https(
    app: Flask, client: Any, story: Story, form: str
) -> None:
    path = f"/l/{link(story, form)}"
    [button] = re.findall(r'action="(/l/language/en)"', client.get(path).text)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = client.post(button, data={"back": path}, base_url="https://localhost")
        assert (answer.status_code, answer.location) == (303, path)
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.headers["Set-Cookie"].startswith("locale=en;")


def test_what_is_refused_to_a_stranger_shows_nothing_of_the_house(client: Any) -> None:
    pages = [client.get("/l/x/y/z"), client.get("/l/x%00")]
    pages += [client.get("/l/guess") for _ in range(31)][-1:]
    assert [page.status_code for page in pages] == [404, 404, 429]
    for page in pages:
        assert re.findall(r'href="(/(?!static)[^"]*)"', page.text) == []


@on_sqlite
def test_an_objection_by_link_is_no_signature_on_the_settled_statement(
    client: Any, login: Any, story: Story
) -> None:
    no = _bill(story)
    story.do("finance", "statement", no, "deliver", how=Delivery.MAIL)
    posted(client, link(story, no, Noun.STATEMENT), "dispute", reason="第 1 行不是我厂的货")
    paid = {"amount_fen": story.statement(no).total_fen, "settled_on": story.now.date()}
    assert story.do("finance", "statement", no, "settle", **paid, reference="银行-1") == "settled"
    for page in page_texts(login("finance").get(f"/statements/{no}.pdf").data):
        assert "凭链接" not in page


@on_sqlite
def test_the_paper_names_who_signed_by_link_and_no_other_party(
    app: Flask, client: Any, login: Any, story: Story, form: str
) -> None:
    secret = link(story, form)
    [first, *_others] = page_texts(client.get(f"/l/{secret}/document.pdf").data)
    assert "广州锦程服饰有限公司" in first
    assert "天河" not in first
    assert posted(client, secret, "sign").status_code == 303
    text = page_texts(login("supplier1").get(f"/loss-forms/{form}.pdf").data)[0]
    assert "周经理" in text
    assert "凭链接签字" in text


def test_the_suppliers_first_page_leads_to_its_work(login: Any, story: Story, form: str) -> None:
    words = _words(login("supplier1").get("/").text)
    assert "待签字报损单1" in words
    for card in (
        "待答复的我方异议",
        "待确认收到的扣款对账单",
        "待答复的对账单",
        "已结清的扣款对账单",
    ):
        assert card in words, card
