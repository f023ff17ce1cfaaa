"""Jobs: files that take too long for one call."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Annotated, Any, Literal

from annotated_types import Len
from flask import Response
from pydantic import BaseModel, create_model
from typing_extensions import TypedDict

from tracker import edge, errors, jobs
from tracker.api import answers, body, keyed, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.api.registrations import models, take
from tracker.domain.errors import InvalidInput
from tracker.domain.job import ASKERS, Kind
from tracker.extensions import db
from tracker.queries import job as queries
from tracker.services import job as service
from tracker.services import job_kinds
from tracker.services.act import Act


class Progress(TypedDict):
    done: int
    of: int | None


class File(TypedDict):
    name: str
    media: str
    bytes: int
    sha256: str
    deleted_at: str | None


class Problem(TypedDict):
    code: str
    detail: str


class Job(TypedDict):
    no: str
    kind: str
    arguments: dict[str, Any]
    status: str
    version: int
    asked_at: str | None
    started_at: str | None
    ended_at: str | None
    attempt: int
    progress: Progress
    error: Problem | None
    file: File | None


class AskBase(schema.Strict):
    """What every wish carries; ``action_id`` makes it exactly once."""

    action_id: Annotated[str, Len(1, 64)] | None = None


@lru_cache(maxsize=len(Kind))
def _model(kind: Kind) -> type[BaseModel]:
    name = "Ask" + "".join(part.capitalize() for part in kind.value.split("_"))
    source: Any = job_kinds.WORK[kind].arguments
    arguments: Any = schema.model_of(source)
    fields: dict[str, Any] = {"kind": (Literal[kind.value], ...), "arguments": (arguments, ...)}
    return create_model(name, __base__=AskBase, **fields)


def told(row: Any) -> Job:
    """Return a job; ``of`` is null while nobody knows how many pages or rows there are."""
    is_english = errors.locale_code() == "en"
    sentence = row.error_en if is_english else row.error_zh
    return {
        "no": row.no,
        "kind": row.kind,
        "arguments": json.loads(row.arguments),
        "status": row.status,
        "version": row.version,
        "asked_at": answers.moment(row.asked_at),
        "started_at": answers.moment(row.started_at),
        "ended_at": answers.moment(row.ended_at),
        "attempt": row.attempt,
        "progress": {"done": row.steps_done, "of": row.steps or None},
        "error": {"code": row.error_code, "detail": sentence} if row.error_code else None,
        "file": _file(row) if row.file_name else None,
    }


def _file(row: Any) -> File:
    return {
        "name": row.file_name,
        "media": row.file_media,
        "bytes": row.file_bytes,
        "sha256": row.file_sha256,
        "deleted_at": answers.moment(row.swept_at),
    }


@blueprint.get("/jobs")
@edge.allow(ASKERS)
@describe("Your jobs, newest first", query={"cursor": "the next of the page before"})
def job_list() -> Response:
    """Return a page of the caller's jobs."""
    rows, following = queries.page(db.session(), edge.actor(), body.argument("cursor"))
    return reply({"items": [told(row) for row in rows], "next": following})


@blueprint.post("/jobs")
@edge.allow(ASKERS)
@describe(
    "Ask for a file: 201 if a job was made, 200 if the same waits or runs already",
    bodies=lambda: tuple(_model(kind) for kind in Kind),
    statuses=(200, 201),
)
def job_asked() -> Response:
    """Return the job."""
    given = body.read()
    kind = _kind(given.get("kind"))
    values = schema.values(_model(kind), given)
    wanted = job_kinds.WORK[kind].arguments(**values["arguments"])
    asked: list[str] = []

    def made(act: Act) -> tuple[int, Any]:
        job, is_new = service.ask(act, kind, wanted)
        asked[:] = [job.no]
        return 201 if is_new else 200, told(job)

    answer = keyed.make(values.get("action_id"), {**given, "call": "jobs"}, made)
    if asked:
        jobs.offer(*asked)
    return answer


def _kind(value: object) -> Kind:
    found = next((kind for kind in Kind if kind == value), None)
    if found is None:
        raise InvalidInput(
            "unknown_kind",
            "没有这种任务。可用：{known}。",
            "There is no such kind of job. Known: {known}.",
            "kind",
            known=", ".join(Kind),
        )
    return found


@blueprint.get("/jobs/<no>")
@edge.allow(ASKERS)
@describe("One job of yours", gives=Job)
def job(no: str) -> Response:
    """Return a job."""
    return reply(told(queries.get(db.session(), edge.actor(), no)))


@blueprint.get("/jobs/<no>/file")
@edge.allow(ASKERS)
@describe("The file of a finished job", media="application/octet-stream")
def job_file(no: str) -> Response:
    """Return the whole file; 409 ``not_ready`` before it stands, ``file_gone`` after its days."""
    found, row = service.file_of(edge.act(), no, edge.export_folder(), edge.export_days())
    return edge.sent(found, row.file_name or "", row.file_media or "")


@blueprint.post("/jobs/<no>/actions")
@edge.allow(ASKERS)
@describe("Cancel a job, or try it again", bodies=models("job"))
def job_action(no: str) -> Response:
    """Take an action on a job."""
    answer = take("job", no, told)
    jobs.offer(no)
    return answer
