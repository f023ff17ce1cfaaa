"""The product of a worn garment without its tag: by style number, receipt or phone (C-23)."""

from __future__ import annotations

import unicodedata

from flask import Blueprint, render_template, request

from tracker import edge
from tracker.domain.account import STORE_ROLES
from tracker.extensions import db
from tracker.queries import catalog
from tracker.queries import customer as customers

blueprint = Blueprint("untagged", __name__, url_prefix="/registrations/untagged")
LONGEST = 40


@blueprint.get("")
@edge.allow(STORE_ROLES)
def find() -> str:
    """Show what the catalogue and the store's own earlier registrations know, names masked."""
    q = unicodedata.normalize("NFKC", request.args.get("untagged") or "").strip()[:LONGEST]
    session = db.session()
    styles = catalog.styles_like(session, q.upper()) if q else []
    return render_template(
        "registration/_untagged_found.html",
        q=q,
        styles=styles,
        skus=catalog.skus_of(session, styles[0]) if len(styles) == 1 else [],
        earlier=customers.earlier(session, edge.actor(), q) if q else [],
    )
