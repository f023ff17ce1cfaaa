"""Two people at one moment: one row of each kind, and both are told what became of theirs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import func, select

from tests.story import DOWN_COAT, MONDAY, SUPPLIER_FAULT, Story
from tracker.domain.codes import Cause, LiableKind
from tracker.domain.errors import HangtagError
from tracker.domain.loss import Share
from tracker.domain.scan import Settlement
from tracker.extensions import db
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.loss import LossForm
from tracker.models.registration import Piece, Registration
from tracker.services import scan_review
from tracker.services.verify import verify

Job = Callable[[Story], Any]


def _at_once(app: Flask, *jobs: Job) -> list[Any]:
    """Run each job in its own session at one moment; return what each gave, in their order."""
    results: dict[int, Any] = {}
    start = threading.Barrier(len(jobs))

    def run(number: int) -> None:
        with app.app_context():
            mine = Story(db.session())
            start.wait()
            try:
                results[number] = jobs[number](mine)
            except HangtagError as refusal:
                results[number] = refusal.code
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results.get(number, "broke") for number in range(len(jobs))]


def _faults(story: Story) -> list[str]:
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]


def _list(no: str) -> Job:
    return lambda mine: mine.list_on_forms(no)


def test_clerks_who_list_for_one_party_share_its_draft(app: Flask, story: Story) -> None:
    garments = [story.scrapped() for _ in range(4)]
    assert _at_once(app, *map(_list, garments)) == [["BS-2026-000001"]] * 4
    assert story.form("BS-2026-000001").total_fen == 4 * 18984
    assert _faults(story) == []


def test_a_garment_listed_twice_at_once_stands_on_one_form(app: Flask, story: Story) -> None:
    no = story.scrapped()
    told = _at_once(app, *[_list(no)] * 3)
    assert sorted(map(str, told)) == ["['BS-2026-000001']", "wrong_status", "wrong_status"]
    assert _faults(story) == []


def test_a_garment_listed_while_its_partys_form_is_submitted_waits_for_the_next(
    app: Flask, story: Story
) -> None:
    first, second = story.scrapped(), story.scrapped()
    story.list_on_forms(first)
    status, numbers = _at_once(
        app,
        lambda mine: mine.take("clerk", "loss_form", "BS-2026-000001", "submit").status,
        _list(second),
    )
    forms = story.session.scalars(select(LossForm).order_by(LossForm.no)).all()
    assert status == 200
    assert [(form.no, form.status, form.total_fen) for form in forms] in (
        [("BS-2026-000001", "submitted", 2 * 18984)],
        [("BS-2026-000001", "submitted", 18984), ("BS-2026-000002", "draft", 18984)],
    )
    assert numbers == [forms[-1].no]
    assert _faults(story) == []


def test_taken_off_or_submitted_but_never_both(app: Flask, story: Story) -> None:
    kept, off = story.scrapped(), story.scrapped()
    [form] = story.list_on_forms(kept, off)
    told = _at_once(
        app,
        lambda mine: mine.take("clerk", "registration", off, "unlist").status,
        lambda mine: mine.take("supervisor", "loss_form", form, "submit").status,
    )
    assert told in ([200, 200], [409, 200])
    left = 1 if told == [200, 200] else 2
    assert story.form(form).total_fen == left * 18984
    assert _faults(story) == []


def test_the_two_forms_of_a_split_garment_are_submitted_at_once(app: Flask, story: Story) -> None:
    no = story.received(**SUPPLIER_FAULT)
    halves = [Share(LiableKind.SUPPLIER, 50, "SUP01")]
    story.scrap(no, *halves, Share(LiableKind.HEAD_OFFICE, 50), note="协商")
    first, second = story.list_on_forms(no)
    told = _at_once(
        app,
        lambda mine: mine.do("clerk", "loss_form", first, "submit"),
        lambda mine: mine.do("supervisor", "loss_form", second, "submit"),
    )
    assert told == ["submitted", "signed"]
    assert _faults(story) == []


def test_two_approvals_open_the_month_together(app: Flask, story: Story) -> None:
    garments = [story.scrapped(cause=Cause.UNKNOWN), story.scrapped(DOWN_COAT)]
    forms = story.list_on_forms(*garments)
    for form in forms:
        story.do("clerk", "loss_form", form, "submit")
        version = story.form(form).version
        if story.form(form).status == "submitted":
            story.do("business", "loss_form", form, "sign", version=version, on_paper=True)
        story.do("logistics", "loss_form", form, "confirm", version=story.form(form).version)
    versions = {form: story.form(form).version for form in forms}

    def approve(form: str) -> Job:
        return lambda mine: mine.do("vp", "loss_form", form, "approve", version=versions[form])

    assert _at_once(app, *map(approve, forms)) == ["approved", "approved"]
    story.session.rollback()
    assert [row.month for row in story.session.scalars(select(Month))] == ["2026-11"]
    charged = select(LedgerEntry.document).where(LedgerEntry.account == "charge")
    assert set(story.session.scalars(charged)) == set(forms)
    assert _faults(story) == []


def test_two_boxes_dispatched_at_once_are_one_weekly_and_one_extra_rule_1_32(
    app: Flask, story: Story
) -> None:
    boxes = []
    for _ in range(2):
        no = story.register()
        story.do("manager1", "registration", no, "accept")
        boxes.append(story.box("store1", no))
        story.do("store1", "shipment", boxes[-1], "seal")
    papers = {"carrier": "顺丰速运", "tracking_no": "SF1"}

    def send(box: str) -> Job:
        return lambda mine: mine.do("store1", "shipment", box, "dispatch", **papers)

    assert _at_once(app, *map(send, boxes)) == ["dispatched", "dispatched"]
    sent = [story.shipment(box) for box in boxes]
    assert sorted((box.kind, box.week_ordinal, box.freight_bearer) for box in sent) == [
        ("extra", 2, "store"),
        ("weekly", 1, "head_office"),
    ]
    assert _faults(story) == []


def test_a_store_that_opens_its_box_twice_at_once_has_one(app: Flask, story: Story) -> None:
    assert _at_once(app, *[lambda mine: mine.box("store1")] * 4) == ["FH-2026-000001"] * 4
    assert _faults(story) == []


def test_a_garment_with_a_unique_code_scanned_by_two_at_once_is_minted_once(
    app: Flask, story: Story
) -> None:
    code = "(01)06901234567892(21)1000000001"
    told = _at_once(app, *[lambda mine: mine.scan(code=code, piece="another").status] * 4)
    assert sorted(told) == [201, 409, 409, 409]
    pieces = story.session.scalars(select(Piece).where(Piece.unique_code.is_not(None))).all()
    assert [piece.unique_code for piece in pieces] == [code]
    assert story.session.scalar(select(func.count()).select_from(Registration)) == 1
    assert _faults(story) == []


def test_a_late_scan_is_settled_by_a_person_or_completed_by_its_device_never_both(
    app: Flask, story: Story
) -> None:
    late = {"scan_id": str(uuid4()), "scanned_at": MONDAY - timedelta(hours=1)}
    assert story.scan(code="6900000000007", **late).status == 422
    settled, completed = _at_once(
        app,
        lambda mine: mine.write(
            lambda: (
                scan_review.settle(
                    mine.act("store1", "样品"), late["scan_id"], Settlement.DISMISSED, None
                ).settlement
            )
        ),
        lambda mine: mine.scan(**late).status,
    )
    made = story.session.scalar(select(func.count()).select_from(Registration))
    assert (settled, completed, made) in (("dismissed", 409, 0), ("not_found", 201, 1))
    assert _faults(story) == []


def test_a_scan_completed_eight_times_at_once_is_registered_once(app: Flask, story: Story) -> None:
    scan_id = str(uuid4())
    assert story.scan(code="6900000000007", scan_id=scan_id).status == 422
    told = _at_once(app, *[lambda mine: mine.scan(scan_id=scan_id)] * 8)
    assert sorted(answer.status for answer in told) == [200] * 7 + [201]
    assert len({answer.body for answer in told}) == 1
    assert story.session.scalar(select(func.count()).select_from(Registration)) == 1
    assert _faults(story) == []
