"""The pages of the ledger's entries and of its chain, and their calls of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.kept import kept
from tests.paper import page_texts, print_pdf
from tests.story import Story
from tests.web.pressing import post
from tracker.domain.codes import Cause, Defect
from tracker.extensions import db
from tracker.queries import chain as queries
from tracker.queries import verify_chain
from tracker.services import chain

Login = Callable[[str], Any]


@pytest.fixture
@kept
def approved(story: Story) -> str:
    """An approved form of one garment; returns its number."""
    [form] = story.list_on_forms(story.scrapped())
    story.sign_off(form)
    story.session.rollback()
    return form


def _entry(story: Story, form: str) -> str:
    return f"{form}/{story.form(form).lines[0].id}"


def test_finance_reverses_an_entry_and_both_show_each_other(
    story: Story, approved: str, login: Login
) -> None:
    no, finance = _entry(story, approved), login("finance")
    answer = post(finance, f"/ledger/entries/{no}", reason="责任方开错")
    assert (answer.status_code, answer.location) == (303, f"/ledger/entries/{no}/R")
    first, reversal = (finance.get(f"/ledger/entries/{n}").text for n in (no, f"{no}/R"))
    assert f'href="/ledger/entries/{no}/R"' in first
    assert f'href="/ledger/entries/{no}"' in reversal
    assert all("责任方开错" in page for page in (first, reversal))
    assert ("冲销这笔分录" in first, "冲销这笔分录" in reversal) == (False, True)
    again = post(finance, f"/ledger/entries/{no}", reason="再冲")
    assert (again.status_code, "已经冲销过了" in again.text) == (409, True)


def test_a_forms_page_and_paper_tell_which_of_its_entries_were_taken_back(
    story: Story, approved: str, login: Login
) -> None:
    no, finance, supplier = _entry(story, approved), login("finance"), login("supplier1")
    told = "已由财务冲销，不再扣款"
    assert told not in supplier.get(f"/loss-forms/{approved}").text
    post(finance, f"/ledger/entries/{no}", reason="责任方开错")
    for reader in (finance, supplier):
        page = reader.get(f"/loss-forms/{approved}").text
        assert (told in page, no in page) == (True, True)
        [paper, *_] = page_texts(print_pdf(reader, f"/loss-forms/{approved}/now.pdf"))
        assert f"分录{no}（{story.form(approved).lines[0].registration.piece.piece_no}）" in paper
    post(finance, f"/ledger/entries/{no}/R", reason="冲错了")
    assert told not in supplier.get(f"/loss-forms/{approved}").text


def test_a_reversal_without_a_reason_is_said_in_place(
    story: Story, approved: str, login: Login
) -> None:
    answer = post(login("finance"), f"/ledger/entries/{_entry(story, approved)}")
    assert answer.status_code == 422
    assert 'details class="action" open' in answer.text


def test_the_entries_of_a_document_lead_to_their_legs(
    story: Story, approved: str, login: Login
) -> None:
    page = login("auditor").get(f"/ledger/entries?document={approved.lower()}").text
    assert page.count(f'href="/ledger/entries/{_entry(story, approved)}"') == 1
    legs = login("auditor").get(f"/ledger/entries/{_entry(story, approved)}").text
    assert legs.count("¥189.84") == 2
    assert f'href="/loss-forms/{approved}"' in legs


@pytest.mark.parametrize("login_", ["store1", "warehouse", "supplier1", "assessor"])
def test_entries_are_for_those_who_see_money(
    approved: str, login: Login, login_: str, story: Story
) -> None:
    for path in ("/ledger/entries", f"/ledger/entries/{_entry(story, approved)}", "/ledger/chain"):
        assert login(login_).get(path).status_code == 403


def test_the_chain_is_verified_at_a_press_and_the_page_says_when(
    story: Story, approved: str, login: Login
) -> None:
    finance = login("finance")
    assert "还没有人核对过" in finance.get("/ledger/chain").text
    assert post(finance, "/ledger/chain").status_code == 303
    page = finance.get("/ledger/chain").text
    head = queries.head(story.session)
    assert head is not None
    assert f"完好，核对到第 {head.seq} 号" in page
    assert head.printed in page


def test_an_approval_in_the_midst_of_a_verification_is_no_fault(
    story: Story, approved: str, login: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    [form] = story.list_on_forms(story.scrapped())
    story.do("clerk", "loss_form", form, "submit")
    for signer, step in (("supplier1", "sign"), ("logistics", "confirm")):
        story.do(signer, "loss_form", form, step, version=story.form(form).version)
    version, links = story.form(form).version, verify_chain._links
    story.session.rollback()

    def approve_meanwhile(*found: Any) -> Any:
        other = Story(Session(db.engine), story.now)
        other.do("vp", "loss_form", form, "approve", version=version)
        other.session.close()
        return links(*found)

    monkeypatch.setattr(verify_chain, "_links", approve_meanwhile)
    finance, before = login("finance"), queries.head(story.session)
    assert before is not None
    post(finance, "/ledger/chain")
    assert f"完好，核对到第 {before.seq} 号" in finance.get("/ledger/chain").text
    assert story.form(form).status == "approved"


def test_a_broken_chain_is_said_with_its_first_bad_row(
    story: Story, approved: str, login: Login
) -> None:
    session = story.session
    session.execute(text("UPDATE loss_line SET amount_fen = amount_fen + 1"))
    session.commit()
    finance = login("finance")
    answer = post(finance, "/ledger/chain")
    assert answer.status_code == 303
    assert f"link 3: approved loss form {approved} was changed" in finance.get("/ledger/chain").text


def test_the_foot_of_a_paper_is_true_or_it_is_not(
    story: Story, approved: str, login: Login
) -> None:
    finance = login("finance")
    pages = page_texts(print_pdf(finance, f"/loss-forms/{approved}.pdf"))
    story.session.rollback()
    head = queries.head(story.session)
    assert head is not None
    # Two links follow it, over the two papers themselves.
    head = chain.head_of(story.session, head.seq - 2)
    assert head is not None
    foot = f"数据链第{head.seq}号·2026-11-05·{head.printed}"
    assert [foot in page for page in pages] == [True] * 3
    true = finance.get(f"/ledger/chain?seq={head.seq}&mac={head.printed.upper()}").text
    assert f"相符：第 {head.seq} 号" in true
    for seq, digits in ((head.seq - 1, head.printed), (head.seq, "0" * 16), (head.seq, ""),
                        ("x", head.printed), (10**10, head.printed)):  # fmt: skip
        assert "对不上" in finance.get(f"/ledger/chain?seq={seq}&mac={digits}").text


def test_finance_decides_the_nature_of_a_line_on_its_page(story: Story, login: Login) -> None:
    no = story.received(defect=Defect.MOULD_ODOUR, cause=Cause.STORAGE)
    story.scrap(no)
    [form] = story.list_on_forms(no)
    finance, path = login("finance"), f"/loss-forms/{form}/lines/{no}/nature"
    assert "管理不善" in finance.get(f"/loss-forms/{form}").text
    version = {"if_version": story.form(form).version}
    assert post(finance, path, nature="disaster", **version).status_code == 422
    answer = post(finance, path, nature="disaster", note="台风进水", **version)
    assert (answer.status_code, answer.location) == (303, f"/loss-forms/{form}")
    assert "台风进水" in finance.get(path).text
    assert finance.get(f"/loss-forms/{form}/lines/DJ000000000/nature").status_code == 404


def test_the_api_tells_an_entry_and_reverses_it_once(story: Story, approved: str, api: Any) -> None:
    no, finance = _entry(story, approved), api("finance")
    told = finance.get(f"/ledger-entries/{no}").json
    assert told["legs"] == [
        {"account": "charge", "amount_fen": 18984},
        {"account": "clearing", "amount_fen": -18984},
    ]
    body = {"reason": "责任方开错", "action_id": str(uuid4())}
    made = finance.post(f"/ledger-entries/{no}", body)
    assert (made.status_code, made.json["reverses"], made.json["reason"]) == (
        201, no, "责任方开错",
    )  # fmt: skip
    assert finance.post(f"/ledger-entries/{no}", body).json == made.json
    other = finance.post(f"/ledger-entries/{no}", {**body, "action_id": str(uuid4())})
    assert (other.status_code, other.json["code"]) == (409, "already_reversed")
    assert finance.get(f"/ledger-entries/{no}").json["reversed_by"] == f"{no}/R"


def test_the_api_tells_the_head_to_finance_and_auditor_alone(
    story: Story, approved: str, api: Any
) -> None:
    head = queries.head(story.session)
    assert head is not None
    assert (api("auditor").get("/chain").json["seq"], api("clerk").get("/chain").status_code) == (
        head.seq, 403,
    )  # fmt: skip
