"""Loss forms: garments that wait for one, the forms, and the chain of signatures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from labels.amount import capitals
from tracker import edge, errors
from tracker.db import utc_now
from tracker.domain import x12
from tracker.domain.account import FORM_READERS, LOSS_ROLES, Role
from tracker.domain.approval import TAKEN_BY_STEPS
from tracker.domain.codes import Cause, Defect, LiableKind, Source
from tracker.domain.liability_rules import DERIVATION_READERS
from tracker.domain.loss import MACHINE, Action, Share, Status
from tracker.domain.photo import Kind, Subject
from tracker.domain.registration import Action as GarmentAction
from tracker.domain.registration import Status as GarmentStatus
from tracker.extensions import db
from tracker.queries import (
    approval,
    catalog,
    liability_rule,
    loss_clock,
    loss_photo,
    notice_period,
    signed_paper,
)
from tracker.queries import dispute as disputes
from tracker.queries import loss as queries
from tracker.queries import registration as registrations
from tracker.services import loss as service
from tracker.services import loss_papers
from tracker.services import photo as photo_service
from tracker.web import actions, delivery, once, photo
from tracker.web import approval as approval_pages
from tracker.web.day import business_day
from tracker.web.forms.action import ActionForm
from tracker.web.forms.dispute import AnswerForm, DisputeForm, DisputeOnPaperForm
from tracker.web.forms.loss import (
    FORMS,
    LiabilityForm,
    ListForm,
    SignOnPaperForm,
    liability_form,
)
from tracker.web.signed_paper import papers_of

blueprint = Blueprint("loss", __name__, url_prefix="/loss-forms")
WAITERS = frozenset({Role.CLERK, Role.ASSESSOR, Role.BUSINESS, Role.FINANCE, Role.AUDITOR})
"""Who sees the garments that wait for a form."""

ASSIGNERS = frozenset({Role.CLERK, Role.ASSESSOR})


@blueprint.get("")
@edge.allow(FORM_READERS)
def index() -> ResponseReturnValue:
    """The loss forms that the reader may see, by status and month, with their total."""
    session, actor = db.session(), edge.actor()
    status, month = request.args.get("status") or None, request.args.get("month") or None
    today, is_late = business_day(), request.args.get("overdue") == "1"
    forms = queries.forms(
        session,
        actor,
        statuses=[status] if status else (),
        month=month,
        overdue_on=today if is_late else None,
    )
    counted = [form for form in forms if form.status != Status.VOIDED]
    return render_template(
        "loss/index.html",
        loss_forms=forms,
        counts=queries.line_counts(session, forms),
        by_status=queries.counts(session, actor),
        total_fen=sum(form.total_fen for form in counted),
        status_wanted=status,
        overdue_wanted=is_late,
        late=notice_period.late_lines(session, forms, today),
        month_wanted=month,
        months=sorted({form.month for form in forms} | ({month} if month else set()), reverse=True),
        statuses=Status,
        shows_money=_shows_money(),
        sign_by=loss_clock.sign_by(session, forms),
    )


def _shows_money() -> bool:
    """The warehouse and the witness handle garments, not figures; the liable party sees its own."""
    actor = edge.actor()
    return actor.sees_cost or actor.is_any(frozenset({Role.STORE_MANAGER, Role.SUPPLIER}))


@blueprint.get("/pending")
@edge.allow(WAITERS)
def pending() -> ResponseReturnValue:
    """The garments that wait for a form, with who is proposed liable and why."""
    return _pending(ListForm(formdata=None))


def _pending(form: ActionForm, again: bool = False) -> str:
    session, actor = db.session(), edge.actor()
    garments = queries.pending(session, actor)
    return render_template(
        "loss/pending.html",
        garments=garments,
        shares=queries.liabilities_of(session, garments),
        names={supplier.code: supplier.name for supplier in catalog.suppliers(session)},
        form=form,
        ticked=set(form.codes.data or ()) if again else set(),
        may_list=Role.CLERK in actor.roles,
        may_assign=actor.is_any(ASSIGNERS),
    )


@blueprint.post("")
@edge.allow(Role.CLERK)
def list_pieces() -> ResponseReturnValue:
    """Put the ticked garments on the drafts of their liable parties."""
    form = ListForm()
    codes = list(form.codes.data or ())

    def effect() -> list[str]:
        made = service.list_pieces(edge.act(form.note.data), codes)
        return [loss_form.no for loss_form in made]

    def done(numbers: list[str]) -> ResponseReturnValue:
        flash(_("Loss forms: %(numbers)s", numbers=_(", ").join(numbers)), "success")
        if len(numbers) == 1:
            return redirect(url_for(".show", no=numbers[0]), 303)
        return redirect(url_for(".index", status=Status.DRAFT.value), 303)

    return once.take(form, "loss_form.list", effect, done, lambda: _pending(form, True))


@blueprint.get("/pending/<no>")
@edge.allow(ASSIGNERS)
def liability(no: str) -> ResponseReturnValue:
    """Set the liable parties of one garment by hand."""
    return _liability(no)


def _liability(no: str, failed: ActionForm | None = None) -> str:
    session = db.session()
    garment = registrations.get(session, edge.actor(), no)
    shares = queries.liabilities(session, garment.id)
    form = failed or LiabilityForm(formdata=None)
    form.if_version.data = str(garment.version)
    if isinstance(form, LiabilityForm) and failed is None:
        form.fill([Share(LiableKind(s.liable_kind), s.percent, s.party or None) for s in shares])
    return render_template(
        "loss/liability.html",
        garment=garment,
        shares=shares,
        suppliers=catalog.suppliers(session),
        form=form,
        is_free=garment.status == GarmentStatus.SCRAP_PENDING,
        derivation=liability_rule.derivation(session, garment.id),
        arrival=delivery.state_of(garment),
    )


@blueprint.post("/pending/<no>")
@edge.allow(ASSIGNERS)
def reassign(no: str) -> ResponseReturnValue:
    """Override the proposal, with its reason; the garment's story keeps both."""
    garment = registrations.get(db.session(), edge.actor(), no)
    form = liability_form(garment.piece.supplier.code, garment.site.code)
    return actions.take(
        "registration",
        no,
        GarmentAction.REASSIGN.value,
        {GarmentAction.REASSIGN: form},
        url_for(".pending"),
        lambda failed: _liability(no, failed),
    )


@blueprint.get("/<no>")
@edge.allow(FORM_READERS)
def show(no: str) -> ResponseReturnValue:
    """A loss form: its lines, its total, its chain of signatures, and what comes next."""
    return _page(no)


def _page(no: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    session, actor = db.session(), edge.actor()
    form = queries.get(session, actor, no)
    signatures = queries.signatures(session, form)
    said, lines = disputes.thread(session, form), queries.lines(session, form)
    offered = _offered(form, said)
    today = business_day()
    return render_template(
        "loss/show.html",
        loss_form=form,
        lines=lines,
        reasons={line.id: _reason_of(line.registration) for line in lines},
        late=notice_period.of_form(session, form, today),
        whys=_derivations(lines),
        disputes=said,
        dispute_signers=disputes.signers(session, form),
        taken_back=loss_papers.taken_back(edge.act(), form),
        photos=photo.strip("loss_form", form),
        papers=papers_of(form),
        scans=_scans(form),
        capitals=capitals(form.total_fen),
        steps=approval_pages.steps_of(form, signatures),
        names=approval_pages.names(),
        stands_in=approval.stands_in(session, actor, form, utc_now()),
        content_sha256=approval.content_sha256(session, form) if form.steps else "",
        returned=[s for s in signatures if not s.is_live],
        sign_by=loss_clock.sign_by(session, [form]).get(form.id),
        forms=actions.panels(form, offered, _forms(), failed, failed_action),
        failed_action=failed_action,
        took_a_step=actor.account_id in approval.people(s for s in signatures if s.is_live),
        may_unlist=form.status == Status.DRAFT and Role.CLERK in actor.roles,
        unlist_form=ActionForm(formdata=None),
        shows_money=_shows_money(),
        names_stores=actor.is_any(LOSS_ROLES),
        faults=loss_photo.of_form(session, form),
    )


def _derivations(lines: Sequence[Any]) -> Any:
    """Return how each garment's proposal followed, for those who may read it: no supplier may."""
    if not edge.actor().is_any(DERIVATION_READERS):
        return {}
    return liability_rule.derivations(db.session(), [line.registration_id for line in lines])


def _scans(form: Any) -> dict[int, list[Any]]:
    """Return by signature the pictures on which it rests."""
    found: dict[int, list[Any]] = {}
    for scan in signed_paper.scans(db.session(), form.id):
        found.setdefault(scan.signature_id, []).append(scan)
    return found


_FORMS = {**FORMS, Action.DISPUTE: DisputeForm, Action.ANSWER: AnswerForm}


def _reason_of(garment: Any) -> x12.RequestReason:
    return x12.reason_of(Defect(garment.defect), Cause(garment.cause), Source(garment.source))


def _forms() -> dict[Any, type[ActionForm]]:
    """Return the forms of the actions; the business department signs for a supplier, on paper.

    So does whoever stands in for it; a dispute is recorded by the department itself.
    """
    forms, actor = dict(_FORMS), edge.actor()
    if Role.BUSINESS in actor.roles | approval.lent_roles(db.session(), actor, utc_now()):
        forms[Action.SIGN] = SignOnPaperForm
    if Role.BUSINESS in actor.roles:
        forms[Action.DISPUTE] = DisputeOnPaperForm
    return forms


def _offered(form: Any, said: Sequence[Any]) -> list[Any]:
    """Return the actions that the reader may take: his step if it is next, no answer to himself.

    Whoever stands in takes the steps of the chain and returns the form, nothing else.
    """
    session, actor = db.session(), edge.actor()
    step = approval.offered(session, actor, form, utc_now())
    own = set(MACHINE.actions_from(Status(form.status), actor.roles)) - set(TAKEN_BY_STEPS)
    if approval.returns_for(session, actor, form, utc_now()) is not None:
        own.add(Action.RETURN)
    if step is not None:
        own.add(step.action)
    offered = [action for action in Action if action in own - {Action.CLASSIFY}]
    if Role.BUSINESS in actor.roles and form.liable_kind != LiableKind.SUPPLIER:
        offered = [action for action in offered if action is not Action.DISPUTE]
    if any(one.verdict is None and one.by_id == actor.account_id for one in said):
        offered = [action for action in offered if action is not Action.ANSWER]
    return offered


@blueprint.get("/<no>/photos/<int:number>.jpg")
@edge.allow(FORM_READERS)
def fault(no: str, number: int) -> ResponseReturnValue:
    """A photo of a defect on the form."""
    return edge.picture(*photo_service.content_on_form(edge.act(), edge.photo_folder(), no, number))


@blueprint.get("/<no>/photos/<int:number>/thumb.jpg")
@edge.allow(FORM_READERS)
def fault_thumb(no: str, number: int) -> ResponseReturnValue:
    """The same, small."""
    found = photo_service.content_on_form(
        edge.act(), edge.photo_folder(), no, number, is_thumb=True
    )
    return edge.picture(*found)


@blueprint.post("/<no>/actions/<action>")
@edge.allow(FORM_READERS)
def act(no: str, action: str) -> ResponseReturnValue:
    """Take one step of the chain, return the form, or void it; signed paper comes first."""
    if action == Action.SIGN and _may_sign(no):
        _add_papers(no)
    return actions.take(
        "loss_form",
        no,
        action,
        _forms(),
        url_for(".show", no=no),
        lambda form: _page(no, form, action),
    )


def _may_sign(no: str) -> bool:
    """Return whether the reader's turn is to record a signature on paper: else nothing is kept."""
    form = queries.get(db.session(), edge.actor(), no)
    step = approval.offered(db.session(), edge.actor(), form, utc_now())
    is_on_paper = _forms().get(Action.SIGN) is SignOnPaperForm
    return is_on_paper and step is not None and step.action is Action.SIGN


def _add_papers(no: str) -> None:
    """Add the pictures of what was signed on paper; the signature tells what is missing then."""
    for file in request.files.getlist("papers"):
        if file.filename:
            refusal = photo.add_one(Subject.LOSS_FORM, no, Kind.SIGNATURE, file)
            if refusal is not None:
                flash(refusal.message(errors.locale_code()), "danger")


@blueprint.post("/<no>/lines/<registration_no>/unlist")
@edge.allow(Role.CLERK)
def unlist(no: str, registration_no: str) -> ResponseReturnValue:
    """Take one garment off its draft forms."""
    return actions.take(
        "registration",
        registration_no,
        "unlist",
        {},
        url_for(".show", no=no),
        lambda _form: _page(no),
    )
