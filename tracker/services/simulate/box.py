"""A simulated box on either road: packed, sealed, dispatched, counted blind, reconciled."""

from __future__ import annotations

from typing import Any

from tracker.domain.account import Actor, Role
from tracker.domain.calendar import iso_week
from tracker.domain.number import DocumentPrefix
from tracker.domain.registration import Action as Step
from tracker.domain.shipment import MACHINE, ROADS, WEEKLY_KINDS, Action, Kind, bearer_of, tally
from tracker.services import clock
from tracker.services.simulate import chance, gap, ledger, trip
from tracker.services.simulate.cast import Store
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.life import Written
from tracker.services.simulate.world import World
from tracker.services.simulate.writing import Row

SHORT_OUT, SHORT_BACK = 0.004, 0.001
PIECES_A_CARTON = 15
GRAMS_A_PIECE = 550
CARRIERS = (("顺丰速运", 40), ("德邦快递", 30), ("京东物流", 20), ("跨越速运", 10))
RELAYS = 0.85


class Box(Written):
    """One shipment between a store and after-sales, and what lies in it."""

    __slots__ = ("cartons", "inside", "store")

    def __init__(self, identity: int, row: Row, store: Store) -> None:
        super().__init__("shipment", MACHINE, identity, row)
        self.store = store
        self.inside: list[Garment] = []
        self.cartons: list[Row] = []

    @property
    def no(self) -> str:
        """The box's number."""
        return str(self.row["no"])

    @property
    def kind(self) -> Kind:
        """Weekly, extra or return."""
        return Kind(self.row["kind"])


def open_box(world: World, store: Store, kind: Kind, by: Actor) -> Box:
    """Open a box from the store, or back to it."""
    ends = store.id, world.cast.after_sales_id
    start, end = ends if kind in WEEKLY_KINDS else ends[::-1]
    row = {
        "no": world.writer.next_no(DocumentPrefix.SHIPMENT, world.now),
        "kind": kind.value,
        "from_site_id": start,
        "to_site_id": end,
        "opened_at": world.now,
        "opened_by_id": by.account_id,
        **dict.fromkeys(_LATER),
        "is_urgent": False,
    }
    box = Box(world.writer.next_id("shipment"), row, store)
    box.begin(world, by, "open")
    world.open(box)
    return box


_LATER = (
    "sealed_at", "dispatched_at", "dispatched_by_id", "arrived_at", "reconciled_at", "iso_year",
    "iso_week", "week_ordinal", "carrier", "tracking_no", "freight_fen", "freight_bearer",
    "relayed_at", "relayed_by_id",
)  # fmt: skip


def pack(world: World, box: Box, garment: Garment, by: Actor) -> None:
    """Scan a garment into the box."""
    came_from = garment.status
    step = ROADS[box.kind].pack
    assert step is not None  # noqa: S101
    box.move(world, by, Action.PACK)
    garment.act(world, by, step, document=box.no)
    ordinal = len(box.inside) // PIECES_A_CARTON + 1
    if ordinal > len(box.cartons):
        carton = {"shipment_id": box.id, "ordinal": ordinal, **dict.fromkeys(_OF_A_CARTON)}
        box.cartons.append(box.keep(world, "carton", carton))
    garment.way = garment.keep(
        world,
        "shipment_line",
        {
            "shipment_id": box.id,
            "registration_id": garment.id,
            "carton": ordinal,
            "came_from": came_from.value,
            "packed_at": world.now,
            "packed_by_id": by.account_id,
            "settled_at": None,
        },
    )
    garment.handled(world, by, Action.PACK.value, box.no)
    box.inside.append(garment)


_OF_A_CARTON = ("weight_g", "seal_no", "arrived_at")


def seal(world: World, box: Box, by: Actor) -> None:
    """Weigh and seal each carton."""
    box.move(world, by, Action.SEAL)
    box.row["sealed_at"] = world.now
    for carton in box.cartons:
        first = (carton["ordinal"] - 1) * PIECES_A_CARTON
        pieces = len(box.inside[first : first + PIECES_A_CARTON])
        carton["weight_g"] = 400 + pieces * GRAMS_A_PIECE
        carton["seal_no"] = f"F{world.rng.randrange(10**7):07d}"


def dispatch(world: World, box: Box, by: Actor, road: chance.Lognormal) -> None:
    """Send the box; a store's second of the ISO week is extra, at its cost (rules 1.31, 1.32)."""
    row, rng = box.row, world.rng
    carrier, freight_fen = chance.pick(rng, CARRIERS), chance.freight_fen(rng, len(box.inside))
    row["carrier"], row["freight_fen"] = carrier, freight_fen
    row["tracking_no"] = f"SF{rng.randrange(10**12):012d}"
    kept = {name: row[name] for name in ("carrier", "tracking_no", "freight_fen")}
    box.move(world, by, Action.DISPATCH, details=kept)
    row["iso_year"], row["iso_week"] = week = iso_week(world.now)
    if box.kind in WEEKLY_KINDS:
        earlier = box.store.sent.get(week, 0)
        box.store.sent[week] = earlier + 1
        row["kind"] = (Kind.EXTRA if earlier else Kind.WEEKLY).value
        row["week_ordinal"] = earlier + 1
    row["dispatched_at"], row["dispatched_by_id"] = world.now, by.account_id
    row["freight_bearer"] = bearer_of(box.kind).value
    if box.kind is Kind.EXTRA:
        ledger.post_freight(world, by, row, box.inside[0])
    step = ROADS[box.kind].dispatch
    assert step is not None  # noqa: S101
    for garment in box.inside:
        garment.act(world, by, step, document=box.no)
        if box.kind is Kind.RETURN:
            garment.marks["carrier_back"] = carrier
            garment.row["returned_at"] = world.now
        else:
            garment.marks["carrier_out"] = carrier
            garment.row["dispatched_at"] = world.now
            garment.start_clock(world, clock.TURNAROUND)
    if box.kind in WEEKLY_KINDS and rng.random() < RELAYS:
        world.later(0.3 + rng.random(), relay, box)
    world.later(max(1.0, road.draw(rng)), count, box)


def relay(world: World, box: Box) -> None:
    """The region passes the store's papers on (rule 1.12)."""
    regions = [a for a in world.cast.by_role[Role.REGION] if a.region == box.store.region]
    if regions and not box.is_over:
        box.move(world, regions[0], Action.RELAY)
        box.row["relayed_at"], box.row["relayed_by_id"] = world.now, regions[0].account_id


def count(world: World, box: Box) -> None:
    """Count what has come, blind; now and then a piece is not there."""
    is_back = box.kind is Kind.RETURN
    by = box.store.staff[0] if is_back else world.cast.one(world.rng, Role.CLERK)
    there = [
        garment
        for garment in box.inside
        if world.rng.random() >= (SHORT_BACK if is_back else SHORT_OUT)
    ]
    box.row["arrived_at"] = world.now
    for carton in box.cartons:
        carton["arrived_at"] = world.now
    if len(box.cartons) > 1 or not there:
        box.move(world, by, Action.ARRIVE)
    step = ROADS[box.kind].receive
    assert step is not None  # noqa: S101
    for garment in there:
        box.move(world, by, Action.RECEIVE)
        garment.keep(world, "receipt", _receipt(world, box, garment, by))
        garment.handled(world, by, Action.RECEIVE.value, box.no)
        garment.way["settled_at"] = world.now  # type: ignore[index]
        garment.act(world, by, step, document=box.no)
        if step is Step.RECEIVE_BACK:
            trip.come_back(world, garment)
        else:
            garment.marks["received_at"] = world.now
    world.later(0.02 + 0.004 * len(box.inside), reconcile, box, by, there)


def _receipt(world: World, box: Box, garment: Garment, by: Actor) -> Row:
    way: Any = garment.way
    return {
        "shipment_id": box.id,
        "registration_id": garment.id,
        "carton": way["carton"] if len(box.cartons) > 1 else None,
        "raw_code": garment.piece_no,
        "received_at": world.now,
        "received_by_id": by.account_id,
    }


def reconcile(world: World, box: Box, by: Actor, there: list[Garment]) -> None:
    """Hold the count against the packing list; what is short becomes a case."""
    box.move(world, by, Action.RECONCILE)
    box.row["reconciled_at"] = world.now
    packed = {garment.id: garment for garment in box.inside}
    result = tally(packed, [garment.id for garment in there])
    for identity in sorted(result.short):
        gap.miss(world, box, packed[identity], by)
    world.close(box)
    arrived = world.back if box.kind is Kind.RETURN else world.received
    for garment in there:
        arrived(world, garment)
    box.inside = []
