"""Delegations: who stands in for an absent colleague of head office, and until when."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.domain.account import Role
from tracker.domain.approval import DELEGATES
from tracker.extensions import db
from tracker.queries import approval_step
from tracker.queries import delegation as queries
from tracker.services import delegation as service
from tracker.web import once
from tracker.web.day import business_day
from tracker.web.forms.action import ActionForm
from tracker.web.forms.approval import DelegationForm

blueprint = Blueprint("delegation", __name__, url_prefix="/delegations")
MAKERS = DELEGATES | {Role.ADMINISTRATOR}


@blueprint.get("")
@edge.allow(queries.READERS)
def index() -> ResponseReturnValue:
    """Who stands in for whom: the reader's own, or all for who oversees them."""
    return _page(_blank())


def _blank() -> DelegationForm:
    form = DelegationForm(formdata=None)
    form.from_on.data = form.until_on.data = business_day()
    return form


def _page(form: DelegationForm) -> str:
    session, actor, today = db.session(), edge.actor(), business_day()
    _offer(form)
    return render_template(
        "delegation/index.html",
        rows=queries.every(session, actor),
        names={step.code: step for step in approval_step.versions(session)},
        form=form,
        makes=actor.is_any(MAKERS),
        is_admin=Role.ADMINISTRATOR in actor.roles,
        retract=ActionForm(formdata=None),
        today=today,
    )


def _offer(form: DelegationForm) -> None:
    """Offer the people of head office; whoever is no administrator is absent himself."""
    session, actor = db.session(), edge.actor()
    people = queries.people(session)
    is_admin = Role.ADMINISTRATOR in actor.roles
    absent = [one for one in people if is_admin or one.id == actor.account_id]
    others = [one for one in people if is_admin or one.id != actor.account_id]
    form.offer(absent, others, approval_step.in_force(session, business_day()))
    if not is_admin and absent and not form.absent.raw_data:
        form.absent.data = absent[0].login


@blueprint.post("")
@edge.allow(MAKERS)
@edge.with_password
def delegate() -> ResponseReturnValue:
    """Let somebody stand in."""
    form = DelegationForm()
    _offer(form)

    def effect() -> list[str]:
        row = service.delegate(
            edge.act(),
            absent=form.absent.data,
            to=form.to.data,
            from_on=form.from_on.data or business_day(),
            until_on=form.until_on.data or business_day(),
            steps=form.steps.data or (),
            reason=form.reason.data or "",
        )
        return [row.delegate.name]

    def done(names: list[str]) -> ResponseReturnValue:
        flash(_("%(name)s stands in.", name=names[0]), "success")
        return redirect(url_for(".index"), 303)

    return once.take(form, request.path, effect, done, lambda: _page(form))


@blueprint.post("/<int:number>/revoke")
@edge.allow(MAKERS)
@edge.with_password
def revoke(number: int) -> ResponseReturnValue:
    """End a delegation at once."""
    form = ActionForm()

    def effect() -> list[str]:
        return [service.revoke(edge.act(), number).delegate.name]

    def done(names: list[str]) -> ResponseReturnValue:
        flash(_("%(name)s no longer stands in.", name=names[0]), "success")
        return redirect(url_for(".index"), 303)

    return once.take(form, request.path, effect, done, lambda: _page(_blank()))
