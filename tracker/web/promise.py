"""The promises: which one holds for whom, side by side, and the law of each store."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.domain.account import GARMENT_READERS
from tracker.domain.law_packs import Pack
from tracker.domain.named import NamedEnum
from tracker.domain.promise import (
    Channel,
    Condition,
    Dates,
    Exclusion,
    Extra,
    Profile,
    TermName,
    Why,
)
from tracker.domain.promise_profiles import CHAIN, CHOICES, chain, profile
from tracker.domain.promise_terms import Charged, hold
from tracker.extensions import db
from tracker.queries import calendar, policy
from tracker.queries import promise as queries
from tracker.queries import site as sites
from tracker.services import promise
from tracker.services.promise_words import saying_words
from tracker.web import once
from tracker.web.day import business_day
from tracker.web.forms.promise import ChooseForm, PlaceForm

blueprint = Blueprint("promise", __name__, url_prefix="/promises")
MOST = 3
"""So many promises stand side by side."""


@blueprint.get("")
@edge.allow(GARMENT_READERS)
def index() -> ResponseReturnValue:
    """What holds now, promises side by side, what was chosen so far, the law of the stores."""
    return _page()


def _page(choose: ChooseForm | None = None, law: PlaceForm | None = None) -> str:
    session, today = db.session(), business_day()
    regions = list(queries.regions(session))
    stores = sites.stores(session, edge.actor())
    pack, channel = _asked(Pack, "pack"), _asked(Channel, "channel")
    compared = _compared(pack, channel, today)
    choose = choose or ChooseForm(formdata=None)
    law = law or PlaceForm(formdata=None)
    if choose.effective_from.data is None:
        choose.effective_from.data = today
    return render_template(
        "promise/index.html",
        held=[
            (one, region, queries.chosen(session, one, region, today))
            for one in Channel
            for region in (None, *regions)
        ],
        choices=queries.choices(session),
        places=queries.places(session),
        stores=[(store, queries.pack_of(session, store.id)) for store in stores],
        compared=compared,
        rows=_rows([one for one, _conflicts in compared]),
        codes=CHOICES,
        packs=Pack,
        channels=Channel,
        pack=pack,
        channel=channel,
        keeps=edge.actor().is_any(promise.KEEPERS),
        choose=choose.offer(errors.locale_code(), regions),
        law=law.offer([(store.code, store.name) for store in stores]),
    )


def _asked(kind: Any, name: str) -> Any:
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        return next(iter(kind))


def _compared(pack: Pack, channel: Channel, today: date) -> list[tuple[Profile, Any]]:
    """Return the promises that were asked for, each with its conflicts under the law."""
    asked = [code for code in request.args.getlist("code") if code in CHOICES]
    codes = list(dict.fromkeys(asked))[:MOST] or [CHAIN]
    values = policy.values(db.session(), today)
    own, dates = chain(values, channel), Dates(today, today, today)
    said = calendar.overrides(db.session())
    letters = [profile(code, values, channel) for code in codes]
    return [
        (one, hold(one, own, pack, channel, dates, overrides=said).conflicts) for one in letters
    ]


def _rows(letters: list[Profile]) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """Return a row for all that any of the letters says: its name, and each letter's words."""
    locale = errors.locale_code()
    found: list[tuple[str, list[list[tuple[str, str]]]]] = []
    for name in TermName:
        said = [one.terms.get(name) for one in letters]
        cells = [[(saying_words(term, locale), term.rule)] if term else [] for term in said]
        found.append((name.label(locale), cells))
    for why in Why:
        payers = [one.freight.get(why) for one in letters]
        title = f"{_('Freight')} · {why.label(locale)}"
        found.append((title, [[(p[0].label(locale), p[1])] if p else [] for p in payers]))
    wear = [one.depreciation for one in letters]
    words = [
        [((Charged.YES if one.is_charged else Charged.NO).label(locale), one.rule)] if one else []
        for one in wear
    ]
    found.append((_("Depreciation"), words))
    lists: list[tuple[str, type[NamedEnum], str]] = [
        (_("Not taken back without a reason"), Exclusion, "exclusions"),
        (_("The customer brings"), Condition, "conditions"),
        (_("Besides"), Extra, "extras"),
    ]
    for title, kind, attribute in lists:
        cells = [
            [(member.label(locale), getattr(one, attribute)[member]) for member in kind
             if member in getattr(one, attribute)]
            for one in letters
        ]  # fmt: skip
        found.append((title, cells))
    return [(title, cells) for title, cells in found if any(cells)]


@blueprint.post("/choose")
@edge.allow(*promise.KEEPERS)
def choose() -> ResponseReturnValue:
    """Choose a promise from a day on."""
    form = ChooseForm().offer(errors.locale_code(), list(queries.regions(db.session())))

    def work() -> list[str]:
        row = promise.choose(
            edge.act(),
            form.channel.data,
            form.profile.data or "",
            effective_from=form.effective_from.data or business_day(),
            region=form.region.data or None,
            reason=form.reason.data or "",
        )
        return [row.profile]

    return once.take(form, request.path, work, _done, lambda: _page(choose=form))


@blueprint.post("/law")
@edge.allow(*promise.KEEPERS)
def place() -> ResponseReturnValue:
    """Say under which law a store stands."""
    stores = sites.stores(db.session(), edge.actor())
    form = PlaceForm().offer([(store.code, store.name) for store in stores])

    def work() -> list[str]:
        row = promise.place(
            edge.act(), form.store.data or "", form.pack.data, reason=form.reason.data or ""
        )
        return [row.pack]

    return once.take(form, request.path, work, _done, lambda: _page(law=form))


def _done(_codes: list[str]) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for(".index"), 303)
