"""Boxes: opened, packed by scan, sealed, sent; counted blind where they arrive."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge, errors
from tracker.db import utc_now, write
from tracker.domain.account import GARMENT_READERS, STORE_ROLES, Role
from tracker.domain.calendar import iso_week
from tracker.domain.errors import NotFound
from tracker.domain.shipment import MACHINE, SENDING_ACTIONS, Action, Kind, Status, tally
from tracker.extensions import db
from tracker.queries import shipment as queries
from tracker.queries import site as sites
from tracker.services import shipment as service
from tracker.web import actions, scans
from tracker.web.forms.action import ActionForm
from tracker.web.forms.scan import HandlingScanForm
from tracker.web.forms.shipment import FORMS, OpenBoxForm

blueprint = Blueprint("shipment", __name__, url_prefix="/shipments")
HANDLERS = STORE_ROLES | {Role.CLERK}
"""Who packs, sends and counts."""

_UNDER_WAY = (Status.DISPATCHED, Status.ARRIVING)
_IN_HAND = (Status.OPEN, Status.SEALED)
_BACKWARDS = (Action.UNSEAL, Action.VOID)
_BY_SCAN = (Action.PACK, Action.UNPACK, Action.RECEIVE)


@blueprint.get("")
@edge.allow(GARMENT_READERS)
def index() -> ResponseReturnValue:
    """The boxes being packed, those that arrive, and those sent, newest first."""
    return _index()


def _index() -> str:
    session, actor = db.session(), edge.actor()
    handles = actor.is_any(HANDLERS)
    here = actor.site_id if handles else None
    packing = queries.at_hand(session, actor, _IN_HAND, from_site_id=here)
    arriving = queries.at_hand(session, actor, _UNDER_WAY, to_site_id=here)
    page, following = queries.page(session, actor, cursor=request.args.get("cursor"))
    known = [box for box in (*packing, *page) if not queries.is_blind(actor, box)]
    is_return = handles and not actor.is_store
    return render_template(
        "shipment/index.html",
        packing=packing,
        arriving=arriving,
        page=page,
        following=following,
        counts=queries.piece_counts(session, known),
        blind={box.id for box in (*packing, *page) if queries.is_blind(actor, box)},
        handles=handles,
        waiting=queries.waiting(session, actor) if is_return else [],
        after_sales=sites.after_sales(session) if handles and actor.is_store else None,
        boxes_to={box.to_site.code: box for box in packing if box.status == Status.OPEN},
    )


@blueprint.post("")
@edge.allow(HANDLERS)
def open_box() -> ResponseReturnValue:
    """Open the one box to a site, or go on with the one that stands."""
    form = OpenBoxForm()
    if not form.validate_on_submit():
        return _index(), 422
    to_site, kind = form.to_site.data or "", Kind(form.kind.data)

    def work() -> str:
        return service.open_box(edge.act(), to_site=to_site, kind=kind)[0].no

    try:
        no = write(db.session(), work)
    except NotFound:
        raise
    except errors.REFUSALS as error:
        refusal = errors.as_refusal(error)
        flash(refusal.message(errors.locale_code()), "danger")
        return _index(), refusal.status
    return redirect(url_for(".show", no=no), 303)


@blueprint.get("/<no>")
@edge.allow(GARMENT_READERS)
def show(no: str) -> ResponseReturnValue:
    """A box: its list for who sends it, a blind count for who receives it."""
    return _page(no)


def _page(no: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    session, actor = db.session(), edge.actor()
    box = queries.get(session, actor, no)
    offered = _offered(box)
    inside = _contents(box)
    hidden = {*_BY_SCAN, Action.RECONCILE} | ({Action.VOID} if inside["lines"] else set())
    plain = [action for action in offered if action not in hidden]
    plain.sort(key=lambda action: action in _BACKWARDS)
    return render_template(
        "shipment/show.html",
        box=box,
        is_blind=queries.is_blind(actor, box),
        forms=actions.panels(box, plain, FORMS, failed, failed_action),
        open_action=failed_action or Action.DISPATCH,
        scan_action=next((a for a in (Action.PACK, Action.RECEIVE) if a in offered), None),
        scan_form=HandlingScanForm(formdata=None),
        may_reconcile=Action.RECONCILE in offered,
        will_be_extra=_will_be_extra(box),
        **inside,
    )


def _will_be_extra(box: Any) -> bool:
    """Return whether the store sent this week's box before it sends this one (rule 1.32)."""
    if box.kind == Kind.RETURN or box.status not in _IN_HAND:
        return False
    week = iso_week(utc_now())
    return queries.dispatched_in_week(db.session(), box.from_site_id, *week) > 0


def _offered(box: Any) -> tuple[Any, ...]:
    """Return what the reader may do now: the sender packs and sends, the receiver counts."""
    actor = edge.actor()
    own = {
        True: actor.site_id == box.from_site_id,
        False: actor.site_id == box.to_site_id,
    }
    actions_ = MACHINE.actions_from(Status(box.status), actor.roles)
    return tuple(action for action in actions_ if own[action in SENDING_ACTIONS])


def _contents(box: Any) -> dict[str, Any]:
    """Return what lies in the box as far as the reader may know it."""
    session, actor = db.session(), edge.actor()
    is_receiver = actor.site_id == box.to_site_id
    may_pack = Action.PACK in _offered(box)
    facts: dict[str, Any] = {
        "may_pack": may_pack,
        "unpack_form": HandlingScanForm(formdata=None),
        "lines": [],
        "ready": queries.ready(session, box) if may_pack else [],
        "receipts": [],
        "cases": [],
        "matched": frozenset(),
    }
    if not queries.is_blind(actor, box):
        facts["lines"] = queries.lines(session, box)
    if is_receiver or box.status == Status.RECONCILED:
        facts["receipts"] = queries.receipts(session, box)
    if box.status == Status.RECONCILED:
        facts["cases"] = queries.discrepancies(session, actor, shipment=box)
        packed = [line.registration_id for line in facts["lines"]]
        counted = [receipt.registration_id for receipt in facts["receipts"]]
        facts["matched"] = tally(packed, counted).matched
    return facts


@blueprint.get("/<no>/contents")
@edge.allow(GARMENT_READERS)
def contents(no: str) -> ResponseReturnValue:
    """The part of the page that a scan changes."""
    session, actor = db.session(), edge.actor()
    box = queries.get(session, actor, no)
    return render_template(
        "shipment/_contents.html",
        box=box,
        is_blind=queries.is_blind(actor, box),
        may_reconcile=Action.RECONCILE in _offered(box),
        **_contents(box),
    )


@blueprint.get("/<no>/reconcile")
@edge.allow(HANDLERS)
def reconcile(no: str) -> ResponseReturnValue:
    """Ask once more before the blind count is held against the packing list."""
    session, actor = db.session(), edge.actor()
    box = queries.get(session, actor, no)
    if Action.RECONCILE not in _offered(box):
        return redirect(url_for(".show", no=no), 303)
    return render_template(
        "shipment/reconcile.html",
        box=box,
        form=actions.panels(box, [Action.RECONCILE], FORMS)[Action.RECONCILE],
        count=len(queries.receipts(session, box)),
    )


@blueprint.post("/<no>/scans/<action>")
@edge.allow(HANDLERS)
def scan(no: str, action: str) -> ResponseReturnValue:
    """Pack, take out or count one scanned piece; the answer is its row."""
    if action not in _BY_SCAN:
        return redirect(url_for(".show", no=no), 303)
    return scans.take("shipment", no, action, url_for(".show", no=no))


@blueprint.post("/<no>/actions/<action>")
@edge.allow(HANDLERS)
def act(no: str, action: str) -> ResponseReturnValue:
    """Take one action on the box."""
    return actions.take(
        "shipment",
        no,
        action,
        FORMS,
        url_for(".show", no=no),
        lambda form: _page(no, form, action),
    )
