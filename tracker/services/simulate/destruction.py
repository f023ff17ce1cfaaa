"""Simulated destruction: planned every month, scanned piece by piece, witnessed (1.44, 1.45)."""

from __future__ import annotations

from datetime import timedelta

from tracker.domain.account import Role
from tracker.domain.ledger import HEAD_OFFICE_BEARS, Account, pair
from tracker.domain.loss import DESTRUCTION, DestructionAction, Progress, check_distinct
from tracker.domain.month import Departure
from tracker.domain.number import DocumentPrefix
from tracker.domain.registration import Action as Step
from tracker.services.simulate import ledger
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.life import Written
from tracker.services.simulate.world import World

PLANNED_ON = 12
SALVAGE_FEN = 60


def plan(world: World) -> None:
    """Put every month's destruction on the agenda."""
    for number in range(world.days):
        if (world.start_on + timedelta(days=number)).day == PLANNED_ON:
            world.at(number + 0.2, gather)


def gather(world: World) -> None:
    """The warehouse plans the destruction of every piece all of whose forms are approved."""
    if not world.to_destroy:
        return
    pieces = list(world.to_destroy.values())
    world.to_destroy.clear()
    by = world.cast.by_role[Role.WAREHOUSE][0]
    row = {
        "no": world.writer.next_no(DocumentPrefix.DESTRUCTION, world.now),
        "planned_at": world.now,
        "planned_by_id": by.account_id,
    }
    empty = ("destroyed_by_id", "witnessed_by_id", "witnessed_at", "method", "place", "salvage_fen")
    row |= dict.fromkeys(empty)
    record = Written("destruction", DESTRUCTION, world.writer.next_id("destruction"), row)
    record.begin(world, by, "plan")
    world.open(record)
    for garment in pieces:
        line = {"destruction_id": record.id, "registration_id": garment.id}
        line |= {"scanned_at": None, "scanned_by_id": None}
        garment.way = garment.keep(world, "destruction_line", line)
    world.later(1.1, scan, record, pieces)


def scan(world: World, record: Written, pieces: list[Garment]) -> None:
    """Each piece is scanned at the shredder."""
    by = world.cast.by_role[Role.WAREHOUSE][0]
    document = str(record.row["no"])
    for left, garment in zip(range(len(pieces) - 1, -1, -1), pieces, strict=True):
        _check_people(by.account_id, garment, DestructionAction.SCAN)
        record.move(world, by, DestructionAction.SCAN, Progress(left))
        assert garment.way is not None  # noqa: S101
        garment.way |= {"scanned_at": world.now, "scanned_by_id": by.account_id}
        garment.handled(world, by, DestructionAction.SCAN.value, document)
    record.row["destroyed_by_id"] = by.account_id
    world.later(0.3, witness, record, pieces)


def witness(world: World, record: Written, pieces: list[Garment]) -> None:
    """Administration has watched: the pieces are destroyed, the salvage is posted (fen)."""
    by = world.cast.by_role[Role.ADMINISTRATION][0]
    salvage_fen = SALVAGE_FEN * len(pieces)
    said = {"method": "剪毁", "place": "总仓", "salvage_fen": salvage_fen}
    record.move(world, by, DestructionAction.WITNESS, details=said)
    record.row |= said | {"witnessed_by_id": by.account_id, "witnessed_at": world.now}
    document = str(record.row["no"])
    world.close(record)
    for garment in pieces:
        _check_people(by.account_id, garment, DestructionAction.WITNESS)
        garment.act(world, by, Step.DESTROY, document=document)
        garment.end(world)
    ledger.depart(world, pieces, Departure.DESTROYED)
    facts = ledger.facts(pieces[0]) | HEAD_OFFICE_BEARS | {"document": document}
    ledger.post(world, by, document, pair(Account.SALVAGE, salvage_fen), facts)


def _check_people(account_id: int, garment: Garment, step: DestructionAction) -> None:
    taken = [row["by_id"] for form, _ in garment.lines for row in form.signatures if row["is_live"]]
    if step is DestructionAction.WITNESS and garment.way is not None:
        taken.append(garment.way["scanned_by_id"])
    check_distinct(step.zh, step.en, account_id, taken)
