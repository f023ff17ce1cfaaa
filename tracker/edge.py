"""The edge between a request and the services: who may call, who acts, and the one commit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, send_file, url_for
from flask import Response as Printed
from werkzeug.wrappers import Response

from labels.fonts import Fonts, register
from tracker.config import PRINT_FONTS
from tracker.db import utc_now, write
from tracker.domain.account import EVERY_ROLE, Actor, Role
from tracker.domain.badge import needs_password
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.extensions import db
from tracker.services import account, alarm, chain
from tracker.services.act import Act
from tracker.services.image import MEDIA
from tracker.services.papers import Paper

P = ParamSpec("P")
T = TypeVar("T")
PHOTO_SECONDS = 24 * 3600
PUBLIC: frozenset[Role] = frozenset()
"""Access for everybody, logged in or not."""


def allow(*roles: Role | frozenset[Role]) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Declare who may call a route. A route without a declaration fails a test and answers 404."""
    allowed: set[Role] = set()
    for role in roles:
        allowed |= {role} if isinstance(role, Role) else role

    def mark(view: Callable[P, T]) -> Callable[P, T]:
        view.access = frozenset(allowed)  # type: ignore[attr-defined]
        return view

    return mark


def public(view: Callable[P, T]) -> Callable[P, T]:
    """Declare a route that needs no log-in."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def takes_tickets(view: Callable[P, T]) -> Callable[P, T]:
    """Declare an API call that a scan ticket opens too; all others want an account's token."""
    view.takes_tickets = True  # type: ignore[attr-defined]
    return view


def signed_in(view: Callable[P, T]) -> Callable[P, T]:
    """Declare a route for everybody who is logged in."""
    return allow(EVERY_ROLE)(view)


def with_password(view: Callable[P, T]) -> Callable[P, T]:
    """Mark a route that is not for who came in by badge and PIN."""
    view.needs_password = True  # type: ignore[attr-defined]
    return view


def declared_access(endpoint: str) -> frozenset[Role] | None:
    """Return who may call an endpoint, or ``None`` when nobody declared it."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return PUBLIC
    return getattr(current_app.view_functions[endpoint], "access", None)


def enforce() -> Response | None:
    """Refuse callers whom the route does not allow; pages send strangers to the log-in."""
    if "\x00" in request.path or b"%00" in request.query_string:
        abort(404)
    _check_text()
    if request.endpoint is None:
        return None
    access = declared_access(request.endpoint)
    if access is None:
        abort(404)
    if access is PUBLIC or access == PUBLIC:
        return None
    if current_actor() is None:
        if request.blueprint == "api":
            abort(401)
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("account.log_in", next=wanted))
    if not actor().is_any(access):
        raise Forbidden(
            "wrong_role",
            "您的岗位没有这个页面的权限。",
            "This page is not for your role.",
        )
    if actor().is_by_pin and hasattr(
        current_app.view_functions[request.endpoint], "needs_password"
    ):
        raise needs_password()
    return None


def _check_text() -> None:
    """Refuse a form's NUL, which PostgreSQL cannot keep; what a scanner typed is made storable."""
    if request.blueprint == "api":
        return
    for name, values in request.form.lists():
        if name != "code" and any("\x00" in value for value in values):
            raise InvalidInput(
                "bad_text",
                "文字中有无法保存的字符，请重新输入。",
                "The text holds characters that cannot be kept: type it again.",
                name,
            )


def current_actor() -> Actor | None:
    """Return who calls, from the log-in or the token, or ``None``."""
    return g.get("actor")


def actor() -> Actor:
    """Return who calls; only where the route demands a log-in."""
    found = current_actor()
    if found is None:
        abort(401)
    return found


def act(
    note: str | None = None, if_version: int | None = None, device_at: datetime | None = None
) -> Act:
    """Return the act of this request: this actor, now."""
    is_proved = bool(g.get("is_proved"))
    return Act(db.session(), actor(), utc_now(), note or None, device_at, if_version, is_proved)


def prove(password: str | None) -> None:
    """Check a password that came with a step, outside the step's own transaction.

    From now on the acts of this request are proved. Without one nothing is checked: whether one is
    asked for is the step's affair. A wrong one is counted as at the log-in. Raises what
    ``account.check_password`` raises.
    """
    if not password:
        return
    who, now = actor(), utc_now()
    try:
        had_failures = account.check_password(db.session(), who, password, now)
    except InvalidInput:
        write(db.session(), lambda: account.note_failure(db.session(), who.login, now))
        raise
    if had_failures:
        write(db.session(), lambda: account.forget_failures(db.session(), who))
    g.is_proved = True


def writes(view: Callable[P, T]) -> Callable[P, T]:
    """Mark a view, an API call or a command as a writer: it commits once or rolls back."""

    @wraps(view)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        return write(db.session(), lambda: view(*args, **kwargs))

    run.writes = True  # type: ignore[attr-defined]
    return run


def photo_folder() -> Path:
    """Return where the photos' files lie."""
    return Path(current_app.config["SETTINGS"].data_dir) / "photos"


def export_folder(app: Flask | None = None) -> Path:
    """Return where the files lie that jobs make."""
    return Path((app or current_app).config["SETTINGS"].data_dir) / "exports"


def export_days() -> timedelta:
    """Return how long a job's file is kept."""
    return timedelta(days=current_app.config["SETTINGS"].export_days)


def sent(file: Path, name: str, media: str) -> Printed:
    """Return a whole file to be kept by the reader, streamed from the disk."""
    answer = send_file(file, mimetype=media, as_attachment=True, download_name=name, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def picture(content: bytes, tag: str) -> Response:
    """Return a photo's JPEG: it never changes under its tag, and no shared cache keeps it."""
    answer = Printed(content, content_type=MEDIA)
    answer.headers["Content-Disposition"] = 'inline; filename="photo.jpg"'
    answer.headers["Cache-Control"] = f"private, max-age={PHOTO_SECONDS}"
    answer.set_etag(tag)
    return answer.make_conditional(request)


def fonts() -> Fonts:
    """Return the print fonts that set-up brought."""
    return register(*PRINT_FONTS)


def printed(paper: Paper) -> Printed:
    """Return a print to be shown in the browser, under a plain ASCII name.

    The head of the chain that it carries is kept first: one of the three things that a GET writes.
    """
    head = paper.head
    if head is not None and not chain.is_printed(db.session(), paper.document, head.seq):
        now = utc_now()
        write(db.session(), lambda: chain.keep_printed(db.session(), paper.document, head, now))
    answer = Printed(paper.content, content_type=paper.media)
    answer.headers["Content-Disposition"] = f'inline; filename="{paper.name}"'
    return answer


def looked_up(raw: str) -> RuleViolation | None:
    """Raise the alarm if a tag that is looked up is of a garment that left for good.

    Returns what to tell the reader. Like a printed head, it is written by a GET, once.
    """
    refusal = alarm.of_look_up(act(), raw)
    if refusal is not None:
        write(db.session(), lambda: alarm.looked_up(act(), raw))
    return refusal


def address() -> str:
    """Return the network address of who calls; behind a proxy of this machine, as that tells it."""
    own = request.remote_addr or ""
    told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return told if told and own in ("127.0.0.1", "::1") else own


def inside(target: str | None) -> str:
    """Return a path of ours to go to: never another host, scheme or a backslash trick."""
    home = url_for("home.show")
    if not target or not target.startswith("/") or target.startswith("//"):
        return home
    if any(ord(char) < 33 or char == "\\" for char in target):
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc else target


def session() -> Any:
    """Return the session of this request or command."""
    return db.session()
