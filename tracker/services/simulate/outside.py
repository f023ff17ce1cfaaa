"""A simulated stay at the factory or the fabric maker (rules 6.01–6.06)."""

from __future__ import annotations

from tracker.domain.account import Role
from tracker.domain.registration import Action, OutsideResult
from tracker.domain.repair import VENDORS, Route
from tracker.services import outside as service
from tracker.services.simulate import chance, ledger
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.world import World

MENDED = 0.92
FABRIC_MAKER = "GORE"


def last_route(garment: Garment) -> Route | None:
    """Return where the last assessment sends the garment to be repaired."""
    assessed = next(row for table, row in reversed(garment.belongings) if table == "assessment")
    return Route(assessed["route"]) if assessed["route"] else None


def send(world: World, garment: Garment) -> None:
    """Send the garment out, on its own clock."""
    route = last_route(garment)
    assert route is not None  # noqa: S101
    is_maker = route is Route.FABRIC_MAKER
    code = FABRIC_MAKER if is_maker else garment.goods.supplier
    name = "面料商维修中心" if is_maker else world.cast.supplier_names[code]
    by = world.cast.one(world.rng, Role.CLERK)
    garment.act(world, by, Action.SEND_OUT, details={"vendor": code})
    garment.job = garment.keep(
        world,
        "outside_job",
        {
            "registration_id": garment.id,
            "site_id": world.vendor(code, name, VENDORS[route]),
            "sent_at": world.now,
            "sent_by_id": by.account_id,
            "due_on": world.due(service.CLOCK),
            "carrier": "顺丰速运",
            "tracking_no": f"SF{world.rng.randrange(10**12):012d}",
            "returned_at": None,
            "is_repaired": None,
            "cost_fen": None,
        },
    )
    world.later(chance.OUTSIDE.draw(world.rng), come_back, garment)


def come_back(world: World, garment: Garment) -> None:
    """It is back from outside: mended and to be checked, or to be assessed anew."""
    mended = world.rng.random() < MENDED
    cost_fen = chance.repair_fen(world.rng, garment.kind)
    by = world.cast.one(world.rng, Role.CLERK)
    details = {"repaired": mended, "cost_fen": cost_fen}
    garment.act(world, by, Action.RETURN_FROM_OUTSIDE, OutsideResult(mended), details=details)
    assert garment.job is not None  # noqa: S101
    garment.job |= {"returned_at": world.now, "is_repaired": mended, "cost_fen": cost_fen}
    if not mended:
        ledger.take_back_charge(world, garment, by)
    world.from_outside(world, garment, mended)
