"""Two deeds of which the second waits for the first: a photo and who signs upon it, a look-up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import text

from tests.story import DOWN_COAT, Story, a_signed_paper
from tracker import edge
from tracker.domain.errors import HangtagError
from tracker.domain.photo import Kind, Subject
from tracker.extensions import db
from tracker.queries import alarm as alarms
from tracker.queries import loss as losses
from tracker.queries import signed_paper as signed_papers
from tracker.services import alarm, destruction, loss, photo, photo_files
from tracker.services.verify import verify

Job = Callable[[Story], Any]
_WAITING = text(
    "SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND pid IN "
    "(SELECT pid FROM pg_stat_activity WHERE datname = current_database())"
)


def _meanwhile(app: Flask, story: Story, first: Job, second: Job) -> str:
    """Do ``first``, and have somebody do ``second`` before it is committed; return his answer."""
    told: list[str] = []

    def run() -> None:
        with app.app_context():
            mine = Story(db.session(), story.now)
            try:
                mine.write(lambda: second(mine))
                told.append("done")
            except HangtagError as refusal:
                told.append(refusal.code)
            finally:
                db.session.remove()

    other = threading.Thread(target=run)

    def both() -> None:
        first(story)
        story.session.flush()
        other.start()
        while other.is_alive() and not _waits(story):
            other.join(0.02)

    story.write(both)
    other.join()
    return told[0]


def _remove(login: str, no: str) -> Job:
    return lambda mine: photo.remove(mine.act(login), no)


def _waits(story: Story) -> bool:
    """Whether the other waits for a lock: on SQLite every second writer does."""
    if story.session.get_bind().dialect.name == "sqlite":
        return True
    story.session.execute(text("SELECT pg_stat_clear_snapshot()"))
    return bool(story.session.scalar(_WAITING))


def _faults(story: Story) -> list[str]:
    story.session.rollback()
    return [fault for finding in verify(story.session) for fault in finding.faults]


def test_no_photo_leaves_a_destruction_while_its_witness_signs(app: Flask, story: Story) -> None:
    no = story.scrapped()
    story.sign_off(*story.list_on_forms(no))
    record = str(story.write(lambda: destruction.plan(story.act("warehouse")).no))
    taken = _photo(story, "warehouse", Subject.DESTRUCTION, record, Kind.BEFORE)
    story.do("warehouse", "destruction", record, "scan", code=story.piece_no(no))

    def witness(mine: Story) -> None:
        act = mine.act("administration")
        row = losses.destruction(act.session, act.actor, record, for_update=True)
        destruction.witness(act, row, method="剪毁", place="总仓")

    assert _meanwhile(app, story, witness, _remove("warehouse", taken)) == "photos_closed"
    assert _faults(story) == []


def test_no_signature_rests_upon_a_photo_that_is_being_removed(app: Flask, story: Story) -> None:
    [form] = story.list_on_forms(story.scrapped(DOWN_COAT))
    story.do("clerk", "loss_form", form, "submit")
    taken = str(story.bring_paper("business", form))
    version = story.form(form).version

    def sign(mine: Story) -> None:
        act = mine.act("business", version=version)
        row = losses.get(act.session, act.actor, form, for_update=True)
        loss.sign(act, row, on_paper=True)

    assert _meanwhile(app, story, _remove("business", taken), sign) == "done"
    assert signed_papers.scans(story.session, story.form(form).id) == []
    assert _faults(story) == []


def test_a_tag_looked_up_twice_at_one_moment_raises_one_alarm(app: Flask, story: Story) -> None:
    no = story.scrapped()
    story.sign_off(*story.list_on_forms(no))
    story.destroy(no)
    piece = story.piece_no(no)

    def look_up(mine: Story) -> None:
        alarm.looked_up(mine.act("store2"), piece)

    assert _meanwhile(app, story, look_up, look_up) == "done"
    story.session.rollback()
    assert alarms.open_count(story.session, None)[0] == 1


def _photo(story: Story, login: str, noun: Subject, no: str, kind: Kind) -> str:
    act, shrunk = story.act(login), a_signed_paper()
    photo_files.store(edge.photo_folder(), shrunk)
    return str(story.write(lambda: photo.add(act, noun, no, kind=kind, shrunk=shrunk)[0].id))
