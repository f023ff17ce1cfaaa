"""How a page takes an action: the form's key makes it exactly once, a refusal is said in place."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.db import write
from tracker.domain.errors import HangtagError, InvalidInput, NotFound
from tracker.domain.named import NamedEnum
from tracker.extensions import db
from tracker.services import actions
from tracker.services.once import Answer
from tracker.web.forms.action import ActionForm
from tracker.web.forms.bulk import BulkForm


def perform(noun: str, no: str, action: str, form: ActionForm) -> Answer:
    """Take the action with the form's values; raises what ``actions.perform`` raises, and
    ``edge.prove`` where the form asks for the password.
    """
    edge.prove(form.typed_password())

    def work() -> Answer:
        return actions.perform(
            edge.act(form.note.data, form.version()),
            noun,
            no,
            action,
            form.values(),
            action_id=form.action_id.data or "",
            body=form.body(),
            done=lambda record, _result: json.dumps({"status": record.status}),
            refused=lambda refusal: json.dumps(errors.problem(refusal), default=str),
        )

    return write(db.session(), work)


def take(
    noun: str,
    no: str,
    action: str,
    forms: Mapping[Any, type[ActionForm]],
    back: str,
    again: Callable[[ActionForm], str],
    performed: Callable[[ActionForm], Answer] | None = None,
) -> ResponseReturnValue:
    """Answer a posted action: 303 to ``back`` when done, else ``again`` with what was typed.

    ``performed`` takes it where more belongs into its transaction than the action itself.
    """
    machine = actions.NOUNS[noun].machine
    name = _named(machine.actions, action)
    form = forms.get(action, ActionForm)()
    if not form.validate_on_submit():
        return again(form), 422
    try:
        answer = performed(form) if performed else perform(noun, no, action, form)
    except NotFound:
        raise
    except errors.REFUSALS as error:
        refusal = errors.as_refusal(error)
        return _say(refusal, form, again), refusal.status
    if answer.status >= 400:
        form.action_id.data = str(uuid4())
        flash(json.loads(answer.body)["detail"], "danger")
        return again(form), answer.status
    flash(_("Done: %(action)s", action=name), "success")
    return redirect(back, 303)


@dataclass(frozen=True)
class Taken:
    """What became of one record of many: the sentence says why it was refused."""

    no: str
    is_done: bool
    sentence: str


def take_many(
    noun: str, action: NamedEnum, fields: Mapping[str, Any], form: BulkForm
) -> list[Taken]:
    """Take one action on every record ticked, each for itself, and say what became of each."""
    return [_take_one(noun, no, action, fields, form) for no in dict.fromkeys(form.nos())]


def _take_one(
    noun: str, no: str, action: NamedEnum, fields: Mapping[str, Any], form: BulkForm
) -> Taken:
    """Take it on one; the key follows from the form's, so that a second press does nothing."""

    def work() -> Answer:
        return actions.perform(
            edge.act(form.note.data),
            noun,
            no,
            action.value,
            fields,
            action_id=str(uuid5(NAMESPACE_URL, f"{form.action_id.data}/{no}")),
            body={"bulk": action.value},
            done=lambda record, _result: record.status,
            refused=lambda refusal: refusal.message(errors.locale_code()),
        )

    try:
        answer = write(db.session(), work)
    except errors.REFUSALS as error:
        refusal: HangtagError = errors.as_refusal(error)
        return Taken(no, False, refusal.message(errors.locale_code()))
    is_done = answer.status < 400
    return Taken(no, is_done, _("Done") if is_done else answer.body)


def _say(refusal: HangtagError, form: ActionForm, again: Callable[[ActionForm], str]) -> str:
    sentence = refusal.message(errors.locale_code())
    field = getattr(refusal, "field", None)
    if isinstance(refusal, InvalidInput) and field in form:
        form[field].errors = [*form[field].errors, sentence]
    else:
        flash(sentence, "danger")
    return again(form)


def panels(
    record: Any,
    offered: Iterable[Any],
    forms: Mapping[Any, type[ActionForm]],
    failed: ActionForm | None = None,
    failed_action: str = "",
) -> dict[Any, ActionForm]:
    """Return a form for each action offered on a record, each bound to the version shown.

    The form that failed keeps what was typed; its page shows the record anew, so it too carries
    the version of now. What was wrong with a form that the page no longer offers is flashed.
    """
    bound: dict[Any, ActionForm] = {}
    for action in offered:
        is_failed = failed is not None and action == failed_action
        form = failed if failed is not None and is_failed else _blank(forms, action)
        form.if_version.data = str(record.version)
        bound[action] = form
    if failed is not None and failed_action not in bound:
        for sentences in failed.errors.values():
            flash(" ".join(str(sentence) for sentence in sentences), "danger")
    return bound


def _blank(forms: Mapping[Any, type[ActionForm]], action: Any) -> ActionForm:
    return forms.get(action, ActionForm)(formdata=None)


def _named(codes: type[NamedEnum], action: str) -> str:
    try:
        return codes(action).label(errors.locale_code())
    except ValueError:
        return action
