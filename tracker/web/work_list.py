"""The list of garments with its filters, and what may be done to many of them at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from tracker import edge, errors
from tracker.domain.account import GARMENT_READERS
from tracker.domain.codes import Defect
from tracker.domain.registration import MACHINE, Action, HandedTo, Owner, Status
from tracker.extensions import db
from tracker.queries import catalog, forecast, work_list
from tracker.queries import site as sites
from tracker.web.actions import take_many
from tracker.web.day import business_day
from tracker.web.forms.bulk import BulkForm
from tracker.web.registration import blueprint


@dataclass(frozen=True)
class Bulk:
    """An action that is safe on many garments at once: nothing about each needs to be asked."""

    action: Action
    label: Any
    fields: dict[str, Any]


BULK: dict[Status, Bulk] = {
    Status.REGISTERED: Bulk(Action.ACCEPT, lazy_gettext("Accept the selected garments"), {}),
    Status.REFUSED_IN_STORE: Bulk(
        Action.ACCEPT, lazy_gettext("Accept the selected as goodwill"), {}
    ),
    Status.BACK_IN_STORE: Bulk(
        Action.HAND_OVER,
        lazy_gettext("Put the selected stock garments back to stock"),
        {"to": HandedTo.STOCK},
    ),
}
"""What a list of one status offers."""


@blueprint.get("")
@edge.allow(GARMENT_READERS)
def index() -> ResponseReturnValue:
    """A list of garments; its filters stay in its address."""
    return _list(BulkForm(formdata=None))


def _wanted() -> work_list.Filter:
    asked = request.args
    sort = asked.get("sort", "")
    return work_list.Filter(
        site=asked.get("site") or None,
        status=asked.get("status") or None,
        style=(asked.get("style") or "").strip() or None,
        supplier=asked.get("supplier") or None,
        owner=asked.get("owner") or None,
        defect=asked.get("defect") or None,
        overdue=asked.get("overdue") == "1",
        q=asked.get("q") or None,
        sort=sort if sort in work_list.SORTS else "due",
    )


def _list(form: BulkForm, done: list[Any] | None = None) -> ResponseReturnValue:
    session, actor, wanted = db.session(), edge.actor(), _wanted()
    if wanted.q and (refusal := edge.looked_up(wanted.q)) is not None:
        flash(refusal.message(errors.locale_code()), "danger")
    today, cursor = business_day(), request.args.get("cursor")
    page = work_list.page(session, actor, wanted, today, cursor)
    if wanted.q and len(page.items) == 1 and not page.next and not cursor:
        return redirect(url_for(".show", no=page.items[0].no))
    address = {name: value for name, value in asdict(wanted).items() if value}
    address |= {"overdue": "1"} if wanted.overdue else {}
    if wanted.sort == "due":
        address.pop("sort")
    return render_template(
        "registration/index.html",
        page=page,
        forecasts=forecast.of(session, (row.id for row in page.items)),
        wanted=wanted,
        statuses=Status,
        owners=Owner,
        defects=Defect,
        sorts=work_list.SORTS,
        stores=sites.choice(session, actor),
        suppliers=catalog.suppliers(session) if actor.sees_chain else [],
        form=form,
        bulk=bulk_of(wanted),
        done=done,
        address=address,
        next_url=url_for(".index", **address, cursor=page.next) if page.next else None,
        first_url=url_for(".index", **address) if cursor else None,
    )


def bulk_of(wanted: work_list.Filter) -> Bulk | None:
    """Return what the reader may do to many garments of a list; only one status has it."""
    if wanted.status not in BULK:
        return None
    status = Status(wanted.status)
    offered = MACHINE.actions_from(status, edge.actor().roles)
    return BULK[status] if BULK[status].action in offered else None


@blueprint.post("/bulk")
@edge.allow(GARMENT_READERS)
def bulk() -> ResponseReturnValue:
    """Take the list's action on every garment ticked, each for itself, and say which failed."""
    form, offered = BulkForm(), bulk_of(_wanted())
    if offered is None or not form.validate_on_submit():
        return _list(form)
    address: dict[str, Any] = dict(request.args)
    taken = take_many("registration", offered.action, offered.fields, form)
    return render_template(
        "registration/bulk.html",
        action=offered.action,
        taken=taken,
        back=url_for(".index", **address),
    )
