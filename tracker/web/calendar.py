"""The company's calendar: a year's grid, days of its own, a State Council notice as a file."""

from __future__ import annotations

import tempfile
from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.domain.calendar import (
    DayKind,
    DayWord,
    is_announced,
    is_working_day,
    kind_of,
    name_of,
)
from tracker.domain.errors import HangtagError
from tracker.extensions import db
from tracker.queries import calendar as queries
from tracker.services import calendar as service
from tracker.services import rows
from tracker.services.calendar import KEEPERS, Told
from tracker.services.rows import BadFile, BadRow
from tracker.web import once
from tracker.web.day import business_day
from tracker.web.forms.calendar import DaysForm
from tracker.web.forms.statement import FileForm

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")
FIRST, LAST = 2019, 2040


@dataclass(frozen=True)
class Day:
    """One cell: what is published, what the chain says, and whether it is worked."""

    day: date
    kind: DayKind
    name: str | None
    own: Any
    is_working: bool

    @property
    def tone(self) -> str:
        """The colour's name: what the day is in the end."""
        if self.own is None:
            return str(self.kind.value)
        return DayKind.MAKE_UP.value if self.is_working else DayKind.HOLIDAY.value


@blueprint.get("")
@edge.allow(KEEPERS)
def index() -> ResponseReturnValue:
    """A year's grid, and the forms."""
    return _page(DaysForm(formdata=None), FileForm(formdata=None))


def _year() -> int:
    asked, this = request.args.get("year", ""), business_day().year
    is_year = len(asked) == 4 and asked.isascii() and asked.isdigit()
    return min(max(int(asked), FIRST), LAST) if is_year else this


def _page(days: DaysForm, notice: FileForm, bad: Sequence[BadRow] = ()) -> str:
    session, year, today = db.session(), _year(), business_day()
    own = queries.of_year(session, year)
    following = today.year + 1
    return render_template(
        "calendar/index.html",
        year=year,
        years=(year - 1 if year > FIRST else None, year + 1 if year < LAST else None),
        months=[_month(year, month, own) for month in range(1, 13)],
        own=own,
        today=today,
        is_announced=is_announced(year) or bool(own),
        unannounced=None if _is_known(following) else following,
        words=DayWord,
        kinds=DayKind,
        days_form=days,
        notice_form=notice,
        columns=service.COLUMNS,
        bad=bad,
    )


def _is_known(year: int) -> bool:
    return is_announced(year) or bool(queries.of_year(db.session(), year))


def _month(year: int, month: int, own: Mapping[date, Any]) -> list[list[Day | None]]:
    """Return the weeks of a month, Monday first; days of other months are nothing."""
    overrides = {day: bool(row.is_working) for day, row in own.items()}
    return [
        [
            Day(day, kind_of(day), name_of(day), own.get(day), is_working_day(day, overrides))
            if day.month == month
            else None
            for day in week
        ]
        for week in Calendar().monthdatescalendar(year, month)
    ]


def _told(told: Told) -> list[str]:
    return [str(told.days), str(told.moved)]


def _done(numbers: list[str]) -> ResponseReturnValue:
    days, moved = numbers
    flash(_("%(days)s days said, %(moved)s due days moved", days=days, moved=moved), "success")
    return redirect(url_for(".index", year=_year()), 303)


@blueprint.post("")
@edge.allow(KEEPERS)
def say() -> ResponseReturnValue:
    """Say of one day or several whether the chain works; running clocks follow."""
    form = DaysForm()
    return once.take(
        form,
        "calendar.say",
        lambda: _told(service.say(edge.act(), **form.values())),
        _done,
        lambda: _page(form, FileForm(formdata=None)),
    )


@blueprint.post("/notice")
@edge.allow(KEEPERS)
def take() -> ResponseReturnValue:
    """Take a State Council notice over from a file; a bad one is said row by row."""
    form, bad = FileForm(), list[BadRow]()

    def again() -> str:
        return _page(DaysForm(formdata=None), form, bad)

    if not form.validate_on_submit():
        return again(), 422
    try:
        with tempfile.NamedTemporaryFile() as kept:
            Path(kept.name).write_bytes(form.file.data.read())
            found = rows.read(Path(kept.name), service.COLUMNS)
    except HangtagError as refusal:
        flash(refusal.message(errors.locale_code()), "danger")
        return again(), refusal.status

    def effect() -> list[str]:
        try:
            return _told(service.import_notice(edge.act(), found))
        except BadFile as refusal:
            bad.extend(refusal.bad_rows)
            raise

    return once.take(form, "calendar.take", effect, _done, again)
