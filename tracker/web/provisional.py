"""Products that stores entered by hand: confirmed, or found to be a known one, by after-sales."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.domain.account import Role
from tracker.extensions import db
from tracker.queries import provisional as queries
from tracker.services import provisional
from tracker.web import once
from tracker.web.forms import provisional as forms

blueprint = Blueprint("provisional", __name__, url_prefix="/provisional")


@blueprint.get("")
@edge.allow(Role.CLERK)
def index() -> ResponseReturnValue:
    """Products to be confirmed, the oldest first, with their garments."""
    page = queries.page(db.session(), edge.actor(), request.args.get("cursor"))
    return render_template(
        "provisional/index.html",
        page=page,
        total=queries.count(db.session()),
        next_url=url_for(".index", cursor=page.next) if page.next else None,
        first_url=url_for(".index") if request.args.get("cursor") else None,
    )


@blueprint.get("/<no>")
@edge.allow(Role.CLERK)
def show(no: str) -> ResponseReturnValue:
    """One product to be confirmed."""
    return _page(no)


@blueprint.post("/<no>/confirm")
@edge.allow(Role.CLERK)
def confirm(no: str) -> ResponseReturnValue:
    """Confirm the product as it was entered, completing a new style's facts."""
    form = forms.CompleteForm() if "name" in request.form else forms.ConfirmForm()

    def effect() -> list[str]:
        facts = form.facts() if isinstance(form, forms.CompleteForm) else None
        sku = provisional.confirm(edge.act(form.note.data), no, facts)
        return [f"{sku.style.style_no} {sku.colour} {sku.size}"]

    return once.take(form, url_for(".confirm", no=no), effect, _done, lambda: _page(no, form))


@blueprint.post("/<no>/match")
@edge.allow(Role.CLERK)
def match(no: str) -> ResponseReturnValue:
    """Say which known product it is."""
    form = forms.MatchForm()

    def effect() -> list[str]:
        sku = provisional.match(edge.act(form.note.data), no, code=form.code.data or "")
        return [f"{sku.style.style_no} {sku.colour} {sku.size}"]

    address = url_for(".match", no=no)
    return once.take(form, address, effect, _done, lambda: _page(no, match_form=form))


def _done(names: list[str]) -> ResponseReturnValue:
    flash(_("Confirmed: %(product)s", product=names[0]), "success")
    return redirect(url_for(".index"), 303)


def _page(no: str, confirm_form: Any = None, match_form: Any = None) -> str:
    sku = queries.get(db.session(), no)
    return render_template(
        "provisional/show.html",
        sku=sku,
        garments=queries.garments_of(db.session(), edge.actor(), [sku.id]).get(sku.id, []),
        confirm_form=confirm_form or _blank_form(sku.style),
        match_form=match_form or forms.MatchForm(formdata=None),
    )


def _blank_form(style: Any) -> forms.ConfirmForm:
    if not style.is_provisional:
        return forms.ConfirmForm(formdata=None)
    return forms.CompleteForm(
        formdata=None, supplier=style.supplier.code, production_year=style.production_year
    )
