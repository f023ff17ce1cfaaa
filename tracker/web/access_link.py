"""The links of a document: made for its party, shown once, watched, taken back."""

from __future__ import annotations

import segno
from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.db import utc_now, write
from tracker.domain.access_link import MAKERS, Noun, State, state
from tracker.domain.errors import NotFound
from tracker.extensions import db
from tracker.queries import access_link as queries
from tracker.services import access_link as service
from tracker.web import once
from tracker.web.forms.action import ActionForm

blueprint = Blueprint("access_link", __name__)
_SHOWN = "access_link"
"""Under this name the maker's cookie holds a new link until its page showed it."""


@blueprint.get("/loss-forms/<no>/links", defaults={"noun": "loss_form"})
@blueprint.get("/statements/<no>/links", defaults={"noun": "statement"})
@edge.allow(MAKERS)
@edge.with_password
def index(noun: str, no: str) -> ResponseReturnValue:
    """The links to a document; one that was just made is shown, this once."""
    made = session.pop(_SHOWN, None)
    secret = made["secret"] if made and made["no"] == no else None
    return _page(Noun(noun), no, ActionForm(formdata=None), secret)


def _page(noun: Noun, no: str, form: ActionForm, secret: str | None = None) -> str:
    document = queries.document(db.session(), edge.actor(), noun, no)
    links, now = queries.of_document(db.session(), edge.actor(), no), utc_now()
    address = _address(secret) if secret else None
    return render_template(
        "access_link/index.html",
        noun=noun.value,
        document=document,
        links=[(link, state(link, now)) for link in links],
        ends=(State.USED, State.REVOKED),
        form=form,
        address=address,
        picture=segno.make(address, micro=False).svg_data_uri(scale=5, border=3, light="#fff")
        if address
        else None,
    )


def _address(secret: str) -> str:
    """Return the whole address of a link; where only HTTPS is spoken, it says so behind a proxy."""
    settings = current_app.config["SETTINGS"]
    scheme = "https" if settings.production or settings.https else request.scheme
    return url_for("portal.show", secret=secret, _external=True, _scheme=scheme)


@blueprint.post("/loss-forms/<no>/links", defaults={"noun": "loss_form"})
@blueprint.post("/statements/<no>/links", defaults={"noun": "statement"})
@edge.allow(MAKERS)
@edge.with_password
def make(noun: str, no: str) -> ResponseReturnValue:
    """Make a link; the key that makes it exactly once keeps its number, never its secret."""
    form, secrets = ActionForm(), list[str]()

    def effect() -> list[str]:
        link, secret = service.make(edge.act(form.note.data), Noun(noun), no)
        secrets[:] = [secret]
        return [str(link.id)]

    def done(_numbers: list[str]) -> ResponseReturnValue:
        if secrets:
            session[_SHOWN] = {"no": no, "secret": secrets[0]}
        return redirect(url_for(".index", noun=noun, no=no), 303)

    return once.take(form, f"link/{noun}/{no}", effect, done, lambda: _page(Noun(noun), no, form))


@blueprint.post("/links/<int:number>/revoke")
@edge.allow(MAKERS)
@edge.with_password
def revoke(number: int) -> ResponseReturnValue:
    """Take a link back: it opens nothing from now on."""
    try:
        noun, no = write(db.session(), lambda: _revoked(number))
    except NotFound:
        raise
    except errors.REFUSALS as error:
        flash(errors.as_refusal(error).message(errors.locale_code()), "danger")
        link = queries.get(db.session(), edge.actor(), number)
        noun, no = link.noun, link.document
    else:
        flash(_("The link is taken back: it opens nothing any more."), "success")
    return redirect(url_for(".index", noun=noun, no=no), 303)


def _revoked(number: int) -> tuple[str, str]:
    link = service.revoke(edge.act(), number)
    return link.noun, link.document
