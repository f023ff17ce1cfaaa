"""The carriers that the chain works with: logistics keeps the list."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.domain.account import Role
from tracker.extensions import db
from tracker.queries import shipment as queries
from tracker.services import carrier as service
from tracker.web import once
from tracker.web.forms.shipment import CarrierForm, RetireForm

blueprint = Blueprint("carrier", __name__, url_prefix="/carriers")


@blueprint.get("")
@edge.allow(Role.LOGISTICS)
def index() -> ResponseReturnValue:
    """The carriers that are offered where a box is sent."""
    return _page(CarrierForm(formdata=None))


def _page(form: CarrierForm) -> str:
    return render_template(
        "carrier/index.html",
        carriers=queries.carriers(db.session()),
        form=form,
        retire_form=RetireForm(formdata=None),
    )


@blueprint.post("")
@edge.allow(Role.LOGISTICS)
def add() -> ResponseReturnValue:
    """Offer a carrier, anew if it was retired."""
    form = CarrierForm()

    def done(names: list[str]) -> ResponseReturnValue:
        flash(_("%(name)s is offered from now on.", name=names[0]), "success")
        return redirect(url_for(".index"), 303)

    return once.take(
        form,
        "carrier.add",
        lambda: [service.add(edge.act(), form.name.data or "").name],
        done,
        lambda: _page(form),
    )


@blueprint.post("/retire")
@edge.allow(Role.LOGISTICS)
def retire() -> ResponseReturnValue:
    """Offer a carrier no more; boxes that it carried keep its name."""
    form = RetireForm()

    def effect() -> list[str]:
        service.retire(edge.act(), form.name.data or "")
        return [form.name.data or ""]

    def done(names: list[str]) -> ResponseReturnValue:
        flash(_("%(name)s is offered no more.", name=names[0]), "success")
        return redirect(url_for(".index"), 303)

    return once.take(form, "carrier.retire", effect, done, lambda: _page(CarrierForm()))
