"""What left the chain for good and is scanned again: refused everywhere, and listed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.kept import kept
from tests.story import SUPPLIER_FAULT, Story
from tracker.domain.alarm import Desk, Source
from tracker.domain.codes import Source as From
from tracker.domain.registration import Outcome
from tracker.domain.shipment import Kind
from tracker.queries import alarm
from tracker.services import alarm as service
from tracker.services import destruction
from tracker.services.registration import CustomerName


@kept
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


@kept
def _sold_down(story: Story) -> str:
    no = story.received(**SUPPLIER_FAULT)
    story.do("assessor", "registration", no, "assess", outcome=Outcome.SOLD_DOWN)
    return no


def _open(story: Story, desk: Desk) -> int:
    story.session.rollback()
    return alarm.open_count(story.session, desk)[0]


def _note(story: Story, login: str, note: str = "门店误扫旧标签") -> None:
    row = _rows(story)[0]
    act = story.act(login)
    story.write(lambda: service.acknowledge(act, Source(row.source), row.ref, note=note))


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
        source=From.CUSTOMER,
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


def test_each_desk_looks_into_an_alarm_for_itself(story: Story) -> None:
    piece = story.piece_no(_destroyed(story))
    story.scan(code=piece)
    assert (_open(story, Desk.SUPERVISOR), _open(story, Desk.FINANCE)) == (1, 1)
    _note(story, "supervisor")
    assert (_open(story, Desk.SUPERVISOR), _open(story, Desk.FINANCE)) == (0, 1)
    _note(story, "finance", "已核对销毁照片")
    assert (_open(story, Desk.SUPERVISOR), _open(story, Desk.FINANCE)) == (0, 0)
    [row] = _rows(story)
    notes = alarm.notes_of(story.session, [row])[(row.source, row.ref)]
    assert {desk: (note.by.login, note.note) for desk, note in notes.items()} == {
        "supervisor": ("supervisor", "门店误扫旧标签"),
        "finance": ("finance", "已核对销毁照片"),
    }


def test_a_note_is_written_once_in_words_by_a_desk_on_an_alarm(story: Story) -> None:
    piece = story.piece_no(_destroyed(story))
    story.scan(code=piece)
    for login in ("auditor", "clerk", "store1", "warehouse"):
        with pytest.raises(Exception, match="wrong_role"):
            _note(story, login)
    with pytest.raises(Exception, match="missing_field"):
        _note(story, "supervisor", "  ")
    _note(story, "supervisor")
    with pytest.raises(Exception, match="noted_already"):
        _note(story, "supervisor", "另一种说法")
    act = story.act("finance")
    for source, ref in ((Source.HANDLING_SCAN, "1"), (Source.SCAN, "none"), (Source.SCAN, "")):
        with pytest.raises(Exception, match="not_found"):
            service.acknowledge(act, source, ref, note="x")


@pytest.mark.parametrize(
    ("gone", "code"), [(_destroyed, "destroyed_piece"), (_returned, "returned_piece")]
)
def test_a_look_up_by_whoever_has_goods_in_hand_raises_it_once(
    story: Story, gone: Any, code: str
) -> None:
    piece = story.piece_no(gone(story))
    for _ in range(2):
        act = story.act("store2")
        told = service.of_look_up(act, f" {piece.lower()} ")
        assert told is not None
        assert told.code == code
        story.write(lambda act=act: service.looked_up(act, piece))
        story.wait(hours=1)
    [row] = _rows(story)
    assert (row.action, row.site_code, row.code) == ("look_up", "S002", code)
    story.wait(hours=11)
    act = story.act("store2")
    story.write(lambda: service.looked_up(act, piece))
    assert len(_rows(story)) == 2


def test_who_looks_into_it_raises_no_alarm_and_neither_does_a_live_garment(story: Story) -> None:
    piece, live = story.piece_no(_destroyed(story)), story.piece_no(story.register())
    for login in ("supervisor", "finance", "auditor", "region1"):
        act = story.act(login)
        assert service.of_look_up(act, piece) is None
        story.write(lambda act=act: service.looked_up(act, piece))
    for typed in (live, "2613M04012", "P000", "", "张三丰", "8" * 400):
        assert service.of_look_up(story.act("store1"), typed) is None
    assert _rows(story) == []


def test_it_is_raised_at_the_shredder_by_either_log_in(story: Story) -> None:
    piece = story.piece_no(_destroyed(story))
    other = story.scrapped()
    [form] = story.list_on_forms(other)
    story.sign_off(form)
    record = str(story.write(lambda: destruction.plan(story.act("warehouse")).no))
    for login in ("warehouse", "administration"):
        refused = story.refused(login, "destruction", record, "scan", code=piece)
        assert refused == "destroyed_piece"
    assert sorted((row.action, row.by) for row in _rows(story)) == [
        ("scan", story.actor("warehouse").name),
        ("scan", story.actor("administration").name),
    ]


def test_a_scan_that_waited_on_its_device_raises_it_when_it_comes(story: Story) -> None:
    no = story.scrapped()
    piece = story.piece_no(no)
    scanned_at = story.now
    [form] = story.list_on_forms(no)
    story.sign_off(form)
    story.destroy(no)
    story.wait(days=2)
    assert story.scan(code=piece, scanned_at=scanned_at).status == 409
    assert [row.code for row in _rows(story)] == ["destroyed_piece"]
