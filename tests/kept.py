"""States that many tests begin with: built once a worker, then brought back.

A test begins with the demonstration chain, and many first lead garments through the same weeks. A
builder marked ``@kept`` does so once: what it leaves in the database is kept as a state, and when
it is called again from the same beginning, that state comes back in its place. A builder called
after a test wrote something of its own, or in a story of this very moment, does its work anew.
"""

from __future__ import annotations

import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import closing
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine, create_engine, text

from tracker.db import Base
from tracker.extensions import db

if TYPE_CHECKING:
    from tests.story import Story

P = ParamSpec("P")
T = TypeVar("T")
LOADED = 0
"""The state in which a test finds the chain."""


@dataclass(frozen=True)
class Built:
    """What a builder left: a state, the moment that its story had come to, what it returned."""

    state: int
    now: datetime
    returned: Any


@dataclass
class Chain(ABC):
    """The database of a worker and the states kept of it."""

    at: int = LOADED
    states: int = 0
    built: dict[tuple[Any, ...], Built] = field(default_factory=dict)
    is_served: bool = False
    """A server of its own processes has the database open: no state is brought under it."""

    def reset(self) -> None:
        """Bring back the chain as it was loaded."""
        self.is_served = False
        self._bring(LOADED)
        self.at = LOADED

    def play(self, story: Story, asked: tuple[Any, ...], build: Callable[[], Any]) -> Any:
        """Return what ``build`` returns, its state brought back where it was built before."""
        story.session.rollback()
        is_of_today = story.now.microsecond > 0
        if is_of_today or self.is_served or not self._is_untouched():
            return build()
        key = (self.at, story.now, *asked)
        if key not in self.built:
            returned = build()
            story.session.rollback()
            self.states += 1
            self._keep(self.states)
            self.built[key] = Built(self.states, story.now, deepcopy(returned))
            self.at = self.states
        else:
            self.at = self.built[key].state
            self._bring(self.at)
        story.session.expire_all()
        story.now = self.built[key].now
        return deepcopy(self.built[key].returned)

    @abstractmethod
    def _bring(self, state: int) -> None:
        """Make the database what it was when ``state`` was kept."""

    @abstractmethod
    def _keep(self, state: int) -> None:
        """Keep the database as it stands as ``state``."""

    @abstractmethod
    def _is_untouched(self) -> bool:
        """Say whether nothing was written since the last state was brought or kept."""


@dataclass
class SqliteChain(Chain):
    """The chain in a file; a state is a copy of it.

    The file is copied while this process has no connection: closing a copied file would drop the
    locks of each, and the next process would take itself for the last.
    """

    file: Path = field(kw_only=True)
    mark: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self._keep(LOADED)

    def copy_of(self, state: int) -> Path:
        """Return the file that a state is kept in."""
        return self.file.with_name(f"state-{state}.sqlite3")

    def _beside(self, suffix: str) -> Path:
        return self.file.with_name(self.file.name + suffix)

    def _stamp(self) -> tuple[int, int]:
        now = self.file.stat()
        return (now.st_mtime_ns, now.st_size)

    def _bring(self, state: int) -> None:
        db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self._beside(suffix).unlink(missing_ok=True)
        shutil.copy(self.copy_of(state), self.file)
        self.mark = self._stamp()

    def _keep(self, state: int) -> None:
        db.engine.dispose()
        with closing(sqlite3.connect(self.file)) as connection:
            [is_busy, *_] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert not is_busy, "somebody reads the database that is to be kept"
        shutil.copy(self.file, self.copy_of(state))
        self.mark = self._stamp()

    def _is_untouched(self) -> bool:
        log = self._beside("-wal")
        return self._stamp() == self.mark and not (log.exists() and log.stat().st_size)


@dataclass
class PostgresChain(Chain):
    """The chain on a server; a state is, for each table, which copy of its rows it holds.

    Only the tables that changed are copied and brought back, over a connection that lives on and
    knows the catalogue: emptying all and loading the chain anew takes a hundred times as long.
    """

    url: str = field(kw_only=True)
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = create_engine(self.url, pool_size=1, pool_pre_ping=True)
        tables = [table.name for table in Base.metadata.sorted_tables]
        for statement in _machinery(tables):
            self._run(statement)
        held = "INSERT INTO pattern.held SELECT unnest(CAST(:tables AS text[])), -1, -1"
        self._run(held, tables=tables)
        self._keep(LOADED)

    def _run(self, statement: str, **values: Any) -> Any:
        with self.engine.begin() as connection:
            return connection.execute(text(statement), values)

    def _bring(self, state: int) -> None:
        self._run("SELECT pattern.bring(:state)", state=state)

    def _keep(self, state: int) -> None:
        self._run("SELECT pattern.keep(:state)", state=state)

    def _is_untouched(self) -> bool:
        return bool(self._run("SELECT NOT EXISTS (SELECT pattern.changed())").scalar())


def _machinery(tables: list[str]) -> tuple[str, ...]:
    """Return the statements that make what a PostgreSQL database keeps and brings states with.

    Whatever ``bring`` wrote bears one transaction's number: a table changed when its rows are not
    as many, or not all of that transaction. Functions, because a view would hold on to the tables.
    """
    seen = " UNION ALL ".join(
        f"SELECT '{name}' AS name, count(*) AS rows, min(xmin::text) AS low, "  # noqa: S608
        f'max(xmin::text) AS high FROM public."{name}"'
        for name in tables
    )
    changed = f"""BEGIN RETURN QUERY
        SELECT held.name FROM pattern.held JOIN ({seen}) seen USING (name)
        WHERE seen.rows <> held.rows
            OR seen.low IS DISTINCT FROM held.written_by
            OR seen.high IS DISTINCT FROM held.written_by; END"""  # noqa: S608
    return (
        "CREATE SCHEMA pattern",
        "CREATE TABLE pattern.held (name text, rows bigint, version int, written_by text)",
        "CREATE TABLE pattern.state (no int, name text, version int)",
        "CREATE TABLE pattern.sequence (state int, name text, last bigint, is_called bool)",
        f"CREATE FUNCTION pattern.changed() RETURNS SETOF text LANGUAGE plpgsql AS $${changed}$$",
        f"CREATE FUNCTION pattern.bring(int) RETURNS void LANGUAGE plpgsql AS $${_BRING}$$",
        f"CREATE FUNCTION pattern.keep(int) RETURNS void LANGUAGE plpgsql AS $${_KEEP}$$",
    )


_BRING = """
    DECLARE one record; written bigint; mark text := pg_current_xact_id()::xid::text;
    BEGIN
        PERFORM set_config('session_replication_role', 'replica', true);
        FOR one IN SELECT name, state.version FROM pattern.state JOIN pattern.held USING (name)
            WHERE no = $1
            AND (state.version <> held.version OR name IN (SELECT pattern.changed()))
        LOOP
            EXECUTE format('DELETE FROM public.%I', one.name);
            EXECUTE format('INSERT INTO public.%I SELECT * FROM pattern.%I',
                           one.name, one.name || ' ' || one.version);
            GET DIAGNOSTICS written = ROW_COUNT;
            UPDATE pattern.held SET rows = written, version = one.version,
                written_by = CASE WHEN written > 0 THEN mark END WHERE name = one.name;
        END LOOP;
        PERFORM setval(name::regclass, last, is_called) FROM pattern.sequence WHERE state = $1;
    END"""
_KEEP = """
    DECLARE changed text[] := ARRAY(SELECT pattern.changed()); one text;
    BEGIN
        FOREACH one IN ARRAY changed LOOP
            EXECUTE format('CREATE TABLE pattern.%I AS TABLE public.%I', one || ' ' || $1, one);
        END LOOP;
        INSERT INTO pattern.state SELECT $1, name,
            CASE WHEN name = ANY (changed) THEN $1 ELSE version END FROM pattern.held;
        INSERT INTO pattern.sequence SELECT $1, format('%I.%I', schemaname, sequencename),
            COALESCE(last_value, start_value), last_value IS NOT NULL
            FROM pg_sequences WHERE schemaname = 'public';
        PERFORM pattern.bring($1);
    END"""


def kept(build: Callable[Concatenate[Story, P], T]) -> Callable[Concatenate[Story, P], T]:
    """Mark a builder: it acts through its story alone and returns plain values, no records."""
    name = f"{build.__module__}.{build.__qualname__}"

    @wraps(build)
    def built(story: Story, *args: P.args, **fields: P.kwargs) -> T:
        if story.chain is None:
            return build(story, *args, **fields)
        asked = (name, args, *sorted(fields.items()))
        result: T = story.chain.play(story, asked, lambda: build(story, *args, **fields))
        return result

    return built
