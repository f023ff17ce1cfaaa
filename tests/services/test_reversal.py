"""Corrections: an entry is taken back in an open month, once, and points to what it takes back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, text

from tests.cli.test_verify import plant
from tests.faults.test_tamper import lived, unguarded  # noqa: F401
from tests.kept import kept
from tests.story import Story
from tracker.domain.codes import Cause
from tracker.domain.errors import Forbidden, InvalidInput, NotFound, RuleViolation
from tracker.domain.registration import Choice, Outcome
from tracker.domain.shipment import FreightBearer
from tracker.models.ledger import LedgerEntry
from tracker.queries import entry as entries
from tracker.queries import ledger as queries
from tracker.queries.verify_entry import entries_agree
from tracker.services import chain, ledger, loss_papers
from tracker.services.verify import verify


def _legs(story: Story, like: str) -> list[tuple[str, str, int, str, str | None]]:
    story.session.rollback()
    found = story.session.scalars(
        select(LedgerEntry).where(LedgerEntry.entry_no.like(like)).order_by(LedgerEntry.id)
    )
    return [(e.entry_no, e.account, e.amount_fen, e.month, e.reverses) for e in found]


def _reverse(story: Story, no: str, login: str = "finance", reason: str = "责任方开错") -> str:
    act = story.act(login)
    return str(story.write(lambda: ledger.reverse(act, no, reason=reason)))


@kept
def _closed(story: Story) -> str:
    """A closed month with one entry; returns its number."""
    [form] = story.list_on_forms(story.scrapped())
    story.sign_off(form)
    story.close_month()
    return f"{form}/{story.form(form).lines[0].id}"


def _faults(story: Story) -> list[str]:
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]


def test_a_closed_month_is_mended_by_a_reversal_in_the_open_one(story: Story) -> None:
    no = _closed(story)
    before = story.month("2026-11").content_sha256
    assert _reverse(story, no) == f"{no}/R"
    assert _legs(story, f"{no}%") == [
        (no, "charge", 18984, "2026-11", None),
        (no, "clearing", -18984, "2026-11", None),
        (f"{no}/R", "charge", -18984, "2026-12", no),
        (f"{no}/R", "clearing", 18984, "2026-12", no),
    ]
    assert queries.content_sha256(story.session, "2026-11") == before
    assert queries.totals(story.session, "2026-12").amount_fen == -18984
    reversal = entries.reversal_of(story.session, no)
    assert reversal is not None
    assert (reversal.entry_no, reversal.reason) == (f"{no}/R", "责任方开错")
    assert _faults(story) == []


def test_the_form_stays_in_the_month_that_carried_it(story: Story) -> None:
    no = _closed(story)
    _reverse(story, no)
    month = queries.month_of_document(story.session, no.partition("/")[0])
    assert month is not None
    assert month.month == "2026-11"


def _code(story: Story, no: str) -> str:
    with pytest.raises(RuleViolation) as refusal:
        _reverse(story, no)
    return refusal.value.code


def test_a_wrong_reversal_is_taken_back_once_and_its_entry_stands_again(story: Story) -> None:
    no = _closed(story)
    form = story.form(no.partition("/")[0])
    taken_back = [e.entry_no for e in loss_papers.taken_back(story.act("finance"), form)]
    assert taken_back == []
    _reverse(story, no)
    taken_back = [e.entry_no for e in loss_papers.taken_back(story.act("finance"), form)]
    assert taken_back == [f"{no}/R"]
    assert _code(story, no) == "already_reversed"
    assert _reverse(story, f"{no}/R", reason="冲错了") == f"{no}/R/R"
    assert _legs(story, f"{no}/R/R") == [
        (f"{no}/R/R", "charge", 18984, "2026-12", f"{no}/R"),
        (f"{no}/R/R", "clearing", -18984, "2026-12", f"{no}/R"),
    ]
    assert loss_papers.taken_back(story.act("finance"), form) == []
    told = [_code(story, again) for again in (no, f"{no}/R", f"{no}/R/R")]
    assert told == ["already_reversed", "already_reversed", "is_reversal"]
    assert _faults(story) == []


@pytest.mark.parametrize("login", ["clerk", "supervisor", "vp", "auditor", "manager1", "admin"])
def test_only_finance_reverses(story: Story, login: str) -> None:
    no = _closed(story)
    with pytest.raises(Forbidden):
        _reverse(story, no, login)


def test_a_reversal_needs_its_reason_and_its_entry(story: Story) -> None:
    no = _closed(story)
    with pytest.raises(InvalidInput) as refusal:
        _reverse(story, no, reason="  ")
    assert (refusal.value.code, refusal.value.field) == ("missing_field", "reason")
    with pytest.raises(NotFound):
        _reverse(story, "BS-2026-000099/1")


def _extra_box(story: Story, freight_fen: int = 2500, **more: Any) -> str:
    """The second box of a store's week; returns its number."""
    source = story.register_customer if more else story.register
    for number in range(2):
        no = source()
        story.do("manager1", "registration", no, "accept")
        box = story.box("store1", no)
        story.do("store1", "shipment", box, "seal")
        sent = {"carrier": "顺丰", "tracking_no": f"SF{number}", "freight_fen": freight_fen}
        story.do("store1", "shipment", box, "dispatch", **sent, **(more if number else {}))
    return box


def test_the_store_bears_the_second_box_of_a_week_in_the_ledger_rule_1_32(story: Story) -> None:
    box = _extra_box(story)
    legs = story.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert [(leg.entry_no, leg.account, leg.amount_fen, leg.liable_party) for leg in legs] == [
        (f"{box}/freight-1", "freight", 2500, "S001"),
        (f"{box}/freight-1", "freight_payable", -2500, "S001"),
    ]
    assert _faults(story) == []


def test_an_urgent_customers_box_is_at_head_offices_cost(story: Story) -> None:
    box = _extra_box(story, urgent=True)
    assert story.shipment(box).freight_bearer == FreightBearer.HEAD_OFFICE
    kinds = story.session.scalars(select(LedgerEntry.liable_kind)).all()
    assert set(kinds) == {"head_office"}


def test_amended_freight_is_reversed_and_entered_anew(story: Story) -> None:
    box = _extra_box(story)
    story.do("clerk", "shipment", box, "amend_freight", freight_fen=1800, note="到付改价")
    assert [(no, fen, back) for no, _, fen, _, back in _legs(story, f"{box}%")] == [
        (f"{box}/freight-1", 2500, None),
        (f"{box}/freight-1", -2500, None),
        (f"{box}/freight-1/R", -2500, f"{box}/freight-1"),
        (f"{box}/freight-1/R", 2500, f"{box}/freight-1"),
        (f"{box}/freight-2", 1800, None),
        (f"{box}/freight-2", -1800, None),
    ]
    story.do("clerk", "shipment", box, "amend_freight", freight_fen=1800, note="核对")
    assert len(_legs(story, f"{box}%")) == 6
    assert _faults(story) == []


def test_what_finance_corrected_stays_corrected_when_the_work_goes_on(story: Story) -> None:
    box = _extra_box(story)
    _reverse(story, f"{box}/freight-1", reason="不应由店铺承担")
    assert _faults(story) == []
    story.do("clerk", "shipment", box, "amend_freight", freight_fen=1800, note="到付改价")
    assert [no for no, *_ in _legs(story, f"{box}%")][4:] == [f"{box}/freight-2"] * 2
    assert _faults(story) == []


def test_what_the_work_took_back_finance_does_not_restore(story: Story) -> None:
    box = _extra_box(story)
    story.do("clerk", "shipment", box, "amend_freight", freight_fen=1800, note="到付改价")
    assert _code(story, f"{box}/freight-1/R") == "is_reversal"


@pytest.mark.parametrize("freight_fen", [1800, 0])
def test_restored_freight_is_amended_like_any_other(story: Story, freight_fen: int) -> None:
    box = _extra_box(story)
    _reverse(story, _reverse(story, f"{box}/freight-1"), reason="冲错了")
    amended = {"freight_fen": freight_fen, "note": "到付改价"}
    story.do("clerk", "shipment", box, "amend_freight", **amended)
    legs = [leg for leg in _legs(story, f"{box}%") if leg[1] == "freight"]
    assert sum(fen for _, _, fen, _, _ in legs) == freight_fen
    assert legs[3][0] == f"{box}/freight-1/R/R/R"
    assert _faults(story) == []


def test_freight_that_was_entered_anew_does_not_come_back_a_second_time(story: Story) -> None:
    box = _extra_box(story)
    _reverse(story, f"{box}/freight-1", reason="不应由店铺承担")
    story.do("clerk", "shipment", box, "amend_freight", freight_fen=1800, note="到付改价")
    assert _code(story, f"{box}/freight-1/R") == "is_reversal"
    legs = [leg for leg in _legs(story, f"{box}%") if leg[1] == "freight"]
    assert sum(fen for _, _, fen, _, _ in legs) == 1800
    assert _faults(story) == []


def test_two_corrections_by_finance_are_no_fault(story: Story) -> None:
    box = _extra_box(story)
    _reverse(story, f"{box}/freight-1", reason="不应由店铺承担")
    story.do("clerk", "shipment", box, "amend_freight", freight_fen=1800, note="到付改价")
    _reverse(story, f"{box}/freight-2", reason="仍不应由店铺承担")
    assert _faults(story) == []


def test_freight_is_amended_until_the_month_that_carries_it_closes(story: Story) -> None:
    story.write(lambda: ledger.open_month(story.act("clerk")))
    story.do("supervisor", "month", "2026-11", "submit")
    box = _extra_box(story)
    assert {month for *_, month, _ in _legs(story, f"{box}%")} == {"2026-12"}
    amend: dict[str, Any] = {"freight_fen": 1800, "note": "到付改价"}
    story.do("finance", "month", "2026-11", "close", version=story.month("2026-11").version)
    story.do("clerk", "shipment", box, "amend_freight", **amend)
    story.do("supervisor", "month", "2026-12", "submit")
    story.do("finance", "month", "2026-12", "close", version=story.month("2026-12").version)
    assert story.refused("clerk", "shipment", box, "amend_freight", **amend) == "month_closed"


def test_boxes_of_before_the_chain_need_no_freight_in_the_ledger(story: Story) -> None:
    _extra_box(story)
    session = story.session
    for table in ("ledger_entry", "chain_link"):
        on = "" if session.get_bind().dialect.name == "sqlite" else f" ON {table}"
        session.execute(text(f"DROP TRIGGER {table}_no_delete{on}"))
        session.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    session.execute(text("DELETE FROM counter WHERE series = 'chain'"))
    assert len(entries_agree(session)) == 1
    chain.begin(session, story.now)
    session.expire_all()
    assert entries_agree(session) == []
    session.rollback()


@kept
def _corrected_charge(story: Story) -> str:
    """A customer's repair whose charge finance took back; returns the garment's number."""
    no = story.received_customer(cause=Cause.WEAR_MISUSE)
    _charge(story, no, 3500)
    _reverse(story, f"{no}/charge-1", reason="顾客投诉")
    return no


def _charge(story: Story, no: str, quote_fen: int) -> None:
    quoted = {"outcome": Outcome.REPAIR, "quote_fen": quote_fen}
    story.do("assessor", "registration", no, "assess", **quoted)
    story.do("store1", "registration", no, "decide", choice=Choice.PAID_REPAIR)


def _charged_fen(story: Story, no: str) -> int:
    return sum(fen for _, account, fen, _, _ in _legs(story, f"{no}%") if account != "clearing")


def test_a_customers_charge_stands_again_while_its_repair_goes_on(story: Story) -> None:
    no = _corrected_charge(story)
    _reverse(story, f"{no}/charge-1/R", reason="冲错了")
    assert _charged_fen(story, no) == 3500
    assert _faults(story) == []


def test_a_customers_charge_that_was_entered_anew_does_not_come_back_beside_it(
    story: Story,
) -> None:
    no = _corrected_charge(story)
    story.do("repairer", "registration", no, "give_up", note="面料太脆")
    _charge(story, no, 4800)
    assert _code(story, f"{no}/charge-1/R") == "is_reversal"
    assert _charged_fen(story, no) == 4800
    assert _faults(story) == []


def test_verify_finds_a_charge_that_stands_again_beside_its_successor(story: Story) -> None:
    no = _corrected_charge(story)
    story.do("repairer", "registration", no, "give_up", note="面料太脆")
    _charge(story, no, 4800)
    facts = f"at, by_id, account, {', '.join(entries.FACTS)}"
    plant(
        story.session,
        f"INSERT INTO ledger_entry (entry_no, month, reverses, reason, amount_fen, {facts}) "  # noqa: S608
        f"SELECT '{no}/charge-1/R/R', month, entry_no, '冲错了', -amount_fen, {facts} "
        f"FROM ledger_entry WHERE entry_no = '{no}/charge-1/R'",
    )
    assert entries_agree(story.session) == [
        f"{no}/charge-1/R/R lets stand again what {no}/charge-2 replaced"
    ]
    story.session.rollback()


@pytest.mark.parametrize("is_asked_again", [False, True])
def test_a_charge_for_a_repair_that_was_given_up_does_not_come_back(
    story: Story, is_asked_again: bool
) -> None:
    no = _corrected_charge(story)
    story.do("repairer", "registration", no, "give_up", note="面料太脆")
    if is_asked_again:
        story.do("assessor", "registration", no, "assess", outcome=Outcome.SCRAP)
        unrepaired = {"choice": Choice.RETURN_UNREPAIRED}
        story.do("store1", "registration", no, "decide", **unrepaired)
    assert _code(story, f"{no}/charge-1/R") == "is_reversal"
    assert _charged_fen(story, no) == 0
    assert _faults(story) == []


PLANTED = (
    "UPDATE ledger_entry SET reverses = 'BS-2026-000099/1' WHERE id = 1",
    "UPDATE ledger_entry SET reason = 'x' WHERE id = 1",
    "UPDATE ledger_entry SET amount_fen = amount_fen - 1 WHERE account = 'vat_transfer_out'",
    "DELETE FROM ledger_entry WHERE account = 'vat_transfer_out'",
    "UPDATE loss_line SET vat_fen = vat_fen + 1 WHERE nature = 'poor_management'",
    "UPDATE loss_line SET nature = 'quality_defect' WHERE nature = 'poor_management'",
    "UPDATE loss_line SET cost_fen = cost_fen + 100 WHERE nature = 'poor_management'",
)


def test_each_planted_fault_of_an_entry_is_found(unguarded: Story) -> None:  # noqa: F811
    session = unguarded.session
    assert entries_agree(session) == []
    missed = []
    for fault in PLANTED:
        point = session.begin_nested()
        assert session.execute(text(fault)).rowcount > 0, fault
        session.expire_all()
        if not entries_agree(session):
            missed.append(fault)
        point.rollback()
    assert missed == []
