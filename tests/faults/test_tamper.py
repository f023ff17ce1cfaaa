"""Rows changed behind the program's back: every change is found, and its first bad row is named.

Short in the suite; ``HANGTAG_FAULTS=long`` makes two thousand of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import String, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.faults.serving import LONG
from tests.kept import kept
from tests.story import DOWN_COAT, MONDAY, SUPPLIER_FAULT, Story
from tracker.db import Base, Instant
from tracker.domain.chain import Kind
from tracker.domain.codes import Cause, Defect, LiableKind
from tracker.domain.loss import Share
from tracker.domain.signed_paper import paper_ref
from tracker.models import triggers
from tracker.models.chain import ChainLink
from tracker.queries import ledger as queries
from tracker.queries.verify_chain import chain_is_unbroken

COUNT, STEP = (2_000, 1) if LONG else (60, 3)
NO_FIGURE = {"version", "content"}
"""The count of a row's changes says nothing of what it holds; a paper's digest stands for its
bytes, and `papers` compares the two.
"""
TABLES = (
    "ledger_entry", "chain_link", "loss_form", "loss_line", "signature", "destruction",
    "destruction_line", "month", "signed_paper",
)  # fmt: skip
MOVES = {
    "entry_no", "form_id", "destruction_id", "no", "month", "status", "id", "seq", "kind", "ref",
    "submitted_by_id", "submitted_at", "document", "audience", "event_id",
}  # fmt: skip
"""Fields that take a row to or from another link: the first bad row may be that one."""


@kept
def _live(story: Story) -> None:
    """A closed month with supplier, store and split forms, mould, freight, a void form, salvage."""
    plain, down = story.scrapped(), story.scrapped(DOWN_COAT)
    split = story.received(**SUPPLIER_FAULT)
    halves = [Share(LiableKind.SUPPLIER, 70, "SUP01"), Share(LiableKind.HEAD_OFFICE, 30)]
    story.scrap(split, *halves, note="协商")
    mouldy = story.received(defect=Defect.MOULD_ODOUR, cause=Cause.STORAGE)
    story.scrap(mouldy)
    voided = story.list_on_forms(down)[0]
    story.do("supervisor", "loss_form", voided, "void", reason="开错了")
    for form in story.list_on_forms(plain, split, mouldy):
        story.sign_off(form)
    story.destroy(plain, split, mouldy)
    story.close_month()


@pytest.fixture
def lived(story: Story) -> Story:
    """A story whose month is closed."""
    _live(story)
    story.session.rollback()
    return story


@pytest.fixture
def unguarded(lived: Story) -> Story:
    """The same, in a transaction in which the database's own guards are gone."""
    session = lived.session
    session.connection(execution_options={"writes": True})
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for name in triggers.expected():
            session.execute(text(f"DROP TRIGGER {name}"))
    else:
        session.execute(text("SET LOCAL session_replication_role = replica"))
    return lived


def _rows(session: Any, name: str) -> list[dict[str, Any]]:
    table = Base.metadata.tables[name]
    query = select(table).order_by(*table.primary_key.columns)
    if name in ("loss_form", "destruction", "month"):
        query = query.where(table.c.status.in_(("approved", "voided", "witnessed", "closed")))
    return [dict(row) for row in session.execute(query).mappings()]


def _other(row: dict[str, Any], column: Any, rng: Random) -> Any:
    """Another value of the same kind than a row has in a column."""
    value = row[column.name]
    if value is None:
        is_text = isinstance(column.type, String)
        return "1" if is_text else MONDAY if isinstance(column.type, Instant) else 1
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + rng.choice((-1, 1, 7))
    if isinstance(value, datetime):
        return value + timedelta(seconds=rng.randint(1, 10**6))
    return f"{value[:-1]}~" if value else "1"


def _is_key(name: str, row: dict[str, Any]) -> Any:
    table = Base.metadata.tables[name]
    [column] = table.primary_key.columns
    return column == row[column.name]


def _link_of(session: Any, name: str, row: dict[str, Any]) -> int:
    """The number of the link that covers a row."""
    if name == "chain_link":
        return int(row["seq"])
    forms = Base.metadata.tables["loss_form"]
    records = Base.metadata.tables["destruction"]
    ref = row.get("entry_no") or row.get("no") or row.get("month")
    if name in ("loss_line", "signature"):
        ref = session.scalar(select(forms.c.no).where(forms.c.id == row["form_id"]))
    if name == "destruction_line":
        ref = session.scalar(select(records.c.no).where(records.c.id == row["destruction_id"]))
    if name == "signed_paper":
        ref = paper_ref(row["document"], row["audience"], row["event_id"])
    kinds = {
        "ledger_entry": (Kind.ENTRY,),
        "month": (Kind.MONTH_CLOSE,),
        "signed_paper": (Kind.PAPER,),
    }
    documents = (Kind.APPROVAL, Kind.VOID, Kind.DESTRUCTION)
    query = select(ChainLink.seq).where(
        ChainLink.ref == ref, ChainLink.kind.in_(kinds.get(name, documents))
    )
    return int(session.scalars(query).one())


def _named(fault: str) -> int:
    """The number of the link that a sentence names."""
    word = fault.removeprefix("link ").split()[0]
    return int(word.strip(":"))


def _attempt(session: Any, statement: Any) -> list[str] | None:
    """Change something, verify, take it back; ``None`` if the database refused it."""
    point = session.begin_nested()
    try:
        done = session.execute(statement)
    except DBAPIError:
        point.rollback()
        return None
    assert done.rowcount in (1, -1)
    session.expire_all()
    found = chain_is_unbroken(session)
    point.rollback()
    session.expire_all()
    return found


def test_the_chain_holds_over_a_lived_month(lived: Story) -> None:
    assert chain_is_unbroken(lived.session) == []


def test_every_field_that_is_changed_is_found_and_its_link_is_named(unguarded: Story) -> None:
    """Each column once at least, then any field of any row."""
    session, rng = unguarded.session, Random(1)
    fields = [
        (name, row, field)
        for name in TABLES
        for row in _rows(session, name)
        for field in row
        if field not in NO_FIGURE
    ]
    rng.shuffle(fields)
    fields = [*{(name, field): (name, row, field) for name, row, field in fields}.values(), *fields]
    wanted, changed, missed = max(COUNT, len({one[::2] for one in fields})), 0, []
    while changed < wanted:
        for name, row, field in fields[: wanted - changed]:
            table = Base.metadata.tables[name]
            statement = (
                update(table)
                .where(_is_key(name, row))
                .values({field: _other(row, table.c[field], rng)})
            )
            link = _link_of(session, name, row)
            found = _attempt(session, statement)
            changed += found is not None
            if found is not None and not _is_named(found, link, field):
                missed.append((name, field, link, found))
    assert missed == []


def _is_named(found: list[str], link: int, field: str) -> bool:
    if not found:
        return False
    if field in MOVES:
        return any(fault.startswith("link ") for fault in found)
    return _named(found[0]) == link


def test_every_row_that_is_deleted_is_found(unguarded: Story) -> None:
    """Of a month the submission is named, which is covered before the close."""
    session = unguarded.session
    missed = []
    rows = [(table, row) for table in TABLES for row in _rows(session, table)]
    for name, row in rows[::STEP]:
        link = _link_of(session, name, row) - (name == "month")
        found = _attempt(session, delete(Base.metadata.tables[name]).where(_is_key(name, row)))
        if found is not None and (not found or _named(found[0]) != link):
            missed.append((name, row, found))
    assert missed == []


def test_every_row_that_is_put_in_is_found(unguarded: Story) -> None:
    session, missed = unguarded.session, []
    for name in ("ledger_entry", "chain_link", "loss_line", "signature", "destruction_line"):
        for row in _rows(session, name)[::STEP]:
            key = "seq" if name == "chain_link" else "id"
            for more in ({}, {"entry_no": "X/1"}) if name == "ledger_entry" else ({},):
                forged = {**row, key: 9_000_000, **more}
                if name == "chain_link":
                    forged["ref"] = "forged"
                found = _attempt(session, insert(Base.metadata.tables[name]).values(forged))
                if found == []:
                    missed.append((name, forged))
    assert missed == []


def _swapped(session: Any, name: str, key: str, columns: list[str]) -> Iterator[tuple[int, list]]:
    table = Base.metadata.tables[name]
    rows = _rows(session, name)
    for first, second in pairwise(rows):
        if all(first[column] == second[column] for column in columns):
            continue
        point = session.begin_nested()
        for row, other in ((first, {c: f"~{c}" for c in columns if c == "ref"}),
                           (second, first), (first, second)):  # fmt: skip
            values = {column: other[column] for column in columns if column in other}
            if values:
                session.execute(update(table).where(table.c[key] == row[key]).values(values))
        session.expire_all()
        yield first[key], chain_is_unbroken(session)
        point.rollback()
        session.expire_all()


def test_rows_that_change_places_are_found(unguarded: Story) -> None:
    session = unguarded.session
    links = ["kind", "ref", "at", "content_sha256", "mac"]
    for seq, found in _swapped(session, "chain_link", "seq", links):
        assert _named(found[0]) == seq
    everything = [c.name for c in Base.metadata.tables["ledger_entry"].columns if c.name != "id"]
    for _, found in _swapped(session, "ledger_entry", "id", everything):
        assert found != []


def test_links_cut_off_at_the_end_are_found_by_the_counter_and_by_paper(unguarded: Story) -> None:
    session = unguarded.session
    last = session.scalar(select(ChainLink.seq).order_by(ChainLink.seq.desc()).limit(1))
    session.execute(delete(ChainLink).where(ChainLink.seq == last))
    missing = f"link {last} is missing, the counter says {last}"
    assert chain_is_unbroken(session)[0] == missing
    counter = Base.metadata.tables["counter"]
    session.execute(update(counter).where(counter.c.series == "chain").values(last=last - 1))
    session.execute(
        insert(Base.metadata.tables["printed_head"]).values(
            at=unguarded.now, document="BS-2026-000001", seq=last, mac="a" * 64
        )
    )
    named = f"link {last} is not the head aaaaaaaaaaaaaaaa printed on BS-2026-000001"
    assert named in chain_is_unbroken(session)


def _closed_attempts(session: Any, rng: Random) -> Iterator[Any]:
    """Statements that would change what a closed month holds."""
    legs, months = Base.metadata.tables["ledger_entry"], Base.metadata.tables["month"]
    rows = [("ledger_entry", row) for row in _rows(session, "ledger_entry")]
    rows += [("month", row) for row in _rows(session, "month")]
    while True:
        name, row = rng.choice(rows)
        table = Base.metadata.tables[name]
        field = rng.choice([field for field in row if field != "id"])
        yield (
            update(table)
            .where(table.c.id == row["id"])
            .values({field: _other(row, table.c[field], rng)})
        )
        yield delete(table).where(table.c.id == row["id"])
        leg = rng.choice(_rows(session, "ledger_entry"))
        yield insert(legs).values({**leg, "id": 9_000_000 + rng.randrange(10**6)})
        yield update(months).where(months.c.status == "closed").values(status="open")
        yield update(legs).values(amount_fen=legs.c.amount_fen + 1)


def _app_attempts(story: Story, rng: Random) -> None:
    """What the program's own doors answer to whoever would change a closed month."""
    login, action = rng.choice(
        [("supervisor", "submit"), ("finance", "reopen"), ("finance", "close")]
    )
    version = story.month("2026-11").version
    code = story.refused(login, "month", "2026-11", action, note="改", version=version)
    assert code == "wrong_status"
    form = rng.choice(["BS-2026-000002", "BS-2026-000003"])
    done = story.form(form)
    login, action = rng.choice([("vp", "approve"), ("supervisor", "void"), ("vp", "return")])
    more = {} if action == "approve" else {"reason": "改"}
    assert story.refused(login, "loss_form", form, action, version=done.version, **more) == (
        "wrong_status"
    )


def test_closed_figures_are_refused_to_app_and_sql(lived: Story) -> None:
    session, rng = lived.session, Random(2)
    before = (queries.content_sha256(session, "2026-11"), queries.totals(session, "2026-11"))
    month = _rows(session, "month")
    refused = 0
    for number, statement in enumerate(_closed_attempts(session, rng)):
        if number % 20 == 0:
            _app_attempts(lived, rng)
            refused += 2
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(statement)
        refused += 1
        if refused >= COUNT:
            break
    session.rollback()
    assert _rows(session, "month") == month
    after = (queries.content_sha256(session, "2026-11"), queries.totals(session, "2026-11"))
    assert after == before
    assert chain_is_unbroken(session) == []
