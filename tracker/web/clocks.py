"""What a garment's page tells of its clocks: legs, forecast, pauses, due days that moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g
from flask_babel import get_locale

from tracker.db import utc_now
from tracker.domain.calendar import shanghai_date
from tracker.domain.registration import Action
from tracker.domain.turnaround import worst_leg
from tracker.extensions import db
from tracker.queries import calendar, forecast, policy
from tracker.queries import turnaround as queries
from tracker.web.day import business_day


@dataclass(frozen=True)
class Leg:
    """One leg as it is shown: days so far of its budget, what the forecast says of it."""

    name: str
    budget: int
    days: int | None
    is_present: bool
    is_worst: bool
    step: dict[str, Any] | None


@dataclass(frozen=True)
class Paused:
    """One pause: what for, from when, until when."""

    reason: str
    began_at: datetime
    ended_at: datetime | None


def of(found: Any, timeline: Iterable[Any]) -> dict[str, Any]:
    """Return what the panel shows; the caller bounded the garment."""
    session = db.session()
    changes = calendar.due_changes(session, found.id)
    shown: dict[str, Any] = {
        "legs": [], "forecast": None, "changes": changes, "names": names() if changes else {},
    }  # fmt: skip
    turnaround = queries.of(session, [found], utc_now()).get(found.id)
    if turnaround is None:
        return shown
    is_running = found.clock == queries.CLOCK
    expected = forecast.of(session, [found.id]).get(found.id) if is_running else None
    steps = {step["leg"]: step for step in expected.steps} if expected else {}
    worst, words = worst_leg(turnaround), names()
    legs = [
        Leg(
            words[leg.name],
            leg.budget_days,
            leg.days,
            leg.started_at is not None and leg.ended_at is None,
            leg.name == worst,
            steps.get(leg.name) if leg.ended_at is None else None,
        )
        for leg in turnaround.legs
    ]
    return {
        **shown,
        "legs": legs,
        "forecast": expected,
        "is_running": is_running,
        "limit": (turnaround.due_on - shanghai_date(turnaround.started_at)).days,
        "worst": words[worst] if worst else None,
        "pauses": _pauses(timeline),
    }


def _pauses(timeline: Iterable[Any]) -> list[Paused]:
    """Every pause ends at the step that resumes it, or at the next one that changes its status."""
    found: list[Paused] = []
    for event in timeline:
        is_open = bool(found) and found[-1].ended_at is None
        if event.action == Action.PAUSE:
            found.append(Paused(event.details["pause"], event.at, None))
        elif is_open and (event.action == Action.RESUME or event.from_status != event.to_status):
            found[-1] = Paused(found[-1].reason, found[-1].began_at, event.at)
    return found


def names() -> dict[str, str]:
    """Return the name of every clock and leg in the reader's language; asked once a request."""
    if "clock_names" not in g:
        rules = policy.in_force(db.session(), business_day())
        language = "en" if str(get_locale()).startswith("en") else "zh"
        g.clock_names = {
            name: getattr(rule, language).removeprefix("Leg: ") for name, rule in rules.items()
        }
    return dict(g.clock_names)


def leg_name(leg: str) -> str:
    """Return a leg's name in the reader's language."""
    return names()[leg]
