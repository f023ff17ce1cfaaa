"""The chain's account codes: which account of its books each account of the ledger is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.domain.account import COST_ROLES, Role
from tracker.domain.errors import not_found
from tracker.domain.ledger import Account
from tracker.domain.site import Ownership
from tracker.domain.voucher import Bearer
from tracker.extensions import db
from tracker.queries import voucher as queries
from tracker.services import account_code as service
from tracker.web import once
from tracker.web.forms.action import ActionForm
from tracker.web.forms.voucher import AccountCodeForm

blueprint = Blueprint("account_code", __name__, url_prefix="/account-codes")


@blueprint.get("")
@edge.allow(COST_ROLES)
def index() -> ResponseReturnValue:
    """Every account of the ledger with its code; finance changes them."""
    return _list(AccountCodeForm(formdata=None))


def _list(form: AccountCodeForm) -> str:
    actor = edge.actor()
    return render_template(
        "account_code/index.html",
        codes=queries.codes(db.session(), actor),
        form=form if Role.FINANCE in actor.roles else None,
    )


@blueprint.get("/<no>")
@edge.allow(Role.FINANCE)
def show(no: str) -> ResponseReturnValue:
    """One code to be changed."""
    row = _row(no)
    values = {"account": row.account, "liable_kind": row.liable_kind, "ownership": row.ownership}
    form = AccountCodeForm(formdata=None, code=row.code, name=row.name)
    form.if_version.data = str(row.version)
    removal = ActionForm(formdata=None)
    removal.if_version.data = form.if_version.data
    return render_template(
        "account_code/show.html",
        row=row,
        values=values,
        form=form,
        removal=removal,
        heir=queries.heir(db.session(), row),
    )


def _row(no: str) -> Any:
    for row in queries.codes(db.session(), edge.actor()):
        if str(row.id) == no:
            return row
    raise not_found("会计科目", "account code", no)


@blueprint.post("")
@edge.allow(Role.FINANCE)
def put() -> ResponseReturnValue:
    """Set a code; vouchers that were drawn up stand as they are."""
    form = AccountCodeForm()

    def effect() -> list[str]:
        act = edge.act(form.note.data, form.version())
        return [service.put(act, **form.values()).code]

    def done(codes: list[str]) -> ResponseReturnValue:
        flash(_("Saved: %(code)s", code=codes[0]), "success")
        return redirect(url_for(".index"), 303)

    return once.take(form, request.path, effect, done, lambda: _list(form))


@blueprint.post("/<no>/remove")
@edge.allow(Role.FINANCE)
def remove(no: str) -> ResponseReturnValue:
    """Remove a finer code; a coarser one counts from now on."""
    form = ActionForm()

    def effect() -> list[str]:
        row = _row(no)
        heir = service.remove(
            edge.act(form.note.data, form.version()),
            account=Account(row.account),
            liable_kind=Bearer(row.liable_kind),
            ownership=Ownership(row.ownership) if row.ownership else None,
        )
        return [f"{heir.code} {heir.name}"]

    def done(heirs: list[str]) -> ResponseReturnValue:
        flash(_("Deleted. From now on %(heir)s is booked instead.", heir=heirs[0]), "success")
        return redirect(url_for(".index"), 303)

    return once.take(form, request.path, effect, done, lambda: str(show(no)))
