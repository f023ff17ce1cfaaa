"""The warranty calculator for programs, and the promises with their terms; nothing is written."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from annotated_types import Ge, Le
from flask import Response

from tracker import edge
from tracker.api import body, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.db import utc_now
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Category, Cause
from tracker.domain.entitlement import Claim, Owed
from tracker.domain.law_packs import Pack, pack_in
from tracker.domain.policy import Reach
from tracker.domain.promise import Channel, Profile, Term
from tracker.domain.promise_profiles import CHOICES, profile
from tracker.domain.promise_terms import Conflict, Saying
from tracker.domain.quality_guide import Ground
from tracker.domain.warranty import CUSTOMER_CAUSES
from tracker.extensions import db
from tracker.queries import policy
from tracker.queries import promise as queries
from tracker.services import promise
from tracker.services.fields import Fen, Text16, Text40

Counted = Annotated[int, Ge(0), Le(1000)]


class WarrantyBody(schema.Strict):
    """One garment on one day.

    ``region`` is a region of the chain, whose promise holds, or a province, whose law does; without
    one it is the caller's own store. Without a ``ground`` the cause says whether it is quality.
    """

    category: Category
    purchased_on: date
    on: date
    cause: Cause
    purchase_price_fen: Fen
    repairable: bool
    restorable: bool = True
    sold_as_imperfect: bool = False
    repairs: Counted = 0
    repair_days: Annotated[int, Ge(0), Le(36_500)] = 0
    region: Text40 | None = None
    channel: Channel = Channel.STORE
    ground: Ground | None = None
    received_on: date | None = None
    price_now_fen: Fen | None = None
    profile: Text16 | None = None
    custom_made: bool = False
    underwear: bool = False
    accessory: bool = False
    low_value: bool = False
    exclusion_confirmed: bool = False
    has_receipt: bool = True
    tag_intact: bool = True
    packaging_intact: bool = True
    worn: bool = True
    exchanges: Counted = 0


_NAMES = {
    "category": "category", "purchased_on": "purchased_on", "on": "on", "cause": "cause",
    "purchase_price_fen": "paid_fen", "repairable": "is_repairable",
    "restorable": "is_restorable", "sold_as_imperfect": "is_imperfect", "repairs": "repairs",
    "repair_days": "repair_days", "channel": "channel", "ground": "ground",
    "received_on": "received_on", "price_now_fen": "price_now_fen", "custom_made": "is_custom",
    "underwear": "is_underwear", "accessory": "is_accessory", "low_value": "is_low_value",
    "exclusion_confirmed": "was_exclusion_confirmed", "has_receipt": "has_receipt",
    "tag_intact": "has_tag", "packaging_intact": "has_packaging", "worn": "is_worn",
    "exchanges": "exchanges",
}  # fmt: skip
"""The fields of the body by the claim's own names."""


@blueprint.post("/warranty/evaluate")
@edge.signed_in
@describe("What a customer is owed, and by which rules", body=WarrantyBody)
def evaluate_warranty() -> Response:
    """Return the most that the customer may ask for, in fen, with its derivation."""
    given = schema.values(WarrantyBody, body.read())
    facts = {_NAMES[name]: value for name, value in given.items() if name in _NAMES}
    misused = given["cause"] in CUSTOMER_CAUSES
    defaults = {
        "channel": Channel.STORE,
        "ground": Ground.CUSTOMER_DAMAGE if misused else Ground.QUALITY,
    }
    claim = Claim(**(defaults | {k: v for k, v in facts.items() if v is not None}))
    pack, reach = _where(given.get("region"))
    found = promise.answer(db.session(), claim, pack, reach, given.get("profile"))
    return reply(_told(found))


def _where(named: str | None) -> tuple[Pack, Reach]:
    """Return the law and the place that are meant: the ones named, else the caller's own."""
    if named is not None:
        pack = pack_in(named)
        return (pack, Reach()) if pack is not None else (Pack.NATIONAL, Reach(region=named))
    actor = edge.actor()
    if not actor.is_store:
        return Pack.NATIONAL, Reach()
    return queries.of_store(db.session(), actor)


def _told(found: Owed) -> dict[str, Any]:
    return {
        "within_warranty": found.within_warranty,
        "entitlement": found.entitlement,
        "depreciation_percent": found.depreciation_percent,
        "charge_fen": found.charge_fen,
        "refund_fen": found.refund_fen,
        "freight": found.freight,
        "done_by": found.done_by.isoformat() if found.done_by else None,
        "profile": found.held.profile.code,
        "law_pack": found.held.pack,
        "conflicts": [_conflict(one) for one in found.held.conflicts],
        "derivation": [
            {"step": step.step, "rule": step.rule, "result": step.result} for step in found.steps
        ],
    }


def _conflict(one: Conflict) -> dict[str, Any]:
    return {
        "matter": one.matter,
        "promised": _saying(one.promised),
        "promised_rule": one.promised_rule,
        "law": _saying(one.law),
        "article": one.article,
    }


def _saying(said: Saying) -> Any:
    return _term(said) if isinstance(said, Term) else said.value


def _term(term: Term) -> dict[str, Any]:
    return {
        "value": term.value,
        "unit": term.unit,
        "calendar": term.calendar,
        "start": term.start,
        "rule": term.rule,
    }


@blueprint.get("/promises")
@edge.signed_in
@describe("The promise letters with their terms, each with its rule")
def promise_list() -> Response:
    """Return every profile that can be chosen, by today's policies."""
    values = policy.values(db.session(), shanghai_date(utc_now()))
    return reply({"items": [_profile(profile(code, values)) for code in CHOICES]})


def _profile(one: Profile) -> dict[str, Any]:
    return {
        "code": one.code,
        "zh": one.zh,
        "en": one.en,
        "rules": one.rules,
        "terms": {name.value: _term(term) for name, term in one.terms.items()},
        "freight": {why.value: list(said) for why, said in one.freight.items()},
        "exclusions": {kind.value: rule for kind, rule in one.exclusions.items()},
        "conditions": {kind.value: rule for kind, rule in one.conditions.items()},
        "extras": {kind.value: rule for kind, rule in one.extras.items()},
        "depreciation": one.depreciation.is_charged if one.depreciation else None,
    }
