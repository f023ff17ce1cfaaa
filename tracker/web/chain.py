"""The hash chain: its head, who verified it when, and whether a paper's foot is true."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.db import snapshot, write
from tracker.domain.account import Role
from tracker.extensions import db
from tracker.queries import chain as queries
from tracker.queries import verify_chain
from tracker.services import chain as service
from tracker.web.forms.action import ActionForm

blueprint = Blueprint("chain", __name__, url_prefix="/ledger/chain")
READERS = frozenset({Role.FINANCE, Role.AUDITOR})
LINKS = 20


@blueprint.get("")
@edge.allow(READERS)
def index() -> ResponseReturnValue:
    """The head, the last verification, the last links; and the foot of a paper looked up."""
    session = db.session()
    seq, digits = request.args.get("seq", "").strip(), request.args.get("mac", "").strip().lower()
    wanted = int(seq) if seq.isascii() and seq.isdigit() and len(seq) < 12 else 0
    return render_template(
        "chain/index.html",
        head=queries.head(session),
        check=queries.last_check(session),
        printed=queries.last_printed(session),
        links=queries.last_links(session, LINKS),
        asked=bool(seq or digits),
        seq=seq,
        digits=digits,
        found=_found(wanted, digits),
        form=ActionForm(formdata=None),
    )


def _found(seq: int, digits: str) -> object:
    """Return the link that a paper's foot names, if number and digits agree."""
    link = queries.link(db.session(), seq)
    is_true = link is not None and len(digits) >= 8 and link.mac.startswith(digits)
    return link if is_true else None


@blueprint.post("")
@edge.allow(READERS)
def verify() -> ResponseReturnValue:
    """Verify every link now and keep what was found; nobody's work waits for it."""
    session = db.session()
    with snapshot(session):
        head = queries.head(session)
        faults = verify_chain.chain_is_unbroken(session)
    write(session, lambda: service.keep_check(edge.act(), head, faults))
    seq = head.seq if head else 0
    if faults:
        flash(_("The chain is broken: %(fault)s", fault=faults[0]), "danger")
    else:
        flash(_("The chain is unbroken up to link %(seq)s.", seq=seq), "success")
    return redirect(url_for(".index"), 303)
