"""How policies read on a page: their events, and a value with its unit or its option's name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from babel.dates import get_day_names
from flask import Blueprint
from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _

from tracker.domain.policy import Policy, Unit
from tracker.domain.policy_registry import option_of
from tracker.domain.policy_value import WeekTime
from tracker.queries import policy as queries

EVENTS = {
    "store_dispatched": _("sent by the store"),
    "store_received": _("received by the store"),
    "asd_received": _("received by after-sales"),
    "asd_dispatched": _("sent by after-sales"),
    "assessed": _("assessed"),
    "checked": _("checked"),
    "registered": _("registered"),
    "accepted": _("accepted, settled or refused"),
    "purchased": _("purchased"),
    "submitted": _("form submitted"),
    "signed": _("signed"),
    "handed_over": _("handed over"),
    "delivery_received": _("delivery received"),
    "inspected": _("inspected"),
    "sent_out": _("sent to outside repair"),
    "returned_from_outside": _("back from outside repair"),
    "due": _("due day"),
    "month_ended": _("end of the month"),
    "month_submitted": _("month submitted"),
    "month_closed": _("month closed"),
    "discrepancy_opened": _("discrepancy found"),
    "discrepancy_resolved": _("discrepancy resolved"),
    "statement_delivered": _("statement delivered"),
    "objected": _("objection of the party"),
    "promised": _("day promised to the customer"),
    "fault_found": _("fault found"),
    "parcel_signed": _("parcel signed for"),
    "returned": _("given back"),
    "exchanged": _("exchanged"),
    "ticket_opened": _("ticket opened"),
    "answered": _("answered"),
    "solution_offered": _("solution offered"),
    "garment_received": _("garment received back"),
    "refunded": _("refunded or exchanged"),
    "step_before": _("the step before it"),
    "step_taken": _("the step taken"),
}


def shown(policy: Policy) -> str:
    """Return the value of a policy as people read it: ``15 days``, ``the store``."""
    if not policy.value:
        return str(gettext("taken back: the wider version holds"))
    if policy.name == "depreciation_bands":
        return _bands(policy.value)
    if policy.name == "box_cut_off":
        weekday, clock = WeekTime().read(policy.value)
        return f"{get_day_names(locale=get_locale())[weekday - 1]} {clock:%H:%M}"
    option = option_of(policy)
    if option is not None:
        return option.en if _is_english() else option.zh
    if policy.unit is Unit.CHOICE:
        return policy.value.replace("amount_over_", str(gettext("over ¥")))
    unit = policy.unit.en if _is_english() else policy.unit.zh
    if _is_english() and policy.value == "1":
        unit = unit.removesuffix("s")
    return f"{policy.value} {unit}"


def shown_of(row: Any, value: str | None = None) -> str:
    """Return the same of a version's row, or of it with another value."""
    policy = row if isinstance(row, Policy) else queries.as_value(row)
    return shown(policy if value is None else replace(policy, value=value))


def changed(value: str, policy: Policy) -> str:
    """Return one side of a preview's row: a day as it is, a choice by its name."""
    return value if value[:4].isdigit() else shown(replace(policy, value=value))


def _bands(value: str) -> str:
    rows = [row.split(":") for row in value.split(",")]
    return " · ".join(
        str(gettext("to day %(day)s %(percent)s%%", day=day, percent=percent))
        for day, percent in rows
    )


def _is_english() -> bool:
    return str(get_locale()).startswith("en")


def register(blueprint: Blueprint) -> None:
    """Give the pages their words."""
    blueprint.add_app_template_filter(shown_of, "policy_value")
    blueprint.add_app_template_filter(changed, "policy_side")
