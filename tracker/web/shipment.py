"""Boxes: opened, packed by scan, sealed, sent, followed; each reader sees what he may know."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge, errors
from tracker.db import utc_now, write
from tracker.domain.account import GARMENT_READERS, STORE_ROLES, Role
from tracker.domain.calendar import iso_week, shanghai_date
from tracker.domain.errors import InvalidInput, NotFound
from tracker.domain.registration import Owner
from tracker.domain.shipment import (
    MACHINE,
    WEEKLY_KINDS,
    Action,
    Kind,
    Status,
    carton_of,
    is_carton_label,
    tally,
)
from tracker.domain.shipment_selection import Boxes, boxes
from tracker.extensions import db
from tracker.queries import cut_off, history
from tracker.queries import discrepancy as cases
from tracker.queries import shipment as queries
from tracker.queries import shipment_list as lists
from tracker.queries import shipment_plan as plan
from tracker.queries import shipment_waiting as waiting
from tracker.queries import site as sites
from tracker.services import packing
from tracker.web import actions, scans
from tracker.web.day import business_day
from tracker.web.forms.action import ActionForm
from tracker.web.forms.scan import HandlingScanForm
from tracker.web.forms.shipment import (
    FORMS,
    CartonScanForm,
    ExtraDispatchForm,
    OpenBoxForm,
    UrgentDispatchForm,
    VendorScanForm,
)
from tracker.web.photo import strip

blueprint = Blueprint("shipment", __name__, url_prefix="/shipments")
HANDLERS = STORE_ROLES | {Role.CLERK, Role.WAREHOUSE}
"""Who packs, sends and counts."""
ACTORS = HANDLERS | {Role.REGION, Role.LOGISTICS}
"""Who takes some action on a box."""

_UNDER_WAY = (Status.DISPATCHED, Status.ARRIVING)
_IN_HAND = (Status.OPEN, Status.SEALED)
_BY_SCAN = (Action.PACK, Action.UNPACK, Action.RECEIVE)
_OWN_PAGE = (Action.RECONCILE, Action.REGISTER_SURPLUS)
_LAST = (
    Action.REPORT_DAMAGE,
    Action.AMEND_FREIGHT,
    Action.DECLARE_LOST,
    Action.UNSEAL,
    Action.VOID,
)


@blueprint.get("")
@edge.allow(GARMENT_READERS)
def index() -> ResponseReturnValue:
    """The boxes in hand, those that arrive and the late ones; filtered it is one list."""
    try:
        wanted = boxes(request.args)
    except InvalidInput as refusal:
        flash(refusal.message(errors.locale_code()), "danger")
        return _index(Boxes()), 422
    return _index(wanted)


def _index(wanted: Boxes) -> str:
    session, actor, today = db.session(), edge.actor(), business_day()
    cursor = request.args.get("cursor")
    page, following = lists.page(session, actor, wanted, today, cursor)
    work = _work() if wanted.is_everything and not cursor else {"packing": ()}
    shown = (*work["packing"], *page)
    return render_template(
        "shipment/index.html",
        page=page,
        wanted=wanted,
        kinds=Kind,
        statuses=Status,
        stores=sites.choice(session, actor),
        next_url=url_for(".index", **wanted.address(cursor=following)) if following else None,
        first_url=url_for(".index", **wanted.address()) if cursor else None,
        is_work=wanted.is_everything and not cursor,
        handles=actor.is_any(HANDLERS),
        **_facts_of(shown),
        **work,
    )


def _facts_of(shown: Any) -> dict[str, Any]:
    """Return what a list says of its boxes beside their own columns."""
    session, actor, now = db.session(), edge.actor(), utc_now()
    days = lists.transit_days(session, shanghai_date(now))
    known = [box for box in shown if not queries.is_blind(actor, box)]
    return {
        "counts": lists.piece_counts(session, known),
        "blind": {box.id for box in shown if queries.is_blind(actor, box)},
        "ages": {box.id: lists.age_days(box, now) for box in shown},
        "due": {box.id: lists.due_on(box, days) for box in shown},
        "is_unrelayed": lists.is_unrelayed,
        "today": shanghai_date(now),
    }


def _work() -> dict[str, Any]:
    """Return what lies in the reader's hands: to pack, to count, what waits and what is late."""
    session, actor, now = db.session(), edge.actor(), utc_now()
    handles, is_store = actor.is_any(HANDLERS), actor.is_store
    here = actor.site_id if handles else None
    packs = actor.is_any(MACHINE.who[Action.PACK])
    at_after_sales = packs and not is_store
    in_hand = lists.at_hand(session, actor, _IN_HAND, from_site_id=here)
    announced = [
        box
        for box in lists.at_hand(session, actor, _IN_HAND, to_site_id=here)
        if box.kind == Kind.FROM_FACTORY and handles
    ]
    sender = actor.site_id if is_store else None
    today = shanghai_date(now)
    return {
        "packing": [*in_hand, *announced],
        "arriving": lists.at_hand(session, actor, _UNDER_WAY, to_site_id=here),
        "late": lists.late(session, actor, today, from_site_id=sender),
        "returns": plan.returns(session, actor, today) if at_after_sales else [],
        "waiting": waiting.at_after_sales(session, actor, today) if at_after_sales else [],
        "packs": packs,
        "after_sales": sites.after_sales(session) if packs and is_store else None,
        "too_late": plan.too_late(session, actor.site_id, now) if packs and is_store else None,
        "cut_off": cut_off.of_store(session, sites.get(session, actor.site_id), now)
        if packs and is_store
        else None,
        "own_open": next((box for box in in_hand if box.status == Status.OPEN), None),
        "own_sealed": next((box for box in in_hand if box.status == Status.SEALED), None),
    }


@blueprint.post("")
@edge.allow(HANDLERS)
def open_box() -> ResponseReturnValue:
    """Open the one box to a site, or go on with the one that stands."""
    form = OpenBoxForm()
    if not form.validate_on_submit():
        return _index(Boxes()), 422
    to_site, kind = form.to_site.data or "", Kind(form.kind.data)
    from_site = form.from_site.data

    def work() -> str:
        return packing.open_box(edge.act(), to_site=to_site, kind=kind, from_site=from_site)[0].no

    try:
        no = write(db.session(), work)
    except NotFound:
        raise
    except errors.REFUSALS as error:
        refusal = errors.as_refusal(error)
        flash(refusal.message(errors.locale_code()), "danger")
        return _index(Boxes()), refusal.status
    return redirect(url_for(".show", no=no), 303)


@blueprint.get("/<no>")
@edge.allow(GARMENT_READERS)
def show(no: str) -> ResponseReturnValue:
    """A box: its list for who sends it, a blind count for who receives it."""
    return page_of(no)


def page_of(no: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    """Return a box's page; the form that failed keeps what was typed."""
    session, actor = db.session(), edge.actor()
    box = queries.get(session, actor, no)
    allowed = offered(box)
    inside = _contents(box)
    hidden = {*_BY_SCAN, *_OWN_PAGE} | ({Action.VOID} if inside["lines"] else set())
    plain = [action for action in allowed if action not in hidden]
    plain.sort(key=lambda action: _LAST.index(action) if action in _LAST else -1)
    bound = actions.panels(box, plain, forms_of(box), failed, failed_action)
    if Action.SEAL in bound:
        bound[Action.SEAL]["cartons"].offer(box.cartons)
    return render_template(
        "shipment/show.html",
        box=box,
        photos=strip("shipment", box),
        is_blind=queries.is_blind(actor, box),
        forms=bound,
        open_action=failed_action or (Action.SEAL if inside["lines"] else ""),
        scan_action=next((a for a in (Action.PACK, Action.RECEIVE) if a in allowed), None),
        scan_form=scan_form_of(box)(formdata=None),
        chosen_carton=request.args.get("carton", ""),
        may_reconcile=Action.RECONCILE in allowed,
        may_register=Action.REGISTER_SURPLUS in allowed and box.kind in WEEKLY_KINDS,
        will_be_extra=will_be_extra(box),
        carriers=queries.carriers(session) if Action.DISPATCH in allowed else (),
        amended=history.every(session, MACHINE.noun, box.id, Action.AMEND_FREIGHT),
        **_facts_of([box]),
        **inside,
    )


def will_be_extra(box: Any) -> bool:
    """Return whether the store sent this week's box before it sends this one (rule 1.32)."""
    if box.kind not in WEEKLY_KINDS or box.status not in _IN_HAND:
        return False
    week = iso_week(utc_now())
    return queries.dispatched_in_week(db.session(), box.from_site_id, *week) > 0


def forms_of(box: Any) -> dict[Action, type[ActionForm]]:
    """Return the forms of a box's actions: a second box of the week asks more when it leaves."""
    if not will_be_extra(box):
        return FORMS
    lines = queries.lines(db.session(), box)
    is_customers = all(line.registration.owner == Owner.CUSTOMER for line in lines)
    asking = UrgentDispatchForm if is_customers else ExtraDispatchForm
    return {**FORMS, Action.DISPATCH: asking}


def offered(box: Any) -> tuple[Any, ...]:
    """Return what the reader may do now: the sender packs and sends, the receiver counts."""
    actor = edge.actor()
    found = MACHINE.actions_from(Status(box.status), actor.roles)
    own = [Action(action) for action in found if queries.keeps(actor, box, Action(action))]
    if box.kind not in WEEKLY_KINDS or box.relayed_at is not None:
        own = [action for action in own if action is not Action.RELAY]
    if all(carton.arrived_at for carton in box.cartons) and box.status == Status.ARRIVING:
        own = [action for action in own if action is not Action.ARRIVE]
    return tuple(own)


def _contents(box: Any) -> dict[str, Any]:
    """Return what lies in the box as far as the reader may know it."""
    session, actor = db.session(), edge.actor()
    is_receiver = queries.keeps(actor, box, Action.RECEIVE)
    may_pack = Action.PACK in offered(box)
    facts: dict[str, Any] = {
        "may_pack": may_pack,
        "unpack_form": HandlingScanForm(formdata=None),
        "lines": [],
        "ready": waiting.ready(session, box) if may_pack else [],
        "receipts": [],
        "cases": [],
        "matched": frozenset(),
        "is_receiver": is_receiver,
    }
    if not queries.is_blind(actor, box):
        facts["lines"] = queries.lines(session, box)
    if is_receiver or box.status == Status.RECONCILED:
        facts["receipts"] = queries.receipts(session, box)
    if box.status == Status.RECONCILED:
        facts["cases"] = cases.of_box(session, actor, box)
        packed = [line.registration_id for line in facts["lines"]]
        counted = [receipt.registration_id for receipt in facts["receipts"]]
        facts["matched"] = tally(packed, counted).matched
    return facts


@blueprint.get("/<no>/contents")
@edge.allow(GARMENT_READERS)
def contents(no: str) -> ResponseReturnValue:
    """The parts of the page that a scan changes."""
    session, actor = db.session(), edge.actor()
    box = queries.get(session, actor, no)
    allowed = offered(box)
    return render_template(
        "shipment/_renewed.html",
        box=box,
        is_blind=queries.is_blind(actor, box),
        may_reconcile=Action.RECONCILE in allowed,
        may_register=Action.REGISTER_SURPLUS in allowed and box.kind in WEEKLY_KINDS,
        **_facts_of([box]),
        **_contents(box),
    )


@blueprint.post("/<no>/scans/<action>")
@edge.allow(HANDLERS)
def scan(no: str, action: str) -> ResponseReturnValue:
    """Pack, take out or count one scanned piece; the answer is its row.

    A carton's label in the counting field says that this carton has come.
    """
    if action not in _BY_SCAN:
        return redirect(url_for(".show", no=no), 303)
    code = request.form.get("code", "")
    if action == Action.RECEIVE and is_carton_label(code):
        ordinal = carton_of(no, code)
        back = url_for(".show", no=no, carton=ordinal)
        return scans.take("shipment", no, Action.ARRIVE, back, told=_arrived(code))
    is_receive = action == Action.RECEIVE
    box = queries.get(db.session(), edge.actor(), no)
    form = scan_form_of(box)() if is_receive else CartonScanForm()
    back = url_for(".show", no=no, carton=form.carton.data)
    undo = url_for(".scan", no=no, action=Action.UNPACK) if action == Action.PACK else ""
    return scans.take("shipment", no, action, back, form, undo=undo)


def scan_form_of(box: Any) -> type[CartonScanForm]:
    """Return the form of a scan where a box is counted: a vendor's box has its result beside it."""
    is_from_vendor = box.kind == Kind.FROM_FACTORY and box.status in _UNDER_WAY
    return VendorScanForm if is_from_vendor else CartonScanForm


def _arrived(code: str) -> Any:
    def told(box: Any, _result: Any) -> dict[str, Any]:
        return {
            "piece_no": code.strip().upper(),
            "carton": carton_of(box.no, code),
            "cartons": len(box.cartons),
        }

    return told


@blueprint.post("/<no>/actions/<action>")
@edge.allow(ACTORS)
def act(no: str, action: str) -> ResponseReturnValue:
    """Take one action on the box."""
    box = queries.get(db.session(), edge.actor(), no)
    return actions.take(
        "shipment",
        no,
        action,
        forms_of(box),
        url_for(".show", no=no),
        lambda form: page_of(no, form, action),
    )
