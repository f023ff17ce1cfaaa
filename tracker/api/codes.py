"""Codes and tags: calls that change nothing."""

from __future__ import annotations

from typing import Any

from flask import Response

from tracker import edge
from tracker.api import answers, body, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.domain import codes, tag, x12
from tracker.domain.account import GARMENT_READERS
from tracker.domain.errors import NeedsInput
from tracker.extensions import db
from tracker.queries import catalog
from tracker.services.fields import Code


class TagBody(schema.Strict):
    """A code as the scanner typed it."""

    code: Code


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
