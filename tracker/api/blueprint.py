"""The one blueprint, and how a call says what it takes and gives: the description is made of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Blueprint, Response
from pydantic import BaseModel

from tracker.services.once import Answer

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
F = TypeVar("F", bound=Callable[..., Any])

JSON = "application/json"
PROBLEM = "application/problem+json"
MULTIPART = "multipart/form-data"


@dataclass(frozen=True)
class Operation:
    """What the description says of a call."""

    summary: str
    body: type[BaseModel] | None = None
    bodies: Callable[[], tuple[type[BaseModel], ...]] | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    gives: Any = None
    statuses: tuple[int, ...] = (200,)
    media: str = JSON
    takes: str = JSON


def describe(summary: str, **more: Any) -> Callable[[F], F]:
    """Say what a call does, takes and gives; ``openapi.json`` is made of it."""

    def mark(view: F) -> F:
        view.operation = Operation(summary, **more)  # type: ignore[attr-defined]
        return view

    return mark


def dumps(body: Any) -> str:
    """Return the text of an answer's body."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str)


def answer(body: Any, status: int = 200) -> Response:
    """Return an answer made of plain values."""
    return text(dumps(body), status)


def text(body: str, status: int) -> Response:
    """Return an answer whose text stands already; a refusal is a problem document."""
    media = PROBLEM if status >= 400 else JSON
    return Response(body, status, content_type=media)


def stored(found: Answer) -> Response:
    """Return an answer that was kept under its key, byte for byte."""
    return text(found.body, found.status)
