"""``verify`` holds over a lived chain, and finds a fault planted against each invariant."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from tests.kept import kept
from tests.story import Story
from tracker.domain.access_link import Noun
from tracker.domain.calendar import shanghai_date
from tracker.domain.label import Setting
from tracker.domain.law_packs import Pack
from tracker.domain.notice import Occasion
from tracker.domain.notice_channel import ChannelKind, Setup
from tracker.domain.number import piece_no
from tracker.domain.promise import Channel
from tracker.models import triggers
from tracker.models.access_link import AccessLink
from tracker.queries import notice_channel as channels
from tracker.services import (
    access_link,
    delegation,
    label,
    loss,
    notice,
    notice_channel,
    notice_sending,
    opening,
    promise,
    tag_roll,
    voucher,
)
from tracker.services.rows import Row
from tracker.services.verify import CODES, INVARIANTS, verify


@kept
def _live(story: Story) -> None:
    """A chain with a garment handed over, one on the road, one short, two destroyed, a month."""
    scrapped = [story.scrapped(), story.scrapped()]
    for form in story.list_on_forms(*scrapped):
        _approve_for_the_absent(story, form)
    story.destroy(*scrapped)
    repaired, short = story.register(), story.register()
    label_prints = [story.act("store1"), story.act("clerk")]
    for act in label_prints:
        story.write(lambda act=act: label.record(act, str(uuid4()), [repaired], Setting()))
    roll = story.write(lambda: tag_roll.add(story.act("manager1"), str(uuid4()), 3).first_id)
    story.register(repair_tag=piece_no(roll))
    box = story.send(repaired, short)
    story.wait(days=3)
    story.count_in(box, repaired)
    story.repair(repaired)
    story.return_to_store(repaired)
    story.hand_over(repaired)
    story.wait(days=7)
    story.send(story.register())
    _bill(story)
    _notify(story)
    story.policy("bench_time_limit", "200")
    _promise(story)


@pytest.fixture
def lived(story: Story) -> Story:
    """A story in whose chain everything has happened once."""
    _live(story)
    return story


def _promise(story: Story) -> None:
    """A letter chosen for a region, and a store that stands under the law of Shanghai."""
    act = story.act("supervisor")
    ours = {"effective_from": shanghai_date(story.now), "region": "R1", "reason": "总部决定"}
    story.write(lambda: promise.choose(act, Channel.STORE, "plan", **ours))
    story.write(lambda: promise.place(act, "S001", Pack.SHANGHAI, reason="上海门店"))


def _notify(story: Story) -> None:
    """A channel, and a message that waits to go out over it."""
    act, plan = story.act("admin"), notice_channel.Plan("群", frozenset(Occasion))
    setup = Setup(url="https://example.cn/hook")
    story.write(lambda: notice_channel.add(act, "key", ChannelKind.WECOM, plan, setup))
    [number] = [row.id for row in channels.every(story.session)]
    story.write(lambda: notice_channel.switch(act, number, is_open=True))
    notice.tell(story.session, story.now)
    assert story.write(lambda: notice_sending.compose(story.session, "key", story.now)) == 1


def _approve_for_the_absent(story: Story, form: str) -> None:
    """Its party signs by link; whoever stands in for the vice-president approves."""
    story.do("clerk", "loss_form", form, "submit")
    act = story.act("business")
    link = story.write(lambda: access_link.make(act, Noun.LOSS_FORM, form)[0].id)
    today = shanghai_date(story.now)
    term = {"from_on": today, "until_on": today, "reason": "出差"}
    vp = story.act("vp")
    story.write(lambda: delegation.delegate(vp, absent="vp", to="business", **term))

    def sign() -> None:
        found = story.session.get_one(AccessLink, link)
        version = story.form(form).version
        by_link = access_link.act_of(story.act("business", version=version), found, "梁经理")
        loss.sign(by_link, story.form(form))
        access_link.spend(by_link, found, "sign", "梁经理", str(uuid4()))

    story.write(sign)
    for login, step in (("logistics", "confirm"), ("business", "approve")):
        story.do(login, "loss_form", form, step, version=story.form(form).version)


def _bill(story: Story) -> None:
    """An opening balance, two closed months, a statement settled in part, one of each party."""
    values = ("store", "S002", "旧-1", "2025", "30.00")
    owed = Row(2, dict(zip(opening.COLUMNS, values, strict=True)))
    story.write(lambda: opening.import_opening(story.act("finance"), [owed]))
    for month in ("2026-10", "2026-11"):
        story.close_month(month)
    [old], [new, _freight] = story.statements("2026-10"), story.statements()
    for no in (old, new):
        story.deliver(no)
    story.write(lambda: access_link.make(story.act("business"), Noun.STATEMENT, new))
    paid = {"amount_fen": 1000, "settled_on": story.now.date(), "reference": "银行-1"}
    story.do("finance", "statement", new, "settle", **paid)
    story.write(lambda: voucher.draw_up(story.act("finance"), "2026-11").id)


def plant(session: Any, *faults: str) -> None:
    """Change rows behind the product's back, with the database's own guards out of the way."""
    session.rollback()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in triggers.expected():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    for fault in faults:
        assert session.execute(text(fault)).rowcount != 0, fault
    session.expire_all()


def failing(session: Any) -> set[str]:
    try:
        return {finding.code for finding in verify(session) if not finding.holds}
    finally:
        session.rollback()


def test_everything_holds_over_a_lived_chain(lived: Story, app: Flask):
    lived.session.rollback()
    told = app.test_cli_runner().invoke(args=["verify"])
    assert (told.exit_code, told.output.count("ok ")) == (0, len(CODES))


def test_everything_holds_on_a_fresh_chain(session: Any):
    assert failing(session) == set()


FAULTS = [
    ("notices", "UPDATE notice_sending_line SET reader = reader + 1"),
    ("notices", "DELETE FROM notice_sending_line"),
    ("notices", "UPDATE notice_sending SET state = 'sent'"),
    ("I2", "UPDATE event SET actor_id = 999 WHERE id = 1"),
    ("I2", "UPDATE event SET site_id = 999 WHERE id = 1"),
    ("I2", "UPDATE event SET at = '2199-01-01 00:00:00' WHERE id = 1"),
    ("I3", "UPDATE registration SET status = 'received' WHERE status = 'handed_over'"),
    ("I3", "UPDATE shipment SET status = 'sealed' WHERE id = 1"),
    ("I3", "UPDATE event SET from_status = 'packed' WHERE action = 'assess'"),
    ("I3", "DELETE FROM event WHERE action = 'pass_check'"),
    ("I4", "UPDATE event SET action = 'hand_over' WHERE action = 'accept'"),
    ("I4", "UPDATE event SET to_status = 'received' WHERE action = 'register'"),
    ("I5", "UPDATE registration SET closed_at = NULL WHERE status = 'handed_over'"),
    ("I5", "UPDATE registration SET closed_at = registered_at WHERE status = 'in_transit'"),
    ("I5", "UPDATE loss_line SET percent = 90"),
    ("I6", "UPDATE shipment_line SET settled_at = NULL WHERE shipment_id = 1"),
    ("I6", "DELETE FROM shipment_line WHERE settled_at IS NULL"),
    ("I7", "DELETE FROM receipt WHERE id = 1"),
    ("I7", "DELETE FROM discrepancy"),
    ("I7", "DELETE FROM shipment_line WHERE shipment_id = 1"),
    ("I7", "UPDATE shipment SET dispatched_by_id = NULL WHERE id = 1"),
    ("I8", "UPDATE loss_form SET total_fen = total_fen + 1"),
    ("I8", "UPDATE loss_line SET amount_fen = amount_fen + 1 WHERE id = 1"),
    ("I9", "UPDATE ledger_entry SET amount_fen = amount_fen + 1 WHERE account = 'charge'"),
    ("I9", "DELETE FROM ledger_entry WHERE id = 1"),
    ("I9", "UPDATE loss_form SET status = 'confirmed'"),
    ("I9", "UPDATE ledger_entry SET document = 'BS-2026-000099' WHERE account = 'charge'"),
    ("I10", "UPDATE ledger_entry SET style_no = 'X' WHERE id = 1"),
    ("I10", "UPDATE month SET total_fen = total_fen - 1"),
    ("I10", "UPDATE ledger_entry SET at = '2099-01-01 00:00:00' WHERE id = 1"),
    ("I10", "UPDATE month_total SET amount_fen = amount_fen + 1 WHERE grouped_by = 'store'"),
    ("I10", "UPDATE month_total SET pieces = pieces + 1 WHERE grouped_by = 'cell'"),
    ("I10", "DELETE FROM month_total WHERE grouped_by = 'style'"),
    ("I10", "UPDATE month_roll SET pieces = pieces + 1"),
    ("I10", "UPDATE month SET totals_sha256 = content_sha256"),
    ("I11", "UPDATE statement SET total_fen = total_fen + 1, charge_fen = charge_fen + 1"),
    ("I11", "UPDATE statement SET credit_fen = credit_fen + 1, total_fen = total_fen - 1"),
    ("I11", "UPDATE statement SET settled_fen = settled_fen + 1 WHERE settled_fen > 0"),
    ("I11", "UPDATE statement SET party = 'S003', status = 'disputed' WHERE party = 'S002'"),
    ("I11", "UPDATE statement SET month = '2026-10' WHERE liable_kind = 'supplier'"),
    ("I11", "UPDATE statement_line SET is_live = FALSE"),
    ("I11", "UPDATE statement_line SET amount_fen = amount_fen + 1"),
    ("I11", "DELETE FROM statement_line WHERE id = (SELECT MAX(id) FROM statement_line)"),
    ("I11", "DELETE FROM settlement"),
    ("I11", "UPDATE settlement SET amount_fen = amount_fen - 1"),
    ("I11", "UPDATE month SET status = 'open' WHERE month = '2026-10'"),
    ("scrap", "DELETE FROM departure"),
    ("scrap", "UPDATE departure SET kind = 'returned'"),
    ("opening", "UPDATE ledger_entry SET month = '2026-11' WHERE account = 'opening'"),
    ("I14", "UPDATE statement SET no = 'KK-2026-000009' WHERE liable_kind = 'supplier'"),
    ("ledger", "UPDATE ledger_entry SET reason = 'x' WHERE id = 1"),
    ("I13", "UPDATE month SET totals_sha256 = content_sha256"),
    ("I13", "UPDATE chain_link SET mac = 'x' WHERE seq = 2"),
    ("I13", "DELETE FROM chain_link WHERE seq = 3"),
    ("I12", "DELETE FROM signature WHERE step = 'confirm'"),
    ("I12", "UPDATE signature SET is_live = FALSE WHERE step = 'sign'"),
    ("I12", "UPDATE signature SET by_id = (SELECT MIN(by_id) FROM signature)"),
    ("I12", "UPDATE destruction SET witnessed_by_id = destroyed_by_id"),
    ("I14", "UPDATE counter SET last = last + 1 WHERE series = 'FH-2026'"),
    ("I14", "UPDATE shipment SET no = 'FH-2026-000099' WHERE id = 1"),
    ("I14", "DELETE FROM discrepancy"),
    ("I16", "UPDATE registration SET site_id = 999 WHERE id = 1"),
    ("I16", "UPDATE shipment SET to_site_id = 999 WHERE id = 1"),
    ("I17", "UPDATE piece SET sku_id = 999 WHERE id = 1"),
    ("I17", "DELETE FROM supplier WHERE code = 'SUP01'"),
    ("I18", "UPDATE registration SET repair_count = 7 WHERE id = 1"),
    ("I18", "UPDATE registration SET due_on = NULL WHERE clock IS NOT NULL"),
    ("I18", "UPDATE loss_line SET basis_fen = basis_fen + 100"),
    ("vouchers", "UPDATE voucher_set SET total_fen = total_fen + 1"),
    ("vouchers", "UPDATE voucher_set SET sha256 = 'x'"),
    ("vouchers", "UPDATE ledger_entry SET production_year = 2001"),
    ("vouchers", "UPDATE ledger_entry SET account = 'opening' WHERE account = 'clearing'"),
    ("trips", "DELETE FROM trip"),
    ("trips", "UPDATE trip SET days = days + 1, repair_days = repair_days + 1"),
    ("trips", "UPDATE trip SET packing_days = 7"),
    ("trips", "UPDATE trip SET is_on_time = NOT is_on_time"),
    ("trips", "UPDATE trip SET registration_id = (SELECT MAX(id) FROM registration)"),
    (
        "clocks",
        "INSERT INTO due_change (registration_id, clock, from_on, to_on, why, at, by_id) "
        "SELECT id, clock, '2020-01-01', '2020-01-02', 'x', since_at, registered_by_id "
        "FROM registration WHERE clock IS NOT NULL",
    ),
    ("clocks", "UPDATE registration SET pause = 'parts' WHERE status = 'in_transit'"),
    (
        "clocks",
        "INSERT INTO kept_forecast (registration_id, leg, made_on, due_on, likely_on, risk, "
        "constant_on, is_replayed) SELECT registration_id, 'leg_repair', '2020-01-01', due_on, "
        "due_on, 'on_time', due_on, FALSE FROM trip",
    ),
    ("bench", "UPDATE part_movement SET quantity = quantity - 1 WHERE kind = 'used'"),
    ("bench", "UPDATE part_movement SET part_id = part_id + 1 WHERE kind = 'used'"),
    ("bench", "DELETE FROM part_movement WHERE kind = 'used'"),
    ("bench", "UPDATE bench_time SET registration_id = 1"),
    ("bench", "UPDATE bench_time SET account_id = 1"),
    ("bench", "UPDATE work SET measured_minutes = NULL"),
    ("bench", "UPDATE bench_time SET stopped_at = NULL"),
    ("tags", "UPDATE label_print SET is_reprint = FALSE"),
    ("tags", "UPDATE tag_roll SET site_id = site_id + 1"),
    ("tags", "UPDATE tag_roll SET first_id = first_id + 1"),
    ("tags", "UPDATE tag_roll SET first_id = 1"),
    ("tags", "UPDATE counter SET last = last - 1 WHERE series = 'P'"),
    ("disputes", "UPDATE loss_form SET status = 'disputed'"),
    (
        "disputes",
        "INSERT INTO dispute (form_id, at, by_id, is_on_paper, code, reason) "
        "SELECT id, opened_at, opened_by_id, FALSE, 'IN', 'x' FROM loss_form WHERE id = 1",
    ),
    ("policies", "UPDATE policy SET proposal_id = NULL WHERE proposal_id IS NOT NULL"),
    ("policies", "UPDATE policy SET value = '201' WHERE proposal_id IS NOT NULL"),
    ("promises", "UPDATE profile_choice SET profile = 'letter_99'"),
    ("promises", "UPDATE profile_choice SET profile = 'bulk_1'"),
    ("promises", "UPDATE profile_choice SET channel = 'market'"),
    ("promises", "UPDATE profile_choice SET effective_from = '2026-01-01'"),
    ("promises", "UPDATE profile_choice SET by_id = 999"),
    ("promises", "UPDATE profile_choice SET reason = ' '"),
    (
        "promises",
        "INSERT INTO profile_choice (channel, region, profile, effective_from, reason, at, by_id) "
        "SELECT channel, region, 'short', effective_from, reason, at, by_id FROM profile_choice",
    ),
    ("promises", "UPDATE law_place SET pack = 'atlantis'"),
    ("promises", "UPDATE law_place SET by_id = 999"),
    ("promises", "UPDATE law_place SET reason = ''"),
    ("papers", "UPDATE signed_paper SET sha256 = '00'"),
    ("papers", "UPDATE signed_paper SET event_id = 1"),
    ("papers", "DELETE FROM signed_paper WHERE audience = 'party'"),
    ("I13", "UPDATE signed_paper SET head_seq = head_seq + 1"),
    ("I13", "DELETE FROM signed_paper"),
    ("shredder", "UPDATE destruction_line SET scanned_at = NULL, scanned_by_id = NULL"),
    ("shredder", "UPDATE destruction_line SET checked_by_id = scanned_by_id"),
    ("shredder", "UPDATE destruction_line SET checked_by_id = 1"),
    ("shredder", "UPDATE destruction SET counted = 99"),
    ("shredder", "UPDATE destruction SET status = 'voided'"),
    (
        "shredder",
        "INSERT INTO taken_off (destruction_id, registration_id, discrepancy_id, at, by_id, reason)"
        " SELECT 1, 1, id, opened_at, last_hand_id, 'x' FROM discrepancy WHERE id = 1",
    ),
    (
        "shredder",
        "UPDATE discrepancy SET kind = 'scrap_gone', status = 'open', registration_id = "
        "(SELECT MIN(registration_id) FROM destruction_line)",
    ),
    (
        "alarms",
        "INSERT INTO alarm_note (source, ref, desk, at, by_id, note) "
        "SELECT 'scan', scan_id, 'finance', arrived_at, account_id, 'x' FROM scan",
    ),
    (
        "alarms",
        "INSERT INTO alarm_note (source, ref, desk, at, by_id, note) "
        "SELECT 'handling_scan', CAST(id AS VARCHAR(36)), 'finance', at, account_id, 'x' "
        "FROM handling_scan",
    ),
    ("links", "UPDATE access_link SET party = 'SUP05'"),
    (
        "links",
        "UPDATE access_link SET used_at = made_at, used_action = 'agree', used_by = 'x', "
        "used_key = 'x'",
    ),
    (
        "links",
        "UPDATE access_link SET used_at = NULL, used_action = NULL, used_by = NULL, "
        "used_key = NULL WHERE used_at IS NOT NULL",
    ),
    ("links", "UPDATE access_link SET used_by = '李四' WHERE used_at IS NOT NULL"),
    ("links", "UPDATE access_link SET noun = 'x'"),
    ("I12", "UPDATE delegation SET at = '2099-01-01 00:00:00'"),
    ("I12", "UPDATE delegation SET until_on = '2026-01-01', from_on = '2026-01-01'"),
    ("I12", "UPDATE signature SET content_sha256 = NULL WHERE step = 'approve'"),
    ("I13", "UPDATE signature SET for_id = NULL"),
    ("I13", "UPDATE signature SET content_sha256 = NULL"),
    ("I19", "UPDATE action_key SET answer = ''"),
    ("I19", "UPDATE action_key SET status_code = 0"),
    ("I19", "UPDATE scan SET registration_id = NULL"),
]


ASKED = {row.code: row for row in INVARIANTS}


def test_each_planted_fault_is_found(lived: Story):
    missed = []
    for code, fault in FAULTS:
        plant(lived.session, fault)
        if not ASKED[code].ask(lived.session):
            missed.append((code, fault))
    lived.session.rollback()
    assert missed == []


def test_two_open_registrations_of_a_piece_are_found(lived: Story):
    no = lived.register(piece="another")
    assert no
    plant(
        lived.session,
        "DROP INDEX uq_registration_one_live",
        "UPDATE registration SET piece_id = 1, closed_at = NULL",
    )
    assert "I5" in failing(lived.session)


def test_two_running_timers_of_a_repairer_are_found(lived: Story):
    plant(
        lived.session,
        "DROP INDEX uq_bench_time_one_running",
        "INSERT INTO bench_time (registration_id, account_id, started_at) "
        "SELECT registration_id, account_id, started_at FROM bench_time",
        "INSERT INTO bench_time (registration_id, account_id, started_at) "
        "SELECT registration_id, account_id, started_at FROM bench_time WHERE work_id IS NULL",
    )
    assert "bench" in failing(lived.session)


def test_a_dropped_guard_is_found(session: Any):
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(text("DROP TRIGGER month_never_deleted" + ("" if is_sqlite else " ON month")))
    assert failing(session) == {"triggers"}


def test_every_invariant_has_its_planted_fault():
    assert {code for code, _ in FAULTS} | {"triggers"} == {row.code for row in INVARIANTS}


def test_a_fault_is_named_and_ends_with_status_1(lived: Story, app: Flask):
    lived.session.rollback()
    lived.session.execute(text("UPDATE loss_form SET total_fen = total_fen + 1 WHERE id = 1"))
    lived.session.commit()
    told = app.test_cli_runner().invoke(args=["verify", "--json"])
    rows = [json.loads(line) for line in told.output.splitlines()]
    assert told.exit_code == 1
    assert [row["invariant"] for row in rows] == list(CODES)
    failed = {row["invariant"]: row["faults"] for row in rows if not row["holds"]}
    form = lived.session.execute(text("SELECT no, total_fen FROM loss_form WHERE id = 1")).one()
    sentence = f"{form.no} says {form.total_fen} fen, its lines sum to {form.total_fen - 1}"
    assert failed["I8"] == [sentence]
