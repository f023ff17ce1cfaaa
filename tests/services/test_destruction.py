"""Scrap at the shredder: two log-ins, a missing piece, photos, and what the witness signs."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import text, update

from tests.kept import kept
from tests.story import DOWN_COAT, Story
from tracker.domain.discrepancy import Finding
from tracker.domain.photo import Kind, Subject
from tracker.models.loss import DestructionLine
from tracker.models.photo import Photo
from tracker.models.policy import Policy
from tracker.queries import alarm
from tracker.queries import destruction as records
from tracker.queries import loss as losses
from tracker.queries.verify_chain import chain_is_unbroken
from tracker.queries.verify_destruction import destructions_agree
from tracker.services import destruction, photo
from tracker.services.verify import verify

WITNESSED = {"method": "剪毁", "place": "总仓一号库", "salvage_fen": 300}


@kept
def approved(story: Story, count: int = 2) -> list[str]:
    """Garments all of whose forms are approved."""
    nos = [story.scrapped() for _ in range(count)]
    for form in story.list_on_forms(*nos):
        story.sign_off(form)
    return nos


def planned(story: Story) -> str:
    return str(story.write(lambda: destruction.plan(story.act("warehouse")).no))


def scan(story: Story, record: str, *nos: str, login: str = "warehouse") -> str:
    for no in nos:
        status = story.do(login, "destruction", record, "scan", code=story.piece_no(no))
    return status


def take_off(story: Story, record: str, no: str) -> str:
    gone = {"registration": no, "reason": "库区找过两遍，没有"}
    return story.do("supervisor", "destruction", record, "take_off", **gone)


def lines(story: Story, record: str) -> dict[str, tuple[Any, Any]]:
    """Who scanned which registration of a record, for the warehouse and as its witness."""
    story.session.rollback()
    row = losses.destruction(story.session, story.actor("auditor"), record)
    return {
        line.registration.no: (line.scanned_by_id, line.checked_by_id)
        for line in losses.destruction_lines(story.session, row)
    }


def add_photo(story: Story, folder: Path, record: str, kind: Kind, colour: str) -> str:
    buffer = BytesIO()
    Image.new("RGB", (64, 48), colour).save(buffer, "JPEG")
    act, to = story.act("warehouse"), Subject.DESTRUCTION
    shrunk = photo.keep(act, folder, to, record, kind, buffer.getvalue())
    row = story.write(lambda: photo.add(act, to, record, kind=kind, shrunk=shrunk)[0].id)
    return str(row)


def policy(story: Story, name: str, value: str) -> None:
    def change() -> None:
        row = story.session.query(Policy).filter_by(name=name).one()
        fields = ("unit", "calendar", "start_event", "end_event", "rule", "zh", "en")
        story.session.add(
            Policy(
                name=name,
                value=value,
                effective_from=date(2026, 1, 1),
                **{field: getattr(row, field) for field in fields},
            )
        )

    story.write(change)


def test_both_log_ins_scan_every_piece_and_each_scan_keeps_its_own_hand(story: Story) -> None:
    one, other = approved(story)
    record = planned(story)
    assert scan(story, record, one, login="administration") == "planned"
    assert scan(story, record, one, other) == "scanned"
    assert scan(story, record, other, login="administration") == "scanned"
    hands = (story.actor("warehouse").account_id, story.actor("administration").account_id)
    assert lines(story, record) == {one: hands, other: hands}
    assert story.do("administration", "destruction", record, "witness", **WITNESSED) == "witnessed"
    assert [story.registration(no).status for no in (one, other)] == ["destroyed"] * 2


def test_each_log_in_scans_a_piece_once(story: Story) -> None:
    one, other = approved(story)
    record = planned(story)
    for login in ("warehouse", "administration"):
        scan(story, record, one, login=login)
        again = story.refused(login, "destruction", record, "scan", code=story.piece_no(one))
        assert again == "already_scanned"
    assert lines(story, record)[other] == (None, None)


def test_what_the_witness_counted_must_be_what_is_on_the_plan(story: Story) -> None:
    nos = approved(story)
    record = planned(story)
    scan(story, record, *nos)
    sign = ("administration", "destruction", record, "witness")
    assert story.refused(*sign, **WITNESSED, counted=1) == "count_differs"
    assert story.registration(nos[0]).status == "on_loss_form"
    assert story.do(*sign, **WITNESSED, counted=2) == "witnessed"
    row = losses.destruction(story.session, story.actor("auditor"), record)
    assert (row.counted, row.salvage_fen) == (2, 300)


def test_a_missing_piece_stops_the_destruction(story: Story) -> None:
    one, _missing = approved(story)
    record = planned(story)
    assert scan(story, record, one) == "planned"
    sign = ("administration", "destruction", record, "witness")
    assert story.refused(*sign, **WITNESSED) == "wrong_status"


def test_the_supervisor_takes_a_missing_piece_off_and_a_discrepancy_looks_for_it(
    story: Story,
) -> None:
    one, missing = approved(story)
    form = story.registration(missing).no
    record = planned(story)
    scan(story, record, one)
    assert take_off(story, record, missing) == "scanned"
    [case] = story.cases(status="open")
    assert (case.kind, case.registration.no, case.last_hand.login) == (
        "scrap_gone", missing, "clerk",
    )  # fmt: skip
    [form] = losses.live_lines_of(story.session, story.registration(missing).id)
    assert form.form.status == "approved"
    assert story.registration(missing).status == "on_loss_form"
    story.do("administration", "destruction", record, "witness", **WITNESSED)
    assert story.registration(missing).status == "on_loss_form"
    assert story.registration(one).status == "destroyed"
    assert [row for row in verify(story.session) if not row.holds] == []


def test_only_the_supervisor_takes_a_piece_off_and_says_why(story: Story) -> None:
    [one] = approved(story, 1)
    record = planned(story)
    for login in ("warehouse", "administration", "clerk"):
        with pytest.raises(Exception, match="wrong_role"):
            story.take(login, "destruction", record, "take_off", registration=one, reason="x")
    with pytest.raises(Exception, match="missing_field"):
        story.take("supervisor", "destruction", record, "take_off", registration=one, reason=" ")
    with pytest.raises(Exception, match="not_on_plan"):
        story.take("supervisor", "destruction", record, "take_off", registration="X", reason="x")


def test_a_plan_without_a_piece_left_is_void_and_keeps_its_number(story: Story) -> None:
    [one] = approved(story, 1)
    record = planned(story)
    assert take_off(story, record, story.piece_no(one)) == "voided"
    assert lines(story, record) == {}
    assert [row for row in verify(story.session) if not row.holds] == []


def test_found_again_it_comes_onto_the_next_plan(story: Story) -> None:
    one, missing = approved(story)
    record = planned(story)
    scan(story, record, one)
    take_off(story, record, missing)
    with pytest.raises(Exception, match="nothing_to_destroy"):
        planned(story)
    [case] = story.cases(status="open")
    found = {"finding": Finding.FOUND_IN_STORAGE, "note": "在三号货架找到"}
    story.do("supervisor", "discrepancy", case.no, "resolve", **found)
    following = planned(story)
    assert list(lines(story, following)) == [missing]
    assert scan(story, following, missing) == "scanned"


def given_up(story: Story) -> tuple[str, str]:
    """A piece that was missing and written off by another supervisor; its number and its case."""
    one, missing = approved(story)
    record = planned(story)
    scan(story, record, one)
    take_off(story, record, missing)
    become(story, "region1", "supervisor")
    [case] = story.cases(status="open")
    lost = {"finding": Finding.WRITTEN_OFF, "note": "查监控未见，报损"}
    assert story.refused("supervisor", "discrepancy", case.no, "resolve", **lost) == "same_person"
    story.do("region1", "discrepancy", case.no, "resolve", **lost)
    return missing, case.no


def become(story: Story, login: str, role: str) -> None:
    change = text("UPDATE account SET role = :role WHERE login = :login")
    story.write(lambda: story.session.execute(change, {"role": role, "login": login}))
    story.session.expire_all()


def test_written_off_by_another_supervisor_it_is_never_planned_again(story: Story) -> None:
    given_up(story)
    with pytest.raises(Exception, match="nothing_to_destroy"):
        planned(story)
    assert [row for row in verify(story.session) if not row.holds] == []


def test_what_was_written_off_raises_the_alarm_until_the_supervisor_notes_it_as_found(
    story: Story,
) -> None:
    missing, case = given_up(story)
    [other] = approved(story, 1)
    record, code = planned(story), story.piece_no(missing)
    refused = story.refused("warehouse", "destruction", record, "scan", code=code)
    assert (refused, story.scan(code=code).status) == ("written_off_piece", 409)
    rows = alarm.page(story.session, None, story.now + timedelta(days=1))[0]
    assert {(row.code, row.action) for row in rows} == {
        ("written_off_piece", "scan"),
        ("written_off_piece", "register"),
    }
    scan(story, record, other)
    found = ("supervisor", "discrepancy", case, "found")
    story.do(*found, note="三号货架背后")
    assert story.refused(*found, note="再登记一次") == "not_written_off"
    assert "it waits for the next" in _sentence(story, record, missing)
    following = planned(story)
    assert list(lines(story, following)) == [missing]
    assert scan(story, following, missing) == "scanned"
    assert [row for row in verify(story.session) if not row.holds] == []


@pytest.mark.parametrize("login", ["warehouse", "administration"])
def test_a_piece_that_somebody_scanned_at_the_shredder_is_not_missing(
    story: Story, login: str
) -> None:
    one, _other = approved(story)
    record = planned(story)
    scan(story, record, one, login=login)
    gone = {"registration": one, "reason": "找不到"}
    off = ("supervisor", "destruction", record, "take_off")
    assert story.refused(*off, **gone) == "scanned_piece"
    story.do(login, "destruction", record, "unscan", code=story.piece_no(one))
    assert story.do(*off, **gone) == "planned"


def _sentence(story: Story, record: str, no: str) -> str:
    row = losses.destruction(story.session, story.actor("warehouse"), record)
    code = story.registration(no).piece.piece_no
    with pytest.raises(Exception, match="not_on_record") as caught:
        destruction.scan(story.act("warehouse"), row, code=code)
    return str(caught.value.message("en"))  # type: ignore[attr-defined]


def test_a_piece_that_is_not_on_the_plan_is_refused_with_the_reason(story: Story) -> None:
    one, missing = approved(story)
    repaired, unapproved = story.register(), story.scrapped(DOWN_COAT)
    [form] = story.list_on_forms(unapproved)
    record = planned(story)
    take_off(story, record, missing)
    [case] = story.cases(status="open")
    assert case.no in _sentence(story, record, missing)
    assert "Registered" in _sentence(story, record, repaired)
    assert f"{form} is not approved (Draft)" in _sentence(story, record, unapproved)
    story.sign_off(form)
    assert "it waits for the next" in _sentence(story, record, unapproved)
    other = planned(story)
    assert other in _sentence(story, record, unapproved)
    assert record in _sentence(story, other, one)


def test_the_last_scan_is_taken_back_until_the_witness_signs(story: Story) -> None:
    one, other = approved(story)
    record = planned(story)
    scan(story, record, one, other)
    code = story.piece_no(other)
    assert story.do("warehouse", "destruction", record, "unscan", code=code) == "planned"
    assert lines(story, record)[other] == (None, None)
    assert scan(story, record, other) == "scanned"
    scan(story, record, other, login="administration")
    undo = ("administration", "destruction", record, "unscan")
    assert story.do(*undo, code=code) == "scanned"
    assert lines(story, record)[other][1] is None
    story.do("administration", "destruction", record, "witness", **WITNESSED)
    assert story.refused(*undo, code=code) == "wrong_status"
    assert alarm.open_count(story.session, None)[0] == 0


def test_nobody_takes_back_a_scan_that_he_did_not_make(story: Story) -> None:
    [one] = approved(story, 1)
    record = planned(story)
    scan(story, record, one)
    undo = ("administration", "destruction", record, "unscan")
    assert story.refused(*undo, code=story.piece_no(one)) == "not_your_scan"


def test_who_destroys_neither_checks_nor_signs(story: Story) -> None:
    [one] = approved(story, 1)
    record = planned(story)
    scan(story, record, one)
    warehouse = story.actor("warehouse").account_id
    story.write(
        lambda: story.session.execute(
            text("UPDATE account SET role = 'administration' WHERE id = :id"), {"id": warehouse}
        )
    )
    code = story.piece_no(one)
    assert story.refused("warehouse", "destruction", record, "scan", code=code) == "same_person"
    sign = ("warehouse", "destruction", record, "witness")
    assert story.refused(*sign, **WITNESSED) == "same_person"


def test_the_chain_may_want_photos_and_every_piece_scanned_by_the_witness(
    story: Story, tmp_path: Path
) -> None:
    policy(story, "destruction_photos", "1")
    policy(story, "destruction_witness_scans", "yes")
    [one] = approved(story, 1)
    record = planned(story)
    add_photo(story, tmp_path, record, Kind.BEFORE, "red")
    scan(story, record, one)
    sign = ("administration", "destruction", record, "witness")
    assert story.refused(*sign, **WITNESSED, counted=1) == "witness_scans"
    scan(story, record, one, login="administration")
    assert story.refused(*sign, **WITNESSED) == "photos_missing"
    add_photo(story, tmp_path, record, Kind.AFTER, "blue")
    assert story.do(*sign, **WITNESSED) == "witnessed"


def test_photos_close_with_the_witness(story: Story, tmp_path: Path) -> None:
    [one] = approved(story, 1)
    record = planned(story)
    taken = add_photo(story, tmp_path, record, Kind.BEFORE, "red")
    mistaken = add_photo(story, tmp_path, record, Kind.BEFORE, "green")
    story.write(lambda: photo.remove(story.act("warehouse"), mistaken))
    scan(story, record, one)
    story.do("administration", "destruction", record, "witness", **WITNESSED)
    with pytest.raises(Exception, match="photos_closed"):
        add_photo(story, tmp_path, record, Kind.AFTER, "blue")
    for login in ("warehouse", "supervisor"):
        act = story.act(login)
        with pytest.raises(Exception, match="photos_closed"):
            story.write(lambda act=act: photo.remove(act, taken, reason="模糊"))
    row = losses.destruction(story.session, story.actor("auditor"), record)
    assert [str(one.id) for one in records.photos(story.session, row)] == [taken]


@pytest.mark.parametrize(
    "fault", ["by_id = by_id + 1", "reason = '改过'", "registration_id = registration_id - 1"]
)
def test_verify_finds_what_was_changed_of_a_piece_that_was_taken_off(
    story: Story, fault: str
) -> None:
    one, missing = approved(story)
    record = planned(story)
    scan(story, record, one)
    take_off(story, record, missing)
    story.do("administration", "destruction", record, "witness", **WITNESSED)
    session = story.session
    session.rollback()
    assert (destructions_agree(session), chain_is_unbroken(session)) == ([], [])
    session.rollback()
    session.connection(execution_options={"writes": True})
    on = "" if session.get_bind().dialect.name == "sqlite" else " ON taken_off"
    session.execute(text(f"DROP TRIGGER taken_off_no_update{on}"))
    session.execute(text(f"UPDATE taken_off SET {fault}"))  # noqa: S608
    assert f"{record}: history says that {missing} was taken off" in destructions_agree(session)
    [found] = chain_is_unbroken(session)
    assert record in found
    session.rollback()


@pytest.mark.parametrize(
    "fault",
    [
        lambda moment: update(DestructionLine).values(checked_at=moment),
        lambda _moment: update(DestructionLine).values(checked_by_id=1),
        lambda _moment: update(DestructionLine).values(checked_at=None, checked_by_id=None),
        lambda _moment: text("UPDATE destruction SET counted = 2"),
        lambda _moment: update(Photo).values(sha256="0" * 64),
        lambda _moment: update(Photo).values(kind="after"),
        lambda moment: update(Photo).values(removed_at=moment, removed_by_id=1),
    ],
)
def test_the_chain_covers_the_witnesss_scans_his_count_and_the_photos(
    app: Flask, story: Story, tmp_path: Path, fault: Any
) -> None:
    [one] = approved(story, 1)
    record = planned(story)
    add_photo(story, tmp_path, record, Kind.BEFORE, "red")
    scan(story, record, one)
    scan(story, record, one, login="administration")
    story.do("administration", "destruction", record, "witness", **WITNESSED, counted=1)
    assert chain_is_unbroken(story.session) == []
    story.session.rollback()
    story.session.connection(execution_options={"writes": True})
    story.session.execute(fault(story.now + timedelta(hours=1)))
    story.session.expire_all()
    [found] = chain_is_unbroken(story.session)
    assert record in found
