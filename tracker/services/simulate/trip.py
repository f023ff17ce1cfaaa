"""The end of a simulated round trip: the row from which every turnaround figure is counted."""

from __future__ import annotations

from tracker.domain.calendar import shanghai_date
from tracker.domain.turnaround import LEGS, Marks, turnaround, worst_leg
from tracker.services import clock
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.world import World


def come_back(world: World, garment: Garment) -> None:
    """The garment is in its store: its round trip ends, its clock stops (rule 1.34)."""
    garment.row["back_at"] = world.now
    if garment.row["clock"] == clock.TURNAROUND:
        _finish(world, garment)
    garment.stop_clock()


def _finish(world: World, garment: Garment) -> None:
    row, marks = garment.row, garment.marks
    sent_on = shanghai_date(row["dispatched_at"])
    rules = world.rules(sent_on)
    found = turnaround(
        _marks(garment),
        world.due(clock.TURNAROUND, sent_on),
        {name: rules[name].number for name in LEGS},
        world.now,
        is_running=True,
    )
    legs = zip(LEGS, found.legs, strict=True)
    garment.keep(
        world,
        "trip",
        {
            "registration_id": garment.id,
            "site_id": garment.store.id,
            "dispatched_on": sent_on,
            "back_on": world.today,
            "due_on": found.due_on,
            "days": found.days,
            "is_on_time": world.today <= found.due_on,
            "worst_leg": worst_leg(found),
            "carrier_out": marks.get("carrier_out"),
            "carrier_back": marks.get("carrier_back"),
            "repairer_id": garment.repairer_id,
            "supplier_id": garment.goods.supplier_id,
            "style_id": garment.goods.style_id,
            "is_repaired": "checked_at" in marks,
            "is_repeat": row["is_repeat"],
            "failed_checks": garment.failed_checks,
            **{f"{name.removeprefix('leg_')}_days": leg.days for name, leg in legs},
        },
    )


def _marks(garment: Garment) -> Marks:
    row, marks = garment.row, garment.marks
    return Marks(
        row["dispatched_at"],
        marks.get("received_at"),
        marks.get("assessed_at"),
        marks.get("checked_at"),
        row["returned_at"],
        row["back_at"],
    )
