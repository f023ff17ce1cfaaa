"""The day that a page is about: today in Shanghai, or the one that its address asks for."""

from __future__ import annotations

from datetime import date

from flask import request

from tracker.db import utc_now
from tracker.domain.calendar import shanghai_date


def business_day() -> date:
    """Return today's business date."""
    return shanghai_date(utc_now())


def day_asked() -> date:
    """Return the day that the address names as ``on``; today where it names none or a wrong one."""
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return business_day()
