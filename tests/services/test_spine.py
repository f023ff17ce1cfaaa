"""The main job from the scanned tag to the month's bill, through the services."""

from __future__ import annotations

from tests.story import Story
from tracker.domain.registration import HandedTo
from tracker.queries import ledger


def test_a_customers_garment_is_repaired_and_handed_over_in_fifteen_days(story: Story) -> None:
    no = story.received_customer()
    story.repair(no)
    story.return_to_store(no)
    story.hand_over(no, HandedTo.CUSTOMER)
    garment = story.registration(no)
    assert garment.status == "handed_over"
    assert garment.repair_count == 1
    assert garment.closed_at is not None


def test_a_suppliers_fault_becomes_its_bill_and_the_month_closes(story: Story) -> None:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    story.destroy(no)
    assert story.registration(no).status == "destroyed"
    lines = ledger.lines(story.session, "2026-11")
    assert [(line.amount_fen, line.liable_party, line.production_year) for line in lines] == [
        (18984, "SUP01", 2026)
    ]
    story.do("supervisor", "month", "2026-11", "submit")
    story.do("finance", "month", "2026-11", "close", version=story.month("2026-11").version)
    assert story.month("2026-11").total_fen == 18984
