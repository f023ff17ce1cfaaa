"""How a page makes documents: the form's key makes it exactly once, a refusal is said in place."""

from __future__ import annotations

import json
from collections.abc import Callable
from uuid import uuid4

from flask import flash
from flask.typing import ResponseReturnValue

from tracker import edge, errors
from tracker.db import write
from tracker.domain.errors import NotFound
from tracker.extensions import db
from tracker.services import once
from tracker.services.once import Answer
from tracker.web.forms.action import ActionForm


def take(
    form: ActionForm,
    address: str,
    effect: Callable[[], list[str]],
    done: Callable[[list[str]], ResponseReturnValue],
    again: Callable[[], str],
) -> ResponseReturnValue:
    """Run ``effect`` once for the form's key; it returns the numbers of what it touched.

    A form that asks for the password is taken with the right one only.
    Answers ``done(numbers)``, or ``again()`` with the sentence why not.
    """
    if not form.validate_on_submit():
        return again(), 422

    def work() -> Answer:
        return once.perform(
            edge.act(form.note.data),
            form.action_id.data or "",
            {**form.body(), "address": address},
            lambda: Answer(200, json.dumps(effect())),
            lambda error: Answer(error.status, json.dumps(errors.problem(error), default=str)),
        )

    try:
        edge.prove(form.typed_password())
        answer = write(db.session(), work)
    except NotFound:
        raise
    except errors.REFUSALS as error:
        refusal = errors.as_refusal(error)
        flash(refusal.message(errors.locale_code()), "danger")
        return again(), refusal.status
    if answer.status >= 400:
        form.action_id.data = str(uuid4())
        flash(json.loads(answer.body)["detail"], "danger")
        return again(), answer.status
    return done(json.loads(answer.body))
