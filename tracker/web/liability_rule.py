"""The liability rules: the table, what became of each rule, and a case to try them on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from tracker import edge, errors
from tracker.domain.errors import HangtagError
from tracker.domain.liability import propose
from tracker.domain.liability_rules import KEEPERS, READERS, spans, told, unreachable
from tracker.extensions import db
from tracker.queries import liability_rule as queries
from tracker.services import liability_rule as service
from tracker.web import once
from tracker.web.day import business_day, day_asked
from tracker.web.forms.liability_rule import CaseForm, NewRuleForm, RetireForm, RuleForm

blueprint = Blueprint("liability_rule", __name__, url_prefix="/liability-rules")


@blueprint.get("")
@edge.allow(READERS)
def index() -> ResponseReturnValue:
    """The rules in force on a day in their order, their history, and a case to try."""
    day = day_asked()
    rules = queries.in_force(db.session(), day)
    case = CaseForm(request.args) if "defect" in request.args else CaseForm(formdata=None)
    return render_template(
        "liability_rule/index.html",
        rules=[(rule, told(rule.conditions)) for rule in rules],
        unreachable=unreachable(rules),
        day=day,
        today=business_day(),
        history=_history(queries.rows(db.session())),
        keeps=edge.actor().is_any(KEEPERS),
        case=case,
        tried=_tried(case, rules) if "defect" in request.args else None,
    )


def _tried(case: CaseForm, rules: Any) -> dict[str, Any] | None:
    """Return what the rules say of the case that was typed, or why they say nothing."""
    if not case.validate():
        return None
    try:
        proposal = propose(case.facts(), rules)
    except HangtagError as refusal:
        return {"refusal": refusal.message(errors.locale_code()), "steps": [], "shares": ()}
    steps = [step.to_json() for step in proposal.steps]
    return {"refusal": None, "steps": steps, "shares": proposal.shares}


def _history(rows: Any) -> list[dict[str, Any]]:
    """Return every version, the newest first, with the day on which its next one begins."""
    rules = [queries.rule_of(row) for row in rows]
    until = {id(span.rule): span.until for span in spans(rules)}
    versions = [
        {"row": row, "conditions": told(rule.conditions), "until": until[id(rule)]}
        for row, rule in zip(rows, rules, strict=True)
    ]
    return versions[::-1]


@blueprint.get("/new")
@edge.allow(*KEEPERS)
def new() -> ResponseReturnValue:
    """A new rule."""
    form = NewRuleForm(formdata=None)
    form.effective_from.data = business_day()
    return _new(form)


def _new(form: NewRuleForm) -> str:
    return render_template("liability_rule/new.html", form=form)


@blueprint.post("/new")
@edge.allow(*KEEPERS)
def add() -> ResponseReturnValue:
    """Add a rule."""
    form = NewRuleForm()

    def work() -> Any:
        rule = form.rule(form.code.data or "", business_day())
        return service.add(edge.act(), rule, reason=form.reason.data or "")

    return once.keep(form, work, lambda: _new(form))


@blueprint.get("/<code>")
@edge.allow(READERS)
def show(code: str) -> ResponseReturnValue:
    """One rule: every version of it, and the form that writes the next."""
    return _one(code)


def _one(code: str, failed: RuleForm | None = None, retiring: RetireForm | None = None) -> str:
    rows = queries.of_code(db.session(), code)
    last = queries.rule_of(rows[-1])
    form = failed or RuleForm(formdata=None)
    if failed is None:
        form.fill(last, business_day())
    retire_form = retiring or RetireForm(formdata=None)
    if retiring is None:
        retire_form.effective_from.data = business_day()
    return render_template(
        "liability_rule/show.html",
        code=code,
        last=last,
        history=_history(rows),
        form=form,
        retire_form=retire_form,
        keeps=edge.actor().is_any(KEEPERS),
    )


@blueprint.post("/<code>")
@edge.allow(*KEEPERS)
def change(code: str) -> ResponseReturnValue:
    """Write the next version of a rule; one that was retired is in use again."""
    form = RuleForm()

    def work() -> Any:
        return service.change(
            edge.act(), form.rule(code, business_day()), reason=form.reason.data or ""
        )

    return once.keep(form, work, lambda: _one(code, form))


@blueprint.post("/<code>/retire")
@edge.allow(*KEEPERS)
def retire(code: str) -> ResponseReturnValue:
    """Take a rule out of the table from a day on."""
    form = RetireForm()

    def work() -> Any:
        day = form.effective_from.data or business_day()
        return service.retire(edge.act(), code, effective_from=day, reason=form.reason.data or "")

    return once.keep(form, work, lambda: _one(code, retiring=form))
