"""Statements: from a closed month to settled; each charge on exactly one of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from tests.kept import kept
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.codes import LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, NotFound, RuleViolation
from tracker.domain.loss import Share
from tracker.domain.statement import Delivery
from tracker.models.statement import StatementLine
from tracker.queries import statement as queries
from tracker.services import ledger, opening, settlement_import, statement
from tracker.services.rows import BadFile, Row
from tracker.services.verify import verify

PRICE = 18984
"""What a jacket costs its supplier, in fen."""


@kept
def _billed(story: Story) -> dict[str, str]:
    """Close a month of a supplier's jacket and a franchisee's; return the statements by party."""
    first, second = story.register(**SUPPLIER_FAULT), story.register("store2", **SUPPLIER_FAULT)
    story.at_after_sales(first)
    story.at_after_sales(second, login="store2", manager="manager2")
    story.scrap(first)
    halves = [Share(LiableKind.SUPPLIER, 50, "SUP01"), Share(LiableKind.STORE, 50, "S001")]
    story.scrap(second, *halves, note="协商")
    for form in story.list_on_forms(first, second):
        story.sign_off(form)
    story.close_month()
    return {story.statement(no).party: no for no in story.statements()}


@kept
def _one(story: Story) -> str:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    story.close_month()
    [no] = story.statements()
    return no


def _faults(story: Story) -> list[str]:
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]


def _paid(story: Story, amount_fen: int, reference: str = "银行-1") -> dict[str, object]:
    return {"amount_fen": amount_fen, "settled_on": story.now.date(), "reference": reference}


def test_a_closed_month_makes_one_statement_for_each_supplier_and_store(story: Story) -> None:
    found = _billed(story)
    rows = {party: story.statement(no) for party, no in found.items()}
    assert found == {
        "SUP01": "KK-2026-000001",
        "S001": "DZ-2026-000001",
        "S002": "DZ-2026-000002",
    }
    assert {p: (row.charge_fen, row.credit_fen, row.total_fen) for p, row in rows.items()} == {
        "SUP01": (28476, 0, 28476),
        "S001": (8400, 0, 8400),
        "S002": (0, 27960, -27960),
    }
    assert rows["S002"].party_name == "东莞虎门店"
    assert _faults(story) == []


def test_statements_come_from_closed_months_only_and_are_finances(story: Story) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    with pytest.raises(RuleViolation) as refusal:
        story.statements()
    assert refusal.value.code == "month_not_closed"
    with pytest.raises(Forbidden):
        story.write(lambda: statement.draw_up(story.act("supervisor"), "2026-11"))
    with pytest.raises(NotFound):
        story.statements("2020-01")


def test_the_freight_of_an_extra_box_stands_on_its_stores_statement_rule_1_32(story: Story) -> None:
    story.scrapped()
    story.scrapped()
    story.close_month()
    [no] = story.statements()
    row = story.statement(no)
    assert (row.liable_kind, row.party, row.party_name) == ("store", "S001", "广州天河店")
    lines = [(e.account, e.amount_fen) for e in queries.lines(story.session, row)]
    assert lines == [("freight", row.charge_fen)]
    assert row.total_fen == row.charge_fen > 0
    assert _faults(story) == []


def test_what_is_taken_back_later_stands_as_a_credit_in_that_month(story: Story) -> None:
    parties = _billed(story)
    charged = queries.lines(story.session, story.statement(parties["SUP01"]))
    entry_nos = [entry.entry_no for entry in charged]
    act = story.act("finance")
    for entry_no in entry_nos:
        story.write(lambda no=entry_no: ledger.reverse(act, no, reason="责任方开错"))
    story.close_month("2026-12")
    found = {story.statement(no).party: story.statement(no) for no in story.statements("2026-12")}
    assert {p: (row.charge_fen, row.credit_fen) for p, row in found.items()} == {
        "SUP01": (-28476, 0),
        "S002": (0, -13980),
    }
    lines = queries.lines(story.session, found["SUP01"])
    assert [entry.reverses for entry in lines] == entry_nos
    assert _faults(story) == []


def test_drawing_up_again_makes_nothing(story: Story) -> None:
    _billed(story)
    assert story.statements() == []


def test_no_charge_stands_on_two_live_statements(story: Story) -> None:
    no = _one(story)
    line = story.session.scalars(select(StatementLine)).one()
    with pytest.raises(IntegrityError):
        story.session.execute(
            text(
                "INSERT INTO statement_line (statement_id, entry_id, amount_fen, is_live) "
                "VALUES (:statement, :entry, 1, TRUE)"
            ),
            {"statement": story.statement(no).id, "entry": line.entry_id},
        )
    story.session.rollback()


def test_from_issued_to_settled(story: Story) -> None:
    no = _one(story)
    assert story.do("finance", "statement", no, "issue") == "issued"
    story.wait(days=2)
    delivered = {"how": Delivery.PAPER, "delivered_at": story.now - timedelta(hours=3)}
    assert story.do("finance2", "statement", no, "deliver", **delivered) == "delivered"
    found = story.statement(no)
    assert (found.delivered_at, found.delivered_how) == (delivered["delivered_at"], "paper")
    assert found.object_by == date(2026, 11, 13)
    assert story.do("business", "statement", no, "agree") == "agreed"
    assert story.do("finance", "statement", no, "settle", **_paid(story, 10000)) == "agreed"
    rest = _paid(story, PRICE - 10000, "银行-2")
    assert story.do("finance", "statement", no, "settle", **rest) == "settled"
    found = story.statement(no)
    told = [(row.amount_fen, row.reference) for row in queries.settlements(story.session, found)]
    assert told == [(10000, "银行-1"), (8984, "银行-2")]
    assert _faults(story) == []


def test_nothing_is_settled_before_the_notice_arrived(story: Story) -> None:
    no = _one(story)
    story.do("finance", "statement", no, "issue")
    refused = story.refused("finance", "statement", no, "settle", **_paid(story, PRICE))
    assert refused == "wrong_status"


@pytest.mark.parametrize("hours", [-1, 100])
def test_a_delivery_lies_between_the_issue_and_now(story: Story, hours: int) -> None:
    no = _one(story)
    story.do("finance", "statement", no, "issue")
    story.wait(hours=50)
    moment = story.now - timedelta(hours=50) + timedelta(hours=hours)
    with pytest.raises(InvalidInput) as refusal:
        story.take("finance", "statement", no, "deliver", how=Delivery.MAIL, delivered_at=moment)
    assert refusal.value.code == "bad_moment"
    assert story.statement(no).status == "issued"


def test_more_than_is_left_is_refused_and_so_is_a_day_to_come(story: Story) -> None:
    no = _one(story)
    story.deliver(no)
    refused = story.refused("finance", "statement", no, "settle", **_paid(story, PRICE + 1))
    assert refused == "too_much"
    for wrong in (
        {"amount_fen": 0},
        {"settled_on": story.now.date() + timedelta(days=2)},
        {"reference": " "},
    ):
        with pytest.raises(InvalidInput):
            story.take("finance", "statement", no, "settle", **(_paid(story, PRICE) | wrong))


def test_a_store_answers_for_itself_and_the_business_department_for_suppliers(story: Story) -> None:
    found = _billed(story)
    for no in found.values():
        story.deliver(no)
    with pytest.raises(Forbidden):
        story.take("business", "statement", found["S001"], "agree")
    with pytest.raises(NotFound):
        story.take("manager2", "statement", found["S001"], "agree")
    told = {"reason": "这件不是本店的"}
    assert story.do("manager1", "statement", found["S001"], "dispute", **told) == "disputed"
    assert story.do("manager1", "statement", found["S001"], "agree") == "agreed"
    assert story.do("business", "statement", found["SUP01"], "agree") == "agreed"


def test_a_party_sees_its_own_statement_once_it_is_issued(story: Story) -> None:
    found = _billed(story)
    supplier, manager = story.actor("supplier1"), story.actor("manager2")
    for actor, party in ((supplier, "SUP01"), (manager, "S002")):
        with pytest.raises(NotFound):
            queries.get(story.session, actor, found[party])
        story.do("finance", "statement", found[party], "issue")
        assert queries.get(story.session, actor, found[party]).party == party
        page, _next = queries.page(story.session, actor, queries.Wanted())
        assert [row.no for row in page] == [found[party]]
    with pytest.raises(NotFound):
        queries.get(story.session, story.actor("store1"), found["S001"])


def test_a_void_keeps_its_number_and_frees_its_lines_for_the_reissue(story: Story) -> None:
    no = _one(story)
    story.deliver(no)
    story.do("finance", "statement", no, "void", reason="供应商名称有误")
    [again] = story.statements()
    assert (no, again) == ("KK-2026-000001", "KK-2026-000002")
    reissued = story.statement(again)
    assert (reissued.replaces.no, reissued.total_fen, reissued.status) == (no, PRICE, "draft")
    assert [entry.amount_fen for entry in queries.lines(story.session, reissued)] == [PRICE]
    assert _faults(story) == []


def test_what_was_settled_in_part_is_not_voided(story: Story) -> None:
    no = _one(story)
    story.deliver(no)
    story.do("finance", "statement", no, "settle", **_paid(story, 1))
    refused = story.refused("finance", "statement", no, "void", reason="重开")
    assert refused == "has_settlements"


# --- files of settlements


def _row(
    number: int, no: str = "", party: str = "", amount: str = "189.84", ref: str = "T1"
) -> Row:
    values = (no, party, amount, "2026-11-05", ref)
    return Row(number, dict(zip(settlement_import.COLUMNS, values, strict=True)))


def _import(story: Story, *rows: Row) -> list[tuple[str, str]]:
    act = story.act("finance")
    outcomes = story.write(
        lambda: settlement_import.import_settlements(act, "月结.csv", b"x", rows).outcomes
    )
    return [(outcome["result"], outcome["statement_no"]) for outcome in outcomes]


def test_a_file_settles_by_number_and_amount_or_by_party_and_what_is_left(story: Story) -> None:
    found = _billed(story)
    for no in found.values():
        story.deliver(no)
    rows = (
        _row(2, found["SUP01"], amount="100.00"),
        _row(3, party="S001", amount="84.00"),
        _row(4, party="s002", amount="279.60"),
    )
    assert _import(story, *rows) == [
        ("partial", found["SUP01"]),
        ("settled", found["S001"]),
        ("settled", found["S002"]),
    ]
    assert story.statement(found["SUP01"]).settled_fen == 10000
    assert _faults(story) == []


def test_the_same_file_again_changes_nothing(story: Story) -> None:
    no = _one(story)
    story.deliver(no)
    rows = (_row(2, no, amount="100.00"), _row(3, no, amount="50.00", ref="T2"))
    assert [result for result, _no in _import(story, *rows)] == ["partial", "partial"]
    assert [result for result, _no in _import(story, *rows)] == ["known", "known"]
    assert story.statement(no).settled_fen == 15000


def test_what_does_not_match_is_listed_with_why_and_the_rest_is_taken(story: Story) -> None:
    found = _billed(story)
    story.deliver(found["SUP01"])
    rows = (
        _row(2, "KK-2026-000099"),
        _row(3, found["S001"], amount="84.00"),
        _row(4, found["SUP01"], "S001"),
        _row(5, party="SUP01", amount="1.00"),
        _row(6, found["SUP01"], amount="284.77"),
        _row(7, found["SUP01"], amount="284.76"),
    )
    assert [result for result, _no in _import(story, *rows)] == ["unmatched"] * 5 + ["settled"]
    assert story.statement(found["S001"]).settled_fen == 0


def test_a_file_with_a_row_that_cannot_be_read_is_refused_whole(story: Story) -> None:
    no = _one(story)
    story.deliver(no)
    with pytest.raises(BadFile) as refusal:
        _import(story, _row(2, no), _row(3), _row(4, no, amount="-1"), _row(5, no, ref=""))
    assert [row.number for row in refusal.value.bad_rows] == [3, 4, 5]
    with pytest.raises(BadFile):
        _import(story, _row(2, no), _row(3, no))
    assert story.statement(no).settled_fen == 0


def test_only_finance_imports_settlements(story: Story) -> None:
    no = _one(story)
    story.deliver(no)
    with pytest.raises(Forbidden):
        story.write(
            lambda: settlement_import.import_settlements(
                story.act("auditor"), "x", b"x", [_row(2, no)]
            )
        )


# --- opening balances


def _owed(number: int, kind: str, party: str, reference: str, amount: str) -> Row:
    values = (kind, party, reference, "2025", amount)
    return Row(number, dict(zip(opening.COLUMNS, values, strict=True)))


OLD = (
    _owed(2, "supplier", "SUP01", "旧扣-17", "1200.00"),
    _owed(3, "store", "S002", "旧账-3", "-80.50"),
)


def test_opening_balances_stand_before_the_first_month_and_are_billed_like_others(
    story: Story,
) -> None:
    story.sign_off(*story.list_on_forms(story.scrapped()))
    counts = story.write(lambda: opening.import_opening(story.act("finance"), OLD))
    assert (counts.made, counts.known) == (2, 0)
    story.close_month("2026-10")
    found = {story.statement(no).party: story.statement(no) for no in story.statements("2026-10")}
    assert {party: row.total_fen for party, row in found.items()} == {
        "SUP01": 120000,
        "S002": -8050,
    }
    assert _faults(story) == []


def test_an_opening_balance_that_was_wrong_is_taken_back_in_the_open_month(story: Story) -> None:
    act = story.act("finance")
    story.write(lambda: opening.import_opening(act, OLD))
    story.close_month("2026-10")
    story.write(lambda: ledger.reverse(act, "QC-2026-10/1", reason="旧账已付"))
    counts = story.write(lambda: opening.import_opening(act, OLD))
    assert (counts.made, counts.known) == (0, 2)
    story.close_month()
    [no] = story.statements()
    row = story.statement(no)
    assert (row.party, row.total_fen) == ("S002", 8050)
    assert _faults(story) == []


def test_the_same_opening_again_changes_nothing_and_another_is_refused(story: Story) -> None:
    act = story.act("finance")
    story.write(lambda: opening.import_opening(act, OLD))
    counts = story.write(lambda: opening.import_opening(act, OLD))
    assert (counts.made, counts.known) == (0, 2)
    with pytest.raises(RuleViolation) as refusal:
        story.write(lambda: opening.import_opening(act, OLD[:1]))
    assert refusal.value.code == "opening_stands"


@pytest.mark.parametrize("minus", ["-80.50", "－80.50", "－８０．５０", "¥-80.50", "-¥80.50"])
def test_a_credit_of_an_opening_is_typed_with_any_minus(story: Story, minus: str) -> None:
    row = _owed(2, "store", "S002", "旧账-3", minus)
    story.write(lambda: opening.import_opening(story.act("finance"), [row]))
    story.close_month("2026-10")
    [no] = story.statements("2026-10")
    assert story.statement(no).total_fen == -8050


def test_the_same_opening_is_known_after_its_parties_were_renamed(story: Story) -> None:
    act = story.act("finance")
    story.write(lambda: opening.import_opening(act, OLD))
    for change in (
        "UPDATE supplier SET name = '改名后的供应商' WHERE code = 'SUP01'",
        "UPDATE site SET name = '改名后的店' WHERE code = 'S002'",
    ):
        story.write(lambda sql=change: story.session.execute(text(sql)))
    counts = story.write(lambda: opening.import_opening(act, OLD))
    assert (counts.made, counts.known) == (0, 2)
    story.close_month("2026-10")
    names = {story.statement(no).party_name for no in story.statements("2026-10")}
    assert "改名后的店" not in names


def test_opening_balances_come_before_the_first_close_and_from_finance(story: Story) -> None:
    with pytest.raises(Forbidden):
        story.write(lambda: opening.import_opening(story.act("supervisor"), OLD))
    story.sign_off(*story.list_on_forms(story.scrapped()))
    story.close_month()
    with pytest.raises(RuleViolation) as refusal:
        story.write(lambda: opening.import_opening(story.act("finance"), OLD))
    assert refusal.value.code == "month_closed"


def test_every_bad_row_of_an_opening_is_named(story: Story) -> None:
    rows = (
        _owed(2, "carrier", "SUP01", "a", "1.00"),
        _owed(3, "store", "S999", "b", "1.00"),
        _owed(4, "store", "S001", "", "1.00"),
        _owed(5, "store", "S001", "d", "0"),
    )
    with pytest.raises(BadFile) as refusal:
        story.write(lambda: opening.import_opening(story.act("finance"), rows))
    assert [row.number for row in refusal.value.bad_rows] == [2, 3, 4, 5]
    twice = (OLD[0], Row(3, OLD[0].values))
    with pytest.raises(BadFile):
        story.write(lambda: opening.import_opening(story.act("finance"), twice))
