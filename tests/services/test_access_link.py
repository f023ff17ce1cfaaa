"""One-time links: who makes them, what they open, and what ends them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.cli.test_verify import plant
from tests.kept import kept
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.access_link import Noun, Page, State, state
from tracker.domain.codes import Cause, LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, NotFound, RuleViolation
from tracker.domain.loss import Share
from tracker.domain.statement import Delivery
from tracker.models.access_link import AccessLink
from tracker.queries import access_link as queries
from tracker.queries import account as accounts
from tracker.queries import loss, registration, shipment, statement
from tracker.queries.verify_access_link import links_agree
from tracker.services import access_link as service
from tracker.services import account, demo
from tracker.services.verify import verify


@kept
def _form(story: Story, *shares: Share) -> str:
    no = story.received(**SUPPLIER_FAULT)
    story.scrap(no, *shares, note="协商" if shares else None)
    form = next(one for one in story.list_on_forms(no) if story.form(one).party == "SUP01")
    story.do("clerk", "loss_form", form, "submit")
    return form


@kept
def _statement(story: Story) -> str:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    story.close_month()
    [no] = story.statements()
    story.do("finance", "statement", no, "issue")
    return no


def make(story: Story, no: str, noun: Noun = Noun.LOSS_FORM, login: str = "business") -> str:
    """Make a link; return its secret."""
    act = story.act(login)
    return str(story.write(lambda: service.make(act, noun, no)[1]))


def _holder(story: Story, secret: str) -> Any:
    return queries.holder(queries.standing(story.session, secret, story.now))


def _faults(story: Story) -> list[str]:
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]


def _spend(story: Story, secret: str, action: str = "sign") -> None:
    def work() -> None:
        from tracker.services import loss as losses

        link = queries.standing(story.session, secret, story.now, for_update=True)
        form = loss.get(story.session, queries.holder(link), link.document, for_update=True)
        act = service.act_of(story.act("business", version=form.version), link, "梁经理")
        losses.sign(act, form)
        service.spend(act, link, action, "梁经理", str(uuid4()))

    story.write(work)


def test_only_the_digest_of_a_secret_is_kept(story: Story) -> None:
    secret = make(story, _form(story))
    [row] = story.session.execute(text("SELECT * FROM access_link")).mappings()
    assert secret not in {str(value) for value in row.values()}
    assert row["secret_sha256"] == accounts.secret_sha256(secret)
    assert len(secret) == 43


@pytest.mark.parametrize("login", ["clerk", "supervisor", "supplier1", "manager1", "auditor"])
def test_links_are_made_by_business_and_finance(story: Story, login: str) -> None:
    form = _form(story)
    with pytest.raises(Forbidden):
        make(story, form, login=login)
    assert len(make(story, form, login="finance")) == 43


def test_a_link_leads_to_what_its_party_may_see(story: Story) -> None:
    no = story.scrapped()
    [draft] = story.list_on_forms(no)
    with pytest.raises(RuleViolation) as refusal:
        make(story, draft)
    assert refusal.value.code == "nothing_to_answer"
    lost = story.received(cause=Cause.STORAGE)
    story.scrap(lost, Share(LiableKind.HEAD_OFFICE, 100), note="无法判定")
    [ours] = story.list_on_forms(lost)
    story.do("clerk", "loss_form", ours, "submit")
    with pytest.raises(RuleViolation):
        make(story, ours)
    with pytest.raises(NotFound):
        make(story, "BS-2026-999999")


def test_its_holder_sees_the_one_document_and_nothing_else_of_its_party(story: Story) -> None:
    form, other = _form(story), _form(story)
    holder = _holder(story, make(story, form))
    assert loss.get(story.session, holder, form).no == form
    assert [row.no for row in loss.forms(story.session, holder)] == [form]
    with pytest.raises(NotFound):
        loss.get(story.session, holder, other)
    garment = story.form(form).lines[0].registration.no
    with pytest.raises(NotFound):
        registration.get(story.session, holder, garment)
    assert statement.page(story.session, holder, statement.Wanted())[0] == []


def test_a_stores_link_opens_none_of_its_stores_garments_or_boxes(story: Story) -> None:
    no = story.register(cause=Cause.STORAGE)
    box = story.at_after_sales(no)
    story.scrap(no)
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    holder = _holder(story, make(story, form))
    assert (holder.site_code, [role.value for role in holder.roles]) == ("S001", ["store_manager"])
    assert loss.get(story.session, holder, form).party == "S001"
    for get, number in ((registration.get, no), (shipment.get, box)):
        with pytest.raises(NotFound):
            get(story.session, holder, number)


def test_it_expires_by_the_policy(story: Story) -> None:
    secret = make(story, _form(story))
    before = story.now + timedelta(days=7) - timedelta(seconds=1)
    assert queries.standing(story.session, secret, before).party == "SUP01"
    with pytest.raises(NotFound):
        queries.standing(story.session, secret, story.now + timedelta(days=7))


def test_signing_spends_it_and_the_signature_is_its_partys(story: Story) -> None:
    form = _form(story)
    secret = make(story, form)
    _spend(story, secret)
    with pytest.raises(NotFound):
        queries.standing(story.session, secret, story.now)
    shown = story.form(form)
    assert shown.status == "signed"
    signed = next(one for one in shown.signatures if one.step == "sign")
    assert signed.by.name == "广州锦程服饰有限公司（凭链接）"
    assert queries.signer(story.session, form, "sign", signed.at) == "梁经理"
    assert _faults(story) == []
    link = story.session.scalars(select(AccessLink)).one()
    with pytest.raises(RuleViolation) as refusal:
        story.write(lambda: service.revoke(story.act("business"), link.id))
    assert refusal.value.code == "link_ended"


def test_a_link_taken_back_opens_nothing(story: Story) -> None:
    secret = make(story, _form(story))
    link = story.session.scalars(select(AccessLink)).one()
    number = link.id
    with pytest.raises(NotFound):
        story.write(lambda: service.revoke(story.act("clerk"), number))
    story.write(lambda: service.revoke(story.act("finance"), number))
    with pytest.raises(NotFound):
        queries.standing(story.session, secret, story.now)
    story.session.rollback()
    row = story.session.get_one(AccessLink, number)
    assert (state(row, story.now), row.revoked_by.login) == (State.REVOKED, "finance")


def test_an_answer_wants_a_name(story: Story) -> None:
    secret = make(story, _form(story))
    link = queries.standing(story.session, secret, story.now)
    with pytest.raises(InvalidInput) as refusal:
        service.act_of(story.act("business"), link, "  ")
    assert refusal.value.code == "missing_field"


def test_nobody_logs_in_as_the_holder_of_links(story: Story) -> None:
    make(story, _form(story))
    found = accounts.by_login(story.session, "link:supplier:sup01")
    assert found is not None
    assert not found.is_active
    for password in ("!", "", demo.PASSWORD):
        with pytest.raises(RuleViolation) as refusal:
            account.log_in(story.session, found.login, password, story.now)
        assert refusal.value.code == "wrong_password"


def test_all_links_of_a_party_act_as_the_same_account(story: Story) -> None:
    first, second = (_holder(story, make(story, _form(story))) for _ in range(2))
    assert first.account_id == second.account_id


def test_openings_are_kept_and_never_changed(story: Story) -> None:
    secret = make(story, _form(story))
    link = queries.standing(story.session, secret, story.now)
    number = link.id
    story.write(
        lambda: service.note_opening(
            story.session, queries.standing(story.session, secret, story.now), story.now,
            "203.0.113.7", Page.DOCUMENT,
        )
    )  # fmt: skip
    row = story.session.get_one(AccessLink, number)
    assert [(one.at, one.address, one.page) for one in row.openings] == [
        (story.now, "203.0.113.7", "document")
    ]
    for change in ("UPDATE link_opening SET address = 'x'", "DELETE FROM link_opening"):
        with pytest.raises(IntegrityError):
            story.write(lambda sql=change: story.session.execute(text(sql)))


def test_a_supplier_confirms_the_receipt_and_agrees_by_itself(story: Story) -> None:
    no = _statement(story)
    with pytest.raises(Forbidden) as refusal:
        story.do("supplier1", "statement", no, "deliver", how=Delivery.MAIL)
    assert refusal.value.code == "not_the_party"
    story.do("supplier1", "statement", no, "deliver", how=Delivery.PORTAL)
    row = story.statement(no)
    assert (row.delivered_how, row.delivered_at) == ("portal", story.now)
    assert story.do("supplier1", "statement", no, "agree") == "agreed"
    assert story.statement(no).answered_by.login == "supplier1"


def test_a_supplier_disputes_its_statement(story: Story) -> None:
    no = _statement(story)
    story.do("supplier1", "statement", no, "deliver", how=Delivery.PORTAL)
    assert story.do("supplier1", "statement", no, "dispute", reason="数量不符") == "disputed"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("party = 'SUP02'", "opens"),
        ("used_at = made_at, used_action = 'sign', used_by = '某人', used_key = 'x'", "never"),
    ],
)
def test_verify_finds_a_link_that_is_another_partys_or_was_never_used(
    story: Story, change: str, fault: str
) -> None:
    make(story, _form(story))
    assert _faults(story) == []
    plant(story.session, f"UPDATE access_link SET {change}")  # noqa: S608
    [found] = links_agree(story.session)
    story.session.rollback()
    assert fault in found


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE access_link SET used_by = '李四'",
        "UPDATE access_link SET made_by_id = 1",
        "UPDATE access_link SET noun = 'x'",
        "UPDATE access_link SET used_at = NULL, used_action = NULL, used_by = NULL, "
        "used_key = NULL",
        "DELETE FROM access_link",
    ],
)
def test_a_link_ends_once_and_changes_in_nothing_else(story: Story, change: str) -> None:
    _spend(story, make(story, _form(story)))
    with pytest.raises(IntegrityError, match="rows are never changed"):
        story.session.execute(text(change))
    story.session.rollback()
