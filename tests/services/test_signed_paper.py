"""A signed form’s paper is kept as bytes, a signature on paper with what was signed (part 4)."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

from labels import loss_form as sheet
from labels.fonts import FontUnusable
from tests.cli.test_verify import plant
from tests.kept import kept
from tests.paper import page_texts
from tests.story import Story, a_signed_paper
from tracker import edge
from tracker.domain.account import Actor
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Cause, Defect
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.photo import Kind, Subject
from tracker.domain.signed_paper import Audience, audience_of
from tracker.extensions import db
from tracker.models.chain import ChainLink
from tracker.models.ledger import LedgerEntry
from tracker.models.photo import Photo
from tracker.models.signed_paper import SignatureScan, SignedPaper
from tracker.queries import signed_paper as queries
from tracker.queries.verify_paper import papers_agree
from tracker.services import (
    delegation,
    loss,
    loss_papers,
    photo,
    photo_files,
    signed_paper,
)
from tracker.services.verify import verify

COPIES = [Audience.HOUSE.value, Audience.PARTY.value]


@kept
def confirmed(story: Story, **fields: Any) -> str:
    """A form that waits for its approval; returns its number."""
    [form] = story.list_on_forms(story.scrapped(**fields))
    story.sign(form)
    story.do("logistics", "loss_form", form, "confirm", version=story.form(form).version)
    return form


def approve(story: Story, form: str, **more: Any) -> None:
    version = more.pop("version", None) or story.form(form).version
    story.do("vp", "loss_form", form, "approve", version=version, **more)


def printed(story: Story, login: str, form: str, wanted: str | None = None) -> bytes:
    story.session.rollback()
    return loss_papers.loss_form(story.act(login), form, edge.fonts(), wanted).content


def counted(story: Story, model: Any) -> int:
    story.session.rollback()
    return int(story.session.scalar(select(func.count()).select_from(model)) or 0)


def test_an_approval_keeps_the_paper_of_each_audience_with_its_digest(story: Story) -> None:
    form = confirmed(story)
    approve(story, form)
    kept = queries.of_document(story.session, story.actor("finance"), form)
    assert [paper.audience for paper in kept] == COPIES
    for paper in kept:
        assert paper.sha256 == hashlib.sha256(paper.content).hexdigest()
        assert paper.size == len(paper.content)
        assert (paper.by.login, paper.event.action, paper.at) == ("vp", "approve", story.now)
        [page, *others] = page_texts(paper.content)
        assert len(others) == 2
        assert "状态已批准" in page
        assert "刘振国" in page
        seal = story.session.get_one(ChainLink, paper.head_seq)
        assert (seal.kind, seal.ref) == ("approval", form)
        assert f"第{seal.seq}号·2026-11-05·{seal.mac[:16]}" in page
    assert [finding for finding in verify(story.session) if finding.faults] == []


def test_a_list_of_papers_leaves_their_bytes_where_they_are(story: Story) -> None:
    form = confirmed(story)
    approve(story, form)
    story.session.rollback()
    kept = queries.of_document(story.session, story.actor("finance"), form)
    assert ["content" in inspect(paper).dict for paper in kept] == [False, False]


def test_what_was_kept_is_served_whatever_layout_and_data_become(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = confirmed(story)
    approve(story, form)
    before = printed(story, "finance", form)
    monkeypatch.setitem(sheet.SIGNATORIES, "supplier", "供方代表")
    monkeypatch.setattr(sheet, "HOW_IT_ADDS_UP", "另一种算法")
    story.write(lambda: story.session.execute(text("UPDATE style SET name = '改了名的夹克'")))
    now = loss_papers.loss_form_now(story.act("finance"), form, edge.fonts()).content
    [page, *_] = page_texts(now)
    told = [word in page for word in ("供方代表", "另一种算法", "改了名的夹克")]
    assert told == [True, True, True]
    after = printed(story, "finance", form)
    assert (after == before, after == now) == (True, False)
    assert after == queries.last(story.session, form, Audience.HOUSE).content


def test_the_party_reads_its_own_copy_and_the_house_either(story: Story) -> None:
    form = confirmed(story, defect=Defect.MOULD_ODOUR, cause=Cause.STORAGE)
    approve(story, form)
    house, party = printed(story, "finance", form), printed(story, "manager1", form)
    assert [("管理不善" in page_texts(copy)[0]) for copy in (house, party)] == [True, False]
    assert printed(story, "finance", form, "party") == party
    assert printed(story, "manager1", form, "house") == party
    papers = queries.of_document(story.session, story.actor("manager1"), form)
    assert [paper.audience for paper in papers] == ["party"]
    with pytest.raises(Forbidden, match="no_cost"):
        printed(story, "warehouse", form)


@pytest.mark.parametrize(
    ("sees_cost", "wanted", "copy"),
    [
        (True, None, Audience.HOUSE),
        (True, "party", Audience.PARTY),
        (True, "house", Audience.HOUSE),
        (False, None, Audience.PARTY),
        (False, "house", Audience.PARTY),
    ],
)
def test_who_gets_which_copy(sees_cost: bool, wanted: str | None, copy: Audience) -> None:
    assert audience_of(sees_cost, wanted) is copy


def test_head_offices_form_has_one_copy(story: Story) -> None:
    form = confirmed(story, cause=Cause.UNKNOWN)
    assert story.form(form).liable_kind == "head_office"
    approve(story, form)
    kept = queries.of_document(story.session, story.actor("finance"), form)
    assert [paper.audience for paper in kept] == ["house"]


def test_approving_twice_keeps_one_paper(story: Story) -> None:
    form = confirmed(story)
    version, key = story.form(form).version, "6a1fb6ac-4d6e-4f3c-8a60-1f2e3d4c5b6a"
    for _ in range(3):
        approve(story, form, version=version, action_id=key)
    assert story.refused("vp", "loss_form", form, "approve", version=story.form(form).version)
    assert counted(story, SignedPaper) == 2


def test_a_voided_form_keeps_its_stamped_paper_and_another_form_its_own(story: Story) -> None:
    no = story.scrapped()
    [first] = story.list_on_forms(no)
    story.do("supervisor", "loss_form", first, "void", reason="金额有误，重开")
    before = printed(story, "clerk", first)
    assert "作废原因：金额有误，重开" in page_texts(before)[0]
    [second] = story.list_on_forms(no)
    story.sign_off(second)
    assert printed(story, "clerk", first) == before
    kept = story.session.execute(
        select(SignedPaper.document, SignedPaper.audience).order_by(SignedPaper.id)
    )
    assert [tuple(row) for row in kept] == [(no, copy) for no in (first, second) for copy in COPIES]


def test_no_form_is_approved_whose_paper_cannot_be_drawn(app: Flask, story: Story) -> None:
    form, engine = confirmed(story), db.engine
    links, kept = counted(story, ChainLink), engine.get_execution_options()["print_fonts"]
    version = story.form(form).version
    engine.update_execution_options(print_fonts=(Path("/none.ttf"), Path("/none.ttf")))
    try:
        with pytest.raises(FontUnusable):
            story.take("vp", "loss_form", form, "approve", version=version)
    finally:
        engine.update_execution_options(print_fonts=kept)
    assert story.form(form).status == "confirmed"
    assert [counted(story, of) for of in (SignedPaper, ChainLink)] == [0, links]
    approve(story, form)
    assert counted(story, SignedPaper) == 2


def test_a_process_killed_between_approval_and_paper_leaves_neither(
    app: Flask, story: Story
) -> None:
    form = confirmed(story)
    version, entries = story.form(form).version, counted(story, LedgerEntry)
    story.session.close()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        _approve_and_die(story, form, version)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 137
    assert story.form(form).status == "confirmed"
    assert [counted(story, of) for of in (SignedPaper, LedgerEntry)] == [0, entries]
    approve(story, form)
    assert [finding for finding in verify(story.session) if finding.faults] == []


def _approve_and_die(story: Story, form: str, version: int) -> None:
    """Approve in a process that is gone the moment it writes the first paper."""

    def die(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith("INSERT INTO signed_paper"):
            os._exit(137)

    try:
        event.listen(db.engine, "after_cursor_execute", die)
        story.take("vp", "loss_form", form, "approve", version=version)
    finally:
        os._exit(1)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE signed_paper SET sha256 = 'x'",
        "UPDATE signed_paper SET content = sha256",
        "DELETE FROM signed_paper",
        "UPDATE signature_scan SET photo_id = photo_id",
        "DELETE FROM signature_scan",
    ],
)
def test_the_database_itself_refuses_every_change(story: Story, change: str) -> None:
    form = confirmed(story, code="6921012340004")
    approve(story, form)
    assert [counted(story, of) for of in (SignedPaper, SignatureScan)] == [2, 1]
    if "content" in change and story.session.get_bind().dialect.name != "sqlite":
        change = "UPDATE signed_paper SET content = 'x'::bytea"
    with pytest.raises(DBAPIError, match="rows are never changed"):
        story.session.execute(text(change))
    story.session.rollback()


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("UPDATE signed_paper SET sha256 = '00'", "{}/house is not what was kept"),
        ("DELETE FROM signed_paper WHERE audience = 'party'", "{} has 1 signed papers"),
        ("UPDATE signed_paper SET event_id = 1", "{}/house belongs to no step of its form"),
        ("UPDATE signature_scan SET sha256 = '00'", "is not the picture that stands"),
        ("UPDATE photo SET removed_at = at, removed_by_id = 1", "is not the picture that stands"),
        ("UPDATE signature SET is_on_paper = FALSE", "is not the picture that stands"),
    ],
)
def test_verify_finds_a_paper_that_is_not_what_was_kept(
    story: Story, fault: str, told: str
) -> None:
    form = confirmed(story, code="6921012340004")
    approve(story, form)
    plant(story.session, fault)
    found = papers_agree(story.session)
    story.session.rollback()
    assert any(told.format(form) in sentence for sentence in found), found


def test_a_file_is_compared_byte_for_byte_with_what_its_reader_may_see(story: Story) -> None:
    form = confirmed(story)
    approve(story, form)
    house, party = printed(story, "finance", form), printed(story, "supplier1", form)

    def compared(login: str, content: bytes) -> list[str]:
        row = story.form(form)
        return [paper.audience for paper in signed_paper.compared(story.act(login), row, content)]

    assert [compared("finance", file) for file in (house, party)] == [["house"], ["party"]]
    assert [compared("supplier1", file) for file in (house, party)] == [[], ["party"]]
    assert compared("finance", house[:-1]) == []
    assert compared("finance", house.replace(b"%PDF-1.4", b"%PDF-1.5", 1)) == []
    with pytest.raises(InvalidInput, match="not_a_pdf"):
        compared("finance", b"MZ" + house)


# --- what was signed on paper


@kept
def _submitted(story: Story) -> str:
    """A form of a supplier without an account that waits for its signature."""
    [form] = story.list_on_forms(story.scrapped("6921012340004"))
    story.do("clerk", "loss_form", form, "submit")
    return form


def _sign(story: Story, form: str) -> None:
    act = story.act("business", version=story.form(form).version)
    at_a_browser = replace(act, actor=replace(act.actor, is_by_cookie=True))
    story.write(lambda: loss.sign(at_a_browser, story.form(form), on_paper=True))


def test_a_signature_on_paper_needs_a_picture_of_it(story: Story) -> None:
    form = _submitted(story)
    story.bring_paper("business", form, Kind.EVIDENCE)
    with pytest.raises(RuleViolation, match="no_signed_paper"):
        _sign(story, form)
    story.session.rollback()
    assert story.form(form).status == "submitted"
    photo_id = story.bring_paper("business", form)
    _sign(story, form)
    row = story.form(form)
    [scan] = queries.scans(story.session, row.id)
    assert (row.status, scan.photo_id) == ("signed", photo_id)
    assert scan.sha256 == story.session.get_one(Photo, photo_id).sha256
    assert scan.signature_id == row.signatures[-1].id


def test_the_picture_of_an_earlier_round_does_not_sign_the_next(story: Story) -> None:
    form = _submitted(story)
    story.bring_paper("business", form)
    _sign(story, form)
    story.wait(minutes=1)
    story.do("supervisor", "loss_form", form, "return", reason="金额有误")
    story.wait(minutes=1)
    story.do("clerk", "loss_form", form, "submit")
    with pytest.raises(RuleViolation, match="no_signed_paper"):
        _sign(story, form)
    story.session.rollback()
    story.bring_paper("business", form)
    _sign(story, form)
    assert counted(story, SignatureScan) == 2


def _add(story: Story, login: str, form: str, kind: Kind, shrunk: Any) -> int:
    photo_files.store(edge.photo_folder(), shrunk)
    act = story.act(login)
    return int(
        story.write(lambda: photo.add(act, Subject.LOSS_FORM, form, kind=kind, shrunk=shrunk)[0].id)
    )


@pytest.mark.parametrize("kind", [Kind.EVIDENCE, Kind.SIGNATURE])
def test_a_scan_that_stands_on_the_form_already_may_be_the_signed_paper(
    story: Story, kind: Kind
) -> None:
    [form] = story.list_on_forms(story.scrapped("6921012340004"))
    scan = a_signed_paper()
    before = _add(story, "clerk", form, kind, scan)
    story.wait(minutes=1)
    story.do("clerk", "loss_form", form, "submit")
    added = [_add(story, "business", form, Kind.SIGNATURE, scan) for _twice in range(2)]
    assert added == [added[0], added[0]] != [before, before]
    _sign(story, form)
    [bound] = queries.scans(story.session, story.form(form).id)
    assert bound.photo_id == added[0]
    assert [finding for finding in verify(story.session) if finding.faults] == []


def test_only_who_could_have_recorded_a_signature_adds_to_its_evidence(story: Story) -> None:
    form = _submitted(story)
    story.bring_paper("business", form)
    _sign(story, form)
    row, strange = story.form(form), a_signed_paper()
    _add(story, "clerk", form, Kind.SIGNATURE, strange)
    assert len(queries.scans(story.session, row.id)) == 1
    today = shanghai_date(story.now)
    term = {"from_on": today, "until_on": today, "steps": ["sign"], "reason": "出差"}
    act = story.act("business")
    story.write(lambda: delegation.delegate(act, absent="business", to="finance", **term))
    added = _add(story, "finance", form, Kind.SIGNATURE, a_signed_paper())
    later = _add(story, "business", form, Kind.SIGNATURE, strange)
    bound = [scan.photo_id for scan in queries.scans(story.session, row.id)]
    assert bound[1:] == [added, later]


def test_the_picture_that_a_signature_rests_upon_stays(story: Story) -> None:
    form = _submitted(story)
    spare, signed = story.bring_paper("business", form, Kind.OTHER), 0
    signed = story.bring_paper("business", form)
    _sign(story, form)
    for login in ("business", "supervisor"):
        act = story.act(login)
        with pytest.raises(RuleViolation, match="photo_signed"):
            story.write(lambda act=act: photo.remove(act, str(signed), reason="拍糊了"))
    act = story.act("business")
    story.write(lambda: photo.remove(act, str(spare), reason="多余"))
    assert story.session.get_one(Photo, signed).removed_at is None


def test_who_signs_with_his_own_log_in_shows_no_paper(story: Story) -> None:
    [form] = story.list_on_forms(story.scrapped())
    story.do("clerk", "loss_form", form, "submit")
    story.do("supplier1", "loss_form", form, "sign", version=story.form(form).version)
    assert counted(story, SignatureScan) == 0


def test_an_actor_is_no_browser_unless_he_came_by_one(story: Story) -> None:
    found = story.actor("vp")
    assert (found.is_by_cookie, replace(found, is_by_cookie=True).is_by_cookie) == (False, True)
    assert isinstance(found, Actor)
