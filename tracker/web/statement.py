"""Statements: drawn up from a closed month, issued, delivered, answered, settled."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from labels.amount import capitals
from tracker import edge, errors
from tracker.domain.access_link import SIGNER
from tracker.domain.account import COST_ROLES, Role
from tracker.domain.codes import LiableKind
from tracker.domain.statement import MACHINE, READERS, SPEAKERS, Action, Status
from tracker.extensions import db
from tracker.queries import catalog, history
from tracker.queries import ledger as months
from tracker.queries import site as sites
from tracker.queries import statement as queries
from tracker.queries.paging import position
from tracker.services import statement as service
from tracker.services import statement_papers
from tracker.web import actions, once
from tracker.web.forms.action import ActionForm
from tracker.web.forms.statement import FORMS, PARTY_FORMS, IssueManyForm

blueprint = Blueprint("statement", __name__, url_prefix="/statements")

SHOWN = 200
"""So many lines are shown; the print has all of them."""


@blueprint.get("")
@edge.allow(READERS)
def index() -> ResponseReturnValue:
    """The statements that the reader may see, by month, status and party."""
    return _index(ActionForm(formdata=None))


def _index(form: ActionForm, issuing: IssueManyForm | None = None) -> str:
    session, actor = db.session(), edge.actor()
    wanted = queries.Wanted(
        **{name: request.args.get(name) or None for name in ("status", "month", "kind", "party")}
    )
    rows, following = queries.page(session, actor, wanted, position(request.args.get("cursor")))
    known = months.months(session, actor)
    return render_template(
        "statement/index.html",
        statements=rows,
        wanted=wanted,
        counts=queries.counts(session, actor, wanted),
        following=following,
        left=service.left,
        statuses=Status,
        kinds=tuple(SPEAKERS),
        months=[month.month for month in known],
        closed=[month.month for month in known if month.closed_at],
        to_bill=queries.months_to_bill(session, actor),
        may_draw=Role.FINANCE in actor.roles,
        form=form,
        issuing=issuing or IssueManyForm(formdata=None),
    )


@blueprint.post("")
@edge.allow(Role.FINANCE)
def draw_up() -> ResponseReturnValue:
    """Draft the statements of a closed month."""
    form = ActionForm()
    month = request.form.get("month", "")

    def effect() -> list[str]:
        return [row.no for row in service.draw_up(edge.act(form.note.data), month)]

    def done(numbers: list[str]) -> ResponseReturnValue:
        if numbers:
            flash(_("Drawn up: %(n)s statements", n=len(numbers)), "success")
        else:
            flash(_("Every charge of %(month)s is on a statement already.", month=month), "info")
        return redirect(url_for(".index", month=month), 303)

    return once.take(form, f"statement.draw_up/{month}", effect, done, lambda: _index(form))


@blueprint.post("/issue")
@edge.allow(Role.FINANCE)
def issue_many() -> ResponseReturnValue:
    """Issue every draft ticked, each for itself, by one password; say which failed and why."""
    form = IssueManyForm()
    if not form.validate_on_submit():
        return _index(ActionForm(formdata=None), form), 422
    try:
        edge.prove(form.typed_password())
    except errors.REFUSALS as error:
        refusal = errors.as_refusal(error)
        form.password.errors = [refusal.message(errors.locale_code())]
        return _index(ActionForm(formdata=None), form), refusal.status
    taken = actions.take_many("statement", Action.ISSUE, {}, form)
    if done := sum(one.is_done for one in taken):
        flash(_("Issued: %(n)s. Print and deliver each.", n=done), "success")
    for one in taken:
        if not one.is_done:
            flash(f"{one.no}: {one.sentence}", "danger")
    return redirect(url_for(".index", month=request.args.get("month") or None), 303)


@blueprint.get("/<no>")
@edge.allow(READERS)
def show(no: str) -> ResponseReturnValue:
    """A statement: its lines, its delivery, what was settled, and what may be done."""
    return _page(no)


def _page(no: str, failed: ActionForm | None = None, failed_action: str = "") -> str:
    session, actor = db.session(), edge.actor()
    found = queries.get(session, actor, no)
    offered = MACHINE.actions_from(Status(found.status), actor.roles)
    if not actor.is_any(SPEAKERS[LiableKind(found.liable_kind)]):
        offered = tuple(one for one in offered if one not in (Action.AGREE, Action.DISPUTE))
    return render_template(
        "statement/show.html",
        statement=found,
        lines=queries.lines(session, found, SHOWN),
        line_count=queries.line_count(session, found),
        settlements=queries.settlements(session, found),
        replaced_by=queries.replaced_by(session, found),
        objection=_objection(found),
        why_void=_last_reason(found, "void"),
        left_fen=service.left(found),
        capitals=capitals(abs(found.total_fen)),
        names=_names() if actor.is_any(COST_ROLES) else None,
        forms=actions.panels(found, offered, _forms(), failed, failed_action),
        failed_action=failed_action,
    )


def _names() -> dict[str, str]:
    """The names of suppliers and stores, for head office: a party is told of no other."""
    session = db.session()
    names = {site.code: site.name for site in sites.every(session)}
    names.update((supplier.code, supplier.name) for supplier in catalog.suppliers(session))
    return names


def _forms() -> dict[Action, type[ActionForm]]:
    return FORMS if edge.actor().is_any(COST_ROLES) else PARTY_FORMS


def _objection(found: Any) -> str:
    """What the party objects to; of a link with the name that its signer typed."""
    event = history.last(db.session(), MACHINE.noun, found.id, Action.DISPUTE.value)
    if event is None:
        return ""
    signer = (event.details or {}).get(SIGNER)
    return (event.reason or "") + (_(" (by link: %(name)s)", name=signer) if signer else "")


def _last_reason(found: Any, action: str) -> str:
    event = history.last(db.session(), MACHINE.noun, found.id, action)
    return (event.reason or "") if event else ""


@blueprint.post("/<no>/actions/<action>")
@edge.allow(READERS)
def act(no: str, action: str) -> ResponseReturnValue:
    """Issue, record delivery, agreement, dispute or settlement, or void."""
    return actions.take(
        "statement",
        no,
        action,
        _forms(),
        url_for(".show", no=no),
        lambda form: _page(no, form, action),
    )


@blueprint.get("/<no>.pdf")
@edge.allow(READERS)
def pdf(no: str) -> ResponseReturnValue:
    """The statement in three copies."""
    return edge.printed(statement_papers.statement(edge.act(), no, edge.fonts()))
