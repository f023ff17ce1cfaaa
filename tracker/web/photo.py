"""Photos: a strip of them on every record that carries some, each large on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from tracker import edge, errors
from tracker.db import write
from tracker.domain.errors import HangtagError, NotFound
from tracker.domain.photo import READERS, TAKERS, Kind, Limits, Removal, Subject, kinds_for
from tracker.extensions import db
from tracker.queries import photo as queries
from tracker.services import photo as service
from tracker.web.forms.photo import PhotoForm, RemovePhotoForm

blueprint = Blueprint("photo", __name__)


@dataclass(frozen=True)
class Strip:
    """The photos of one record as far as the reader may see them, and how he adds more."""

    noun: str
    no: str
    photos: Any
    kinds: tuple[Kind, ...]
    """What he may add, the usual kind first; nothing for those who only look."""
    limits: Limits | None


def strip(noun: str, row: Any) -> Strip:
    """Return what ``photo/_strip.html`` shows of a record that the reader may see."""
    act, subject = edge.act(), Subject(noun)
    may_add = act.actor.is_any(TAKERS)
    return Strip(
        noun=noun,
        no=row.no,
        photos=queries.of_record(act.session, act.actor, subject, row),
        kinds=kinds_for(subject, act.actor.roles, row.status) if may_add else (),
        limits=service.limits(act) if may_add else None,
    )


def _strip_of(noun: str, no: str) -> Strip:
    return strip(noun, queries.record(db.session(), edge.actor(), Subject(noun), no))


@blueprint.get("/registrations/<no>/photos", defaults={"noun": "registration"})
@blueprint.get("/shipments/<no>/photos", defaults={"noun": "shipment"})
@blueprint.get("/discrepancies/<no>/photos", defaults={"noun": "discrepancy"})
@blueprint.get("/loss-forms/<no>/photos", defaults={"noun": "loss_form"})
@blueprint.get("/destructions/<no>/photos", defaults={"noun": "destruction"})
@edge.allow(READERS)
def index(noun: str, no: str) -> ResponseReturnValue:
    """The part of a record's page that a new photo changes."""
    return render_template("photo/_list.html", strip=_strip_of(noun, no))


@blueprint.post("/registrations/<no>/photos", defaults={"noun": "registration"})
@blueprint.post("/shipments/<no>/photos", defaults={"noun": "shipment"})
@blueprint.post("/discrepancies/<no>/photos", defaults={"noun": "discrepancy"})
@blueprint.post("/loss-forms/<no>/photos", defaults={"noun": "loss_form"})
@blueprint.post("/destructions/<no>/photos", defaults={"noun": "destruction"})
@edge.allow(TAKERS)
def add(noun: str, no: str) -> ResponseReturnValue:
    """Add the posted files one by one; what one of them is refused for stops no other.

    A script sends one file and reads JSON, a form is sent back to its page.
    """
    form = PhotoForm()
    kind = form.kind.data if form.validate_on_submit() else None
    files = [file for file in request.files.getlist("photos") if file.filename]
    sentences: list[str] = []
    if kind is None or not files:
        sentences.append(_("No photo was chosen. Take one or choose a file, then add it."))
    added = 0
    for file in files if kind else []:
        refusal = add_one(Subject(noun), no, Kind(str(kind)), file)
        if refusal is None:
            added += 1
        else:
            sentence = refusal.message(errors.locale_code())
            named = _("%(file)s: %(sentence)s", file=_shown(file), sentence=sentence)
            sentences.append(named if len(files) > 1 else sentence)
    if request.accept_mimetypes.best == "application/json":
        return jsonify(added=added, sentences=sentences), 422 if sentences else 200
    for sentence in sentences:
        flash(sentence, "danger")
    if added:
        flash(ngettext("%(num)d photo added.", "%(num)d photos added.", added), "success")
    return redirect(_back(noun, no), 303)


def add_one(subject: Subject, no: str, kind: Kind, file: FileStorage) -> HangtagError | None:
    """Return why a file was refused, or ``None``. Raises ``NotFound`` for another's record."""
    try:
        shrunk = service.keep(edge.act(), edge.photo_folder(), subject, no, kind, file.read())
        write(db.session(), lambda: service.add(edge.act(), subject, no, kind=kind, shrunk=shrunk))
    except NotFound:
        raise
    except errors.REFUSALS as error:
        return errors.as_refusal(error)
    return None


def _shown(file: FileStorage) -> str:
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return name[:60]


def _back(noun: str, no: str) -> str:
    page = {
        Subject.REGISTRATION: "registration.show",
        Subject.SHIPMENT: "shipment.show",
        Subject.DISCREPANCY: "discrepancy.show",
        Subject.LOSS_FORM: "loss.show",
        Subject.DESTRUCTION: "destruction.show",
    }[Subject(noun)]
    if noun == Subject.REGISTRATION and request.args.get("from") == "registered":
        page = "registration.registered"
    return url_for(page, no=no, _anchor="photos")


@blueprint.get("/photos/<no>")
@edge.allow(READERS)
def show(no: str) -> ResponseReturnValue:
    """One photo large, with who took it and when."""
    return _page(no, RemovePhotoForm(formdata=None))


def _page(no: str, form: RemovePhotoForm) -> str:
    act = edge.act()
    photo, subject, row = queries.get(act.session, act.actor, no)
    others = queries.of_record(act.session, act.actor, subject, row)
    place = [other.id for other in others].index(photo.id)
    may = service.removal_of(act, photo, service.limits(act))
    return render_template(
        "photo/show.html",
        photo=photo,
        subject=subject,
        row=row,
        back=_back(subject.value, row.no),
        before=others[place - 1] if place else None,
        after=others[place + 1] if place + 1 < len(others) else None,
        place=place + 1,
        count=len(others),
        form=form if may is not Removal.NEVER else None,
        needs_reason=may is Removal.WITH_REASON,
    )


@blueprint.get("/photos/<no>.jpg")
@edge.allow(READERS)
def large(no: str) -> Answer:
    """The picture itself."""
    return edge.picture(*service.content(edge.act(), edge.photo_folder(), no))


@blueprint.get("/photos/<no>/thumb.jpg")
@edge.allow(READERS)
def thumb(no: str) -> Answer:
    """The picture small."""
    return edge.picture(*service.content(edge.act(), edge.photo_folder(), no, is_thumb=True))


@blueprint.post("/photos/<no>/remove")
@edge.allow(TAKERS)
def remove(no: str) -> ResponseReturnValue:
    """Take a photo away: its author while it is fresh, later who answers for it, with a reason."""
    form = RemovePhotoForm()
    if not form.validate_on_submit():
        return _page(no, form), 422
    try:
        noun, number = write(
            db.session(), lambda: service.remove(edge.act(), no, reason=form.reason.data)
        )
    except NotFound:
        raise
    except errors.REFUSALS as error:
        refusal = errors.as_refusal(error)
        sentence = refusal.message(errors.locale_code())
        if getattr(refusal, "field", None) == "reason":
            form.reason.errors = [sentence]
        else:
            flash(sentence, "danger")
        return _page(no, form), refusal.status
    flash(_("The photo was removed."), "success")
    return redirect(_back(noun, number), 303)
