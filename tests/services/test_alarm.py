"""What left the chain for good and is scanned again: refused everywhere, and listed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.codes import Source
from tracker.domain.registration import Outcome
from tracker.domain.shipment import Kind
from tracker.queries import alarm
from tracker.services.registration import CustomerName


def _destroyed(story: Story) -> str:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    story.destroy(no)
    return no


def _returned(story: Story) -> str:
    no = story.scrapped()
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    story.do("clerk", "registration", no, "return_to_supplier")
    return no


def _sold_down(story: Story) -> str:
    no = story.register(**SUPPLIER_FAULT)
    story.at_after_sales(no)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SOLD_DOWN)
    return no


def _rows(story: Story) -> Any:
    since, until = story.now - timedelta(days=1), story.now + timedelta(days=1)
    return alarm.page(story.session, since, until)[0]


@pytest.mark.parametrize(
    ("gone", "code"), [(_destroyed, "destroyed_piece"), (_returned, "returned_piece")]
)
def test_wherever_it_is_scanned_it_is_refused_and_the_supervisor_learns_of_it(
    story: Story, gone: Any, code: str
) -> None:
    piece = story.piece_no(gone(story))
    story.wait(days=2)
    other = story.register()
    story.do("manager1", "registration", other, "accept")
    box = story.box("store1", other)
    assert story.scan(code=piece).status == 409
    assert story.refused("store1", "shipment", box, "pack", code=piece) == code
    story.dispatch("store1", box)
    assert story.refused("clerk", "shipment", box, "receive", code=piece) == code
    rows = _rows(story)
    assert {row.code for row in rows} == {code}
    assert sorted((row.action, row.site_code, row.document) for row in rows) == [
        ("pack", "S001", box),
        ("receive", "ASD", box),
        ("register", "S001", None),
    ]
    [(number, registration)] = alarm.garments_of(story.session, rows).values()
    assert (number, registration[:2]) == (piece, "DJ")


def test_the_list_is_of_its_days_alone(story: Story) -> None:
    piece = story.piece_no(_destroyed(story))
    story.scan(code=piece)
    at = story.now
    assert len(alarm.page(story.session, at, at + timedelta(seconds=1))[0]) == 1
    assert alarm.page(story.session, at + timedelta(seconds=1), at + timedelta(days=9))[0] == []
    assert alarm.page(story.session, at - timedelta(days=9), at)[0] == []


def test_what_was_sold_down_is_registered_anew_and_is_a_second_for_life(story: Story) -> None:
    no = _sold_down(story)
    piece = story.piece_no(no)
    again = story.register(
        code=piece,
        source=Source.CUSTOMER,
        purchased_on=story.now.date(),
        receipt_no="T-9",
        customer=CustomerName("张三丰", "13812345678"),
    )
    new = story.registration(again)
    assert (new.previous.no, new.sold_as_imperfect) == (no, True)
    story.do("store1", "registration", again, "void", reason="顾客改主意")
    once_more = story.registration(story.register(code=piece))
    assert once_more.sold_as_imperfect is True
    assert _rows(story) == []


def test_what_was_sold_down_goes_into_no_box(story: Story) -> None:
    no = _sold_down(story)
    box = story.box("clerk", to="S001", kind=Kind.RETURN)
    refused = story.refused("clerk", "shipment", box, "pack", code=story.piece_no(no))
    assert refused == "wrong_status"
