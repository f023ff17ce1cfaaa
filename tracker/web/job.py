"""Jobs: asked for where a file would take too long, watched, cancelled, fetched."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import TypeAdapter, ValidationError

from tracker import edge, jobs
from tracker.domain.errors import not_found
from tracker.domain.job import ASKERS, MACHINE, UNFINISHED, WHO, Kind, Status
from tracker.extensions import db
from tracker.queries import job as queries
from tracker.services import job as service
from tracker.services import job_kinds
from tracker.web import actions, once
from tracker.web.forms.action import ActionForm
from tracker.web.forms.job import ASKING, FORMS

blueprint = Blueprint("job", __name__, url_prefix="/jobs")


@blueprint.get("")
@edge.allow(ASKERS)
def index() -> ResponseReturnValue:
    """The reader's own jobs, newest first."""
    rows, following = queries.page(db.session(), edge.actor(), request.args.get("cursor"))
    return render_template(
        "job/index.html",
        jobs=[_shown(row) for row in rows],
        next_url=url_for(".index", cursor=following) if following else None,
    )


@blueprint.get("/new")
@edge.allow(ASKERS)
def new() -> ResponseReturnValue:
    """What would be made, and the button that asks for it: a GET asks for nothing."""
    kind = _kind(request.args.get("kind", ""))
    form = ASKING[kind](formdata=None, data=request.args.to_dict())
    return _asking(kind, form)


@blueprint.post("/new")
@edge.allow(ASKERS)
def ask() -> ResponseReturnValue:
    """Ask for a job; its page shows how far it is."""
    kind = _kind(request.args.get("kind", ""))
    form = ASKING[kind]()

    def effect() -> list[str]:
        return [service.ask(edge.act(), kind, _wanted(kind, form))[0].no]

    def done(numbers: list[str]) -> ResponseReturnValue:
        jobs.offer(*numbers)
        return redirect(url_for(".show", no=numbers[0]), 303)

    return once.take(form, "job.ask", effect, done, lambda: _asking(kind, form))


def _asking(kind: Kind, form: ActionForm) -> str:
    return render_template("job/new.html", kind=kind, form=form, wanted=_wanted(kind, form))


def _kind(value: str) -> Kind:
    found = next((kind for kind in Kind if kind == value), None)
    if found is None or not edge.actor().is_any(WHO[found]):
        raise not_found("后台任务", "background job", value)
    return found


def _wanted(kind: Kind, form: ActionForm) -> Any:
    """Return what the form asks for. Raises ``NotFound``: its address names nothing of ours."""
    arguments = job_kinds.WORK[kind].arguments
    given = {field.name: form[field.name].data for field in fields(arguments)}
    try:
        return TypeAdapter(arguments).validate_python(given)
    except ValidationError:
        raise not_found("后台任务", "background job", kind.value) from None


@blueprint.get("/<no>")
@edge.allow(ASKERS)
def show(no: str) -> ResponseReturnValue:
    """A job: how far it is, its file, what can be done."""
    return _page(no)


def _page(no: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    job = queries.get(db.session(), edge.actor(), no)
    return render_template("job/show.html", shown=_shown(job, failed, failed_action))


def _shown(job: Any, failed: ActionForm | None = None, failed_action: str = "") -> dict[str, Any]:
    """Return a job with what it makes and the forms of what the reader may do.

    The forms are bound to no version: the runner's start and end would make them stale while the
    page stands, and the status alone says what may be done.
    """
    offered = MACHINE.actions_from(Status(job.status), edge.actor().roles)
    forms = actions.panels(job, offered, FORMS, failed, failed_action)
    for form in forms.values():
        form.if_version.data = ""
    wanted = job_kinds.read(Kind(job.kind), job.arguments)
    return {
        "job": job,
        "wanted": wanted,
        "asked": {name: value for name, value in vars(wanted).items() if value},
        "forms": forms,
    }


@blueprint.get("/<no>/state")
@edge.allow(ASKERS)
def state(no: str) -> ResponseReturnValue:
    """How far a job is; when it is finished, the whole of it with its new buttons."""
    job = queries.get(db.session(), edge.actor(), no)
    if job.status in UNFINISHED:
        return render_template("job/_state.html", job=job)
    answer = Response(render_template("job/_job.html", shown=_shown(job)))
    answer.headers["HX-Retarget"] = f"#job-{job.no}"
    answer.headers["HX-Reswap"] = "outerHTML"
    return answer


@blueprint.get("/<no>/file")
@edge.allow(ASKERS)
def file(no: str) -> Response:
    """The file of a finished job."""
    found, job = service.file_of(edge.act(), no, edge.export_folder(), edge.export_days())
    return edge.sent(found, job.file_name or "", job.file_media or "")


@blueprint.post("/<no>/actions/<action>")
@edge.allow(ASKERS)
def act(no: str, action: str) -> ResponseReturnValue:
    """Cancel a job, or try it again."""
    answer = actions.take(
        "job",
        no,
        action,
        FORMS,
        url_for(".show", no=no),
        lambda form: _page(no, form, action),
    )
    if queries.get(db.session(), edge.actor(), no).status == Status.QUEUED:
        jobs.offer(no)
    return answer


def too_long(kind: Kind, **wanted: Any) -> ResponseReturnValue:
    """Answer with the page that asks for a job instead of making a reader wait."""
    flash(_("This file is long: it is made beside your work, and you can go on meanwhile."), "info")
    return redirect(url_for("job.new", kind=kind.value, **wanted), 303)
