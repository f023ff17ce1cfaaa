"""Liability, the loss form and its people, valuation, and the ledger that follows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from tests.story import DOWN_COAT, SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause, LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, NotFound
from tracker.domain.loss import Share, Verdict
from tracker.domain.registration import Outcome
from tracker.models.ledger import LedgerEntry
from tracker.models.loss import LossForm
from tracker.queries import loss as queries
from tracker.services import loss

HALVES = (Share(LiableKind.SUPPLIER, 50, "SUP01"), Share(LiableKind.STORE, 50, "S001"))

SUPPLIER, STORE, HEAD_OFFICE = LiableKind.SUPPLIER, LiableKind.STORE, LiableKind.HEAD_OFFICE


def _shares(story: Story, no: str) -> list[tuple[str, str, int]]:
    rows = queries.liabilities(story.session, story.registration(no).id)
    return [(row.liable_kind, row.party, row.percent) for row in rows]


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (Cause.WORKMANSHIP, [("supplier", "SUP01", 100)]),
        (Cause.STORAGE, [("store", "S001", 100)]),
        (Cause.TRANSPORT, [("head_office", "", 100)]),
        (Cause.UNKNOWN, [("head_office", "", 100)]),
    ],
)
def test_the_rules_propose_by_cause_rules_1_38_1_39(
    story: Story, cause: Cause, expected: list[tuple[str, str, int]]
) -> None:
    no = story.scrapped(cause=cause)
    assert _shares(story, no) == expected


def test_customer_damage_never_goes_on_a_loss_form(story: Story) -> None:
    no = story.received(cause=Cause.WASH_MISUSE)
    code = story.refused("assessor", "registration", no, "assess", outcome=Outcome.SCRAP)
    assert code == "customer_cause"
    assert story.registration(no).status == "received"


def test_an_override_needs_its_reason_and_a_hundred_percent(story: Story) -> None:
    no = story.received(**SUPPLIER_FAULT)
    half = [Share(SUPPLIER, 50, "SUP01"), Share(STORE, 49, "S001")]
    with pytest.raises(InvalidInput) as refusal:
        story.scrap(no, *half, note="双方协商")
    assert refusal.value.code == "shares_not_100"
    with pytest.raises(InvalidInput) as refusal:
        story.scrap(no, Share(SUPPLIER, 100, "SUP02"))
    assert (refusal.value.code, refusal.value.field) == ("missing_field", "note")
    with pytest.raises(InvalidInput) as refusal:
        story.scrap(no, Share(SUPPLIER, 100, "SUP99"), note="换供应商")
    assert refusal.value.code == "unknown_party"
    story.scrap(no, Share(SUPPLIER, 60, "SUP01"), Share(STORE, 40, "S001"), note="双方协商")
    assert _shares(story, no) == [("supplier", "SUP01", 60), ("store", "S001", 40)]


def test_one_form_a_liable_party_and_month(story: Story) -> None:
    first, second = story.scrapped(), story.scrapped()
    other = story.scrapped(DOWN_COAT)
    forms = story.list_on_forms(first, second, other)
    assert [story.form(no).party for no in forms] == ["SUP01", "SUP02"]
    assert forms == ["BS-2026-000001", "BS-2026-000002"]
    third = story.scrapped()
    assert story.list_on_forms(third) == [forms[0]]
    assert story.form(forms[0]).total_fen == 3 * 18984


def test_a_split_garment_stands_on_each_partys_form_and_sums_exactly(story: Story) -> None:
    no = story.received(**SUPPLIER_FAULT)
    story.scrap(no, Share(SUPPLIER, 67, "SUP01"), Share(HEAD_OFFICE, 33), note="协商")
    forms = story.list_on_forms(no)
    lines = queries.live_lines_of(story.session, story.registration(no).id)
    assert sorted((line.basis, line.basis_fen, line.percent) for line in lines) == [
        ("cost", 16800, 33),
        ("purchase_price", 18984, 67),
    ]
    assert sum(line.amount_fen for line in lines) == 18263
    assert len(forms) == 2


def test_repair_already_spent_is_part_of_the_loss(story: Story) -> None:
    no = story.received(**SUPPLIER_FAULT)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
    from tracker.services.repair import Operation

    work = [Operation("修补", 15)]
    story.do("repairer", "registration", no, "work", operations=work, labour_fen=1234)
    story.do("repairer", "registration", no, "give_up", note="修不好")
    story.scrap(no)
    [form] = story.list_on_forms(no)
    assert story.form(form).total_fen == 18984 + 1234


def test_the_chain_takes_five_different_people_rule_1_45(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    assert story.form(form).status == "submitted"
    for login, step in (("supplier1", "sign"), ("logistics", "confirm"), ("vp", "approve")):
        story.do(login, "loss_form", form, step, version=story.form(form).version)
    signers = [(row.step, row.by.login) for row in story.form(form).signatures]
    assert signers == [
        ("submit", "clerk"),
        ("sign", "supplier1"),
        ("confirm", "logistics"),
        ("approve", "vp"),
    ]


def test_head_offices_form_counts_as_signed_on_submit(story: Story) -> None:
    no = story.scrapped(cause=Cause.UNKNOWN)
    [form] = story.list_on_forms(no)
    assert story.do("clerk", "loss_form", form, "submit") == "signed"


def test_a_stores_form_is_signed_by_its_manager_and_no_other(story: Story) -> None:
    no = story.scrapped(cause=Cause.STORAGE)
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    version = story.form(form).version
    with pytest.raises(NotFound):
        story.take("manager2", "loss_form", form, "sign", version=version)
    with pytest.raises(Forbidden):
        story.take("business", "loss_form", form, "sign", version=version, on_paper=True)
    assert story.do("manager1", "loss_form", form, "sign", version=version) == "signed"


def test_business_records_a_suppliers_signature_on_paper(story: Story) -> None:
    no = story.scrapped(DOWN_COAT)
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    version = story.form(form).version
    with pytest.raises(Forbidden):
        story.take("business", "loss_form", form, "sign", version=version)
    story.do("business", "loss_form", form, "sign", version=version, on_paper=True)
    assert story.form(form).signatures[-1].is_on_paper is True


def test_what_is_approved_is_what_was_shown(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    with pytest.raises(InvalidInput) as refusal:
        story.take("supplier1", "loss_form", form, "sign")
    assert refusal.value.code == "version_required"
    code = story.refused("supplier1", "loss_form", form, "sign", version=1)
    assert code == "stale_version"


def test_a_returned_form_starts_over(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    story.do("supplier1", "loss_form", form, "sign", version=story.form(form).version)
    story.do("logistics", "loss_form", form, "return", reason="年份有误")
    assert story.form(form).status == "draft"
    assert queries.signers(story.session, [story.form(form).id]) == {}
    story.sign_off(form)
    assert story.form(form).status == "approved"


def test_a_voided_form_puts_its_garments_back_and_keeps_its_number(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.do("supervisor", "loss_form", form, "void", reason="责任方有误")
    assert story.registration(no).status == "scrap_pending"
    assert story.form(form).status == "voided"
    assert story.list_on_forms(no) == ["BS-2026-000002"]


def test_a_garment_is_taken_off_a_draft_only(story: Story) -> None:
    first, second = story.scrapped(), story.scrapped()
    [form] = story.list_on_forms(first, second)
    story.do("clerk", "registration", first, "unlist")
    assert story.form(form).total_fen == 18984
    story.do("clerk", "loss_form", form, "submit")
    assert story.refused("clerk", "registration", second, "unlist") == "form_submitted"


def test_prices_freeze_at_submit(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    style = story.registration(no).piece.sku.style
    story.write(lambda: setattr(style, "purchase_price_fen", 99999))
    version = story.form(form).version
    story.do("supplier1", "loss_form", form, "sign", version=version)
    assert story.form(form).total_fen == 18984


def test_without_a_price_there_is_no_submit(story: Story) -> None:
    no = story.scrapped()
    style = story.registration(no).piece.sku.style
    story.write(lambda: setattr(style, "purchase_price_fen", 0))
    [form] = story.list_on_forms(no)
    assert story.refused("clerk", "loss_form", form, "submit") == "no_price"


def test_a_franchisee_who_is_not_liable_is_credited_at_its_supply_price(story: Story) -> None:
    no = story.register("store2", **SUPPLIER_FAULT)
    story.at_after_sales(no, login="store2", manager="manager2")
    story.scrap(no)
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    legs = [(leg.account, leg.amount_fen) for leg in story.session.query(LedgerEntry)]
    assert legs == [("charge", 18984), ("owner_credit", -27960), ("clearing", 8976)]


def test_a_liable_franchisee_bears_its_supply_price_and_is_not_credited(story: Story) -> None:
    no = story.register("store2", cause=Cause.STORAGE)
    story.at_after_sales(no, login="store2", manager="manager2")
    story.scrap(no)
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    legs = [(leg.account, leg.amount_fen) for leg in story.session.query(LedgerEntry)]
    vat = [("vat_transfer_out", -2184), ("clearing", 2184)]
    assert legs == [("charge", 27960), ("clearing", -27960), *vat]


def test_entries_sum_to_zero_and_carry_the_production_year_rule_1_49(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    assert story.session.scalar(select(func.sum(LedgerEntry.amount_fen))) == 0
    years = set(story.session.scalars(select(LedgerEntry.production_year)))
    assert years == {2026}


def test_the_supplier_sees_its_own_submitted_forms_only(story: Story) -> None:
    ours, theirs = story.scrapped(), story.scrapped(DOWN_COAT)
    first, second = story.list_on_forms(ours, theirs)
    with pytest.raises(NotFound):
        queries.get(story.session, story.actor("supplier1"), first)
    for form in (first, second):
        story.do("clerk", "loss_form", form, "submit")
    assert queries.get(story.session, story.actor("supplier1"), first).no == first
    with pytest.raises(NotFound):
        queries.get(story.session, story.actor("supplier1"), second)


def test_two_listings_of_one_garment_are_refused(story: Story) -> None:
    no = story.scrapped()
    story.list_on_forms(no)
    from tracker.domain.errors import WrongStatus

    with pytest.raises(WrongStatus):
        story.write(lambda: loss.list_pieces(story.act("clerk"), [no]))
    assert story.session.scalar(select(func.count()).select_from(LossForm)) == 1


def test_a_split_garment_is_approved_once_all_who_share_it_signed(story: Story) -> None:
    no = story.received(**SUPPLIER_FAULT)
    story.scrap(no, *HALVES, note="双方协商")
    first, second = story.list_on_forms(no)
    story.sign(first)
    story.do("logistics", "loss_form", first, "confirm", version=story.form(first).version)
    approve: dict[str, Any] = {"version": story.form(first).version}
    refused = [story.refused("vp", "loss_form", first, "approve", **approve)]
    story.do("clerk", "loss_form", second, "submit")
    refused.append(story.refused("vp", "loss_form", first, "approve", **approve))
    story.do("manager1", "loss_form", second, "dispute", reason="非店铺所致")
    refused.append(story.refused("vp", "loss_form", first, "approve", **approve))
    assert refused == ["share_unsigned"] * 3
    upheld = {"answer": Verdict.UPHELD, "reason": "证据充分"}
    story.do("supervisor", "loss_form", second, "answer", **upheld)
    story.sign(second)
    assert story.do("vp", "loss_form", first, "approve", **approve) == "approved"


def test_a_form_that_comes_back_after_the_others_approval_is_said_to_stand(story: Story) -> None:
    no = story.received(**SUPPLIER_FAULT)
    story.scrap(no, *HALVES, note="双方协商")
    first, second = story.list_on_forms(no)
    story.sign_off(first)
    version = story.form(second).version
    story.do("supervisor", "loss_form", second, "return", reason="缺附件", version=version)
    assert story.refused("clerk", "registration", no, "unlist") == "form_approved"
