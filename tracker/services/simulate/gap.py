"""What was packed and not received: a case that names the last hand, searched for, settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.domain.account import Actor, Role
from tracker.domain.discrepancy import FINDINGS, MACHINE, Action, Finding, Kind
from tracker.domain.number import DocumentPrefix
from tracker.domain.registration import Action as Step
from tracker.domain.registration import Origin, Owner, Status
from tracker.domain.shipment import Kind as BoxKind
from tracker.services.simulate import chance, ledger, scrap, trip
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.life import Written
from tracker.services.simulate.world import World

if TYPE_CHECKING:
    from tracker.services.simulate.box import Box

_ENDS = ((Finding.FOUND_HERE, 55), (Finding.FOUND_AT_SENDER, 30), (Finding.WRITTEN_OFF, 15))
_NOTES = {
    Finding.FOUND_HERE: "清点漏扫，在收货区找到",
    Finding.FOUND_AT_SENDER: "发货方漏装，实物仍在发货方",
    Finding.WRITTEN_OFF: "承运商查无下落，双方确认丢失",
}


def miss(world: World, box: Box, garment: Garment, by: Actor) -> None:
    """Open the case of a short piece; it goes missing."""
    hand, site, at = garment.last_scan
    case = Written(
        "discrepancy",
        MACHINE,
        world.writer.next_id("discrepancy"),
        {
            "no": world.writer.next_no(DocumentPrefix.DISCREPANCY, world.now),
            "kind": Kind.SHORT.value,
            "shipment_id": box.id,
            "registration_id": garment.id,
            "opened_at": world.now,
            "last_hand_id": hand,
            "last_site_id": site,
            "last_scan_at": at,
            "counted_by_id": by.account_id,
            "counted_at": world.now,
            "counted_site_id": by.site_id,
            "finding": None,
            "resolved_at": None,
        },
    )
    case.begin(world, by, "open", box.no)
    garment.cases.append(case)
    garment.act(world, by, Step.MISS, document=box.no)
    garment.way["settled_at"] = world.now  # type: ignore[index]
    world.later(chance.SEARCHING.draw(world.rng), settle, box.kind, garment, case)


def settle(world: World, kind: BoxKind, garment: Garment, case: Written) -> None:
    """The supervisor closes the case with what was found; the garment follows."""
    finding = chance.pick(world.rng, _ENDS)
    assert finding in FINDINGS[Kind.SHORT]  # noqa: S101
    by = world.cast.one(world.rng, Role.SUPERVISOR)
    details = {"finding": finding.value}
    case.move(world, by, Action.RESOLVE, reason=_NOTES[finding], details=details)
    case.row["finding"], case.row["resolved_at"] = finding.value, world.now
    document = str(case.row["no"])
    if finding is Finding.WRITTEN_OFF:
        garment.act(world, by, Step.WRITE_OFF, document=document)
        garment.stop_clock()
        garment.is_lost = True
        if garment.owner is Owner.CUSTOMER:
            ledger.take_back_charge(world, garment, by)
        scrap.propose_lost(world, garment)
        return
    in_store = (kind is BoxKind.RETURN) == (finding is Finding.FOUND_HERE)
    where = Status.BACK_IN_STORE if in_store else Status.RECEIVED
    garment.act(world, by, Step.FOUND, Origin(where), document=document)
    if where is Status.BACK_IN_STORE:
        trip.come_back(world, garment)
        world.back(world, garment)
    else:
        garment.marks["received_at"] = world.now
        garment.forced = "no_fault" if kind is BoxKind.RETURN else None
        world.received(world, garment)
