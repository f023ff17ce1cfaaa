"""Registrations, and the one way in which every noun's actions are taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from pydantic import BaseModel

from tracker import edge, errors
from tracker.api import answers, body, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe, dumps, stored
from tracker.db import utc_now, write
from tracker.domain.account import GARMENT_READERS
from tracker.domain.calendar import shanghai_date
from tracker.extensions import db
from tracker.queries import registration as queries
from tracker.queries import work_list
from tracker.services import actions

LIST_QUERY = {
    "site": "code of a site",
    "status": "one status, or several with commas",
    "style": "style number",
    "overdue": "true: only those past their due day",
    "q": "piece, registration, style, receipt or tracking number, phone's last four",
    "cursor": "the next of the page before",
}


def take(noun: str, no: str, told: Callable[[Any], Any]) -> Response:
    """Take the action in the body on one record; ``told`` says the record after it."""
    given = body.read()
    action = given.get("action")
    fields = schema.fields_of(noun, action if isinstance(action, str) else "", given)
    base = schema.values(schema.model_of_action(noun, str(action)), given)
    edge.prove(base.get(schema.PASSWORD))
    compared = {name: value for name, value in given.items() if name != schema.PASSWORD}

    def done(record: Any, result: Any) -> str:
        found = {noun: told(record)}
        if noun in ("shipment", "destruction") and hasattr(result, "piece"):
            found["registration"] = answers.short(result)
        return dumps(found)

    return stored(
        write(
            db.session(),
            lambda: actions.perform(
                edge.act(base.get("note"), base.get("if_version"), base.get("at")),
                noun,
                no,
                str(action),
                fields,
                action_id=base["action_id"],
                body=compared,
                done=done,
                refused=lambda refusal: dumps(errors.problem(refusal)),
            ),
        )
    )


def models(noun: str) -> Callable[[], tuple[type[BaseModel], ...]]:
    """Return what makes the schemas of a noun's actions, one each."""
    return lambda: tuple(
        schema.model_of_action(noun, str(action)) for action in actions.NOUNS[noun].verbs
    )


@blueprint.get("/registrations")
@edge.allow(GARMENT_READERS)
@describe("Registrations that you see, the most pressing first", query=LIST_QUERY)
def registration_list() -> Response:
    """Return a page of registrations; looking a destroyed garment up raises the alarm."""
    if typed := body.argument("q"):
        edge.looked_up(typed)
    wanted = work_list.Filter(
        site=body.argument("site"),
        status=body.argument("status"),
        style=body.argument("style"),
        overdue=(body.argument("overdue") or "").lower() in ("1", "true", "yes"),
        q=body.argument("q"),
    )
    page = work_list.page(
        db.session(), edge.actor(), wanted, shanghai_date(utc_now()), body.argument("cursor")
    )
    return reply({"items": answers.registration_list(page.items), "next": page.next})


@blueprint.get("/registrations/<no>")
@edge.allow(GARMENT_READERS)
@describe("One registration with its story and its 15 days", gives=answers.RegistrationWithTimeline)
def registration(no: str) -> Response:
    """Return a registration with timeline and turnaround."""
    return reply(answers.with_timeline(queries.get(db.session(), edge.actor(), no), edge.actor()))


@blueprint.post("/registrations/<no>/actions")
@edge.allow(GARMENT_READERS)
@describe("Take one action on a registration", bodies=models("registration"))
def registration_action(no: str) -> Response:
    """Take an action; the same ``action_id`` again gives the first answer."""
    return take("registration", no, answers.registration)
