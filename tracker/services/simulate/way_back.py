"""Return boxes, planned by store so that repaired garments do not wait."""

from __future__ import annotations

from tracker.domain.account import Actor, Role
from tracker.domain.registration import Status
from tracker.domain.shipment import Kind
from tracker.domain.shipment import Status as BoxStatus
from tracker.services.simulate import box as boxes
from tracker.services.simulate import chance
from tracker.services.simulate.box import Box
from tracker.services.simulate.cast import Store
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.world import World

SHIPS_BACK = (Status.REPAIRED, Status.REFUSED_AT_INTAKE)


def wait(world: World, garment: Garment) -> None:
    """The garment waits for its store's next box."""
    garment.store.to_return.append(garment)
    world.later(chance.PACKING.draw(world.rng), pack, garment.store)


def pack(world: World, store: Store) -> None:
    """Box everything that waits for a store."""
    waiting = [garment for garment in store.to_return if garment.status in SHIPS_BACK]
    store.to_return = []
    if not waiting:
        return
    by = world.cast.one(world.rng, Role.CLERK)
    box = store.return_box
    is_open = box is not None and box.status is BoxStatus.OPEN
    if not is_open:
        box = store.return_box = boxes.open_box(world, store, Kind.RETURN, by)
        world.later(0.08, seal, box, by)
    for garment in waiting:
        boxes.pack(world, box, garment, by)


def seal(world: World, box: Box, by: Actor) -> None:
    """Close the box; the carrier comes."""
    boxes.seal(world, box, by)
    world.later(0.08, boxes.dispatch, box, by, chance.BACK)
