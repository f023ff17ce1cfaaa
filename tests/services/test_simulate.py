"""Simulated history: made by the rules, the same every time, all of it or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from tests.story import JACKET, SUPPLIER_FAULT, Story
from tracker.db import Base, write
from tracker.domain.errors import InvalidInput, RuleViolation, WrongStatus
from tracker.domain.registration import MACHINE, Action, Owner, Status
from tracker.models.account import Account
from tracker.models.history import Event
from tracker.models.ledger import LedgerEntry, Month
from tracker.models.number import Counter
from tracker.models.registration import Registration
from tracker.models.shipment import Shipment
from tracker.services import simulate
from tracker.services.simulate import bench, figures, garment, outside
from tracker.services.verify import verify

SUNDAY, TODAY = date(2026, 11, 1), date(2026, 11, 2)


def _broken(session: Any) -> list[str]:
    return [f"{f.code}: {f.faults}" for f in verify(session) if not f.holds]


def _digest(session: Any) -> str:
    session.flush()
    seal = hashlib.sha256()
    for table in Base.metadata.sorted_tables:
        if table.name != "account":
            for row in session.execute(select(table).order_by(*table.primary_key.columns)):
                seal.update(repr(tuple(row)).encode())
    return seal.hexdigest()


def _count(session: Any, model: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(model)) or 0)


def test_ten_weeks_of_the_demonstration_hold_to_every_invariant(session: Any):
    write(session, lambda: simulate.load_history(session, 10, SUNDAY, TODAY))
    assert _broken(session) == []
    months = session.execute(select(Month.month, Month.status).order_by(Month.month)).all()
    assert [tuple(row) for row in months] == [
        ("2026-08", "closed"),
        ("2026-09", "closed"),
        ("2026-10", "open"),
        ("2026-11", "open"),
    ]


def test_the_same_date_gives_the_same_rows_and_another_date_others(session: Any):
    def digest_of(until: date) -> str:
        simulate.load_history(session, 5, until, TODAY)
        found = _digest(session)
        session.rollback()
        return found

    first, again = digest_of(SUNDAY), digest_of(SUNDAY)
    assert first == again
    assert first != digest_of(date(2026, 10, 31))


def test_a_chain_of_sixty_stores_looks_like_a_real_one(session: Any):
    write(session, lambda: simulate.simulate(session, 60, 10, SUNDAY, TODAY))
    found = figures.figures(session)
    assert [figure.line() for figure in found if not figure.is_plausible] == []
    assert _broken(session) == []


def test_who_pays_a_repair_outside_waits_for_the_factory_and_pays_none_that_fails(
    session: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bench, "_is_free", lambda _world, garment: garment.owner is Owner.STORE)
    monkeypatch.setattr(bench, "FACTORY", 0.5)
    monkeypatch.setattr(bench, "GIVEN_UP", 0.5)
    monkeypatch.setattr(outside, "MENDED", 0.3)
    write(session, lambda: simulate.load_history(session, 10, SUNDAY, TODAY))
    steps = select(Event.to_status).where(Event.action == Action.DECIDE.value)
    assert {"in_repair", "in_outside_repair"} <= set(session.scalars(steps))
    taken_back = select(Event.action).where(
        Event.noun == MACHINE.noun,
        Event.to_status == Status.RECEIVED.value,
        Event.subject_id.in_(
            select(Registration.id)
            .join(LedgerEntry, LedgerEntry.registration_no == Registration.no)
            .where(LedgerEntry.reverses.is_not(None))
        ),
    )
    assert {"give_up", "return_from_outside"} <= set(session.scalars(taken_back))
    assert _broken(session) == []


def test_every_open_garment_and_box_can_go_on(session: Any):
    write(session, lambda: simulate.load_history(session, 10, SUNDAY, TODAY))
    live = session.scalars(
        select(Registration.status).where(Registration.closed_at.is_(None)).distinct()
    )
    ended = {status for status in live if Status(status) in MACHINE.final}
    assert ended == set()
    statuses = set(session.scalars(select(Shipment.status)))
    assert {"dispatched", "reconciled"} <= statuses


def test_real_work_goes_on_where_the_history_ends(session: Any, story: Story):
    write(session, lambda: simulate.load_history(session, 4, SUNDAY, TODAY))
    mended = story.received()
    story.repair(mended)
    story.return_to_store(mended)
    story.hand_over(mended)
    scrapped = story.scrapped(JACKET, **SUPPLIER_FAULT)
    (form,) = story.list_on_forms(scrapped)
    story.sign_off(form)
    assert story.registration(mended).status == "handed_over"
    assert story.form(form).status == "approved"
    assert _broken(session) == []


def test_a_history_that_is_stopped_leaves_nothing(session: Any):
    before = _digest(session)

    def stop(day: int) -> None:
        if day == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(session, lambda: simulate.load_history(session, 6, SUNDAY, TODAY, progress=stop))
    assert _digest(session) == before
    assert session.scalars(select(Counter.series)).all() == ["chain"]


def test_no_history_is_added_to_real_data(session: Any):
    session.execute(update(Account).values(is_demo=False))
    session.commit()
    with pytest.raises(RuleViolation) as refusal:
        write(session, lambda: simulate.load_history(session, 2, SUNDAY, TODAY))
    assert refusal.value.code == "not_empty"


def test_no_history_is_added_where_work_was_done(session: Any, story: Story):
    story.register()
    events = _count(session, Event)
    for add in (
        lambda: simulate.load_history(session, 2, SUNDAY, TODAY),
        lambda: simulate.simulate(session, 5, 2, SUNDAY, TODAY),
    ):
        with pytest.raises(RuleViolation) as refusal:
            write(session, add)
        assert refusal.value.code == "has_history"
    assert _count(session, Event) == events


@pytest.mark.parametrize(
    ("stores", "weeks", "until", "code"),
    [(2, 4, SUNDAY, "bad_stores"), (5, 0, SUNDAY, "bad_weeks"), (5, 4, TODAY, "future")],
)
def test_what_cannot_be_simulated_is_refused(
    session: Any, stores: int, weeks: int, until: date, code: str
):
    with pytest.raises(InvalidInput) as refusal:
        simulate.simulate(session, stores, weeks, until, TODAY)
    assert refusal.value.code == code


def test_a_changed_table_of_moves_stops_the_simulator(
    session: Any, monkeypatch: pytest.MonkeyPatch
):
    moves = {key: to for key, to in MACHINE.transitions.items() if key[1] is not Action.ASSESS}
    monkeypatch.setattr(garment, "MACHINE", replace(MACHINE, transitions=moves))
    with pytest.raises(WrongStatus):
        simulate.load_history(session, 4, SUNDAY, TODAY)
