"""A policy's change on pages: see what it would do, propose it, answer another's proposal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from tracker import edge, errors
from tracker.domain.account import CHAIN_ROLES
from tracker.domain.errors import HangtagError
from tracker.domain.policy import Scope, pick
from tracker.domain.policy_registry import KEEPERS, terms_of
from tracker.extensions import db
from tracker.queries import policy_change as queries
from tracker.queries import policy_preview
from tracker.queries.policy import as_value
from tracker.services import policy_change as service
from tracker.web import once
from tracker.web.day import business_day
from tracker.web.forms.action import ActionForm
from tracker.web.forms.policy import ProposalForm, RefusalForm, draft_form
from tracker.web.policy import blueprint


@blueprint.get("/<name>/change")
@edge.allow(*KEEPERS)
def draft(name: str) -> ResponseReturnValue:
    """The version that somebody has in mind, and what it would do to the open cases."""
    return _draft(name, request.args)


def _draft(name: str, typed: Any, proposal: ProposalForm | None = None) -> ResponseReturnValue:
    current = pick([as_value(row) for row in queries.of_name(db.session(), name)], business_day())
    assert current is not None  # noqa: S101
    form = draft_form(current, terms_of(current), typed, business_day())
    seen, refusal = None, None
    if typed and form.validate():
        try:
            version = service.draft(edge.act(), name, **_asked(form.data))
            seen = policy_preview.preview(db.session(), version, business_day())
            proposal = proposal or ProposalForm(formdata=None, data=_kept(form.data))
        except HangtagError as error:
            refusal = error.message(errors.locale_code())
    page = render_template(
        "policy/change.html",
        policy=current,
        version=version if seen else None,
        terms=terms_of(current),
        form=form,
        seen=seen,
        refusal=refusal,
        proposal=proposal,
        shown=policy_preview.SHOWN,
    )
    return (page, 422) if refusal else page


def _asked(given: Any) -> dict[str, Any]:
    day = given.get("effective_from")
    return {
        "scope": Scope(given.get("scope") or Scope.CHAIN),
        "target": given.get("target") or "",
        "value": given.get("value") or "",
        "effective_from": day if isinstance(day, date) else date.fromisoformat(day or ""),
    }


def _kept(given: Any) -> dict[str, str]:
    return {name: str(value or "") for name, value in _asked(given).items()}


@blueprint.post("/<name>/change")
@edge.allow(*KEEPERS)
@edge.with_password
def propose(name: str) -> ResponseReturnValue:
    """Propose the version that was looked at."""
    form = ProposalForm()
    try:
        asked = _asked(form.data)
    except ValueError:
        abort(400)

    def work() -> list[str]:
        made = service.propose(edge.act(), name, **asked, reason=form.reason.data or "")
        return [str(made.id)]

    def done(made: list[str]) -> ResponseReturnValue:
        flash(_("Proposed. Another person confirms it before it counts."), "success")
        return redirect(url_for(".proposal", no=made[0]), 303)

    def again() -> str:
        page = _draft(name, MultiDict(_kept(form.data)), form)
        return page[0] if isinstance(page, tuple) else page  # type: ignore[return-value]

    return once.take(form, request.path, work, done, again)


@blueprint.get("/changes/<no>")
@edge.allow(CHAIN_ROLES)
def proposal(no: str) -> ResponseReturnValue:
    """One proposal: what it would do today in every store, or what became of it."""
    return _proposal(queries.number(no))


def _proposal(no: int, failed: ActionForm | None = None, action: str = "") -> str:
    row, actor = queries.proposal(db.session(), no), edge.actor()
    current = pick(
        [as_value(one) for one in queries.of_name(db.session(), row.name)], business_day()
    )
    assert current is not None  # noqa: S101
    version, seen, refusal = None, None, None
    if row.answered_at is None:
        try:
            version = service.version_of(edge.act(), row)
            seen = policy_preview.preview(db.session(), version, business_day())
        except HangtagError as error:
            refusal = error.message(errors.locale_code())
    is_own, may = row.by_id == actor.account_id, row.answered_at is None
    answers = may and not is_own and actor.is_any(KEEPERS)
    forms = {
        "confirm": ActionForm(formdata=None) if answers and refusal is None else None,
        "refuse": RefusalForm(formdata=None) if answers else None,
        "withdraw": ActionForm(formdata=None) if may and is_own else None,
    }
    if failed is not None and forms.get(action):
        forms[action] = failed
    return render_template(
        "policy/proposal.html",
        row=row,
        policy=current,
        version=version,
        terms=terms_of(current),
        seen=seen,
        refusal=refusal,
        forms=forms,
        failed=action,
        shown=policy_preview.SHOWN,
    )


@blueprint.post("/changes/<no>/<action>")
@edge.allow(*KEEPERS)
@edge.with_password
def answer(no: str, action: str) -> ResponseReturnValue:
    """Confirm or refuse another's proposal, or withdraw one's own."""
    act, number = edge.act(), queries.number(no)
    verbs: dict[str, tuple[type[ActionForm], Callable[[ActionForm], Any], str]] = {
        "confirm": (ActionForm, lambda _f: service.confirm(act, number), _("Confirmed.")),
        "refuse": (
            RefusalForm,
            lambda f: service.refuse(act, number, reason=f.data["reason"] or ""),
            _("Refused."),
        ),
        "withdraw": (ActionForm, lambda _f: service.withdraw(act, number), _("Withdrawn.")),
    }
    if action not in verbs:
        abort(404)
    kind, verb, said = verbs[action]
    form = kind()

    def work() -> list[str]:
        verb(form)
        return [no]

    def done(_made: list[str]) -> ResponseReturnValue:
        flash(said, "success")
        return redirect(url_for(".proposal", no=no), 303)

    return once.take(form, request.path, work, done, lambda: _proposal(number, form, action))
