"""The scan page, the lists and the garment's own page."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.db import write
from tracker.domain.account import GARMENT_READERS, STORE_ROLES
from tracker.domain.codes import NonQualityReason, RefusalReason, Source
from tracker.domain.errors import HangtagError
from tracker.domain.number import FIRST_RESERVED
from tracker.domain.policy import Reach
from tracker.domain.registration import MACHINE, Action, Status
from tracker.domain.scan import Settlement
from tracker.domain.tag import MAX_CHARACTERS
from tracker.extensions import db
from tracker.queries import customer as customers
from tracker.queries import label as labels
from tracker.queries import loss, work_list
from tracker.queries import registration as queries
from tracker.queries import repair as repairs
from tracker.queries import shipment as shipments
from tracker.services import scan, warranty
from tracker.services import scan_review as service
from tracker.services.once import Answer
from tracker.services.registration import CustomerName
from tracker.services.scan_request import ScanRequest
from tracker.web import actions, clocks, delivery, garment, scan_review
from tracker.web.access import can_open
from tracker.web.bench import with_measured
from tracker.web.customer import garment_card
from tracker.web.day import business_day
from tracker.web.filters import has_endpoint
from tracker.web.forms import registration as forms
from tracker.web.forms.action import ActionForm
from tracker.web.photo import strip

blueprint = Blueprint("registration", __name__, url_prefix="/registrations")


@blueprint.route("/new", methods=["GET", "POST"])
@edge.allow(STORE_ROLES)
def new() -> ResponseReturnValue:
    """Scan a hang tag and register the garment; nothing typed is lost by a refusal."""
    form = forms.ScanForm()
    if request.method == "GET":
        form.code.data = (request.args.get("code") or "")[:MAX_CHARACTERS] or None
        form.delivery.data = (request.args.get("delivery") or "")[:20] or None
        today = business_day()
        form.promised_on.data = customers.proposed_promise(
            db.session(), today, Reach(edge.actor().site_code, edge.actor().region or "")
        )
        if review := request.args.get("review"):
            scan_review.fill(form, review)
        return _scan_page(form)
    if not form.validate_on_submit():
        return _scan_page(form), 422
    answer = _submit(form)
    body = json.loads(answer.body)
    if answer.status in (200, 201):
        return redirect(url_for(".registered", no=body["registration"]["no"]), 303)
    return _scan_page(form, body), answer.status


def _submit(form: forms.ScanForm) -> Answer:
    wanted = _request_of(form)
    body = {name: str(value) for name, value in form.data.items() if name != "csrf_token"}

    def work() -> Answer:
        act = edge.act(form.note.data)
        answer = scan.submit(
            act,
            wanted,
            body,
            done=lambda made: json.dumps({"registration": {"no": made.no}}),
            refused=lambda refusal: json.dumps(errors.problem(refusal), default=str),
        )
        if answer.status < 300 and form.review.data:
            no = json.loads(answer.body)["registration"]["no"]
            service.settle(act, form.review.data, Settlement.REGISTERED, no)
        return answer

    try:
        return write(db.session(), work)
    except HangtagError as refusal:
        return Answer(refusal.status, json.dumps(errors.problem(refusal), default=str))


def _request_of(form: forms.ScanForm) -> ScanRequest:
    is_customer = form.is_customers()
    name, phone = form.customer_name.data, form.customer_phone.data
    customer = CustomerName(name, phone) if name and phone else None
    return ScanRequest(
        scan_id=form.scan_id.data or "",
        site=edge.actor().site_code,
        code=form.code.data or "",
        source=Source(form.source.data),
        defect=form.defect.data,
        position=form.position.data,
        area_mm2=form.area_mm2.data,
        cause=form.cause.data,
        tag_intact=form.tag_intact.data == "yes",
        accessories_intact=form.accessories_intact.data == "yes",
        number_intact=form.number_intact.data == "yes",
        production_year=form.production_year.data,
        piece=form.answer(),
        purchased_on=form.purchased_on.data if is_customer else None,
        receipt_no=form.receipt_no.data if is_customer else None,
        customer=customer if is_customer else None,
        promised_on=form.promised_on.data if is_customer else None,
        sold_as_imperfect=is_customer and bool(form.sold_as_imperfect.data),
        delivery=form.delivery.data,
        demand=form.demand.data if is_customer else None,
        gore_card_no=form.gore_card_no.data if is_customer else None,
        manual=form.manual(),
        repair_tag=form.repair_tag.data,
    )


def _scan_page(form: forms.ScanForm, refusal: dict[str, Any] | None = None) -> str:
    if refusal is not None:
        _place(form, refusal)
    today = work_list.page(
        db.session(),
        edge.actor(),
        work_list.Filter(status=Status.REGISTERED, sort="newest"),
        business_day(),
    )
    return render_template(
        "registration/new.html",
        form=form,
        refusal=refusal,
        product=_product(form),
        latest=today.items[:8],
        delivery=delivery.named(form.delivery.data),
        has_blank_tags=labels.has_blank_tags(db.session(), edge.actor().site_id),
        non_quality=NonQualityReason,
        refusals=RefusalReason,
    )


def _place(form: forms.ScanForm, refusal: dict[str, Any]) -> None:
    """Say a refusal where it belongs; what is answered for good goes on under a new key."""
    form.piece.data = ""
    if refusal["code"] in ("already_registered", *queries.GONE, "scan_id_reused"):
        form.scan_id.data = str(uuid4())
    if refusal["code"] == "scan_id_reused":
        flash(
            _("This page was sent before, with other facts. Check them, then register."), "warning"
        )
    elif refusal["code"] != "same_sku_again":
        is_placed = form.refuse(refusal.get("field"), refusal["detail"])
        if not is_placed:
            flash(refusal["detail"], "danger")


def _look_up(code: str) -> dict[str, Any]:
    """Return the product that a code names, or the sentence why there is none."""
    try:
        return {"sku": scan.look_up(edge.act(), code)}
    except HangtagError as refusal:
        known = refusal.facts.get("registration")
        sentence = refusal.message(errors.locale_code())
        choices = refusal.facts.get("choices")
        by_hand = refusal.facts.get("by_hand")
        return {"sentence": sentence, "known": known, "by_hand": by_hand, "choices": choices}


def _product(form: forms.ScanForm) -> dict[str, Any]:
    """Return the panel's product, or why there is none and whether to enter it by hand."""
    code = form.code.data or ""
    found = _look_up(code) if code else {}
    if form.code.errors:
        found.pop("sentence", None)
    is_wanted = found.get("by_hand") or form.is_by_hand() or "by_hand" in request.args
    chosen = None if code else form.chosen()
    if chosen is not None:
        found = {"sku": chosen, "is_chosen": True}
    found["by_hand"] = bool(is_wanted) and "sku" not in found
    if found["by_hand"]:
        form.propose_by_hand(code)
    return found


@blueprint.get("/product")
@edge.allow(STORE_ROLES)
def product() -> ResponseReturnValue:
    """The product panel of the scan page, for the code just scanned."""
    form = forms.ScanForm(formdata=None)
    form.code.data = request.args.get("code", "")
    form.choose(*(request.args.get(name, "") for name in ("style_no", "colour", "size")))
    return render_template("registration/_product.html", form=form, product=_product(form))


@blueprint.get("/<no>/registered")
@edge.allow(STORE_ROLES)
def registered(no: str) -> ResponseReturnValue:
    """The piece number to print, and on to the next scan."""
    found = queries.get(db.session(), edge.actor(), no)
    offered = MACHINE.actions_from(Status(found.status), edge.actor().roles)
    accept = [action for action in offered if action is Action.ACCEPT]
    return render_template(
        "registration/registered.html",
        registration=found,
        accept=actions.panels(found, accept, garment.FORMS).get(Action.ACCEPT),
        photos=strip("registration", found),
        is_of_roll=found.piece_id >= FIRST_RESERVED,
    )


@blueprint.get("/<no>")
@edge.allow(GARMENT_READERS)
def show(no: str) -> ResponseReturnValue:
    """The garment's page: its story, its papers, and what the reader may do next."""
    return _page(no)


def _page(no: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    session, actor = db.session(), edge.actor()
    found = queries.get(session, actor, no)
    bench, lines = queries.bench(session, found), loss.live_lines_of(session, found.id)
    hidden = shipments.unnamed(actor, bench.boxes)
    boxes = [box for box in bench.boxes if box.no not in hidden]
    timeline = queries.timeline(session, found)
    bound = actions.panels(
        found, garment.offered(found), garment.forms_of(found), failed, failed_action
    )
    return render_template(
        "registration/show.html",
        registration=found,
        photos=strip("registration", found),
        customer_card=garment_card(found),
        earlier=[one for one in queries.of_piece(session, actor, found.piece_id) if one != found],
        timeline=timeline,
        bench=bench,
        seen=bench.assessments[-1] if bench.assessments else None,
        spent_fen=repairs.spent_fen(session, found.id),
        loss_lines=lines,
        derivation=garment.derivation(found),
        boxes=boxes,
        hidden=hidden,
        papers=_papers(boxes, lines),
        forms=with_measured(found, bound),
        failed_action=failed_action,
        warranty=_warranty(found),
        arrival=delivery.state_of(found),
        non_quality=NonQualityReason,
        refusals=RefusalReason,
        clocks=clocks.of(found, timeline),
        **garment.panels(found, timeline, bench),
    )


def _papers(boxes: Any, lines: Any) -> dict[str, str]:
    """Return where the documents that a story names are opened, for those that the reader may."""
    papers: dict[str, str] = {}
    if has_endpoint("shipment.show") and can_open("shipment.show"):
        papers |= {box.no: url_for("shipment.show", no=box.no) for box in boxes}
    if has_endpoint("loss.show") and can_open("loss.show"):
        papers |= {line.form.no: url_for("loss.show", no=line.form.no) for line in lines}
    return papers


def _warranty(found: Any) -> Any:
    if found.source != Source.CUSTOMER or found.closed_at is not None:
        return None
    is_repairable = found.status != Status.AWAITING_CUSTOMER
    cause = repairs.last_cause(db.session(), found)
    try:
        return warranty.warranty(edge.act(), found, cause=cause, is_repairable=is_repairable)
    except HangtagError:
        return None


@blueprint.post("/<no>/actions/<action>")
@edge.allow(GARMENT_READERS)
def act(no: str, action: str) -> ResponseReturnValue:
    """Take one action of the journey on this garment."""
    is_fresh = request.args.get("from") == "registered"
    found = queries.get(db.session(), edge.actor(), no)
    return actions.take(
        "registration",
        no,
        action,
        garment.forms_of(found),
        url_for(".registered" if is_fresh else ".show", no=no),
        lambda form: _page(no, form, action),
    )


@blueprint.get("/search")
@edge.allow(GARMENT_READERS)
def search() -> ResponseReturnValue:
    """Search by piece, style, receipt, phone's last four; a tracking number opens its box."""
    q = (request.args.get("q") or "").strip()
    if not q:
        return redirect(url_for(".index"))
    box = shipments.by_number(db.session(), edge.actor(), q)
    if box is not None and can_open("shipment.show"):
        return redirect(url_for("shipment.show", no=box.no))
    return redirect(url_for(".index", q=q))
