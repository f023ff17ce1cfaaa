"""The signed paper on the form's page and in the API, and a supplier's signature with its scan."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest

from tests.kept import kept
from tests.paper import print_pdf
from tests.photos import add_photo, picture
from tests.story import DOWN_COAT, Story
from tests.web.pressing import key
from tracker.queries import signed_paper as queries

SAME, OTHER = "逐字节相同", "不一致：这个文件不是本单的存档"


@pytest.fixture
@kept
def approved(story: Story) -> str:
    """An approved form of one garment; returns its number."""
    [form] = story.list_on_forms(story.scrapped())
    story.sign_off(form)
    story.session.rollback()
    return form


def _compare(browser: Any, form: str, content: bytes) -> str:
    sent = {"file": (BytesIO(content), "报损单.pdf")}
    answer = browser.post(f"/loss-forms/{form}/compare", data=sent)
    assert (answer.status_code, answer.location) == (303, f"/loss-forms/{form}#papers")
    return str(browser.get(f"/loss-forms/{form}").text)


def test_the_page_shows_the_digest_of_what_it_serves(
    story: Story, approved: str, login: Any
) -> None:
    for name, copies in (("finance", ("", "?copy=party")), ("supplier1", ("",))):
        browser = login(name)
        page = browser.get(f"/loss-forms/{approved}").text
        assert page.count("SHA-256</th>") == 1
        for copy in copies:
            content = print_pdf(browser, f"/loss-forms/{approved}.pdf{copy}")
            assert page.count(hashlib.sha256(content).hexdigest()) == 1
        assert page.count('<code class="text-wrap') == len(copies)


def test_a_file_is_compared_and_the_page_says_whether_it_is_the_same(
    approved: str, login: Any
) -> None:
    finance, supplier = login("finance"), login("supplier1")
    ours, theirs = (print_pdf(one, f"/loss-forms/{approved}.pdf") for one in (finance, supplier))
    assert SAME in _compare(finance, approved, ours)
    assert SAME in _compare(finance, approved, theirs)
    assert SAME in _compare(supplier, approved, theirs)
    assert OTHER in _compare(supplier, approved, ours)
    assert OTHER in _compare(finance, approved, ours + b"\n")
    assert "这不是 PDF 文件" in _compare(finance, approved, picture())
    answer = finance.post(f"/loss-forms/{approved}/compare", follow_redirects=True)
    assert "请选择文件" in answer.text


def test_whoever_may_not_read_amounts_neither_sees_nor_compares_papers(
    approved: str, login: Any
) -> None:
    warehouse = login("warehouse")
    assert "SHA-256</th>" not in warehouse.get(f"/loss-forms/{approved}").text
    answers = [
        warehouse.post(f"/loss-forms/{approved}/compare", data={"file": (BytesIO(b"%PDF-"), "x")}),
        warehouse.get(f"/loss-forms/{approved}/now.pdf"),
        login("manager2").post(f"/loss-forms/{approved}/compare"),
        login("store1").post(f"/loss-forms/{approved}/compare"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 404, 403]


def test_a_form_that_nobody_signed_has_no_paper_yet(story: Story, login: Any) -> None:
    [form] = story.list_on_forms(story.scrapped())
    page = login("finance").get(f"/loss-forms/{form}").text
    assert ("签批存档" in page, "打印现状" in page) == (False, False)


def test_the_api_tells_the_digests_and_serves_the_bytes(approved: str, api: Any) -> None:
    for name, copies in (("finance", ["house", "party"]), ("supplier1", ["party"])):
        papers = api(name).get(f"/loss-forms/{approved}").json["papers"]
        assert [(paper["copy"], paper["after"]) for paper in papers] == [
            (copy, "approve") for copy in copies
        ]
        for paper in papers:
            content = api(name).get(f"/loss-forms/{approved}.pdf?copy={paper['copy']}").data
            assert paper["sha256"] == hashlib.sha256(content).hexdigest()
            assert paper["bytes"] == len(content)
    assert api("warehouse").get(f"/loss-forms/{approved}").json["papers"] == []
    assert api("finance").get(f"/loss-forms/{approved}/now.pdf").status_code == 200
    assert api("warehouse").get(f"/loss-forms/{approved}/now.pdf").status_code == 403


# --- what a supplier signed on paper


@pytest.fixture
@kept
def asked(story: Story) -> str:
    """A form of a supplier without an account that waits for its signature."""
    [form] = story.list_on_forms(story.scrapped(DOWN_COAT))
    story.do("clerk", "loss_form", form, "submit")
    return form


def _sign(story: Story, browser: Any, form: str, *files: bytes) -> Any:
    given = {**key(), "if_version": story.form(form).version, "on_paper": "y"}
    given["papers"] = [(BytesIO(file), f"签字{n}.jpg") for n, file in enumerate(files, 1)]
    return browser.post(
        f"/loss-forms/{form}/actions/sign", data=given, content_type="multipart/form-data"
    )


def test_business_signs_for_a_supplier_with_the_scan_in_the_same_form(
    story: Story, asked: str, login: Any
) -> None:
    browser = login("business")
    answer = _sign(story, browser, asked, picture(left="red"), picture(left="blue"))
    assert (answer.status_code, answer.location) == (303, f"/loss-forms/{asked}")
    form = story.form(asked)
    scans = queries.scans(story.session, form.id)
    assert (form.status, len(scans)) == ("signed", 2)
    page = browser.get(f"/loss-forms/{asked}").text
    assert [f'href="/photos/{scan.photo_id}">签字单据 {n}' in page for n, scan in
            enumerate(scans, 1)] == [True, True]  # fmt: skip


def test_without_the_scan_the_page_says_what_to_do(story: Story, asked: str, login: Any) -> None:
    answer = _sign(story, login("business"), asked)
    assert (answer.status_code, "请先拍下或扫描责任方签过字的纸质报损单" in answer.text) == (
        409,
        True,
    )
    assert story.form(asked).status == "submitted"


def test_a_file_that_is_no_picture_is_said_and_nothing_is_signed(
    story: Story, asked: str, login: Any
) -> None:
    answer = _sign(story, login("business"), asked, b"MZ no picture")
    assert (answer.status_code, "这不是照片" in answer.text) == (409, True)
    assert story.form(asked).status == "submitted"


def test_a_program_may_sign_first_and_the_page_asks_for_the_photo_until_it_is_there(
    story: Story, asked: str, api: Any, login: Any
) -> None:
    body = {"action": "sign", "on_paper": True, "if_version": story.form(asked).version}
    signed = api("business").post(
        f"/loss-forms/{asked}/actions", body | {"action_id": str(uuid4())}
    )
    assert signed.status_code == 200
    assert "签字的纸质报损单还没有拍照" in login("finance").get(f"/loss-forms/{asked}").text
    added = add_photo(api("business"), f"/loss-forms/{asked}/photos", picture(), kind="signature")
    assert added.status_code == 201
    form = story.form(asked)
    [scan] = queries.scans(story.session, form.id)
    assert scan.signature_id == form.signatures[-1].id
    assert "还没有拍照" not in login("finance").get(f"/loss-forms/{asked}").text
