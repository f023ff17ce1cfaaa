"""What a one-time link opens: one document of one party, its answer, its paper; no log-in.

Whatever is wrong with a link, its holder reads one and the same answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from labels.amount import capitals
from tracker import edge, errors
from tracker.db import utc_now, write
from tracker.domain import x12
from tracker.domain.access_link import ANSWERS, PACE, TAKEN, Noun, Page
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Cause, Defect, Source
from tracker.domain.errors import NotFound
from tracker.domain.photo import Kind, Subject
from tracker.extensions import csrf, db
from tracker.queries import access_link as queries
from tracker.queries import dispute as disputes
from tracker.queries import loss, loss_clock, loss_photo, notice_period, policy, statement
from tracker.queries import photo as photos
from tracker.services import access_link as service
from tracker.services import actions as door
from tracker.services import loss_papers, photo, statement_papers
from tracker.services.once import Answer
from tracker.web import actions, home
from tracker.web.day import business_day
from tracker.web.filters import named
from tracker.web.forms.access_link import FORMS, LinkDisputeForm, SignerForm
from tracker.web.pace import Pace

blueprint = Blueprint("portal", __name__, url_prefix="/l")
csrf.exempt(blueprint)
# Its forms carry and check their token themselves: the extension would ask for a referrer too,
# which these pages never send.
PACE_OF = Pace()
SHOWN = 200
"""So many lines of a statement are shown; its paper has all of them."""

_WORDS = {Noun.LOSS_FORM: "loss_form_action", Noun.STATEMENT: "statement_party_action"}
"""How the actions are called here."""


@blueprint.after_request
def tell_nobody(response: Response) -> Response:
    """The address of these pages is a secret: no other page learns it, no cache keeps it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@blueprint.errorhandler(NotFound)
def gone(_error: NotFound) -> ResponseReturnValue:
    """One answer for a link that is used, expired, taken back, of another document, or guessed."""
    db.session.rollback()
    g.actor = None
    return render_template("portal/gone.html"), 404


def _opened(secret: str, find: Callable[..., Any], *, is_counted: bool = True) -> Any:
    """Return the link of a secret and let its holder act; each miss counts as a guess."""
    address, now = edge.address(), utc_now()
    most = policy.one(db.session(), PACE, shanghai_date(now)).number
    if PACE_OF.is_full(address, now, most):
        raise TooManyRequests
    try:
        link = find(db.session(), secret)
    except NotFound:
        PACE_OF.count(address, now)
        raise
    if is_counted:
        PACE_OF.count(address, now)
    g.actor = queries.holder(link)
    return link


def _standing(session: Any, secret: str) -> Any:
    return queries.standing(session, secret, utc_now())


def _noted(page: Page) -> Callable[..., Any]:
    """Return how a link is found whose opening is kept: when, and from where."""

    def find(session: Any, secret: str) -> Any:
        def work() -> None:
            link = _standing(session, secret)
            service.note_opening(session, link, utc_now(), edge.address(), page)

        _standing(session, secret)
        write(session, work)
        return _standing(session, secret)

    return find


@blueprint.get("/done")
@edge.public
def done() -> ResponseReturnValue:
    """The answer was taken; the link that carried it is spent."""
    g.actor = None
    return render_template("portal/done.html")


@blueprint.post("/language/<code>")
@edge.public
def language(code: str) -> ResponseReturnValue:
    """Keep the reader's language: it sets a cookie and nothing else, so it asks for no token."""
    g.actor = None
    return home.speak(code)


@blueprint.get("/<secret>")
@edge.public
def show(secret: str) -> ResponseReturnValue:
    """The document: its lines, its photos, and what its party may answer."""
    return _page(_opened(secret, _noted(Page.DOCUMENT)), secret)


def _page(link: Any, secret: str, failed: SignerForm | None = None, action: str = "") -> str:
    noun = Noun(link.noun)
    values = _loss_form(link) if noun is Noun.LOSS_FORM else _statement(link)
    record, machine = values["record"], door.NOUNS[noun].machine
    offered = [
        one
        for one in machine.actions_from(machine.statuses(record.status), edge.actor().roles)
        if one in TAKEN[noun]
    ]
    forms = actions.panels(record, offered, FORMS[noun], failed, action)
    return render_template(
        f"portal/{noun.value}.html",
        secret=secret,
        link=link,
        forms={one.value: form for one, form in forms.items()},
        names={one.value: named(one.value, _WORDS[noun]) for one in forms},
        failed_action=action,
        capitals=capitals(abs(record.total_fen)),
        **values,
    )


def _loss_form(link: Any) -> dict[str, Any]:
    session, actor = db.session(), edge.actor()
    form, today = loss.get(session, actor, link.document), business_day()
    lines = loss.lines(session, form)
    return {
        "record": form,
        "lines": lines,
        "reasons": {line.id: _reason_of(line.registration) for line in lines},
        "late": notice_period.of_form(session, form, today),
        "disputes": disputes.thread(session, form),
        "faults": loss_photo.of_form(session, form),
        "evidence": photos.of_record(session, actor, Subject.LOSS_FORM, form),
        "sign_by": loss_clock.sign_by(session, [form]).get(form.id),
    }


def _reason_of(garment: Any) -> x12.RequestReason:
    return x12.reason_of(Defect(garment.defect), Cause(garment.cause), Source(garment.source))


def _statement(link: Any) -> dict[str, Any]:
    session = db.session()
    found = statement.get(session, edge.actor(), link.document)
    return {
        "record": found,
        "lines": statement.lines(session, found, SHOWN),
        "line_count": statement.line_count(session, found),
    }


@blueprint.get("/<secret>/document.pdf")
@edge.public
def pdf(secret: str) -> ResponseReturnValue:
    """The document on paper, as its party may read it."""
    link = _opened(secret, _noted(Page.PDF))
    print_it = loss_papers.loss_form if link.noun == Noun.LOSS_FORM else statement_papers.statement
    return edge.printed(print_it(edge.act(), link.document, edge.fonts()))


@blueprint.get("/<secret>/photos/<int:number>.jpg")
@edge.public
def large(secret: str, number: int) -> ResponseReturnValue:
    """A photo of the form."""
    return _picture(secret, number)


@blueprint.get("/<secret>/photos/<int:number>/thumb.jpg")
@edge.public
def thumb(secret: str, number: int) -> ResponseReturnValue:
    """A photo of the form, small."""
    return _picture(secret, number, is_thumb=True)


def _picture(secret: str, number: int, *, is_thumb: bool = False) -> ResponseReturnValue:
    link = _opened(secret, _standing, is_counted=False)
    act, folder = edge.act(), edge.photo_folder()
    found = photo.content_on_form(act, folder, link.document, number, is_thumb=is_thumb)
    return edge.picture(*found)


@blueprint.post("/<secret>/actions/<action>")
@edge.public
def act(secret: str, action: str) -> ResponseReturnValue:
    """Take the party's answer, and spend the link that carried it; sent twice it is taken once."""
    link = _opened(secret, queries.by_secret)
    noun, document = Noun(link.noun), link.document
    key = request.form.get("action_id", "")
    if link.used_key is not None and link.used_key == key:
        return redirect(url_for(".done"), 303)
    link = _standing(db.session(), secret)
    if action not in TAKEN[noun]:
        raise queries.gone()
    is_answer = action in ANSWERS[noun]
    return actions.take(
        noun.value,
        document,
        action,
        FORMS[noun],
        url_for(".done") if is_answer else url_for(".show", secret=secret),
        lambda form: _page(
            _standing(db.session(), secret), secret, cast("SignerForm", form), action
        ),
        lambda form: _take(secret, noun, document, action, cast("SignerForm", form)),
    )


def _take(secret: str, noun: Noun, document: str, action: str, form: SignerForm) -> Answer:
    """Perform the action as the party; its evidence comes with it or not at all."""
    kept = _kept(document, form) if isinstance(form, LinkDisputeForm) else []

    def work() -> Answer:
        link = queries.standing(db.session(), secret, utc_now(), for_update=True)
        own = service.act_of(edge.act(form.note.data, form.version()), link, form.signer.data)
        answer = door.perform(
            own,
            noun.value,
            document,
            action,
            form.values(),
            action_id=form.action_id.data or "",
            body=form.body(),
            done=lambda record, _result: json.dumps({"status": record.status}),
            refused=lambda refusal: json.dumps(errors.problem(refusal), default=str),
        )
        if answer.status < 400:
            for shrunk in kept:
                photo.add(own, Subject.LOSS_FORM, document, kind=Kind.EVIDENCE, shrunk=shrunk)
            service.spend(own, link, action, form.signer.data or "", form.action_id.data or "")
        return answer

    return write(db.session(), work)


def _kept(document: str, form: LinkDisputeForm) -> list[Any]:
    """Bring the evidence to the disk, before the transaction; a refused one stops the dispute."""
    folder = edge.photo_folder()
    return [
        photo.keep(
            edge.act(), folder, Subject.LOSS_FORM, document, Kind.EVIDENCE, file.stream.read()
        )
        for file in form.files()
    ]
