"""Making something by a call: with a key in the body it happens exactly once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from tracker import edge, errors
from tracker.api.blueprint import dumps, stored
from tracker.db import write
from tracker.domain.errors import HangtagError
from tracker.extensions import db
from tracker.services import once
from tracker.services.act import Act


def make(
    action_id: str | None,
    given: Mapping[str, Any],
    made: Callable[[Act], tuple[int, Any]],
    note: str | None = None,
) -> Response:
    """Answer with the status and the body that ``made`` returns, the first ones for a known key.

    ``given`` is what the key stands for: the body, and what the call's address adds to it.
    """

    def effect() -> once.Answer:
        status, told = made(edge.act(note))
        return once.Answer(status, dumps(told))

    def work() -> once.Answer:
        if action_id is None:
            return effect()
        return once.perform(edge.act(note), action_id, given, effect, _refused)

    return stored(write(db.session(), work))


def _refused(refusal: HangtagError) -> once.Answer:
    return once.Answer(refusal.status, dumps(errors.problem(refusal)))
