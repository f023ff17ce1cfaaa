"""What is expected of everything in flight; one garment's own stands with its registration."""

from __future__ import annotations

from typing import Any

from flask import Response
from typing_extensions import TypedDict

from tracker import edge
from tracker.api import answers, body
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.domain.account import GARMENT_READERS
from tracker.domain.errors import InvalidInput
from tracker.domain.forecast import Holder, Risk
from tracker.domain.named import NamedEnum
from tracker.extensions import db
from tracker.queries import forecast_measure as queries


class ForecastOf(answers.Forecast):
    no: str
    piece_no: str
    site: str
    status: str


class Forecasts(TypedDict):
    items: list[ForecastOf]
    next: str | None


@blueprint.get("/forecasts")
@edge.allow(GARMENT_READERS)
@describe(
    "What is expected of the garments in flight that you see, what must move first first",
    query={
        "risk": "on_time, at_risk or late",
        "site": "code of a store",
        "holder": "who has it and can do something: store or after_sales",
        "cursor": "the next of the page before",
    },
    gives=Forecasts,
)
def forecast_list() -> Response:
    """Return a page of forecasts; 422 ``unknown_choice`` for a class or holder that is none."""
    wanted = queries.Filter(
        risk=_chosen(Risk, "risk"), site=body.argument("site"), holder=_chosen(Holder, "holder")
    )
    page = queries.page(db.session(), edge.actor(), wanted, body.argument("cursor"))
    items = [
        {
            "no": row.no,
            "piece_no": row.piece.piece_no,
            "site": row.site.code,
            "status": row.status,
            **answers.forecast(found),
        }
        for row, found in page.items
    ]
    return reply({"items": items, "next": page.next})


def _chosen(kind: type[NamedEnum], name: str) -> Any:
    typed = body.argument(name)
    if not typed:
        return None
    try:
        return kind(typed)
    except ValueError:
        raise InvalidInput(
            "unknown_choice",
            "没有这个选项，可选：{choices}。",
            "There is no such choice. Choose one of: {choices}.",
            name,
            choices="、".join(one.value for one in kind),
        ) from None
