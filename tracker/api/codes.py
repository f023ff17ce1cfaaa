"""Codes, tags and what a customer is owed: calls that change nothing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from annotated_types import Ge, Le
from flask import Response

from tracker import edge
from tracker.api import answers, body, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.domain import codes, tag, x12
from tracker.domain.account import GARMENT_READERS
from tracker.domain.codes import Category, Cause
from tracker.domain.errors import NeedsInput
from tracker.domain.policy import Reach
from tracker.domain.warranty import Case, evaluate, terms_from
from tracker.extensions import db
from tracker.queries import calendar, catalog, policy
from tracker.services.fields import Code, Fen, Text40


class TagBody(schema.Strict):
    """A code as the scanner typed it."""

    code: Code


class WarrantyBody(schema.Strict):
    """One garment on one day, by the terms of its ``region`` where that has its own."""

    category: Category
    purchased_on: date
    on: date
    cause: Cause
    purchase_price_fen: Fen
    repairable: bool
    restorable: bool = True
    sold_as_imperfect: bool = False
    repairs: Annotated[int, Ge(0), Le(1000)] = 0
    repair_days: Annotated[int, Ge(0), Le(36_500)] = 0
    region: Text40 | None = None


@blueprint.get("/codes")
@edge.signed_in
@describe("Every code with its Chinese and English name")
def code_lists() -> Response:
    """Return the code lists by name, and how ours read in X12 (segment RDR, 004010)."""
    lists = {**codes.ALL_CODES, **x12.CODES}
    served = {name: [codes.as_served(code) for code in rows] for name, rows in lists.items()}
    return reply({**served, "x12_mapping": x12.mapped()})


@blueprint.post("/tags/parse")
@edge.allow(GARMENT_READERS)
@describe("Read a tag, and find it in the catalogue", body=TagBody)
def parse_tag() -> Response:
    """Return the kind of a code and what it names, or the choices where it may be several."""
    read = tag.parse(schema.values(TagBody, body.read())["code"])
    try:
        found = catalog.as_catalogued(db.session(), read)
    except NeedsInput as several:
        return reply({"kind": read.kind, "choices": several.facts["choices"]})
    said: dict[str, Any] = {
        name: value
        for name in ("kind", "gtin14", "serial", "style_no", "colour", "size", "piece_no")
        if (value := getattr(found, name)) is not None
    }
    sku = catalog.sku_of(db.session(), found)
    if sku is not None:
        said |= {
            "style_no": sku.style.style_no,
            "colour": sku.colour,
            "size": sku.size,
            "sku": answers.sku_code(sku),
        }
    return reply(said)


@blueprint.post("/warranty/evaluate")
@edge.signed_in
@describe("What a customer is owed, and by which rules", body=WarrantyBody)
def evaluate_warranty() -> Response:
    """Return entitlement, depreciation and charge (fen) with their derivation."""
    given = schema.values(WarrantyBody, body.read())
    case = Case(
        category=given["category"],
        purchased_on=given["purchased_on"],
        on=given["on"],
        cause=given["cause"],
        purchase_price_fen=given["purchase_price_fen"],
        is_repairable=given["repairable"],
        is_restorable=given.get("restorable", True),
        is_sold_as_imperfect=given.get("sold_as_imperfect", False),
        repairs=given.get("repairs", 0),
        repair_days=given.get("repair_days", 0),
    )
    reach = Reach(region=given.get("region") or "", category=case.category.value)
    terms = terms_from(policy.values(db.session(), case.purchased_on, reach))
    found = evaluate(terms, case, calendar.overrides(db.session()))
    return reply(
        {
            "within_warranty": found.within_warranty,
            "entitlement": found.entitlement,
            "depreciation_percent": found.depreciation_percent,
            "charge_fen": found.charge_fen,
            "derivation": [
                {"step": step.step, "rule": step.rule, "result": step.result}
                for step in found.derivation
            ],
        }
    )
