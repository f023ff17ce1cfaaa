"""Parts of the bench: the catalogue, what lies in stock, and every movement."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.domain.account import Role
from tracker.extensions import db
from tracker.queries import part as queries
from tracker.services import part as service
from tracker.web import once
from tracker.web.forms.action import ActionForm
from tracker.web.forms.bench import MovementForm, NewPartForm, PartForm
from tracker.web.operation import READERS

blueprint = Blueprint("part", __name__, url_prefix="/parts")


@blueprint.get("")
@edge.allow(*READERS)
def index() -> ResponseReturnValue:
    """Every part with its price and its stock; ``?low=1`` shows what must be bought."""
    return _list(NewPartForm(formdata=None))


def _list(form: NewPartForm) -> str:
    stocks = queries.every(db.session())
    only_low = request.args.get("low") == "1"
    return render_template(
        "part/index.html",
        stocks=[stock for stock in stocks if stock.is_low or not only_low],
        low=sum(stock.is_low for stock in stocks),
        only_low=only_low,
        form=form,
        keeps=Role.SUPERVISOR in edge.actor().roles,
        moves=Role.CLERK in edge.actor().roles,
    )


@blueprint.post("")
@edge.allow(Role.SUPERVISOR)
def add() -> ResponseReturnValue:
    """Add a part."""
    form = NewPartForm()
    return once.keep(
        form,
        lambda: service.add(edge.act(form.note.data), **form.values()),
        lambda: _list(form),
        _lead,
    )


@blueprint.get("/<code>")
@edge.allow(*READERS)
def show(code: str) -> ResponseReturnValue:
    """One part: its stock, its movements, and what the reader may do with it."""
    return _one(code)


def _one(
    code: str, failed: PartForm | None = None, failed_movement: MovementForm | None = None
) -> str:
    part = queries.get(db.session(), code)
    rows, following = queries.movements(db.session(), part, request.args.get("cursor"))
    switch = ActionForm(formdata=None)
    form = failed or PartForm(formdata=None, obj=part)
    form.if_version.data = switch.if_version.data = str(part.version)
    return render_template(
        "part/show.html",
        stock=queries.stock_of(db.session(), part),
        movements=rows,
        form=form,
        movement=failed_movement or MovementForm(formdata=None),
        switch=switch,
        keeps=Role.SUPERVISOR in edge.actor().roles,
        moves=Role.CLERK in edge.actor().roles,
        next_url=url_for(".show", code=code, cursor=following) if following else None,
        first_url=url_for(".show", code=code) if request.args.get("cursor") else None,
    )


@blueprint.post("/<code>")
@edge.allow(Role.SUPERVISOR)
def change(code: str) -> ResponseReturnValue:
    """Change a part; work entered before stands as it was."""
    form = PartForm()
    return once.keep(
        form,
        lambda: service.change(edge.act(form.note.data, form.version()), code, **form.values()),
        lambda: _one(code, failed=form),
        _lead,
    )


@blueprint.post("/<code>/movements")
@edge.allow(Role.CLERK)
def move(code: str) -> ResponseReturnValue:
    """Receive, return or correct stock."""
    form = MovementForm()
    return once.keep(
        form,
        lambda: service.move(edge.act(form.note.data), code, **form.values()),
        lambda: _one(code, failed_movement=form),
        _lead,
    )


@blueprint.post("/<code>/<any(retire, restore):switch>")
@edge.allow(Role.SUPERVISOR)
def switch(code: str, switch: str) -> ResponseReturnValue:
    """Retire a part, or take it into use again."""
    form = ActionForm()
    verb = service.restore if switch == "restore" else service.retire
    return once.keep(
        form,
        lambda: verb(edge.act(form.note.data, form.version()), code),
        lambda: _one(code),
        _lead,
    )


def _lead(code: str) -> str:
    return url_for(".show", code=code)
