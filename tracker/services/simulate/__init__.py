"""Plausible history, made of the same rules as real work: for demonstrations and measurements.

Stories are drawn from a seeded ``Random`` at the shapes that ``chance`` holds; every step is taken
from the machines' tables by an account that may take it. All of a run is one transaction: one that
is stopped leaves nothing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.calendar import SHANGHAI
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.site import SiteKind
from tracker.models.registration import Registration
from tracker.models.shipment import Shipment
from tracker.services import chain as hash_chain
from tracker.services import demo
from tracker.services.simulate import (
    bench,
    cast,
    chain,
    chance,
    delivery,
    destruction,
    forms,
    ledger,
    store,
    weeks,
)
from tracker.services.simulate.world import Progress, World
from tracker.services.simulate.writing import Writer

MOST_WEEKS, MOST_STORES = 520, 10_000
DAYS_A_WEEK = weeks.DAYS
LEAST_STORES = sum(kind == SiteKind.STORE for _, _, kind, *_ in demo.SITES)
SIZE_OF_A_DEMONSTRATION_STORE = 3.0
"""Three large stores: a small chain has enough to show."""


def load_history(
    session: Session, weeks_: int, until: date, today: date, progress: Progress | None = None
) -> dict[str, int]:
    """Load the demonstration chain with weeks of history that end on a day.

    Returns how many rows each table got. Raises ``RuleViolation`` ``not_empty``, ``has_history``,
    ``InvalidInput`` ``bad_weeks``, ``future``.
    """
    _check(weeks_, until, today)
    demo.load(session, _evening(until))
    _check_fresh(session)
    rng = Random(f"demo {until.isoformat()} {weeks_}")  # noqa: S311
    return _play(session, rng, weeks_, until, SIZE_OF_A_DEMONSTRATION_STORE, progress)


def simulate(
    session: Session,
    stores: int,
    weeks_: int,
    until: date,
    today: date,
    seed: str = "",
    progress: Progress | None = None,
) -> dict[str, int]:
    """Make a chain of ``stores`` stores with weeks of history that end on a day.

    Grows an empty database or the fresh demonstration chain. Returns and raises as
    ``load_history``, and ``InvalidInput`` ``bad_stores``.
    """
    _check(weeks_, until, today)
    if not LEAST_STORES <= stores <= MOST_STORES:
        raise InvalidInput(
            "bad_stores",
            "店铺数应在 {least} 至 {most} 之间。",
            "The number of stores must lie from {least} to {most}.",
            "stores",
            least=LEAST_STORES,
            most=MOST_STORES,
        )
    demo.load(session, _evening(until))
    _check_fresh(session)
    rng = Random(f"{seed} {until.isoformat()} {weeks_} {stores}")  # noqa: S311
    chain.grow(session, rng, stores, until, stores * chance.REGISTRATIONS_A_WEEK)
    return _play(session, rng, weeks_, until, None, progress)


def _check(weeks_: int, until: date, today: date) -> None:
    if not 1 <= weeks_ <= MOST_WEEKS:
        raise InvalidInput(
            "bad_weeks",
            "周数应在 1 至 {most} 之间。",
            "The number of weeks must lie from 1 to {most}.",
            "weeks",
            most=MOST_WEEKS,
        )
    if until >= today:
        raise InvalidInput(
            "future",
            "历史须在今天之前结束；{until} 不行。",
            "The history must end before today; {until} does not.",
            "until",
            until=until.isoformat(),
        )


def _evening(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 18, tzinfo=SHANGHAI)


def _check_fresh(session: Session) -> None:
    counts = (select(func.count()).select_from(model) for model in (Registration, Shipment))
    if any(session.scalar(count) for count in counts):
        raise RuleViolation(
            "has_history",
            "演示数据里已经有业务记录，不能再补历史。请换一个空的数据目录。",
            "The demonstration has records already: history is added to a fresh one only.",
        )


def _play(
    session: Session,
    rng: Random,
    weeks_: int,
    until: date,
    size: float | None,
    progress: Progress | None,
) -> dict[str, int]:
    days = weeks_ * DAYS_A_WEEK
    people = cast.read(session, rng, size)
    world = World(Writer(session), people, rng, until - timedelta(days=days - 1), days)
    world.received, world.back = bench.take_in, store.is_back
    world.from_outside = bench.from_outside
    for part in (weeks, delivery, forms, destruction, ledger):
        part.plan(world)
    world.run(progress)
    hash_chain.append_all(session)
    return {name: count for name, count in world.writer.written.items() if count}
