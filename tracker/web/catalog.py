"""The catalogue, and the sites of the chain."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.domain.account import EVERY_ROLE, Role
from tracker.extensions import db
from tracker.queries import catalog as queries
from tracker.queries import site as site_queries

blueprint = Blueprint("catalog", __name__, url_prefix="/catalog")
LIMIT = 200


@blueprint.get("")
@edge.allow(EVERY_ROLE - {Role.SUPPLIER})
def index() -> ResponseReturnValue:
    """Styles by colour and size; cost prices only for those who may see them."""
    q = (request.args.get("q") or "").strip()[:60] or None
    found = queries.page(db.session(), q, LIMIT + 1)
    return render_template(
        "catalog/index.html",
        skus=found[:LIMIT],
        is_more=len(found) > LIMIT,
        q=q,
        shows_cost=edge.actor().sees_cost,
    )


@blueprint.get("/sites")
@edge.allow(Role.ADMINISTRATOR)
def sites() -> ResponseReturnValue:
    """All sites of the chain, for the administrator."""
    return render_template("catalog/sites.html", sites=site_queries.every(db.session()))
