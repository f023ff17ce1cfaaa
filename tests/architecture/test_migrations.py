"""The migrations lead to the models, and the triggers stand after each of them."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, text

from tests.story import Story
from tracker import create_app
from tracker.db import Base, write
from tracker.domain.loss_nature import LossNature
from tracker.domain.month import Stock
from tracker.extensions import db
from tracker.models import triggers
from tracker.queries import month_roll, month_total
from tracker.services import schema
from tracker.services.verify import verify


def test_the_migrated_schema_is_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_every_check_of_the_models_stands(app: Flask) -> None:
    """SQLite's batch migrations copy a table without its checks unless they are told."""
    wanted = {
        f"ck_{table.name}_" + str(constraint.name).removeprefix(f"ck_{table.name}_")
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    is_sqlite = db.engine.dialect.name == "sqlite"
    query = (
        "SELECT sql FROM sqlite_master WHERE type = 'table'"
        if is_sqlite
        else "SELECT conname FROM pg_constraint WHERE contype = 'c'"
    )
    found = " ".join(str(row) for row in db.session.execute(text(query)).scalars())
    assert {name for name in wanted if not re.search(rf"\b{name}\b", found)} == set()


def test_every_trigger_of_the_list_stands(app: Flask) -> None:
    with db.engine.connect() as connection:
        assert triggers.standing(connection) == triggers.expected()


def test_preparing_twice_changes_nothing(app: Flask) -> None:
    before = db.session.execute(text("SELECT count(*) FROM policy")).scalar_one()
    write(db.session(), lambda: schema.prepare(db.session()))
    assert db.session.execute(text("SELECT count(*) FROM policy")).scalar_one() == before


def test_migrations_go_down_and_up_again(tmp_path: Path) -> None:
    app = create_app(
        database_url=f"sqlite:///{tmp_path / 'x.sqlite3'}", data_dir=tmp_path, log_level="CRITICAL"
    )
    with app.app_context():
        upgrade()
        downgrade(revision="base")
        tables = db.session.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'table'")
        ).scalars()
        assert set(tables) == {"alembic_version"}
        db.session.remove()
        upgrade()
        db.engine.dispose()


def test_the_first_version_with_its_data_is_carried_over(app: Flask, story: Story) -> None:
    one, lost, packed = story.register(), story.register(), story.register()
    box = story.send(one, lost)
    story.wait(days=2)
    story.count_in(box, one)
    story.do("manager1", "registration", packed, "accept")
    story.box("store1", packed)
    before = {no: story.registration(no).since_at for no in (one, lost, packed)}
    story.session.close()
    downgrade(revision="0001")
    upgrade()
    write(db.session(), lambda: schema.prepare(db.session()))
    assert {no: story.registration(no).since_at for no in before} == before
    assert [carton.arrived_at is not None for carton in story.shipment(box).cartons] == [True]
    assert [finding for finding in verify(db.session()) if finding.faults] == []


def test_a_closed_month_and_its_destroyed_garments_are_carried_over(
    app: Flask, story: Story
) -> None:
    no = story.scrapped()
    story.sign_off(*story.list_on_forms(no))
    story.destroy(no)
    story.do("supervisor", "month", "2026-11", "submit")
    story.do("finance", "month", "2026-11", "close", version=story.month("2026-11").version)
    story.session.close()
    downgrade(revision="0012")
    upgrade()
    write(db.session(), lambda: schema.prepare(db.session()))
    assert [finding.code for finding in verify(db.session()) if finding.faults] == []
    totals = month_total.kept(db.session(), "2026-11")
    assert totals is not None
    assert (totals.amount_fen, totals.pieces) == (18984, 1)
    roll = month_roll.roll(db.session(), "2026-11")
    assert (roll.new, roll.destroyed, roll.closing) == (
        Stock(1, 18984),
        Stock(1, 18984),
        Stock(0, 0),
    )


def test_a_form_frozen_before_its_vat_was_known_is_taxed_when_finance_decides(
    app: Flask, story: Story
) -> None:
    done, no = story.scrapped(), story.scrapped()
    story.sign_off(story.list_on_forms(done)[0])
    [form] = story.list_on_forms(no)
    story.do("clerk", "loss_form", form, "submit")
    story.session.close()
    downgrade(revision="0014")
    upgrade()
    write(db.session(), lambda: schema.prepare(db.session()))
    assert [story.form(row).lines[0].vat_percent for row in ("BS-2026-000001", form)] == [0, 13]
    decided = {"registration": no, "nature": LossNature.POOR_MANAGEMENT, "note": "仓库受潮"}
    version = story.form(form).version
    story.do("finance", "loss_form", form, "classify", version=version, **decided)
    assert story.form(form).lines[0].vat_fen == 16800 * 13 // 100
    assert [finding for finding in verify(db.session()) if finding.faults] == []


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_sqlite_runs_durably(sqlite_app: Flask, pragma: str, value: object) -> None:
    with sqlite_app.app_context():
        assert db.session.execute(text(f"PRAGMA {pragma}")).scalar_one() == value
        db.session.remove()


def test_a_writer_begins_immediately(sqlite_app: Flask) -> None:
    with sqlite_app.app_context():

        def work() -> None:
            other = sqlite3.connect(sqlite_app.config["CHAIN"].file, timeout=0)
            try:
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    other.execute("BEGIN IMMEDIATE")
            finally:
                other.close()

        write(db.session(), work)
        db.session.remove()
