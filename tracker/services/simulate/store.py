"""What a store does: registers, decides, repairs near by, takes back, hands over."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Category, Fabric, NonQualityReason, Resolution, Source
from tracker.domain.defect import Defect
from tracker.domain.number import piece_no, registration_no
from tracker.domain.registration import MACHINE, Action, HandedTo, Owner, Settlement, Status
from tracker.domain.warranty import CUSTOMER_CAUSES
from tracker.services import clock, once
from tracker.services.simulate import chance, delivery
from tracker.services.simulate.cast import Goods, Store
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.world import World
from tracker.services.simulate.writing import Row

CUSTOMERS = 0.40
COMES_AGAIN = 0.03
TAKEN_BACK = 0.25
ON_SITE_OF_CUSTOMERS = (("ship", 55), ("settle", 14), ("local", 22), ("refuse", 9))
ON_SITE_OF_STOCK = (("ship", 71), ("local", 21), ("refuse", 6), ("void", 2))
_REASONS = tuple(reason for reason in NonQualityReason if reason is not NonQualityReason.SUBJECTIVE)
_CUSTOMER_NAMES = "王芳 李伟 张敏 刘洋 陈静 杨磊 黄丽 赵军 吴强 周艳 徐涛 孙娟".split()
_FITTING = {
    Defect.DOWN_LEAK: lambda goods: goods.category == Category.DOWN,
    Defect.DELAM_PEEL: lambda goods: goods.category == Category.LEATHER or goods.fabric,
    Defect.WATER_LEAK: lambda goods: goods.fabric == Fabric.GORE_TEX,
}
_TRIES = 12


def bring(world: World, store: Store) -> None:
    """A garment with a fault is found or brought: it is registered."""
    kind = chance.kind_of_defect(world.rng)
    is_customers = world.rng.random() < CUSTOMERS
    brought = None if is_customers else delivery.taken_from(world, store)
    goods = brought.goods if brought else world.cast.piece(world.rng)
    fits = None if brought else _FITTING.get(kind.defect)
    tries = 0
    while fits is not None and not fits(goods) and tries < _TRIES:
        goods, tries = world.cast.piece(world.rng), tries + 1
    identity = world.writer.next_id("piece")
    number = piece_no(identity)
    world.writer.add(
        "piece",
        {
            "id": identity,
            "piece_no": number,
            "sku_id": goods.sku_id,
            "supplier_id": goods.supplier_id,
            "is_supplier_presumed": True,
            "minted_at": world.now,
        },
    )
    garment = _register(world, store, goods, kind, (identity, number), is_customers, None)
    if brought is not None:
        garment.came_by = brought.delivery
        garment.row["delivery_id"] = brought.delivery.id
        garment.report = delivery.report(brought, world.today, world.today)


def bring_again(world: World, before: Garment) -> None:
    """A repaired garment comes back with the same fault: a repeat repair (C-34)."""
    piece = before.piece_id, before.piece_no
    is_customers = before.owner is Owner.CUSTOMER
    _register(world, before.store, before.goods, before.kind, piece, is_customers, before)


def _register(
    world: World,
    store: Store,
    goods: Goods,
    kind: chance.Kind,
    piece: tuple[int, str],
    is_customers: bool,
    before: Garment | None,
) -> Garment:
    rng = world.rng
    clerk = store.staff[0] if len(store.staff) == 1 else rng.choice(store.staff)
    identity = world.writer.next_id("registration")
    row = _facts(world, goods, kind, is_customers, before)
    row |= {
        "no": registration_no(identity),
        "piece_id": piece[0],
        "previous_id": before.id if before else None,
        "site_id": store.id,
        "registered_at": world.now,
        "registered_by_id": clerk.account_id,
    }
    garment = Garment(identity, row, store, goods, kind, piece[1])
    garment.start_clock(world, clock.DECIDE)
    garment.begin(world, clerk, Action.REGISTER.value)
    garment.last_scan = (clerk.account_id, clerk.site_id, world.now)
    _keep_scan(world, garment, clerk.account_id, goods.barcode if before is None else piece[1])
    if is_customers:
        _keep_customer(world, garment)
    world.open(garment)
    world.later(chance.DECIDING.draw(rng), decide, garment)
    return garment


def _facts(
    world: World, goods: Goods, kind: chance.Kind, is_customers: bool, before: Garment | None
) -> Row:
    rng, today = world.rng, world.today
    bought = None
    if is_customers:
        age = round(chance.Lognormal(24.0, 1.0).draw(rng))
        bought = before.row["purchased_on"] if before else today - timedelta(days=min(age, 700))
    promised = today + timedelta(days=22) if is_customers else None
    return {
        "closed_at": None,
        "since_at": world.now,
        "delivery_id": None,
        "source": (Source.CUSTOMER if is_customers else Source.STOCK).value,
        "owner": (Owner.CUSTOMER if is_customers else Owner.STORE).value,
        "defect": kind.defect.value,
        "position": before.row["position"] if before else rng.choice(kind.positions).value,
        "area_mm2": max(4, round(chance.Lognormal(220.0, 1.1).draw(rng))),
        "cause": chance.cause_of(rng, kind, is_customers=is_customers).value,
        "tag_intact": not is_customers or rng.random() < 0.3,
        "accessories_intact": rng.random() < 0.98,
        "number_intact": rng.random() < 0.99,
        "production_year": goods.production_year,
        "found_on": today,
        "purchased_on": bought,
        "receipt_no": f"T{bought:%Y%m%d}{rng.randrange(10_000):04d}" if bought else None,
        "sold_as_imperfect": is_customers and rng.random() < 0.02,
        "promised_on": promised,
        "note": None,
        "is_late": bought is not None and today > world.due("customer_registration", bought),
        "is_repeat": before is not None and _is_repeat(world, before),
        "repair_count": before.row["repair_count"] if before else 0,
        **dict.fromkeys(_LATER),
    }


_LATER = (
    "clock",
    "due_on",
    "dispatched_at",
    "returned_at",
    "back_at",
    "grade",
    "local_repair_fen",
    "charge_fen",
    "ending",
    "gore_card_no",
    "quote_fen",
    "markdown_fen",
)
"""What is not known of a garment when it is registered."""


def _is_repeat(world: World, before: Garment) -> bool:
    window = world.rules()["repair_guarantee"].number
    return world.today <= shanghai_date(before.row["closed_at"]) + timedelta(days=window)


def _keep_scan(world: World, garment: Garment, account_id: int, code: str) -> None:
    scan_id = str(UUID(int=world.rng.getrandbits(128), version=4))
    row: Row = {
        "scan_id": scan_id,
        "account_id": account_id,
        "site_id": garment.store.id,
        "raw_code": code,
        "body_sha256": once.digest({"scan_id": scan_id, "code": code}),
        "scanned_at": world.now,
        "arrived_at": world.now,
        "outcome": "done",
        "code": None,
        "is_skewed": False,
        "registration_id": garment.id,
        "status_code": 201,
        "answer": json.dumps({"registration": {"no": garment.no}}),
    }
    garment.belongings.append(("scan", row))


def _keep_customer(world: World, garment: Garment) -> None:
    phone = f"13{world.rng.randrange(10**9):09d}"
    garment.keep(
        world,
        "customer",
        {
            "registration_id": garment.id,
            "name": world.rng.choice(_CUSTOMER_NAMES),
            "phone": phone,
            "phone_tail": phone[-4:],
        },
    )


def decide(world: World, garment: Garment) -> None:
    """The liaison decides (rule 1.09): to after-sales, on the spot, near by, or not at all."""
    rng, store = world.rng, garment.store
    is_customers = garment.owner is Owner.CUSTOMER
    way = chance.pick(rng, ON_SITE_OF_CUSTOMERS if is_customers else ON_SITE_OF_STOCK)
    if way == "void":
        garment.act(world, store.manager, Action.VOID, reason="重复登记")
    elif way == "refuse":
        garment.act(world, store.decider, Action.REFUSE, reason=rng.choice(_REASONS).value)
    elif way == "local":
        _settle(world, garment, Resolution.LOCAL_REPAIR, defective=True)
        world.later(chance.LOCAL_REPAIR.draw(rng), finish_local_repair, garment)
    elif way == "settle":
        _settle(world, garment, _refund_or_exchange(rng), defective=False)
    elif is_customers and garment.cause not in CUSTOMER_CAUSES and rng.random() < TAKEN_BACK:
        _settle(world, garment, _refund_or_exchange(rng), defective=True)
    else:
        garment.act(world, store.decider, Action.ACCEPT)
    garment.stop_clock()
    if garment.status is Status.READY_TO_SHIP:
        store.ready.append(garment)
    elif garment.status in MACHINE.final:
        garment.end(world)


def _refund_or_exchange(rng: Any) -> Resolution:
    return Resolution.REFUND if rng.random() < 0.4 else Resolution.EXCHANGE


def _settle(world: World, garment: Garment, resolution: Resolution, *, defective: bool) -> None:
    if resolution is not Resolution.LOCAL_REPAIR:
        garment.row["owner"] = Owner.STORE.value
    garment.act(
        world,
        garment.store.decider,
        Action.SETTLE,
        Settlement(resolution, defective),
        details={"resolution": resolution.value, "defective": defective},
    )


def finish_local_repair(world: World, garment: Garment) -> None:
    """The tailor near by is done."""
    cost_fen = chance.repair_fen(world.rng, garment.kind)
    garment.row["local_repair_fen"] = cost_fen
    garment.row["repair_count"] += 1
    details = {"cost_fen": cost_fen}
    clerk = garment.store.staff[0]
    garment.act(world, clerk, Action.FINISH_LOCAL_REPAIR, details=details)
    garment.row["back_at"] = world.now
    is_back(world, garment)


def is_back(world: World, garment: Garment) -> None:
    """The garment lies in its store again: the customer is called, or it goes to stock."""
    is_customers = garment.owner is Owner.CUSTOMER
    days = chance.COLLECTING.draw(world.rng) if is_customers else 0.2 + world.rng.random()
    world.later(days, hand_over, garment)


def hand_over(world: World, garment: Garment) -> None:
    """Hand the garment to whom it belongs; some come again."""
    to = HandedTo.CUSTOMER if garment.owner is Owner.CUSTOMER else HandedTo.STOCK
    garment.act(world, garment.store.staff[0], Action.HAND_OVER, details={"to": to.value})
    garment.end(world)
    is_repaired = garment.minutes_by or garment.row["local_repair_fen"] is not None
    if is_repaired and world.rng.random() < COMES_AGAIN:
        world.later(4 + world.rng.random() * 40, bring_again, garment)
