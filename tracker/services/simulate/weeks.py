"""The stores' weeks: what is brought, and the weekly box (rules 1.31, 1.32)."""

from __future__ import annotations

from tracker.domain.account import Actor
from tracker.domain.registration import Status
from tracker.domain.shipment import Kind
from tracker.services.simulate import box as boxes
from tracker.services.simulate import chance, store
from tracker.services.simulate.box import Box
from tracker.services.simulate.cast import Store
from tracker.services.simulate.world import World

EXTRA = 0.20
DAYS = 7


def plan(world: World) -> None:
    """Put every week on the agenda."""
    for number in range(0, world.days, DAYS):
        world.at(number, begin)


def begin(world: World) -> None:
    """Draw what a week brings to every store, and when each sends its box."""
    rng, today = world.rng, world.today
    for place in world.cast.stores:
        for _ in range(chance.registrations_in_week(rng, place.size, today)):
            world.later(rng.random() * DAYS, store.bring, place)
        ship_on = (place.ship_weekday - today.weekday()) % DAYS
        world.later(ship_on + 0.2 + 0.4 * rng.random(), pack, place)
        if rng.random() < EXTRA:
            world.later(ship_on + 2.3, pack, place)


def pack(world: World, place: Store) -> None:
    """Put everything that is ready into the box, seal it, send it the same day."""
    waiting = [garment for garment in place.ready if garment.status is Status.READY_TO_SHIP]
    if not waiting:
        return
    place.ready = []
    by = place.staff[0] if len(place.staff) == 1 else world.rng.choice(place.staff)
    box = boxes.open_box(world, place, Kind.WEEKLY, by)
    for garment in waiting:
        boxes.pack(world, box, garment, by)
    world.later(0.05, seal, box, by)


def seal(world: World, box: Box, by: Actor) -> None:
    """Close the box; the carrier comes in the afternoon."""
    boxes.seal(world, box, by)
    world.later(0.15, boxes.dispatch, box, by, chance.OUT)
