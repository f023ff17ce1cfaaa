"""The month's checklist, its roll-forward, empty months, and what its close keeps."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.kept import kept
from tests.story import DOWN_COAT, SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause, Defect, LiableKind
from tracker.domain.discrepancy import Finding
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.ledger import Account
from tracker.domain.loss import Share
from tracker.domain.month import Check, Flow, Stock
from tracker.models.ledger import LedgerEntry
from tracker.models.loss import LossLine
from tracker.models.month import Departure, MonthTotal
from tracker.queries import ledger, month_roll, month_total
from tracker.queries import month as queries
from tracker.services import destruction, month
from tracker.services import ledger as books
from tracker.services.verify import verify


def _open(story: Story, name: str = "2026-11") -> None:
    story.write(lambda: month.open_empty(story.act("finance"), name))


def _found(story: Story, name: str = "2026-11") -> dict[Check, list[str]]:
    found = queries.checklist(story.session, story.month(name), story.now)
    return {check: [item.no for item in items] for check, items in found.items() if items}


@kept
def _approved(story: Story, code: str = "6901234567892", **fields: object) -> str:
    no = story.scrapped(code, **fields)
    for form in story.list_on_forms(no):
        signer = "supplier1" if story.form(form).party == "SUP01" else "business"
        story.do("clerk", "loss_form", form, "submit")
        if story.form(form).status == "submitted":
            paper = {"on_paper": True} if signer == "business" else {}
            story.do(signer, "loss_form", form, "sign", version=story.form(form).version, **paper)
        for login, step in (("logistics", "confirm"), ("vp", "approve")):
            story.do(login, "loss_form", form, step, version=story.form(form).version)
    return no


def _faults(story: Story) -> list[str]:
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]


# --- the checklist


def test_each_check_finds_what_is_open_of_the_month(story: Story) -> None:
    _approved(story)
    first, second, third = (story.scrapped(**SUPPLIER_FAULT) for _ in range(3))
    [sent] = story.list_on_forms(first)
    story.do("clerk", "loss_form", sent, "submit")
    [draft] = story.list_on_forms(second)
    assert _found(story) == {
        Check.DRAFTS: [draft],
        Check.UNAPPROVED: [sent],
        Check.UNLISTED: [third],
    }


def test_a_price_that_is_missing_is_found_on_the_draft(story: Story) -> None:
    _open(story)
    no = story.scrapped()
    story.session.execute(text("UPDATE style SET purchase_price_fen = 0"))
    story.session.commit()
    [draft] = story.list_on_forms(no)
    assert _found(story) == {Check.DRAFTS: [draft], Check.UNPRICED: [no]}


def test_pieces_through_the_shredder_without_a_witness_are_found(story: Story) -> None:
    no = _approved(story)
    record = story.write(lambda: destruction.plan(story.act("warehouse")).no)
    assert _found(story) == {}
    story.do("warehouse", "destruction", record, "scan", code=story.piece_no(no))
    assert _found(story) == {Check.UNWITNESSED: [record]}


def test_a_discrepancy_is_found_past_its_days_and_a_write_off_without_proof(story: Story) -> None:
    _open(story)
    kept, lost = story.register(), story.register()
    box = story.send(kept, lost)
    story.wait(days=2)
    story.count_in(box, kept)
    [case] = [row.no for row in story.cases()]
    assert _found(story) == {}
    story.wait(days=16)
    assert _found(story) == {Check.DISCREPANCIES: [case]}
    story.do(
        "supervisor", "discrepancy", case, "resolve", finding=Finding.WRITTEN_OFF, note="找不到"
    )
    assert _found(story) == {Check.UNLISTED: [lost], Check.UNPROVEN: [case]}


def test_a_month_is_not_submitted_before_all_is_clean_or_carried_over_by_name(story: Story) -> None:
    _approved(story)
    no = story.scrapped()
    assert story.refused("supervisor", "month", "2026-11", "submit") == "checklist_open"
    carried = {"documents": [no], "reason": "供应商下月来厂确认"}
    story.do("supervisor", "month", "2026-11", "carry_over", **carried)
    assert story.do("supervisor", "month", "2026-11", "submit") == "in_review"
    [row] = queries.carries(story.session, "2026-11")
    assert (row.document, row.check_name, row.why, row.by.login) == (
        no,
        "unlisted",
        "供应商下月来厂确认",
        "supervisor",
    )


def test_only_what_is_on_the_checklist_is_carried_and_only_with_a_reason(story: Story) -> None:
    _approved(story)
    no = story.scrapped()
    for fields, code in (
        ({"documents": [no], "reason": " "}, "missing_field"),
        ({"documents": [], "reason": "等"}, "missing_field"),
        ({"documents": ["BS-2026-000099"], "reason": "等"}, "not_on_checklist"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            story.take("supervisor", "month", "2026-11", "carry_over", **fields)
        assert refusal.value.code == code
    with pytest.raises(Forbidden):
        story.take("clerk", "month", "2026-11", "carry_over", documents=[no], reason="等")


def test_what_comes_after_the_submission_is_the_next_months_and_bars_no_close(story: Story) -> None:
    _approved(story)
    story.do("supervisor", "month", "2026-11", "submit")
    story.wait(hours=1)
    story.scrapped()
    assert _found(story) == {}
    version = story.month("2026-11").version
    assert story.do("finance", "month", "2026-11", "close", version=version) == "closed"


def test_what_was_carried_comes_again_in_the_next_month(story: Story) -> None:
    _approved(story)
    no = story.scrapped()
    story.close_month()
    story.wait(days=30)
    _open(story, "2026-12")
    assert _found(story, "2026-12") == {Check.UNLISTED: [no]}


# --- empty months and their order


def test_a_month_without_entries_is_opened_and_closed_too(story: Story) -> None:
    _open(story)
    story.close_month()
    closed = story.month("2026-11")
    assert (closed.status, closed.total_fen, closed.line_count) == ("closed", 0, 0)
    assert _faults(story) == []


def test_a_month_to_come_and_one_before_the_ledger_are_not_opened(story: Story) -> None:
    _approved(story)
    for name, code in (("2026-12", "month_to_come"), ("2026-10", "month_before_ledger")):
        with pytest.raises((InvalidInput, RuleViolation)) as refusal:
            _open(story, name)
        assert refusal.value.code == code
    with pytest.raises(Forbidden):
        story.write(lambda: month.open_empty(story.act("clerk"), "2026-11"))


def test_no_month_is_skipped_and_months_close_in_their_order(story: Story) -> None:
    _approved(story)
    story.wait(days=70)
    _approved(story, DOWN_COAT)
    every = [row.month for row in ledger.months(story.session, story.actor("finance"))]
    assert every == ["2027-01", "2026-12", "2026-11"]
    story.do("supervisor", "month", "2026-12", "submit")
    version = story.month("2026-12").version
    refused = story.refused("finance", "month", "2026-12", "close", version=version)
    assert refused == "earlier_month_open"
    story.close_month("2026-11")
    story.do("finance", "month", "2026-12", "close", version=version)


# --- the roll-forward


def test_opening_plus_new_less_destroyed_less_returned_is_closing(story: Story) -> None:
    story.destroy(_approved(story))
    second = _approved(story)
    roll = month_roll.roll(story.session, "2026-11")
    assert [(str(flow), stock) for flow, stock in roll.rows()] == [
        ("opening", Stock(0, 0)),
        ("new", Stock(2, 2 * 18984)),
        ("destroyed", Stock(1, 18984)),
        ("returned", Stock(0, 0)),
        ("closing", Stock(1, 18984)),
    ]
    story.close_month()
    third = _approved(story)
    story.do("clerk", "registration", second, "return_to_supplier")
    later = month_roll.roll(story.session, "2026-12")
    assert [stock for _flow, stock in later.rows()] == [
        Stock(1, 18984),
        Stock(1, 18984),
        Stock(0, 0),
        Stock(1, 18984),
        Stock(1, 18984),
    ]
    rows = {flow: month_roll.rows(story.session, "2026-12", flow, 9) for flow in Flow}
    assert {flow.value: [row.registration_no for row in found] for flow, found in rows.items()} == {
        "opening": [second],
        "new": [third],
        "destroyed": [],
        "returned": [second],
        "closing": [third],
    }
    assert _faults(story) == []


def test_a_charge_taken_back_later_is_negative_in_that_month_and_the_garment_stays(
    story: Story,
) -> None:
    no = _approved(story)
    [entry_no] = story.session.scalars(
        select(LedgerEntry.entry_no).where(LedgerEntry.account == "charge")
    )
    story.close_month()
    story.write(lambda: books.reverse(story.act("finance"), entry_no, reason="责任方开错"))
    assert [stock for _flow, stock in month_roll.roll(story.session, "2026-12").rows()] == [
        Stock(1, 18984), Stock(0, -18984), Stock(0, 0), Stock(0, 0), Stock(1, 0),
    ]  # fmt: skip
    assert month_total.totals(story.session, "2026-12").amount_fen == -18984
    story.destroy(no)
    story.close_month("2026-12")
    assert month_roll.roll(story.session, "2026-12").closing == Stock(0, 0)
    assert _faults(story) == []


def test_what_is_taken_back_never_falls_into_a_month_before_its_entry(story: Story) -> None:
    _approved(story)
    story.submit_month()
    [form] = story.list_on_forms(story.scrapped())
    story.sign_off(form)
    story.do("finance", "month", "2026-11", "reopen", note="还缺一张单")
    entry_no = f"{form}/{story.form(form).lines[0].id}"
    story.write(lambda: books.reverse(story.act("finance"), entry_no, reason="责任方开错"))
    legs = select(LedgerEntry.month).where(LedgerEntry.document == form).distinct()
    assert story.session.scalars(legs).all() == ["2026-12"]
    assert _faults(story) == []


def test_a_shared_garment_is_one_piece_of_the_roll_forward(story: Story) -> None:
    no = story.received(**SUPPLIER_FAULT)
    halves = [Share(LiableKind.SUPPLIER, 50, "SUP01"), Share(LiableKind.STORE, 50, "S001")]
    story.scrap(no, *halves, note="协商")
    for form in story.list_on_forms(no):
        story.sign_off(form)
    assert month_roll.roll(story.session, "2026-11").closing == Stock(1, 17892)


def test_scrap_that_leaves_after_the_submission_leaves_in_the_next_month(story: Story) -> None:
    no = _approved(story)
    story.do("supervisor", "month", "2026-11", "submit")
    story.destroy(no)
    assert [row.month for row in story.session.scalars(select(Departure))] == ["2026-12"]
    assert month_roll.roll(story.session, "2026-11").closing == Stock(1, 18984)
    assert month_roll.roll(story.session, "2026-12").closing == Stock(0, 0)


# --- the totals of a closed month


def test_a_closed_month_keeps_what_its_open_ledger_said(story: Story) -> None:
    _approved(story)
    _approved(story, DOWN_COAT)
    _approved(story, cause=Cause.UNKNOWN)
    before = ledger.totals(story.session, "2026-11")
    assert month_total.kept(story.session, "2026-11") is None
    story.close_month()
    kept = month_total.totals(story.session, "2026-11")
    assert (kept.amount_fen, kept.pieces) == (before.amount_fen, before.pieces)
    for name in ("by_liable", "by_supplier", "by_store", "by_year", "by_defect", "by_style"):
        ours, theirs = getattr(kept, name), getattr(before, name)
        assert {(t.key, t.pieces, t.amount_fen) for t in ours} == {
            (t.key, t.pieces, t.amount_fen) for t in theirs
        }
    assert month_total.amounts(story.session, story.actor("finance")) == {
        "2026-11": (kept.pieces, kept.amount_fen)
    }
    assert _faults(story) == []


def test_a_month_says_what_it_moved_beside_its_charges_open_or_closed(story: Story) -> None:
    _approved(story)
    _approved(story, defect=Defect.MOULD_ODOUR, cause=Cause.UNKNOWN)
    lines = select(func.sum(LossLine.vat_fen))
    before = month_total.others(story.session, "2026-11")
    assert before == {
        Account.VAT_TRANSFER_OUT: story.session.scalar(lines),
        Account.FREIGHT: 2500,
    }
    story.close_month()
    assert month_total.others(story.session, "2026-11") == before


def test_a_closed_months_totals_read_no_ledger(story: Story, app: Flask) -> None:
    _approved(story)
    story.close_month()
    before = month_total.totals(story.session, "2026-11")
    triggers = "ledger_entry_no_delete"
    is_sqlite = story.session.get_bind().dialect.name == "sqlite"
    story.session.execute(text(f"DROP TRIGGER {triggers}{'' if is_sqlite else ' ON ledger_entry'}"))
    story.session.execute(text("DELETE FROM ledger_entry"))
    assert month_total.totals(story.session, "2026-11") == before
    story.session.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE month_total SET amount_fen = 1",
        "DELETE FROM month_total",
        "INSERT INTO month_total (month, grouped_by, account, liable_kind, liable_party, "
        "liable_name, supplier, store, defect, production_year, style_no, lines, pieces, "
        "amount_fen) VALUES ('2026-11', 'all', 'charge', '', '', '', '', '', '', 0, '', 1, 1, 1)",
        "UPDATE month_roll SET pieces = 1",
        "DELETE FROM month_roll",
        "INSERT INTO month_roll (month, flow, pieces, amount_fen) VALUES ('2026-11', 'x', 1, 1)",
        "UPDATE month_carry SET why = 'x'",
        "DELETE FROM month_carry",
        "UPDATE departure SET month = '2026-12'",
        "DELETE FROM departure",
    ],
)
def test_the_database_itself_refuses_to_change_what_a_close_kept(
    story: Story, statement: str
) -> None:
    story.destroy(_approved(story))
    story.scrapped()
    story.close_month()
    with pytest.raises(DBAPIError):
        story.session.execute(text(statement))
    story.session.rollback()
    assert story.session.scalars(select(MonthTotal.amount_fen)).first() is not None
