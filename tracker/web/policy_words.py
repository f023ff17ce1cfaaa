"""How policies read on a page: their events, and a value with its unit or its option's name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as later

from tracker.domain.policy import Policy, Unit
from tracker.domain.policy_registry import option_of
from tracker.queries import policy as queries

EVENTS = {
    "store_dispatched": later("sent by the store"),
    "store_received": later("received by the store"),
    "asd_received": later("received by after-sales"),
    "asd_dispatched": later("sent by after-sales"),
    "assessed": later("assessed"),
    "checked": later("checked"),
    "registered": later("registered"),
    "accepted": later("accepted, settled or refused"),
    "purchased": later("purchased"),
    "submitted": later("form submitted"),
    "signed": later("signed"),
    "handed_over": later("handed over"),
    "delivery_received": later("delivery received"),
    "inspected": later("inspected"),
    "sent_out": later("sent to outside repair"),
    "returned_from_outside": later("back from outside repair"),
    "due": later("due day"),
    "month_ended": later("end of the month"),
    "month_submitted": later("month submitted"),
    "month_closed": later("month closed"),
    "discrepancy_opened": later("discrepancy found"),
    "discrepancy_resolved": later("discrepancy resolved"),
    "statement_delivered": later("statement delivered"),
    "objected": later("objection of the party"),
    "promised": later("day promised to the customer"),
    "fault_found": later("fault found"),
    "parcel_signed": later("parcel signed for"),
    "returned": later("given back"),
    "exchanged": later("exchanged"),
    "ticket_opened": later("ticket opened"),
    "answered": later("answered"),
    "solution_offered": later("solution offered"),
    "garment_received": later("garment received back"),
    "refunded": later("refunded or exchanged"),
}


def shown(policy: Policy) -> str:
    """Return the value of a policy as people read it: ``15 days``, ``the store``."""
    if not policy.value:
        return str(_("taken back: the wider version holds"))
    if policy.name == "depreciation_bands":
        return _bands(policy.value)
    option = option_of(policy)
    if option is not None:
        return option.en if _is_english() else option.zh
    if policy.unit is Unit.CHOICE:
        return policy.value.replace("amount_over_", str(_("over ¥")))
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
        str(_("to day %(day)s %(percent)s%%", day=day, percent=percent)) for day, percent in rows
    )


def _is_english() -> bool:
    return str(get_locale()).startswith("en")


def register(blueprint: Blueprint) -> None:
    """Give the pages their words."""
    blueprint.add_app_template_filter(shown_of, "policy_value")
    blueprint.add_app_template_filter(changed, "policy_side")
