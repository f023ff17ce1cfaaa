"""Exactly once: a request's key, its effect and its stored answer are one transaction.

The key's row stands outside a SAVEPOINT around the effect, so that a refusal keeps its record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tracker.domain.errors import HangtagError, InvalidInput, RuleViolation, not_found
from tracker.models.scan import ActionKey
from tracker.services.act import Act

MAX_RAW = 4096


@dataclass(frozen=True)
class Answer:
    """What the caller gets: an HTTP status and the exact text of the body."""

    status: int
    body: str
    is_replay: bool = False


def canonical(body: Mapping[str, Any]) -> str:
    """Return the JSON of ``body`` with its keys sorted: the same body gives the same text."""
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(body: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical text of ``body``."""
    return hashlib.sha256(canonical(body).encode("utf-8", "surrogatepass")).hexdigest()


def key(text: str, field: str) -> str:
    """Return a client's key in its normal form. Raises ``InvalidInput`` when it is no UUID."""
    try:
        return str(UUID(text))
    except (ValueError, AttributeError, TypeError):
        raise InvalidInput(
            "bad_key",
            "{key} 必须是客户端生成的 UUID。",
            "{key} must be a UUID made by the client.",
            field,
            key=field,
        ) from None


def storable(code: str) -> str:
    """Return a raw code as typed; what no database takes (NUL, lone surrogates) stands escaped."""
    return code[:MAX_RAW].encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


def perform(
    act: Act,
    action_id: str,
    body: Mapping[str, Any],
    effect: Callable[[], Answer],
    refuse: Callable[[HangtagError], Answer],
) -> Answer:
    """Run ``effect`` once for ``action_id``; the same body again gets the first answer.

    A refusal by a rule (409) is kept and repeated too. Raises ``InvalidInput``
    ``action_id_reused`` for another body, ``NotFound`` for another account's key.
    """
    action_id = key(action_id, "action_id")
    sha256 = digest(body)
    row = act.session.get(ActionKey, action_id)
    if row is not None:
        return replay(row, act, sha256, "action_id")
    row = ActionKey(
        action_id=action_id,
        account_id=act.actor.account_id,
        body_sha256=sha256,
        at=act.now,
        status_code=0,
        answer="",
    )
    act.session.add(row)
    act.session.flush()
    answer = attempt(act, effect, refuse)
    row.status_code, row.answer = answer.status, answer.body
    act.session.flush()
    return answer


def attempt(
    act: Act, effect: Callable[[], Answer], refuse: Callable[[HangtagError], Answer]
) -> Answer:
    """Run ``effect`` in a SAVEPOINT; a rule's refusal undoes it and becomes the answer."""
    try:
        with act.session.begin_nested():
            return effect()
    except RuleViolation as refusal:
        return refuse(refusal)


def replay(row: Any, act: Act, sha256: str, name: str) -> Answer:
    """Return the stored answer of a key byte for byte; a first 201 is a 200 now."""
    if row.account_id != act.actor.account_id:
        raise not_found("记录", "record", getattr(row, name))
    if row.body_sha256 != sha256:
        raise InvalidInput(
            f"{name}_reused",
            f"这个 {name} 已用于另一次内容不同的请求，请为新的操作生成新的 {name}。",
            f"This {name} was used for a request with another body: make a new one.",
            name,
        )
    return Answer(200 if row.status_code == 201 else row.status_code, row.answer, True)
