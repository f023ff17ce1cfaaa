"""The declarative base, our column types, and how a transaction begins and ends.

SQLite runs with WAL, ``synchronous=FULL`` and foreign keys on. A writer takes the writer lock (a
thread lock, then a file lock between processes) before ``BEGIN IMMEDIATE``: the database's own
busy-retry is unfair and refuses an upgrade from reading to writing at once.
"""

from __future__ import annotations

import fcntl
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, Engine, Integer, MetaData, Table, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from tracker.domain.errors import Busy

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

LOCK_WAIT_SECONDS = 5.0
POLL_SECONDS = 0.0005
"""One thread a process asks, and only while another process writes."""
ATTEMPTS = 5
T = TypeVar("T")
_ROLLED_BACK_BY_SERVER = {"40001", "40P01"}
_HELD_BY_OTHERS = {"55P03"} | _ROLLED_BACK_BY_SERVER


class Base(DeclarativeBase):
    """Base of all models."""

    metadata = MetaData(naming_convention=NAMING)


def table_of(model: type[Base]) -> Table:
    """Return a model's table, for the few statements that are too hot to go through the ORM."""
    return Base.metadata.tables[model.__tablename__]


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class FenType(TypeDecorator[int]):
    """Money: whole fen. Anything but an ``int`` is refused, by Python and by a CHECK."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
            raise TypeError(f"money is whole fen, not {value!r}")
        return value


Key = BigInteger().with_variant(Integer(), "sqlite")


class Identified:
    """A row with a number of its own."""

    id: Mapped[int] = mapped_column(Key, primary_key=True)


class Versioned(Identified):
    """A row that counts its changes, so that a stale page cannot overwrite a newer one."""

    version: Mapped[int] = mapped_column(Integer, nullable=False)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


def utc_now() -> datetime:
    """The present moment. Only the edges call this; services receive ``now``."""
    return datetime.now(UTC)


class WriterLock:
    """Queues the writers of one SQLite file: threads first, then processes."""

    def __init__(self) -> None:
        self._thread = threading.RLock()
        self._depth = 0
        self._file: Any = None

    @contextmanager
    def held(self, path: Path | None) -> Iterator[None]:
        """Hold the lock, or raise ``Busy`` after five seconds. ``None`` locks nothing."""
        if path is None:
            yield
            return
        until = time.monotonic() + LOCK_WAIT_SECONDS
        if not self._thread.acquire(timeout=LOCK_WAIT_SECONDS):
            raise busy()
        try:
            if self._depth == 0:
                self._file = lock_file(path, until)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if self._depth == 0:
                    self._file.close()
        finally:
            self._thread.release()


def lock_file(path: Path, until: float) -> Any:
    """Take the file's lock in turn: who waits for it goes before a process that just had it.

    Returns the open file, whose closing gives the lock back. Raises ``Busy`` at the moment
    ``until`` of the monotonic clock.
    """
    with _taken(path.with_suffix(".turn"), until):
        return _taken(path, until)


def _taken(path: Path, until: float) -> Any:
    handle = path.open("a")
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                handle.close()
                raise busy() from None
            time.sleep(POLL_SECONDS)
        else:
            return handle


def busy() -> Busy:
    """The database is held by somebody else."""
    return Busy(
        "busy",
        "系统正忙，您的内容没有丢失，请几秒后重试。",
        "The system is busy. Nothing is lost: try again in a few seconds.",
    )


WRITER = WriterLock()


def lock_path(engine: Engine) -> Path | None:
    """Return the lock file beside an SQLite file; other databases queue by themselves."""
    if engine.dialect.name != "sqlite" or engine.url.database in (None, "", ":memory:"):
        return None
    return Path(str(engine.url.database)).with_suffix(".writer.lock")


def prepare_engine(engine: Engine) -> None:
    """Give an SQLite engine its pragmas and its explicit ``BEGIN``; bound other engines' waits."""
    if engine.dialect.name != "sqlite":

        @event.listens_for(engine, "connect")
        def _waits(connection: Any, _record: object) -> None:
            with connection.cursor() as cursor:
                cursor.execute(f"SET lock_timeout = '{LOCK_WAIT_SECONDS:.0f}s'")
            connection.commit()

        return

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={int(LOCK_WAIT_SECONDS * 1000)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def snapshot(session: Session) -> Iterator[None]:
    """Read one moment for as long as it lasts: writers go on, and nothing of theirs is seen.

    PostgreSQL sees each commit at once unless asked for this; SQLite's reading transaction is one
    already. Ends what the session had open before.
    """
    session.rollback()
    options: dict[str, Any] = {}
    if session.get_bind().dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    session.connection(execution_options=options)
    try:
        yield
    finally:
        session.rollback()


def write(session: Session, work: Callable[[], T]) -> T:
    """Run ``work`` in one writing transaction: it commits once, or nothing is written.

    A transaction that the server rolled back (deadlock, serialization) or that lost the race for
    a row of which there is one (``RACED_KEYS``) runs again, five times at most. Raises ``Busy``
    when the database is held too long, and whatever ``work`` raises.
    """
    engine = session.get_bind()
    path = lock_path(engine.engine)
    for attempt in range(1, ATTEMPTS + 1):
        session.rollback()
        try:
            with WRITER.held(path):
                session.connection(execution_options={"writes": True})
                result = work()
                session.commit()
                return result
        except DBAPIError as error:
            session.rollback()
            if attempt == ATTEMPTS or not _worth_repeating(error):
                raise _as_busy(error) from error
            time.sleep(random.uniform(0.005, 0.05) * attempt)  # noqa: S311
        except BaseException:
            session.rollback()
            raise
    raise AssertionError("unreachable")


def _worth_repeating(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        return _lost_key_race(error)
    return getattr(error.orig, "sqlstate", None) in _ROLLED_BACK_BY_SERVER


def _lost_key_race(error: IntegrityError) -> bool:
    text = str(error.orig)
    return any(name in text for name in RACED_KEYS)


RACED_KEYS: set[str] = {
    "pk_scan", "scan.scan_id", "pk_action_key", "action_key.action_id", "uq_month_month",
    "uq_style_style_no", "uq_sku_barcode", "uq_sku_style_colour_size",
    "uq_loss_form_one_draft", "uq_shipment_one_open", "uq_shipment_one_weekly",
    "uq_photo_live",
    "uq_piece_unique_code", "piece.unique_code",
    "uq_bench_time_one_running",
    "uq_delivery_site_id_delivery_no", "delivery.site_id, delivery.delivery_no",
    "uq_statement_standing", "statement.liable_kind, statement.party, statement.month",
    "uq_statement_line_live", "statement_line.entry_id",
    "uq_settlement_row_key", "settlement.row_key",
    "uq_month_carry_month_document", "month_carry.month, month_carry.document",
    "uq_label_print_print_id_registration_id", "uq_tag_roll_roll_id",
    "uq_ledger_entry_reverses", "uq_printed_head_document_seq",
    "uq_account_login", "account.login",
    "uq_job_unfinished", "job.asked_by_id, job.kind, job.arguments",
}  # fmt: skip
"""What two may make at one moment: who loses the race runs again, and finds the other's."""


def _as_busy(error: DBAPIError) -> Exception:
    text = str(error.orig)
    is_sqlite_busy = "locked" in text or "busy" in text
    is_held = getattr(error.orig, "sqlstate", None) in _HELD_BY_OTHERS
    if isinstance(error, OperationalError) and (is_sqlite_busy or is_held):
        return busy()
    return error
