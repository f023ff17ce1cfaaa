"""The bench: verdicts beside what was registered, work that adds up, a second person's check."""

from __future__ import annotations

import pytest

from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause, Grade, Position
from tracker.domain.errors import Forbidden, InvalidInput
from tracker.domain.pause import Pause
from tracker.domain.registration import Choice, HandedTo, Outcome
from tracker.models.ledger import LedgerEntry
from tracker.queries import registration as registrations
from tracker.queries import repair as queries
from tracker.services.repair import Operation, Part


def _work(story: Story, no: str, **more: object) -> None:
    fields = {"operations": [Operation("换拉链", 30)]} | more
    story.do("repairer", "registration", no, "work", **fields)


def test_what_differs_from_the_registration_is_flagged_rule_1_16(story: Story) -> None:
    no = story.received()
    story.do(
        "supervisor",
        "registration",
        no,
        "refuse_intake",
        reason="mismatch",
        position=Position.COLLAR,
        cause=Cause.WORKMANSHIP,
        tag_intact=False,
    )
    [seen] = registrations.bench(story.session, story.registration(no)).assessments
    assert seen.mismatches == ["position", "tag_intact"]
    assert (seen.position, seen.area_mm2) == ("collar", 300)


def test_a_refused_garment_may_be_repaired_out_of_goodwill_c_19(story: Story) -> None:
    no = story.received()
    story.do("supervisor", "registration", no, "refuse_intake", reason="thread_or_crease")
    story.do("assessor", "registration", no, "assess", outcome=Outcome.REPAIR)
    assert story.registration(no).status == "in_repair"


def test_work_adds_up_to_the_fen(story: Story) -> None:
    no = story.in_repair()
    _work(story, no, labour_fen=1250, parts=[Part("拉链", 1, 830)])
    _work(story, no, labour_fen=99)
    assert queries.spent_fen(story.session, story.registration(no).id) == 2179


def test_a_repair_cannot_finish_without_work_nor_close_before_its_check(story: Story) -> None:
    no = story.in_repair()
    assert story.refused("repairer", "registration", no, "finish_repair") == "no_work"
    grade = Grade.FIRST
    assert story.refused("qa", "registration", no, "pass_check", grade=grade) == "wrong_status"


def test_nobody_checks_his_own_repair(story: Story) -> None:
    no = story.in_repair()
    _work(story, no)
    story.do("repairer", "registration", no, "finish_repair")
    code = story.refused("repairer", "registration", no, "pass_check", grade=Grade.FIRST)
    assert code == "own_repair"
    assert story.do("qa", "registration", no, "pass_check", grade=Grade.IMPERFECT) == "repaired"
    assert story.registration(no).grade == "imperfect"


def test_a_failed_check_goes_back_to_the_bench_with_a_reason_and_counts(story: Story) -> None:
    no = story.in_repair()
    _work(story, no)
    story.do("repairer", "registration", no, "finish_repair")
    with pytest.raises(InvalidInput):
        story.take("qa", "registration", no, "fail_check")
    assert story.do("qa", "registration", no, "fail_check", note="线迹不齐") == "in_repair"
    checks = registrations.bench(story.session, story.registration(no)).checks
    assert [check.is_passed for check in checks] == [False]


def test_what_happens_while_a_garment_is_checked_hides_not_where_it_was_repaired(
    story: Story,
) -> None:
    no = story.in_repair()
    _work(story, no)
    story.do("repairer", "registration", no, "finish_repair")
    assert story.do("clerk", "registration", no, "pause", reason=Pause.OUTSIDE) == "in_check"
    assert story.do("qa", "registration", no, "fail_check", note="线迹不齐") == "in_repair"


def test_giving_up_goes_back_to_the_assessor(story: Story) -> None:
    no = story.in_repair()
    assert story.do("repairer", "registration", no, "give_up", note="面料脆化") == "received"


def test_store_staff_do_not_assess(story: Story) -> None:
    no = story.received()
    with pytest.raises(Forbidden):
        story.take("store1", "registration", no, "assess", outcome=Outcome.REPAIR)


def _unrepairable_of_a_customer(story: Story, **fields: object) -> str:
    no = story.received_customer(**(SUPPLIER_FAULT | fields))
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SCRAP)
    return no


def test_nothing_happens_to_a_customers_garment_unasked(story: Story) -> None:
    no = _unrepairable_of_a_customer(story)
    assert story.registration(no).status == "awaiting_customer"


def test_a_paid_exchange_charges_depreciation_and_posts_it_rules_2_04_to_2_06(
    story: Story,
) -> None:
    no = _unrepairable_of_a_customer(story)
    story.do("store1", "registration", no, "decide", choice=Choice.PAID_EXCHANGE)
    garment = story.registration(no)
    assert (garment.status, garment.owner) == ("scrap_pending", "store")
    assert garment.charge_fen == 6990
    legs = [(leg.account, leg.amount_fen) for leg in story.session.query(LedgerEntry)]
    assert legs == [("depreciation", 6990), ("clearing", -6990)]


def test_a_customer_may_have_it_back_unrepaired(story: Story) -> None:
    no = _unrepairable_of_a_customer(story)
    story.do("store1", "registration", no, "decide", choice=Choice.RETURN_UNREPAIRED)
    story.return_to_store(no)
    story.hand_over(no, HandedTo.CUSTOMER)
    garment = story.registration(no)
    assert (garment.status, garment.charge_fen, garment.repair_count) == ("handed_over", 0, 0)


def test_a_garment_goes_back_to_its_owner_only(story: Story) -> None:
    no = story.received_customer()
    story.repair(no)
    story.return_to_store(no)
    code = story.refused("store1", "registration", no, "hand_over", to=HandedTo.STOCK)
    assert code == "not_the_owner"
