"""The approval chain: the forms that wait for me, the table of steps, and who stands in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from tracker import edge, errors
from tracker.db import utc_now
from tracker.domain.account import FORM_READERS, Role
from tracker.domain.approval import KEEPERS, OTHER_PARTY, READERS, VP_SCOPE, Step
from tracker.domain.errors import HangtagError
from tracker.domain.loss import MACHINE, Action, Status
from tracker.extensions import db
from tracker.queries import approval, approval_step, policy
from tracker.queries import loss as losses
from tracker.services import approval_step as service
from tracker.web import once, policy_words
from tracker.web.day import business_day, day_asked
from tracker.web.forms.approval import NewStepForm, RetireStepForm, StepForm

blueprint = Blueprint("approval", __name__)


def steps_of(form: Any, signatures: Sequence[Any]) -> list[dict[str, Any]]:
    """Return a form's chain in its order: who took each step and when, which one is next."""
    taken = {row.step: row for row in signatures if row.is_live}
    chain = approval.chain(db.session(), form, business_day())
    shown: list[dict[str, Any]] = [_shown(Action.SUBMIT.value, None, taken)]
    shown += [_shown(step.code, step, taken) for step in chain]
    if form.status not in (Status.VOIDED, Status.DISPUTED):
        for row in shown:
            if row["signature"] is None:
                row["is_next"] = True
                break
    return shown


def _shown(code: str, step: Step | None, taken: dict[str, Any]) -> dict[str, Any]:
    roles = step.roles if step else MACHINE.who[Action.SUBMIT]
    return {
        "code": code,
        "step": step,
        "roles": [role for role in Role if role in roles],
        "signature": taken.get(code),
        "is_next": False,
    }


def names() -> dict[str, str]:
    """Return the names of all steps that the table ever had, in the reader's language."""
    is_english = errors.locale_code() == "en"
    steps = approval_step.versions(db.session())
    return {step.code: step.en if is_english else step.zh for step in steps}


@blueprint.get("/approvals")
@edge.allow(FORM_READERS)
def waiting() -> ResponseReturnValue:
    """The forms whose next step is the reader's, since when, and until when."""
    session, today = db.session(), business_day()
    rows = approval.waiting(session, edge.actor(), utc_now())
    is_late = request.args.get("overdue") == "1"
    forms = [row.form for row in rows]
    return render_template(
        "approval/waiting.html",
        rows=[row for row in rows if not is_late or row.due_on < today],
        counts=losses.line_counts(session, forms),
        is_late=is_late,
    )


@blueprint.get("/approval-steps")
@edge.allow(READERS)
def index() -> ResponseReturnValue:
    """The steps in force on a day in their order, how the switches stand, every version."""
    day = day_asked()
    session = db.session()
    return render_template(
        "approval/steps.html",
        steps=approval_step.in_force(session, day),
        clock=approval_step.clock(session, day),
        told={
            name: policy_words.shown(policy.one(session, name, day))
            for name in (VP_SCOPE, OTHER_PARTY)
        },
        history=approval_step.rows(session)[::-1],
        day=day,
        keeps=edge.actor().is_any(frozenset(KEEPERS)),
    )


@blueprint.get("/approval-steps/new")
@edge.allow(*KEEPERS)
def new() -> ResponseReturnValue:
    """A new step."""
    form = NewStepForm(formdata=None)
    form.effective_from.data = business_day()
    return _new(form)


def _new(form: NewStepForm, preview: Any = None) -> str:
    return render_template("approval/new.html", form=form, preview=preview)


@blueprint.post("/approval-steps/new")
@edge.allow(*KEEPERS)
@edge.with_password
def add() -> ResponseReturnValue:
    """Add a step."""
    form = NewStepForm()
    return once.keep(
        form, lambda: _write(service.add, form, form.code.data or ""), lambda: _new(form)
    )


@blueprint.get("/approval-steps/<code>")
@edge.allow(READERS)
def show(code: str) -> ResponseReturnValue:
    """One step: every version of it, and the form that writes the next."""
    return _one(code)


def _one(
    code: str,
    failed: StepForm | None = None,
    retiring: RetireStepForm | None = None,
    preview: Any = None,
) -> str:
    rows = approval_step.of_code(db.session(), code)
    last = approval_step.step_of(rows[-1])
    form = failed or StepForm(formdata=None)
    if failed is None:
        form.fill(last, business_day())
    retire_form = retiring or RetireStepForm(formdata=None)
    if retiring is None:
        retire_form.effective_from.data = business_day()
    return render_template(
        "approval/step.html",
        code=code,
        last=last,
        history=rows[::-1],
        form=form,
        retire_form=retire_form,
        preview=preview,
        keeps=edge.actor().is_any(frozenset(KEEPERS)),
    )


@blueprint.post("/approval-steps/<code>")
@edge.allow(*KEEPERS)
@edge.with_password
def change(code: str) -> ResponseReturnValue:
    """Write the next version of a step; one that was retired is in use again."""
    form = StepForm()
    return once.keep(form, lambda: _write(service.change, form, code), lambda: _one(code, form))


@blueprint.post("/approval-steps/<code>/retire")
@edge.allow(*KEEPERS)
@edge.with_password
def retire(code: str) -> ResponseReturnValue:
    """Take a step out of the chain from a day on."""
    form = RetireStepForm()

    def work() -> Any:
        day = form.effective_from.data or business_day()
        return service.retire(edge.act(), code, effective_from=day, reason=form.reason.data or "")

    return once.keep(form, work, lambda: _one(code, retiring=form))


@blueprint.post("/approval-steps/<code>/preview")
@edge.allow(*KEEPERS)
def preview(code: str) -> ResponseReturnValue:
    """Show which open forms a version would change, without writing it."""
    if code == "new":
        form = NewStepForm()
        return _previewed(form, form.code.data or "", lambda found: _new(form, found))
    approval_step.of_code(db.session(), code)
    other = StepForm()
    return _previewed(other, code, lambda found: _one(code, other, preview=found))


def _write(verb: Callable[..., Any], form: StepForm, code: str) -> Any:
    return verb(edge.act(), form.step(code, business_day()), reason=form.reason.data or "")


def _previewed(form: StepForm, code: str, again: Callable[[Any], str]) -> ResponseReturnValue:
    form.password.validators = ()
    if not form.validate_on_submit():
        return again(None), 422
    step = form.step(code.lower(), business_day())
    try:
        found = approval_step.effects(db.session(), service.checked(edge.act(), step))
    except HangtagError as refusal:
        flash(refusal.message(errors.locale_code()), "danger")
        return again(None), refusal.status
    return again(found)
