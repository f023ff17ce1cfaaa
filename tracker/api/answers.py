"""What the API says of each record. No cost prices and no customer's name or phone, anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from typing_extensions import TypedDict

from tracker import edge
from tracker.db import utc_now
from tracker.domain import turnaround as clock
from tracker.domain.account import Actor
from tracker.domain.delivery import is_found_in_time
from tracker.domain.liability_rules import DERIVATION_READERS
from tracker.extensions import db
from tracker.queries import forecast as forecasts
from tracker.queries import liability_rule as liability_rules
from tracker.queries import loss as losses
from tracker.queries import registration as registrations
from tracker.queries import shipment as shipments
from tracker.queries import turnaround as turnarounds
from tracker.services import delivery
from tracker.services.clock import TURNAROUND


class Leg(TypedDict):
    name: str
    budget_days: int
    days: int | None
    started_at: str | None
    ended_at: str | None


class Turnaround(TypedDict):
    started_at: str | None
    due_on: str | None
    days: int
    overdue: bool
    legs: list[Leg]


class Flags(TypedDict):
    tag_intact: bool
    accessories_intact: bool
    number_intact: bool


class Registration(TypedDict):
    no: str
    piece_no: str
    status: str
    version: int
    site: str
    source: str
    owner: str
    defect: str
    position: str
    area_cm2: float
    cause: str
    flags: Flags
    production_year: int
    style_no: str
    style_name: str
    colour: str
    size: str
    sku: str
    supplier: str
    supplier_presumed: bool
    grade: str | None
    ending: str | None
    previous_no: str | None
    repair_count: int
    is_repeat: bool
    is_late: bool
    registered_at: str | None
    due_on: str | None
    turnaround: Turnaround | None


class TimelineEntry(TypedDict):
    at: str | None
    device_at: str | None
    action: str
    from_status: str | None
    to_status: str
    by: str
    site: str
    reason: str | None
    document: str | None


class ForecastStep(TypedDict):
    leg: str
    half_days: int
    most_days: int
    counted_from: str
    cases: int
    elapsed_days: int | None
    not_before_on: str | None
    minutes_ahead: int | None


class Forecast(TypedDict):
    risk: str
    leg: str
    due_on: str | None
    likely_on: str | None
    safe_on: str | None
    press_on: str | None
    made_at: str | None
    steps: list[ForecastStep]


class RegistrationWithTimeline(Registration):
    forecast: Forecast | None
    delivery_no: str | None
    found_in_time: bool | None
    liability: dict[str, Any] | None
    timeline: list[TimelineEntry]


def moment(value: datetime | None) -> str | None:
    """Return an instant as RFC 3339 with its offset."""
    return value.isoformat() if value else None


def day(value: date | None) -> str | None:
    """Return a date as ``YYYY-MM-DD``."""
    return value.isoformat() if value else None


def registration(row: Any) -> Registration:
    """Return one registration."""
    return registration_list([row])[0]


def registered(made: Any, site: str) -> Registration:
    """Return what a scan of the store ``site`` has just registered: its clock runs, no trip yet."""
    return _registration(made, None, site)


def registration_list(rows: Sequence[Any]) -> list[Registration]:
    """Return registrations with their turnarounds."""
    found = turnarounds.of(db.session(), rows, utc_now())
    return [_registration(row, found.get(row.id), row.site.code) for row in rows]


def with_timeline(row: Any, actor: Actor) -> RegistrationWithTimeline:
    """Return one registration with its whole story; a box yet to be counted blind is not named."""
    hidden = shipments.unnamed(actor, shipments.boxes_of(db.session(), row.id))
    events = registrations.timeline(db.session(), row)
    arrival = delivery.arrival(edge.act(), row)
    known = arrival.delivery if arrival else None
    return {
        **registration(row),
        "forecast": _forecast_of(row),
        "delivery_no": known.delivery_no if known else None,
        "found_in_time": is_found_in_time(arrival.report) if arrival else None,
        "liability": _liability(row) if actor.is_any(DERIVATION_READERS) else None,
        "timeline": timeline(events, hidden),
    }


def _forecast_of(row: Any) -> Forecast | None:
    """Return what is expected of a garment while its 15 days run; nothing before it is foretold."""
    is_running = row.clock == TURNAROUND
    found = forecasts.of(db.session(), [row.id]).get(row.id) if is_running else None
    return forecast(found) if found else None


def forecast(row: Any) -> Forecast:
    """Return a forecast with what it is made of: a leg's days for half of such garments and for
    four in five, of how many finished trips, and by whose they were judged (``counted_from``)."""
    return {
        "risk": row.risk,
        "leg": row.leg.removeprefix("leg_"),
        "due_on": day(row.due_on),
        "likely_on": day(row.likely_on),
        "safe_on": day(row.safe_on),
        "press_on": day(row.press_on),
        "made_at": moment(row.at),
        "steps": [
            {
                "leg": step["leg"].removeprefix("leg_"),
                "half_days": step["half"],
                "most_days": step["most"],
                "counted_from": step["of"],
                "cases": step["cases"],
                "elapsed_days": step["elapsed"],
                "not_before_on": step["not_before"],
                "minutes_ahead": step["minutes_ahead"],
            }
            for step in row.steps
        ],
    }


def _liability(row: Any) -> dict[str, Any] | None:
    """Return who is liable for a garment and how that follows; nothing before it is scrap."""
    shares = losses.liabilities(db.session(), row.id)
    found = liability_rules.derivation(db.session(), row.id)
    if not shares and found is None:
        return None
    return {
        "shares": [
            {
                "kind": share.liable_kind,
                "party": share.party,
                "percent": share.percent,
                "by_hand": share.is_override,
                "why": share.why,
            }
            for share in shares
        ],
        "judged_on": day(found.judged_on) if found else None,
        "rule": found.rule if found else None,
        "derivation": found.steps if found else [],
    }


def timeline(events: Iterable[Any], hidden: frozenset[str]) -> list[TimelineEntry]:
    """Return rows of history, oldest first; what they cost stays inside."""
    return [
        {
            "at": moment(event.at),
            "device_at": moment(event.device_at),
            "action": event.action,
            "from_status": event.from_status,
            "to_status": event.to_status,
            "by": event.actor.name,
            "site": event.site.code,
            "reason": event.reason,
            "document": None if event.document in hidden else event.document,
        }
        for event in events
    ]


def _registration(row: Any, found: clock.Turnaround | None, site: str) -> Registration:
    sku = row.piece.sku
    return {
        "no": row.no,
        "piece_no": row.piece.piece_no,
        "status": row.status,
        "version": row.version,
        "site": site,
        "source": row.source,
        "owner": row.owner,
        "defect": row.defect,
        "position": row.position,
        "area_cm2": row.area_mm2 / 100,
        "cause": row.cause,
        "flags": {
            "tag_intact": row.tag_intact,
            "accessories_intact": row.accessories_intact,
            "number_intact": row.number_intact,
        },
        "production_year": row.production_year,
        "style_no": sku.style.style_no,
        "style_name": sku.style.name,
        "colour": sku.colour,
        "size": sku.size,
        "sku": sku_code(sku),
        "supplier": row.piece.supplier.code,
        "supplier_presumed": row.piece.is_supplier_presumed,
        "grade": row.grade,
        "ending": row.ending,
        "previous_no": row.previous.no if row.previous else None,
        "repair_count": row.repair_count,
        "is_repeat": row.is_repeat,
        "is_late": row.is_late,
        "registered_at": moment(row.registered_at),
        "due_on": day(row.due_on),
        "turnaround": _turnaround(found) if found else None,
    }


def sku_code(sku: Any) -> str:
    """Return a SKU as its style, colour and size."""
    return f"{sku.style.style_no}-{sku.colour}-{sku.size}"


def _turnaround(found: clock.Turnaround) -> Turnaround:
    return {
        "started_at": moment(found.started_at),
        "due_on": day(found.due_on),
        "days": found.days,
        "overdue": found.overdue,
        "legs": [
            {
                "name": leg.name.removeprefix("leg_"),
                "budget_days": leg.budget_days,
                "days": leg.days,
                "started_at": moment(leg.started_at),
                "ended_at": moment(leg.ended_at),
            }
            for leg in found.legs
        ],
    }


def short(row: Any) -> dict[str, Any]:
    """Return what a document says of one of its garments."""
    sku = row.piece.sku
    return {
        "no": row.no,
        "piece_no": row.piece.piece_no,
        "status": row.status,
        "sku": sku_code(sku),
        "style_no": sku.style.style_no,
        "production_year": row.production_year,
        "defect": row.defect,
    }
