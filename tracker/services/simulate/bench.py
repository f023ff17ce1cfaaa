"""What after-sales does with a simulated garment: intake, repair, check, the way back."""

from __future__ import annotations

from typing import Any

from tracker.domain.account import Actor, Role
from tracker.domain.bench import OPERATIONS
from tracker.domain.codes import Category, Defect, Fabric, Grade, NonQualityReason, RefusalReason
from tracker.domain.money import half_up
from tracker.domain.registration import (
    Action,
    Choice,
    Decision,
    Ending,
    Finding,
    Origin,
    Outcome,
    Owner,
    Status,
)
from tracker.domain.repair import FABRIC_DEFECTS, VENDORS, Papers, Route, check_route
from tracker.domain.warranty import CUSTOMER_CAUSES, Case, Entitlement, evaluate
from tracker.services.simulate import chance, ledger, outside, scrap, way_back
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.world import World
from tracker.services.simulate.writing import Row

REFUSED, MISMATCH, NO_FAULT = 0.10, 0.03, 0.01
UNREPAIRABLE_STOCK = (("scrap", 48), ("sold_down", 37), ("supplier", 15))
UNREPAIRABLE_OF_CUSTOMERS = (("scrap", 85), ("supplier", 15))
"""Over all: 60 % scrap, 25 % sold down, 15 % back to the supplier."""
FACTORY = 0.02
PARTS, REWORKED, GIVEN_UP, IMPERFECT, WITHDRAWN = 0.05, 0.03, 0.01, 0.04, 0.02
_OPERATIONS = {operation.defect: operation for operation in reversed(OPERATIONS)}
_REFUSALS = (
    NonQualityReason.SMALL_STAIN,
    NonQualityReason.THREAD_OR_CREASE,
    NonQualityReason.HUMAN_DAMAGE,
    NonQualityReason.SIZE_WITHIN_TOLERANCE,
    NonQualityReason.SLIGHT_FINISH,
    RefusalReason.TAG_MISSING,
)
_CHECKERS = (Role.QA, Role.ASSESSOR)


def take_in(world: World, garment: Garment) -> None:
    """A garment has come: it waits for its assessment."""
    world.later(chance.INTAKE.draw(world.rng), assess, garment)


def assess(world: World, garment: Garment) -> None:
    """Give the verdict of rule 1.35, or refuse what is no fault of quality (rules 1.15–1.30)."""
    rng, forced = world.rng, garment.forced
    is_mismatch = forced is None and rng.random() < MISMATCH
    if forced is None and rng.random() < REFUSED:
        _refuse(world, garment, is_mismatch=is_mismatch)
        return
    outcome, goal = _verdict(world, garment)
    restorable = outcome is not Outcome.REPAIR or rng.random() < 0.97
    route = _route(world, garment) if outcome is Outcome.REPAIR else None
    by = world.cast.one(rng, Role.ASSESSOR)
    observed = _observed(world, garment, by, is_mismatch=is_mismatch)
    observed |= {"outcome": outcome.value, "route": route.value if route else None}
    observed |= {"is_quality": garment.cause not in CUSTOMER_CAUSES, "is_restorable": restorable}
    is_free = restorable and _is_free(world, garment)
    garment.is_quoted = not _is_free(world, garment)
    is_outside = route is not None and route is not Route.IN_HOUSE
    garment.act(
        world,
        by,
        Action.ASSESS,
        Finding(outcome, garment.owner, is_free, is_outside),
        details={name: observed[name] for name in ("outcome", "route", "mismatches")},
    )
    garment.marks["assessed_at"] = world.now
    garment.keep(world, "assessment", observed)
    garment.returns = goal == "supplier"
    if outcome is Outcome.REPAIR and garment.is_quoted:
        garment.row["quote_fen"] = 1000 + chance.repair_fen(rng, garment.kind) * 2
    if outcome is Outcome.NO_FAULT:
        garment.row["ending"] = Ending.NO_FAULT.value
    if outcome is Outcome.WRONG_ITEM:
        garment.row["ending"] = Ending.WRONG_ITEM.value
    _go_on(world, garment, outcome)


def _verdict(world: World, garment: Garment) -> tuple[Outcome, str]:
    rng, forced = world.rng, garment.forced
    garment.forced = None
    if garment.kind.defect is Defect.WRONG_ITEM:
        return Outcome.WRONG_ITEM, ""
    if forced == "no_fault" or (forced is None and rng.random() < NO_FAULT):
        return Outcome.NO_FAULT, ""
    if forced is None and rng.random() < garment.kind.repairable:
        return Outcome.REPAIR, ""
    is_stock = garment.owner is Owner.STORE
    goal = chance.pick(rng, UNREPAIRABLE_STOCK if is_stock else UNREPAIRABLE_OF_CUSTOMERS)
    return (Outcome.SOLD_DOWN if goal == "sold_down" else Outcome.SCRAP), goal


def _route(world: World, garment: Garment) -> Route:
    is_gore = garment.goods.fabric == Fabric.GORE_TEX
    if is_gore and garment.kind.defect in FABRIC_DEFECTS and garment.owner is Owner.CUSTOMER:
        route = Route.FABRIC_MAKER
        garment.row["gore_card_no"] = f"G{garment.id:08d}"
        papers = Papers(garment.row["gore_card_no"], garment.row["receipt_no"])
        check_route(route, garment.goods.fabric, garment.kind.defect, garment.cause, papers)
        return route
    return Route.FACTORY if world.rng.random() < FACTORY else Route.IN_HOUSE


def _refuse(world: World, garment: Garment, *, is_mismatch: bool) -> None:
    rng = world.rng
    reason = RefusalReason.MISMATCH if is_mismatch else rng.choice(_REFUSALS)
    by = world.cast.one(rng, Role.SUPERVISOR)
    observed = _observed(world, garment, by, is_mismatch=is_mismatch)
    observed |= {"outcome": "refused", "reason": reason.value, "is_quality": False}
    garment.act(
        world,
        by,
        Action.REFUSE_INTAKE,
        reason=reason.value,
        details={"mismatches": observed["mismatches"]},
    )
    garment.marks["assessed_at"] = world.now
    garment.keep(world, "assessment", observed)
    way_back.wait(world, garment)


def _observed(world: World, garment: Garment, by: Actor, *, is_mismatch: bool) -> Row:
    """What after-sales sees: now and then another position than the store wrote (rule 1.16)."""
    row = garment.row
    position = row["position"]
    if is_mismatch:
        others = [other.value for other in chance.BODY if other.value != position]
        position = world.rng.choice(others)
    return {
        "registration_id": garment.id,
        "at": world.now,
        "by_id": by.account_id,
        "outcome": "",
        "route": None,
        "is_quality": None,
        "is_restorable": None,
        "reason": None,
        "position": position,
        "area_mm2": row["area_mm2"],
        "cause": garment.cause.value,
        "tag_intact": row["tag_intact"],
        "accessories_intact": row["accessories_intact"],
        "number_intact": row["number_intact"],
        "mismatches": ["position"] if is_mismatch else [],
    }


def _is_free(world: World, garment: Garment) -> bool:
    """A repair costs its owner nothing: stock, or a customer's within rule 2.03."""
    if garment.owner is Owner.STORE:
        return True
    return _owed(world, garment, is_repairable=True).entitlement is not Entitlement.PAID_REPAIR


def _owed(world: World, garment: Garment, *, is_repairable: bool) -> Any:
    row = garment.row
    return evaluate(
        world.terms(row["purchased_on"]),
        Case(
            category=Category(garment.goods.category),
            purchased_on=row["purchased_on"],
            on=row["found_on"] if is_repairable else world.today,
            cause=garment.cause,
            purchase_price_fen=garment.goods.tag_price_fen,
            is_repairable=is_repairable,
            is_sold_as_imperfect=row["sold_as_imperfect"],
            repairs=row["repair_count"],
        ),
    )


def _go_on(world: World, garment: Garment, outcome: Outcome) -> None:
    status, rng = garment.status, world.rng
    if status is Status.SCRAP_PENDING:
        garment.stop_clock()
        scrap.propose_for(world, garment)
    elif status is Status.SOLD_DOWN:
        garment.stop_clock()
        percent = world.rules()["markdown_percent"].number
        garment.row["markdown_fen"] = half_up(garment.goods.tag_price_fen * percent, 100)
        ledger.post_markdown(world, garment)
        garment.end(world)
    elif status is Status.AWAITING_CUSTOMER:
        world.later(chance.ASKING.draw(rng), decide, garment, outcome)
    elif status is Status.REPAIRED:
        way_back.wait(world, garment)
    elif status is Status.IN_OUTSIDE_REPAIR:
        world.later(0.3 + rng.random(), outside.send, garment)
    else:
        _to_the_bench(world, garment, chance.REPAIR)


def decide(world: World, garment: Garment, outcome: Outcome) -> None:
    """The store asked the customer, and he decides (rules 2.04–2.07)."""
    by, rng = garment.store.staff[0], world.rng
    if rng.random() < WITHDRAWN:
        garment.act(world, by, Action.WITHDRAW)
        garment.row["ending"] = Ending.UNREPAIRED.value
        way_back.wait(world, garment)
        return
    choice, charge_fen = _choice(world, garment, outcome)
    if choice in (Choice.PAID_EXCHANGE, Choice.PAID_RETURN):
        garment.row["owner"] = Owner.STORE.value
    details = {"choice": choice.value, "charge_fen": charge_fen}
    decision = Decision(choice, is_outside=outside.last_route(garment) in VENDORS)
    garment.act(world, by, Action.DECIDE, decision, details=details)
    garment.row["charge_fen"] = charge_fen
    if charge_fen:
        ledger.post_customer_charge(world, garment, by, choice, charge_fen)
    if choice is Choice.RETURN_UNREPAIRED:
        garment.row["ending"] = Ending.UNREPAIRED.value
    _go_on(world, garment, outcome)


def _choice(world: World, garment: Garment, outcome: Outcome) -> tuple[Choice, int]:
    if outcome is Outcome.REPAIR:
        if world.rng.random() < 0.3:
            return Choice.RETURN_UNREPAIRED, 0
        return Choice.PAID_REPAIR, garment.row["quote_fen"] or 0 if garment.is_quoted else 0
    owed = _owed(world, garment, is_repairable=False)
    if owed.entitlement is Entitlement.NONE or world.rng.random() < 0.08:
        return Choice.RETURN_UNREPAIRED, 0
    choices = ((Choice.PAID_EXCHANGE, 65), (Choice.PAID_RETURN, 35))
    return chance.pick(world.rng, choices), owed.charge_fen


def _to_the_bench(world: World, garment: Garment, takes: chance.Lognormal) -> None:
    rng = world.rng
    days = takes.draw(rng)
    if rng.random() < PARTS:
        days += chance.PARTS.draw(rng)
    step = give_up if rng.random() < GIVEN_UP else work
    world.later(days * 0.8, step, garment, days * 0.2)


def give_up(world: World, garment: Garment, _rest: float) -> None:
    """It cannot be repaired after all: back to its assessment."""
    by = world.cast.one(world.rng, Role.REPAIRER)
    garment.act(world, by, Action.GIVE_UP, reason="面料强力不足，缝合处再次撕裂")
    ledger.take_back_charge(world, garment, by)
    garment.forced = "unrepairable"
    world.later(0.3, assess, garment)


def work(world: World, garment: Garment, rest: float) -> None:
    """Repair it: minutes, labour and parts in fen; then it waits for its check."""
    rng = world.rng
    by = world.cast.one(rng, Role.REPAIRER)
    known = _OPERATIONS.get(garment.kind.defect)
    cost_fen = chance.repair_fen(rng, garment.kind)
    parts_fen = half_up(cost_fen * rng.randrange(0, 5), 10)
    standard = known.minutes if known else garment.kind.minutes
    minutes = max(2, round(standard * (0.7 + 0.8 * rng.random())))
    name = known.zh if known else garment.kind.operation
    entry = {"name": name, "minutes": minutes, "code": known.code if known else None}
    part = {"name": "辅料", "quantity": 1, "cost_fen": parts_fen, "code": None}
    details = {"minutes": minutes, "cost_fen": cost_fen}
    garment.act(world, by, Action.WORK, details=details)
    garment.keep(
        world,
        "work",
        {
            "registration_id": garment.id,
            "at": world.now,
            "by_id": by.account_id,
            "operations": [entry],
            "parts": [part] if parts_fen else [],
            "minutes": minutes,
            "measured_minutes": None,
            "standard_minutes": standard if known else None,
            "labour_fen": cost_fen - parts_fen,
            "parts_fen": parts_fen,
        },
    )
    garment.spent_fen += cost_fen
    garment.minutes_by[by.account_id] = garment.minutes_by.get(by.account_id, 0) + minutes
    garment.act(world, by, Action.FINISH_REPAIR)
    world.later(rest, check, garment)


def from_outside(world: World, garment: Garment, mended: bool) -> None:
    """What was mended outside is checked here; what was not is assessed anew."""
    garment.forced = None if mended else "unrepairable"
    world.later(0.5, check if mended else assess, garment)


def check(world: World, garment: Garment) -> None:
    """A second person checks the repair; some go back to the bench."""
    rng = world.rng
    checker = world.cast.one(rng, rng.choice(_CHECKERS))
    passes = garment.failed_checks > 0 or rng.random() >= REWORKED
    grade = (Grade.IMPERFECT if rng.random() < IMPERFECT else Grade.FIRST) if passes else None
    details = {"grade": grade.value} if grade else None
    if grade is not None:
        garment.act(world, checker, Action.PASS_CHECK, details=details)
    else:
        facts = Origin(Status.IN_OUTSIDE_REPAIR if garment.job else Status.IN_REPAIR)
        garment.act(
            world, checker, Action.FAIL_CHECK, facts, reason="针距不匀，线色不一致", details=details
        )
    row = {"at": world.now, "by_id": checker.account_id, "is_passed": passes}
    row |= {"registration_id": garment.id, "grade": grade.value if grade else None}
    garment.keep(world, "repair_check", row)
    if grade is not None:
        garment.marks["checked_at"] = world.now
        garment.row["grade"] = grade.value
        garment.row["repair_count"] += 1
        way_back.wait(world, garment)
        return
    garment.failed_checks += 1
    if garment.job:
        world.later(0.5, outside.send, garment)
    else:
        _to_the_bench(world, garment, chance.REWORK)
