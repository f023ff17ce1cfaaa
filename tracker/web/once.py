"""How a page makes documents: the form's key makes it exactly once, a refusal is said in place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

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


def keep(
    form: ActionForm,
    work: Callable[[], Any],
    again: Callable[[], str],
    lead: Callable[[str], str] = lambda _code: url_for(".index"),
) -> ResponseReturnValue:
    """Keep what has a code, say so, and lead to the list, or to where ``lead`` says."""

    def done(codes: list[str]) -> ResponseReturnValue:
        flash(_("Saved: %(code)s", code=codes[0]), "success")
        return redirect(lead(codes[0]), 303)

    return take(form, request.path, lambda: [work().code], done, again)
