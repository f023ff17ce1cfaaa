"""Repair tags that were printed, and rolls of blank ones that wait for their garments."""

from __future__ import annotations

import json
import threading
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.story import DOWN_COAT, JACKET, Story
from tracker.domain.codes import Cause, Defect, Position, Source
from tracker.domain.errors import HangtagError, InvalidInput, NeedsInput, NotFound
from tracker.domain.label import Dpi, Form, Setting, Size, read
from tracker.domain.number import FIRST_RESERVED, piece_no
from tracker.extensions import db
from tracker.models.label import LabelPrint, TagRoll
from tracker.models.registration import Piece
from tracker.queries import label as queries
from tracker.services import label, tag_roll
from tracker.services.verify import verify


def _print(story: Story, *nos: str, login: str = "store1", key: str = "", **how: Any) -> list[bool]:
    """Print tags; return for each whether it came out as a reprint."""
    act, wanted = story.act(login), Setting(**how)
    made = story.write(lambda: label.record(act, key or str(uuid4()), nos, wanted))
    return [row.is_reprint for row in made]


def _roll(story: Story, count: int = 3, login: str = "manager1", key: str = "") -> list[str]:
    """Print a roll of blank tags; return their numbers."""
    act = story.act(login)
    made = story.write(lambda: tag_roll.add(act, key or str(uuid4()), count))
    return [piece_no(number) for number in range(made.first_id, made.last_id + 1)]


def _scan(story: Story, **fields: Any) -> tuple[int, str]:
    """Scan a garment; return the status and the piece number or the code of the refusal."""
    answer = story.scan(**fields)
    told = json.loads(answer.body)
    return answer.status, str(told.get("piece_no") or told.get("code"))


def _faults(story: Story) -> list[str]:
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]


# --- settings


def test_a_setting_is_read_from_what_was_chosen() -> None:
    asked = {"size": "40x30", "form": "sheet", "dpi": "300", "copies": "3", "start": "45"}
    assert read(asked) == Setting(Size.SMALL, Form.SHEET, Dpi.HIGH, 3, 45)
    assert read({}) == Setting(Size.LARGE, Form.PDF, Dpi.LOW, 1, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size", "60x41"),
        ("form", "docx"),
        ("dpi", "600"),
        ("copies", "0"),
        ("copies", "21"),
        ("copies", "１"),
        ("copies", "-1"),
        ("start", "22"),
        ("start", "x"),
    ],
)
def test_a_setting_that_no_printer_has_is_refused_with_its_field(field: str, value: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read({field: value})
    assert (refusal.value.code, refusal.value.field) == ("bad_setting", field)


def test_a_sheet_of_a4_has_21_large_or_45_small_places() -> None:
    assert (Size.LARGE.places, Size.SMALL.places) == (21, 45)


# --- prints


def test_the_first_tag_of_a_garment_is_plain_and_every_later_one_a_reprint(story: Story) -> None:
    one, two = story.register(), story.register()
    assert _print(story, one) == [False]
    assert _print(story, two, one, login="clerk") == [False, True]
    assert _faults(story) == []


def test_a_print_is_recorded_with_who_where_when_and_how_often(story: Story) -> None:
    no = story.register()
    _print(story, no, copies=2)
    [row] = queries.prints_of(
        story.session, story.actor("store1"), [story.registration(no).piece_id]
    )
    assert (row.by.login, row.site_id, row.at, row.copies) == (
        "store1",
        story.actor("store1").site_id,
        story.now,
        2,
    )


def test_the_same_press_again_is_the_same_print(story: Story) -> None:
    no, key = story.register(), str(uuid4())
    assert [_print(story, no, key=key) for _ in range(3)] == [[False]] * 3
    assert len(story.session.scalars(select(LabelPrint)).all()) == 1


def test_a_print_is_for_those_who_see_its_garments(story: Story) -> None:
    no, key = story.register(), str(uuid4())
    with pytest.raises(NotFound):
        _print(story, no, login="store2")
    _print(story, no, key=key)
    for login in ("store2", "manager1"):
        with pytest.raises(NotFound):
            _print(story, no, login=login, key=key)


@pytest.mark.parametrize(
    ("count", "form", "code"),
    [(0, Form.PDF, "too_many_labels"), (2, Form.PNG, "one_picture"), (2, Form.SVG, "one_picture")],
)
def test_what_no_print_can_be_is_refused(story: Story, count: int, form: Form, code: str) -> None:
    nos = [story.register() for _ in range(count)]
    with pytest.raises(InvalidInput) as refusal:
        _print(story, *nos, form=form)
    assert refusal.value.code == code


def test_of_two_first_prints_at_one_moment_one_is_a_reprint(app: Flask, story: Story) -> None:
    no = story.register()
    story.session.rollback()
    results = _at_once(app, 2, lambda mine: _print(mine, no))
    assert sorted(results) == [[False], [True]]


def test_a_double_press_at_one_moment_is_one_print(app: Flask, story: Story) -> None:
    no, key = story.register(), str(uuid4())
    story.session.rollback()
    assert _at_once(app, 4, lambda mine: _print(mine, no, key=key)) == [[False]] * 4
    assert len(story.session.scalars(select(LabelPrint)).all()) == 1


# --- rolls


def test_a_roll_holds_numbers_that_minting_never_takes(story: Story) -> None:
    before = story.piece_no(story.register())
    numbers = _roll(story, 100)
    after = story.piece_no(story.register())
    assert (numbers[0], numbers[-1]) == (piece_no(FIRST_RESERVED), piece_no(FIRST_RESERVED + 99))
    assert int(after[1:-1]) == int(before[1:-1]) + 1
    assert _roll(story, 1, "manager2") == [piece_no(FIRST_RESERVED + 100)]


def test_minting_goes_on_below_the_rolls_after_a_blank_tag_was_used(story: Story) -> None:
    before = int(story.piece_no(story.register())[1:-1])
    story.register(repair_tag=_roll(story)[0])
    assert int(story.piece_no(story.register())[1:-1]) == before + 1


def test_the_same_press_again_is_the_same_roll(story: Story) -> None:
    key = str(uuid4())
    assert _roll(story, 3, key=key) == _roll(story, 3, key=key)
    with pytest.raises(NotFound):
        _roll(story, 3, "manager2", key=key)


@pytest.mark.parametrize("count", [0, 501])
def test_a_roll_has_1_to_500_tags(story: Story, count: int) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _roll(story, count)
    assert refusal.value.code == "bad_count"


def test_a_blank_tag_scanned_after_the_hang_tag_becomes_the_garments_number(story: Story) -> None:
    first, second, _third = _roll(story)
    assert _scan(story, code=JACKET, repair_tag=second.lower()) == (201, second)
    assert _scan(story, code=DOWN_COAT, repair_tag=f"]C1{first}\r") == (201, first)
    [roll] = queries.rolls(story.session, story.actor("manager1"))[0]
    assert (roll.used, roll.count) == (2, 3)
    assert _faults(story) == []


def test_a_worn_garment_without_a_hang_tag_takes_a_blank_tag_too(story: Story) -> None:
    [tag] = _roll(story, 1)
    no = story.register_customer(repair_tag=tag)
    assert story.piece_no(no) == tag
    assert story.registration(no).source == Source.CUSTOMER


def test_the_clerk_gives_an_unregistered_garment_a_blank_tag_of_after_sales(story: Story) -> None:
    [own] = _roll(story, 1, "clerk")
    [stores] = _roll(story, 1)
    box = story.send(story.register())
    story.do("clerk", "shipment", box, "arrive")
    facts = {"code": DOWN_COAT, "defect": Defect.ZIP_FAIL, "position": Position.FRONT}
    facts |= {"area_mm2": 100, "cause": Cause.WORKMANSHIP}
    facts |= dict.fromkeys(("tag_intact", "accessories_intact", "number_intact"), True)
    with pytest.raises(NeedsInput) as refusal:
        story.do("clerk", "shipment", box, "register_surplus", **facts, repair_tag=stores)
    assert refusal.value.code == "not_a_blank_tag"
    story.do("clerk", "shipment", box, "register_surplus", **facts, repair_tag=own)
    assert story.session.scalar(select(Piece.piece_no).where(Piece.id >= FIRST_RESERVED)) == own
    assert _faults(story) == []


def test_a_tag_that_is_on_a_garment_is_not_given_to_another(story: Story) -> None:
    first, second = _roll(story, 2)
    scan_id = str(uuid4())
    story.register(repair_tag=first)
    assert _scan(story, scan_id=scan_id, repair_tag=first) == (422, "tag_in_use")
    assert _scan(story, scan_id=scan_id, repair_tag=second) == (201, second)


@pytest.mark.parametrize("scanned", [JACKET, "P99999999X", "男装", "x" * 200, "P00000001M"])
def test_what_is_no_blank_tag_is_refused_and_the_scan_may_be_completed(
    story: Story, scanned: str
) -> None:
    scan_id = str(uuid4())
    assert _scan(story, scan_id=scan_id, repair_tag=scanned) == (422, "not_a_blank_tag")
    assert _scan(story, scan_id=scan_id)[0] == 201


def test_a_minted_number_and_another_sites_blank_tag_look_the_same(story: Story) -> None:
    [foreign] = _roll(story, 1, "manager2")
    minted = story.piece_no(story.register())
    assert _scan(story, repair_tag=foreign) == (422, "not_a_blank_tag")
    assert _scan(story, repair_tag=minted) == (422, "not_a_blank_tag")
    story.register("store2", repair_tag=foreign)
    assert _scan(story, repair_tag=foreign) == (422, "not_a_blank_tag")


def test_a_garment_keeps_its_number_for_life(story: Story) -> None:
    [tag] = _roll(story, 1)
    no = story.register()
    story.do("store1", "registration", no, "void", reason="写错了")
    piece = story.piece_no(no)
    assert _scan(story, code=piece, repair_tag=tag) == (422, "has_repair_tag")
    assert _scan(story, code=piece, repair_tag=piece) == (201, piece)


def test_a_blank_tag_scanned_first_asks_for_the_hang_tag(story: Story) -> None:
    [own] = _roll(story, 1)
    [foreign] = _roll(story, 1, "manager2")
    assert _scan(story, code=own) == (422, "blank_tag")
    assert _scan(story, code=foreign) == (422, "unknown_code")


def test_a_paired_garment_carries_a_tag_already(story: Story) -> None:
    [tag] = _roll(story, 1)
    assert _print(story, story.register(repair_tag=tag)) == [True]
    assert _faults(story) == []


def test_a_store_has_blank_tags_until_the_last_is_used(story: Story) -> None:
    site = story.actor("store1").site_id
    assert queries.has_blank_tags(story.session, site) is False
    first, second = _roll(story, 2)
    story.register(repair_tag=first)
    assert queries.has_blank_tags(story.session, site) is True
    story.register(repair_tag=second)
    assert queries.has_blank_tags(story.session, site) is False


def test_a_roll_is_seen_by_its_store_and_by_after_sales(story: Story) -> None:
    _roll(story, 1)
    _roll(story, 1, "clerk")
    seen = {
        login: len(queries.rolls(story.session, story.actor(login))[0])
        for login in ("manager1", "manager2", "clerk")
    }
    assert seen == {"manager1": 1, "manager2": 0, "clerk": 2}


def test_the_rolls_page_by_key(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    for _ in range(3):
        _roll(story, 1)
    first, cursor = queries.rolls(story.session, story.actor("manager1"))
    second, end = queries.rolls(story.session, story.actor("manager1"), cursor)
    assert ([one.roll.id for one in (*first, *second)], end) == ([3, 2, 1], None)


# --- at one moment


def _at_once(app: Flask, count: int, job: Any) -> list[Any]:
    """Run a job in so many sessions at one moment; return what each gave."""
    results: list[Any] = []
    start = threading.Barrier(count)

    def run() -> None:
        with app.app_context():
            mine = Story(db.session())
            start.wait()
            try:
                results.append(job(mine))
            except HangtagError as refusal:
                results.append(refusal.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_rolls_and_garments_at_one_moment_share_no_number(app: Flask, story: Story) -> None:
    story.session.rollback()
    turns = iter(range(8))

    def job(mine: Story) -> list[str]:
        if next(turns) % 2:
            return _roll(mine, 50)
        return [mine.piece_no(mine.register()) for _ in range(3)]

    results = _at_once(app, 8, job)
    given = [number for numbers in results for number in numbers]
    assert (len(given), len(set(given))) == (4 * 50 + 4 * 3, len(given))
    rolls = story.session.scalars(select(TagRoll).order_by(TagRoll.first_id)).all()
    assert [roll.first_id for roll in rolls] == [FIRST_RESERVED + 50 * n for n in range(4)]
    assert _faults(story) == []


def test_one_blank_tag_scanned_at_one_moment_is_on_one_garment(app: Flask, story: Story) -> None:
    [tag] = _roll(story, 1)
    story.session.rollback()
    results = _at_once(app, 4, lambda mine: _scan(mine, repair_tag=tag))
    assert sorted(results) == [(201, tag)] + [(422, "tag_in_use")] * 3
    assert len(story.session.scalars(select(Piece)).all()) == 1
    assert _faults(story) == []
