"""The warranty calculator: by hand or from a registration, read aloud or printed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from tracker import edge, errors
from tracker.domain.account import GARMENT_READERS
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Category
from tracker.domain.entitlement import Owed
from tracker.domain.errors import HangtagError, InvalidInput
from tracker.domain.law_packs import Pack
from tracker.domain.money import yuan
from tracker.domain.policy import Reach
from tracker.domain.quality_guide import Verdict, tolerances_from
from tracker.extensions import db
from tracker.queries import policy
from tracker.queries import promise as queries
from tracker.queries import registration as registrations
from tracker.services import promise, warranty_paper
from tracker.web.day import business_day
from tracker.web.forms.warranty import ClaimForm

blueprint = Blueprint("warranty", __name__, url_prefix="/warranty")


@dataclass(frozen=True)
class Found:
    """What came out: the verdict on quality, and what the customer may ask for."""

    verdict: Verdict
    owed: Owed


def _form() -> ClaimForm:
    typed = request.args if "fault" in request.args else _of_registration()
    return ClaimForm(typed).offer(errors.locale_code(), business_day())


def _of_registration() -> MultiDict[str, str] | None:
    """Return what a registration says of its garment, as if it had been typed."""
    no = request.args.get("registration", "")
    if not no:
        return None
    row = registrations.get(db.session(), edge.actor(), no)
    style = row.piece.sku.style
    typed = [
        ("category", Category(style.category).value),
        ("channel", "store"),
        ("purchased_on", row.purchased_on.isoformat() if row.purchased_on else ""),
        ("on", shanghai_date(row.registered_at).isoformat()),
        ("paid", yuan(style.tag_price_fen)),
        ("repairs", str(row.repair_count)),
        ("mending", "restored"),
        ("pack", queries.pack_of(db.session(), row.site_id).value),
        *([("brought", "has_receipt")] if row.receipt_no else []),
        *([("brought", "has_tag")] if row.tag_intact else []),
        *([("goods", "is_imperfect")] if row.sold_as_imperfect else []),
    ]
    return MultiDict(typed)


def _answer(form: ClaimForm) -> Found | None:
    """Return the answer to what was typed, or nothing with the sentence why not in its place."""
    if not form.validate():
        return None
    session, (place, reach) = db.session(), _where()
    try:
        verdict = form.verdict(
            tolerances_from(policy.values(session, form.on.data or business_day()))
        )
        claim = form.claim(verdict.ground)
        pack = form.pack.data or place
        owed = promise.answer(session, claim, pack, reach, form.profile.data or None)
    except HangtagError as refusal:
        _say(form, refusal)
        return None
    return Found(verdict, owed)


def _where() -> tuple[Pack, Reach]:
    """Return the law and the place: those of the registration, else of the reader's own store."""
    session, actor, no = db.session(), edge.actor(), request.args.get("registration", "")
    if no:
        row = registrations.get(session, actor, no)
        return queries.pack_of(session, row.site_id), policy.reach_of(row)
    if not actor.is_store:
        return Pack.NATIONAL, Reach(region=actor.region or "")
    return queries.of_store(session, actor)


def _say(form: ClaimForm, refusal: HangtagError) -> None:
    """Say a refusal at its field, or above the form."""
    sentence = refusal.message(errors.locale_code())
    name = refusal.field if isinstance(refusal, InvalidInput) else None
    name = {"purchase_price_fen": "paid", "price_now_fen": "price_now"}.get(name or "", name)
    if name is not None and name in form:
        form[name].errors = [*form[name].errors, sentence]
    else:
        flash(sentence, "danger")


@blueprint.get("")
@edge.allow(GARMENT_READERS)
def index() -> ResponseReturnValue:
    """The questions, and the answer with how it follows."""
    form = _form()
    found = _answer(form) if "fault" in request.args else None
    return render_template(
        "warranty/index.html",
        form=form,
        found=found,
        registration=request.args.get("registration", ""),
        typed=request.args.to_dict(flat=False),
    )


@blueprint.get("/answer.pdf")
@edge.allow(GARMENT_READERS)
def paper() -> ResponseReturnValue:
    """The answer on one page that the customer may take along."""
    form = _form()
    found = _answer(form)
    if found is None:
        return render_template(
            "warranty/index.html", form=form, found=None, registration="", typed={}
        )
    claim = form.claim(found.verdict.ground)
    return edge.printed(
        warranty_paper.answer(edge.act(), claim, found.verdict.rule, found.owed, edge.fonts())
    )
