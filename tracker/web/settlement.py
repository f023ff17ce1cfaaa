"""Files of settlements and of opening balances, by finance; what does not match is listed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.domain.account import Role
from tracker.domain.errors import HangtagError
from tracker.extensions import db
from tracker.queries import statement as queries
from tracker.queries.paging import position
from tracker.services import opening, rows, settlement_import
from tracker.services.rows import BadFile, Row
from tracker.web import once
from tracker.web.forms.statement import FileForm

blueprint = Blueprint("settlement", __name__, url_prefix="/settlements")
AUDITORS = frozenset({Role.FINANCE, Role.AUDITOR})


@blueprint.get("")
@edge.allow(AUDITORS)
def index() -> ResponseReturnValue:
    """The files that were read, and the form for another."""
    return _index(FileForm(formdata=None))


def _index(form: FileForm, bad: Sequence[rows.BadRow] = ()) -> str:
    return render_template(
        "settlement/index.html",
        files=queries.files(db.session(), edge.actor()),
        heads=_heads(settlement_import.WORDS),
        form=form,
        bad=bad,
        may_import=Role.FINANCE in edge.actor().roles,
    )


@blueprint.post("")
@edge.allow(Role.FINANCE)
def take() -> ResponseReturnValue:
    """Match a file's rows to issued statements."""

    def effect(found: Sequence[Row], name: str, raw: bytes) -> list[str]:
        return [str(settlement_import.import_settlements(edge.act(), name, raw, found).id)]

    def done(numbers: list[str]) -> ResponseReturnValue:
        return redirect(url_for(".show", no=numbers[0]), 303)

    return _read(settlement_import.WORDS, effect, done, _index)


@blueprint.get("/<no>")
@edge.allow(AUDITORS)
def show(no: str) -> ResponseReturnValue:
    """What became of each row of a file."""
    found = queries.file(db.session(), edge.actor(), position(no))
    return render_template("settlement/show.html", file=found)


@blueprint.get("/opening")
@edge.allow(Role.FINANCE)
def opening_form() -> ResponseReturnValue:
    """The form for opening balances."""
    return _opening(FileForm(formdata=None))


def _opening(form: FileForm, bad: Sequence[rows.BadRow] = ()) -> str:
    heads = _heads(opening.WORDS)
    return render_template("settlement/opening.html", form=form, bad=bad, heads=heads)


def _heads(words: Mapping[str, str]) -> dict[str, str]:
    """Return by column the head that the reader's language gives it; a file may have either."""
    is_chinese = errors.locale_code() == "zh"
    return {column: zh if is_chinese else column for zh, column in words.items()}


@blueprint.post("/opening")
@edge.allow(Role.FINANCE)
def take_opening() -> ResponseReturnValue:
    """Post what parties owed before this system."""

    def effect(found: Sequence[Row], _name: str, _raw: bytes) -> list[str]:
        counts = opening.import_opening(edge.act(), found)
        return [str(counts.made), str(counts.known)]

    def done(numbers: list[str]) -> ResponseReturnValue:
        made, known = numbers
        flash(_("Posted: %(made)s, known: %(known)s", made=made, known=known), "success")
        return redirect(url_for("ledger.index"), 303)

    return _read(opening.WORDS, effect, done, _opening)


def _read(
    words: Mapping[str, str],
    effect: Callable[[Sequence[Row], str, bytes], list[str]],
    done: Callable[[list[str]], ResponseReturnValue],
    page: Callable[[FileForm, Sequence[rows.BadRow]], str],
) -> ResponseReturnValue:
    """Read the file that was sent, and answer; a bad one is said row by row in its place."""
    form = FileForm()
    bad: list[rows.BadRow] = []
    if not form.validate_on_submit():
        return page(form, bad), 422
    name, raw = form.file.data.filename or "", form.file.data.read()
    try:
        with tempfile.NamedTemporaryFile() as kept:
            Path(kept.name).write_bytes(raw)
            found = rows.read(Path(kept.name), tuple(words.values()), words)
    except HangtagError as refusal:
        flash(refusal.message(errors.locale_code()), "danger")
        return page(form, bad), refusal.status

    def work() -> list[str]:
        try:
            return effect(found, name, raw)
        except BadFile as refusal:
            bad.extend(refusal.bad_rows)
            raise

    return once.take(form, request.path, work, done, lambda: page(form, bad))
