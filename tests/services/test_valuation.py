"""What a garment's loss is worth when several parties bear it, over all its forms."""

from __future__ import annotations

import pytest

from tests.kept import kept
from tests.story import DOWN_COAT, SUPPLIER_FAULT, Story
from tracker.domain.codes import LiableKind
from tracker.domain.discrepancy import Finding
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.loss import Share
from tracker.models.ledger import LedgerEntry
from tracker.queries import loss as queries
from tracker.services import destruction
from tracker.services.verify import verify

SUPPLIER, STORE, HEAD_OFFICE = LiableKind.SUPPLIER, LiableKind.STORE, LiableKind.HEAD_OFFICE


@kept
def _split(story: Story, *shares: Share, login: str = "store1") -> str:
    no = story.register(login, **SUPPLIER_FAULT)
    story.at_after_sales(no, login=login, manager=login.replace("store", "manager"))
    story.scrap(no, *shares, note="双方协商")
    return no


def _faults(story: Story) -> list[str]:
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]


def _new_price(story: Story, no: str, fen: int) -> None:
    style = story.registration(no).piece.sku.style
    story.write(lambda: setattr(style, "cost_price_fen", fen))


def test_what_freezes_on_one_form_is_added_up_on_the_other_draft_too(story: Story) -> None:
    no = _split(story, Share(SUPPLIER, 50, "SUP01"), Share(HEAD_OFFICE, 50))
    theirs, ours = story.list_on_forms(no)
    assert (story.form(theirs).party, story.form(ours).total_fen) == ("SUP01", 8400)
    _new_price(story, no, 20000)
    story.do("clerk", "loss_form", theirs, "submit")
    assert (story.form(ours).status, story.form(ours).total_fen) == ("draft", 10000)
    assert _faults(story) == []


def test_frozen_values_outlive_the_return_of_one_of_two_forms(story: Story) -> None:
    no = _split(story, Share(SUPPLIER, 50, "SUP01"), Share(HEAD_OFFICE, 50))
    theirs, ours = story.list_on_forms(no)
    for form in (theirs, ours):
        story.do("clerk", "loss_form", form, "submit")
    story.do("supervisor", "loss_form", theirs, "return", reason="附件不全")
    _new_price(story, no, 99900)
    story.do("clerk", "loss_form", theirs, "submit")
    assert [story.form(form).total_fen for form in (theirs, ours)] == [9492, 8400]
    assert story.refused("clerk", "registration", no, "unlist") == "form_submitted"


def test_values_follow_the_prices_again_once_every_form_is_a_draft(story: Story) -> None:
    no = _split(story, Share(SUPPLIER, 50, "SUP01"), Share(HEAD_OFFICE, 50))
    theirs, ours = story.list_on_forms(no)
    story.do("clerk", "loss_form", theirs, "submit")
    story.do("supervisor", "loss_form", theirs, "return", reason="附件不全")
    _new_price(story, no, 20000)
    story.do("clerk", "loss_form", ours, "submit")
    assert [story.form(form).total_fen for form in (theirs, ours)] == [9492, 10000]


def test_a_form_is_not_voided_while_a_garments_other_line_is_submitted(story: Story) -> None:
    no = _split(story, Share(SUPPLIER, 50, "SUP01"), Share(HEAD_OFFICE, 50))
    theirs, ours = story.list_on_forms(no)
    story.do("clerk", "loss_form", theirs, "submit")
    code = story.refused("supervisor", "loss_form", ours, "void", reason="重开")
    assert (code, story.form(ours).status) == ("form_submitted", "draft")
    assert len(queries.live_lines_of(story.session, story.registration(no).id)) == 2


def test_a_form_does_not_go_back_beside_a_newer_draft_of_its_party(story: Story) -> None:
    first, second = story.scrapped(), story.scrapped()
    [sent] = story.list_on_forms(first)
    story.do("clerk", "loss_form", sent, "submit")
    [newer] = story.list_on_forms(second)
    refused = story.take("supervisor", "loss_form", sent, "return", reason="年份有误")
    assert (refused.status, refused.body) == (409, '{"code": "draft_open"}')
    story.do("clerk", "loss_form", newer, "submit")
    assert story.do("supervisor", "loss_form", sent, "return", reason="年份有误") == "draft"


def test_a_franchisee_is_credited_for_what_others_bear_of_its_goods(story: Story) -> None:
    no = _split(story, Share(SUPPLIER, 60, "SUP01"), Share(STORE, 40, "S002"), login="store2")
    story.list_on_forms(no)
    lines = queries.live_lines_of(story.session, story.registration(no).id)
    credited = [(line.party, line.percent, line.owner_credit_fen) for line in lines]
    assert credited == [("SUP01", 60, 16776), ("S002", 40, 0)]


def test_the_ledger_credits_what_the_approved_lines_say(story: Story) -> None:
    no = _split(story, Share(SUPPLIER, 100, "SUP01"), login="store2")
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    assert _faults(story) == []
    line = queries.live_lines_of(story.session, story.registration(no).id)[0]
    story.write(lambda: setattr(story.session.get(type(line), line.id), "owner_credit_fen", 1))
    assert _faults(story) == [
        f"{form} is approved and credits owners 1 fen, the ledger 27960",
        f"link 3: approved loss form {form} was changed",
    ]


def test_head_office_stands_once_however_its_empty_code_is_written(story: Story) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _split(story, Share(HEAD_OFFICE, 50), Share(HEAD_OFFICE, 50, ""))
    assert (refusal.value.code, refusal.value.field) == ("party_twice", "liabilities")


@pytest.mark.parametrize("party", ["S999", "ASD", "", None])
def test_a_liable_store_is_a_store_of_the_chain(story: Story, party: str | None) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _split(story, Share(STORE, 100, party))
    assert (refusal.value.code, refusal.value.field) == ("unknown_party", "liabilities")


@pytest.mark.parametrize("login", ["business", "logistics", "vp", "supervisor"])
def test_the_clerk_alone_takes_a_garment_off_its_form(story: Story, login: str) -> None:
    no = story.scrapped()
    story.list_on_forms(no)
    if login == "supervisor":
        assert story.do(login, "registration", no, "unlist") == "scrap_pending"
        return
    with pytest.raises(Forbidden):
        story.take(login, "registration", no, "unlist")


def _written_off(story: Story) -> str:
    lost, there = story.register(), story.register()
    story.count_in(story.send(lost, there), there)
    case = "CY-2026-000001"
    finding = {"finding": Finding.WRITTEN_OFF, "note": "承运商确认丢失"}
    story.do("supervisor", "discrepancy", case, "resolve", **finding)
    return lost


def test_a_garment_lost_on_the_road_does_not_hold_up_a_destruction(story: Story) -> None:
    lost, there = _written_off(story), story.scrapped(DOWN_COAT)
    story.wait(days=1)
    head_office, supplier = story.list_on_forms(lost, there)
    story.sign_off(head_office)
    story.do("clerk", "loss_form", supplier, "submit")
    version = story.form(supplier).version
    story.do("business", "loss_form", supplier, "sign", version=version, on_paper=True)
    for login, step in (("logistics", "confirm"), ("vp", "approve")):
        story.do(login, "loss_form", supplier, step, version=story.form(supplier).version)
    story.destroy(there)
    assert (story.registration(there).status, story.registration(lost).status) == (
        "destroyed",
        "on_loss_form",
    )
    with pytest.raises(RuleViolation) as refusal:
        story.write(lambda: destruction.plan(story.act("warehouse")))
    assert refusal.value.code == "nothing_to_destroy"
    charged = story.session.query(LedgerEntry).filter_by(account="charge", document=head_office)
    assert [leg.amount_fen for leg in charged] == [16800]
