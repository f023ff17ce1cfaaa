"""Simulated deliveries: entered when they come, inspected within the week or late (rule 1.06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.delivery import (
    MACHINE,
    Action,
    Origin,
    Report,
    Window,
    report_of,
    window_of,
)
from tracker.domain.number import delivery_no
from tracker.services.simulate.cast import Goods, Store
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.life import Written
from tracker.services.simulate.world import World

EVERY_DAYS = 14
LINES, PIECES = (5, 11), (2, 13)
INSPECTED_LATE = 0.08
REMEMBERED = 40
FROM_DELIVERIES = 0.25
"""So much of the store's stock that is faulty was delivered not long ago."""


@dataclass(frozen=True)
class Brought:
    """A SKU that lies in the store, and by which delivery it came last."""

    goods: Goods
    delivery: Delivery


class Delivery(Written):
    """One delivery; what refers to it is written after it."""

    __slots__ = ("waiting", "window")

    def __init__(self, identity: int, row: dict[str, object], window: Window) -> None:
        super().__init__("delivery", MACHINE, identity, row)
        self.window = window
        self.waiting: list[Garment] = []


def plan(world: World) -> None:
    """Put every store's deliveries on the agenda, spread over the fortnight."""
    for number, store in enumerate(world.cast.stores):
        for day in range(number % EVERY_DAYS, world.days, EVERY_DAYS):
            world.at(day + 0.15, come, store)


def come(world: World, store: Store) -> None:
    """Goods come: the store enters them and inspects them within its week, mostly."""
    rng, by, today = world.rng, store.staff[0], world.today
    identity = world.writer.next_id("delivery")
    window = window_of(today, world.rules()["store_inspection"])
    row = {
        "no": delivery_no(identity),
        "site_id": store.id,
        "delivery_no": f"PS{today:%Y%m%d}-{store.code}-{identity}",
        "received_on": today,
        "due_on": window.due_on,
        "source": Origin.IMPORT.value,
        "entered_at": world.now,
        "entered_by_id": by.account_id,
        "inspected_at": None,
        "inspected_by_id": None,
    }
    delivery = Delivery(identity, row, window)
    delivery.begin(world, by, Action.RECEIVE.value)
    found = {}
    for _ in range(rng.randint(*LINES)):
        goods = world.cast.piece(rng)
        found[goods.sku_id] = goods
    for sku_id, goods in found.items():
        line = {"delivery_id": identity, "sku_id": sku_id, "quantity": rng.randint(*PIECES)}
        delivery.keep(world, "delivery_line", line)
        store.stock.pop(sku_id, None)
        store.stock[sku_id] = Brought(goods, delivery)
    while len(store.stock) > REMEMBERED:
        del store.stock[next(iter(store.stock))]
    world.open(delivery)
    days = (window.due_on - today).days
    is_late = rng.random() < INSPECTED_LATE
    takes = days + 1 + 3 * rng.random() if is_late else 1 + (days - 1) * rng.random()
    world.later(takes, inspect, delivery, store)


def inspect(world: World, delivery: Delivery, store: Store) -> None:
    """The store has looked at every piece."""
    by = store.staff[0]
    delivery.move(world, by, Action.INSPECT)
    delivery.row["inspected_at"], delivery.row["inspected_by_id"] = world.now, by.account_id
    world.close(delivery)
    for garment in delivery.waiting:
        world.close(garment)
    delivery.waiting = []


def taken_from(world: World, store: Store) -> Brought | None:
    """Return a SKU of the last deliveries in which a fault is found, if it is one of those."""
    if not store.stock or world.rng.random() >= FROM_DELIVERIES:
        return None
    brought: Brought = world.rng.choice(list(store.stock.values()))
    return brought


def report(brought: Brought | None, found_on: date, reported_on: date) -> Report:
    """Return whether the fault was found and reported within the week (rules 1.06, 1.07)."""
    return report_of(brought.delivery.window if brought else None, found_on, reported_on)
