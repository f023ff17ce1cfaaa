"""The policies: the register, one policy with its versions, what was read. Changes are apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge
from tracker.domain import contradiction
from tracker.domain.account import Role
from tracker.domain.policy import Policy, Scope, pick
from tracker.domain.policy_registry import KEEPERS, Terms, Topic, terms_of
from tracker.extensions import db
from tracker.queries import policy_change as queries
from tracker.queries.policy import as_value
from tracker.queries.policy_change import Version
from tracker.services import policy_change as service
from tracker.web import policy_words
from tracker.web.day import business_day

blueprint = Blueprint("policy", __name__, url_prefix="/policies")
policy_words.register(blueprint)
WATCHERS = KEEPERS | {Role.STORE_MANAGER, Role.REGION, Role.ADMINISTRATOR}
"""Who sees which of his people have not read a version yet."""


@dataclass(frozen=True)
class Line:
    """One policy of the register: in force today, what is coming, and its narrower versions."""

    policy: Policy
    terms: Terms
    coming: tuple[Policy, ...]
    narrower: tuple[Policy, ...]


@dataclass(frozen=True)
class Wanted:
    """What the register is narrowed to; the same names stand in its address."""

    q: str = ""
    topic: str = ""
    scope: str = ""

    def takes(self, line: Line) -> bool:
        """Return whether a line is wanted: by its words, rule or C-number, topic and scope."""
        policy, wish = line.policy, self.q.strip().lower()
        told = " ".join((policy.name, policy.zh, policy.en, policy.rule)).lower()
        scopes = {one.scope for one in (*line.narrower, *line.coming, policy)}
        return (
            wish in told
            and self.topic in ("", line.terms.topic.value)
            and self.scope in ("", *scopes)
        )


@blueprint.get("")
@edge.allow(queries.READERS)
def index() -> ResponseReturnValue:
    """Every policy by its topic: in force today, coming, and its narrower versions."""
    wanted = Wanted(*(request.args.get(name, "")[:60] for name in ("q", "topic", "scope")))
    lines = [line for line in _lines() if wanted.takes(line)]
    return render_template(
        "policy/index.html",
        topics=[(topic, [one for one in lines if one.terms.topic is topic]) for topic in Topic],
        all_topics=list(Topic),
        scopes=list(Scope),
        count=len(lines),
        wanted=wanted,
        proposals=queries.proposals(db.session()),
        policies={line.policy.name: line.policy for line in _lines()},
        unread=queries.unread(db.session(), edge.actor(), business_day()),
        events=policy_words.EVENTS,
        keeps=edge.actor().is_any(KEEPERS),
    )


def _lines() -> list[Line]:
    today, versions = business_day(), [as_value(row) for row in queries.rows(db.session())]
    by_name: dict[str, list[Policy]] = {}
    for version in versions:
        by_name.setdefault(version.name, []).append(version)
    return [line for rows in by_name.values() if (line := _line(rows, today)) is not None]


def _line(rows: list[Policy], today: date) -> Line | None:
    current = pick(rows, today)
    if current is None:
        return None
    narrower = {row.key: row for row in reversed(rows) if row.effective_from <= today}
    return Line(
        current,
        terms_of(current),
        tuple(row for row in reversed(rows) if row.effective_from > today),
        tuple(row for row in narrower.values() if row.scope != Scope.CHAIN and row.value),
    )


@blueprint.get("/<name>")
@edge.allow(queries.READERS)
def show(name: str) -> ResponseReturnValue:
    """One policy: its versions side by side, what it settles, who has not read the newest."""
    rows, today = queries.of_name(db.session(), name), business_day()
    line = _line([as_value(row) for row in rows], today)
    assert line is not None  # noqa: S101
    actor = edge.actor()
    watches = actor.is_any(WATCHERS)
    return render_template(
        "policy/show.html",
        line=line,
        versions=[(row, _until(rows, row), _state(rows, row, today)) for row in rows],
        settles=contradiction.of_policy(name),
        policy_of={row.policy.name: row.policy for row in _lines()},
        proposals=queries.proposals(db.session(), name),
        unread=[
            row for row in queries.unread(db.session(), actor, today) if row.name == name
        ],
        missing=[
            (row, queries.not_read(db.session(), row, actor)) for row in rows if row.proposal_id
        ][:3] if watches else [],
        events=policy_words.EVENTS,
        keeps=actor.is_any(KEEPERS),
    )  # fmt: skip


def _until(rows: Sequence[Version], row: Version) -> date | None:
    """Return the day on which the next version of the same scope begins."""
    key = (row.scope, row.target)
    later = [
        one.effective_from
        for one in rows
        if (one.scope, one.target) == key and one.effective_from > row.effective_from
    ]
    return min(later, default=None)


def _state(rows: Sequence[Version], row: Version, today: date) -> str:
    if row.effective_from > today:
        return "coming"
    until = _until(rows, row)
    return "replaced" if until is not None and until <= today else "in_force"


@blueprint.post("/versions/<no>/read")
@edge.allow(queries.READERS)
@edge.writes
def read(no: str) -> ResponseReturnValue:
    """Note that the reader has read a version, and go back to where he was."""
    row = service.acknowledge(edge.act(), queries.number(no))
    flash(_("Noted: you have read it."), "success")
    return redirect(edge.inside(request.form.get("back")) or url_for(".show", name=row.name), 303)
