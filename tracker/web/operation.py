"""The catalogue of operations: read at the bench, kept by the after-sales supervisor."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from tracker import edge
from tracker.domain.account import Role
from tracker.extensions import db
from tracker.queries import operation as queries
from tracker.services import operation as service
from tracker.web import once
from tracker.web.forms.action import ActionForm
from tracker.web.forms.bench import NewOperationForm, OperationForm

blueprint = Blueprint("operation", __name__, url_prefix="/operations")
READERS = (
    Role.REPAIRER, Role.SUPERVISOR, Role.CLERK, Role.ASSESSOR, Role.QA, Role.AUDITOR,
)  # fmt: skip
"""Who works with the bench's catalogues."""


@blueprint.get("")
@edge.allow(*READERS)
def index() -> ResponseReturnValue:
    """Every operation with its standard minutes and its price."""
    return _list(NewOperationForm(formdata=None))


def _list(form: NewOperationForm) -> str:
    return render_template(
        "operation/index.html",
        operations=queries.every(db.session()),
        form=form,
        keeps=Role.SUPERVISOR in edge.actor().roles,
    )


@blueprint.post("")
@edge.allow(Role.SUPERVISOR)
def add() -> ResponseReturnValue:
    """Add an operation."""
    form = NewOperationForm()
    return once.keep(
        form, lambda: service.add(edge.act(form.note.data), **form.values()), lambda: _list(form)
    )


@blueprint.get("/<code>")
@edge.allow(Role.SUPERVISOR)
def show(code: str) -> ResponseReturnValue:
    """One operation to be changed or retired."""
    row = queries.get(db.session(), code)
    return _one(row, OperationForm(formdata=None, obj=row))


def _one(row: Any, form: OperationForm) -> str:
    form.if_version.data = str(row.version)
    switch = ActionForm(formdata=None)
    switch.if_version.data = str(row.version)
    return render_template("operation/show.html", operation=row, form=form, switch=switch)


@blueprint.post("/<code>")
@edge.allow(Role.SUPERVISOR)
def change(code: str) -> ResponseReturnValue:
    """Change an operation; work entered before stands as it was."""
    form = OperationForm()
    return once.keep(
        form,
        lambda: service.change(edge.act(form.note.data, form.version()), code, **form.values()),
        lambda: _one(queries.get(db.session(), code), form),
    )


@blueprint.post("/<code>/<any(retire, restore):switch>")
@edge.allow(Role.SUPERVISOR)
def switch(code: str, switch: str) -> ResponseReturnValue:
    """Retire an operation, or take it into use again."""
    form = ActionForm()
    verb = service.restore if switch == "restore" else service.retire

    def again() -> str:
        row = queries.get(db.session(), code)
        return _one(row, OperationForm(formdata=None, obj=row))

    return once.keep(form, lambda: verb(edge.act(form.note.data, form.version()), code), again)
