"""Photos of garments, boxes and gaps: sent as multipart, listed, shown and removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from flask import Response, request
from pydantic import Field
from typing_extensions import TypedDict
from werkzeug.wrappers import Response as Answer

from tracker import edge
from tracker.api import answers, body, keyed, schema
from tracker.api.blueprint import MULTIPART, blueprint, describe
from tracker.api.blueprint import answer as reply
from tracker.db import write
from tracker.domain.errors import InvalidInput
from tracker.domain.photo import READERS, TAKERS, Kind, Subject
from tracker.extensions import db
from tracker.queries import photo as queries
from tracker.services import once
from tracker.services import photo as service
from tracker.services.act import Act
from tracker.services.fields import Reason, Text40
from tracker.services.image import MEDIA

PLACES = {
    Subject.REGISTRATION: "registrations",
    Subject.SHIPMENT: "shipments",
    Subject.DISCREPANCY: "discrepancies",
    Subject.LOSS_FORM: "loss-forms",
    Subject.DESTRUCTION: "destructions",
}


class Photo(TypedDict):
    id: int
    kind: str
    sha256: str
    bytes: int
    width: int
    height: int
    at: str | None
    by: str
    site: str
    href: str
    thumb: str


class PhotoFacts(schema.Strict):
    """What comes with the file: its kind, and the key that the client made."""

    kind: Kind
    action_id: Text40


class PhotoUpload(PhotoFacts):
    """One JPEG, PNG or WebP file; it is made smaller and loses what it told beside its pixels."""

    file: Annotated[str, Field(json_schema_extra={"format": "binary"})]


class RemovePhoto(schema.Strict):
    """Why the photo goes; its author needs no reason while it is fresh."""

    reason: Reason | None = None


def told(row: Any) -> Photo:
    """Return what is said of a photo; its addresses lie below ``/api/v1``."""
    return {
        "id": row.id,
        "kind": row.kind,
        "sha256": row.sha256,
        "bytes": row.bytes,
        "width": row.width,
        "height": row.height,
        "at": answers.moment(row.at),
        "by": row.taken_by.name,
        "site": row.site.code,
        "href": f"/photos/{row.id}",
        "thumb": f"/photos/{row.id}?size=thumb",
    }


def _add(subject: Subject, no: str) -> Response:
    """Add a photo: 201 new, 200 the same content stood there already or the key came again."""
    if request.mimetype != MULTIPART:
        raise body.NotJson(
            "not_multipart",
            "请以 multipart/form-data 提交：file、kind、action_id。",
            "Send multipart/form-data with file, kind and action_id.",
        )
    given = schema.values(PhotoFacts, request.form.to_dict())
    file = request.files.get("file")
    if file is None:
        raise InvalidInput(
            "missing_field", "请填写 {name}。", "Fill in {name}.", "file", name="file"
        )
    key = once.key(given["action_id"], "action_id")
    kind = given["kind"]
    shrunk = service.keep(edge.act(), edge.photo_folder(), subject, no, kind, file.read())
    facts = {"noun": subject, "no": no, "action": "photo", "kind": kind, "sha256": shrunk.sha256}

    def made(act: Act) -> tuple[int, Any]:
        row, is_new = service.add(act, subject, no, kind=kind, shrunk=shrunk)
        return 201 if is_new else 200, {"photo": told(row)}

    return keyed.make(key, facts, made)


def _list(subject: Subject, no: str) -> Response:
    act = edge.act()
    row = queries.record(act.session, act.actor, subject, no)
    rows = queries.of_record(act.session, act.actor, subject, row)
    return reply({"items": [told(photo) for photo in rows], "next": None})


def _adder(subject: Subject) -> Callable[[str], Response]:
    @edge.allow(TAKERS)
    @describe(
        f"Add a photo to a {subject.value}: 201 new, 200 it stood there already",
        body=PhotoUpload,
        takes=MULTIPART,
        statuses=(200, 201),
    )
    def add(no: str) -> Response:
        return _add(subject, no)

    return add


def _lister(subject: Subject) -> Callable[[str], Response]:
    @edge.allow(READERS)
    @describe(f"The photos of a {subject.value} that you may see, the oldest first")
    def photos(no: str) -> Response:
        return _list(subject, no)

    return photos


for _subject, _place in PLACES.items():
    _rule = f"/{_place}/<no>/photos"
    blueprint.add_url_rule(_rule, f"{_subject.value}_photo_list", _lister(_subject))
    blueprint.add_url_rule(_rule, f"{_subject.value}_photo_add", _adder(_subject), methods=["POST"])


@blueprint.get("/photos/<no>")
@edge.allow(READERS)
@describe("The picture itself", media=MEDIA, query={"size": "thumb: small"})
def photo(no: str) -> Answer:
    """Return a photo's bytes."""
    is_thumb = body.argument("size") == "thumb"
    return edge.picture(*service.content(edge.act(), edge.photo_folder(), no, is_thumb=is_thumb))


@blueprint.post("/photos/<no>/remove")
@edge.allow(TAKERS)
@describe("Remove a photo: its author soon after, later a manager with a reason", body=RemovePhoto)
def photo_remove(no: str) -> Response:
    """Take a photo away; its row stays."""
    given = schema.values(RemovePhoto, body.read())

    def work() -> Response:
        subject, number = service.remove(edge.act(), no, **given)
        return reply({"removed": int(no), subject.value: number})

    return write(db.session(), work)
