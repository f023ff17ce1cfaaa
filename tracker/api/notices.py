"""Notices: what is due, overdue or went wrong, told to the caller."""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Ge, Le, Len
from flask import Response
from typing_extensions import TypedDict

from tracker import edge, errors
from tracker.api import answers, body, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.domain.account import EVERY_ROLE
from tracker.domain.notice import ABOUT, Occasion, page_of, sentence
from tracker.extensions import db
from tracker.queries import notice as queries
from tracker.services import notice as service


class Notice(TypedDict):
    id: int
    occasion: str
    severity: str
    record: str
    step: int
    text: str
    page: str
    due_at: str | None
    told_at: str | None
    read_at: str | None
    settled_at: str | None


class ReadBody(schema.Strict):
    """Which notices are read; all of the caller's without ``ids``."""

    ids: Annotated[list[Annotated[int, Ge(1), Le(2**31 - 1)]], Len(1, 200)] | None = None


def told(row: Any) -> Notice:
    """Return a notice in the caller's language."""
    occasion = Occasion(row.occasion)
    return {
        "id": row.id,
        "occasion": row.occasion,
        "severity": ABOUT[occasion].severity.value,
        "record": row.record,
        "step": row.step,
        "text": sentence(occasion, row.facts, errors.locale_code()),
        "page": page_of(occasion, row.record),
        "due_at": answers.moment(row.due_at),
        "told_at": answers.moment(row.told_at),
        "read_at": answers.moment(row.read_at),
        "settled_at": answers.moment(row.settled_at),
    }


@blueprint.get("/notices")
@edge.allow(EVERY_ROLE)
@describe(
    "Your notices, newest first",
    query={
        "state": "unread (if left out), read or all",
        "occasion": "only of this occasion",
        "cursor": "the next of the page before",
    },
)
def notice_list() -> Response:
    """Return a page of the caller's notices."""
    wanted = queries.Filter(body.argument("state") or "unread", body.argument("occasion"))
    rows, following = queries.page(db.session(), edge.actor(), wanted, body.argument("cursor"))
    return reply({"items": [told(row) for row in rows], "next": following})


@blueprint.post("/notices/read")
@edge.allow(EVERY_ROLE)
@edge.writes
@describe("Mark your notices read; another account’s number changes nothing", body=ReadBody)
def notices_read() -> Response:
    """Return how many were marked; the same call again marks none."""
    given = schema.values(ReadBody, body.read())
    return reply({"read": service.read(edge.act(), given.get("ids"))})
