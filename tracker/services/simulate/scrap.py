"""Who bears the loss of a simulated garment, and what it is worth on each line (1.37–1.39)."""

from __future__ import annotations

from typing import Any

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import LiableKind
from tracker.domain.delivery import care_liability
from tracker.domain.liability import Facts, Found, Proposal, propose
from tracker.domain.liability_rules import DEFAULTS
from tracker.domain.loss import Share, check_shares
from tracker.domain.loss_nature import propose_nature, vat_transfer_out
from tracker.domain.money import half_up
from tracker.domain.site import Ownership
from tracker.domain.valuation import Basis, Valuation, amounts, basis_of, owner_credits
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.world import World
from tracker.services.simulate.writing import Row

DISPUTED = 0.06
_WHY = "供应商提出异议，经双方协商，店铺陈列也有责任"


def propose_for(world: World, garment: Garment) -> None:
    """Keep the rules' proposal by the cause as last observed; a few are disputed and shared."""
    store = garment.store.code
    proposal = _judged(world, garment, Found(garment.row["source"]))
    is_suppliers = proposal.shares[0].kind is LiableKind.SUPPLIER
    if is_suppliers and world.rng.random() < DISPUTED:
        shares = (
            Share(LiableKind.SUPPLIER, 70, garment.goods.supplier),
            Share(LiableKind.STORE, 30, store),
        )
        check_shares(shares)
        _keep(world, garment, shares, _WHY, is_override=True)
    else:
        _keep_proposal(world, garment, proposal)


def propose_lost(world: World, garment: Garment) -> None:
    """Keep the proposal for a garment lost on the road."""
    _keep_proposal(world, garment, _judged(world, garment, Found.ROAD))


def _judged(world: World, garment: Garment, found: Found) -> Proposal:
    """Judge by the shipped rules, and keep how the proposal follows."""
    facts = Facts(
        garment.kind.defect,
        garment.cause,
        supplier=garment.goods.supplier,
        store=garment.store.code,
        found=found,
        report=garment.report,
        care=care_liability({name: rule.value for name, rule in world.rules().items()}),
    )
    proposal = propose(facts, DEFAULTS)
    garment.keep(
        world,
        "liability_derivation",
        {
            "registration_id": garment.id,
            "at": world.now,
            "judged_on": shanghai_date(garment.row["registered_at"]),
            "rule": proposal.rule,
            "steps": [step.to_json() for step in proposal.steps],
        },
    )
    return proposal


def _keep_proposal(world: World, garment: Garment, proposal: Proposal) -> None:
    _keep(world, garment, proposal.shares, proposal.zh, is_override=False)


def _keep(
    world: World, garment: Garment, shares: tuple[Share, ...], why: str, *, is_override: bool
) -> None:
    for share in shares:
        garment.shares.append(
            garment.keep(
                world,
                "liability",
                {
                    "registration_id": garment.id,
                    "liable_kind": share.kind.value,
                    "party": share.party or "",
                    "percent": share.percent,
                    "is_override": is_override,
                    "why": why,
                },
            )
        )
    world.scrap[garment.id] = garment


def value(world: World, garment: Garment, lines: list[Row], stores: dict[str, Any]) -> None:
    """Value a garment's lines at today's prices (fen), as people would see them on the draft."""
    goods, row = garment.goods, garment.row
    prices = {
        Basis.PURCHASE_PRICE: goods.purchase_price_fen,
        Basis.SUPPLY_PRICE: goods.supply_price_fen,
        Basis.COST: goods.cost_price_fen,
    }
    percent = world.rules()["salvage_estimate"].number
    salvage_fen = half_up(goods.cost_price_fen * percent, 100)
    spent_fen = garment.spent_fen + (row["local_repair_fen"] or 0)
    values = []
    for line in lines:
        kind = LiableKind(line["liable_kind"])
        is_store = kind is LiableKind.STORE
        ownership: Ownership | None = stores[line["party"]].ownership if is_store else None
        basis = basis_of(kind, ownership)
        values.append(Valuation(basis, prices[basis], spent_fen, salvage_fen, line["percent"]))
    credited = owner_credits(
        garment.owner,
        garment.store.ownership,
        goods.supply_price_fen,
        [
            (line["percent"], (line["liable_kind"], line["party"]) == own)
            for line in lines
            for own in ((LiableKind.STORE, garment.store.code),)
        ],
    )
    for line, found, amount, credit in zip(lines, values, amounts(values), credited, strict=True):
        line["basis"] = found.basis.value
        line["basis_fen"] = found.basis_fen
        line["spent_fen"] = found.spent_fen
        line["salvage_fen"] = found.salvage_fen
        line["amount_fen"] = amount
        line["owner_credit_fen"] = credit
    _tax(world, garment, lines)


def _tax(world: World, garment: Garment, lines: list[Row]) -> None:
    """Give each line its proposed nature and its part of the VAT (fen)."""
    nature = propose_nature(garment.kind.defect, garment.cause, is_lost=garment.is_lost)
    cost_fen, percent = garment.goods.cost_price_fen, world.rules()["vat_rate"].number
    shares = [(line["percent"], nature) for line in lines]
    for line, part in zip(lines, vat_transfer_out(cost_fen, percent, shares), strict=True):
        line["nature"], line["cost_fen"] = nature.value, cost_fen
        line["vat_percent"], line["vat_fen"] = percent, part
