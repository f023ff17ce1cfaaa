"""Every profile that a chain can choose: its own 三包, the letters of 2B, the bulk orders of 6B."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.domain.errors import not_found
from tracker.domain.policy import Unit
from tracker.domain.promise import (
    FREE_REPAIR,
    Channel,
    Condition,
    Depreciation,
    Exclusion,
    Payer,
    Profile,
    Start,
    Term,
    TermName,
    Why,
    days,
    free_repair,
    hours,
    months,
    times,
    working_days,
)
from tracker.domain.promise_letters import LETTERS

CHAIN = "chain"
CHAIN_NAMES = ("公司三包规定（默认）", "The chain’s own warranty (default)")
_BULK_ACCEPTED = Start.ACCEPTED

BULK: tuple[Profile, ...] = (
    Profile(
        "bulk_1", "团购定制售后方案一", "Bulk order, scheme 1", "6.07–6.15",
        terms={
            TermName.FIRST_RESPONSE: Term(30, Unit.MINUTES, "6.10", start=Start.APPLIED),
            TermName.ON_SITE: hours(24, "6.10"),
            **free_repair(months(12, "6.12", _BULK_ACCEPTED)),
            TermName.VISIT: hours(72, "6.14", Start.DELIVERED),
            TermName.TECHNICIAN: days(2, "6.14", Start.APPLIED),
        },
        freight={Why.QUALITY: (Payer.COMPANY, "6.11")},
        depreciation=Depreciation(is_charged=False, rule="6.11"),
        is_bulk=True,
    ),
    Profile(
        "bulk_2", "团购定制售后方案二", "Bulk order, scheme 2", "6.16–6.19",
        terms={
            **free_repair(months(12, "6.16", _BULK_ACCEPTED)),
            TermName.VISIT_FROM: days(3, "6.17", Start.DELIVERED),
            TermName.VISIT: days(10, "6.17", Start.DELIVERED),
            TermName.TECHNICIAN: days(3, "6.17", Start.APPLIED),
            TermName.REWORK: days(18, "6.18", Start.REPAIR_RECEIVED),
        },
        is_bulk=True,
    ),
)  # fmt: skip

APPAREL_TEXT = Profile(
    "apparel_text", "地方服装三包规定（未注日期）", "Undated local text on apparel", "6.1",
    terms={
        TermName.REPAIR_LEATHER: months(6, "6.1 服装三包"),
        TermName.REPAIR_DOWN: months(6, "6.1 服装三包"),
        TermName.REPAIR_TEXTILE: months(3, "6.1 服装三包"),
        TermName.REPAIR_OTHER: months(3, "6.1 服装三包"),
        TermName.REPAIR_UNDERWEAR: months(1, "6.1 服装三包"),
        TermName.REPAIR_WITHIN: days(7, "6.1 服装三包", Start.REPAIR_RECEIVED),
        TermName.REPAIRS_BEFORE_EXCHANGE: times(2, "6.1 服装三包"),
    },
    depreciation=Depreciation(is_charged=True, rule="6.1 服装三包", permille_per_day=2),
)  # fmt: skip
"""Suits, coats and fur 6 months, knitwear and others 3, underwear 1; 0.2 % depreciation a day."""

CHOICES: tuple[str, ...] = (
    CHAIN,
    *(letter.code for letter in LETTERS),
    APPAREL_TEXT.code,
    *(letter.code for letter in BULK),
)
_SHIPPED: Mapping[str, Profile] = {one.code: one for one in (*LETTERS, APPAREL_TEXT, *BULK)}

NAMES: Mapping[str, tuple[str, str]] = {CHAIN: CHAIN_NAMES} | {
    code: (one.zh, one.en) for code, one in _SHIPPED.items()
}
"""The names of every profile, Chinese and English, by code."""

_REPAIR_RULES = {"textile": "2.01", "down": "2.01", "leather": "2.02", "other": "2.01"}


def chain(values: Mapping[str, str], channel: Channel = Channel.STORE) -> Profile:
    """Return the chain's own 三包 (2A) for a channel, by the policies in force, by name.

    Online the no-reason return counts from the receipt, in a shop from the purchase (C-05).
    The company pays the freight of quality whatever is chosen; else a policy says who (C-16).
    Raises ``KeyError`` for a policy that is missing, ``ValueError`` for one that is no number.
    """
    is_customers = values["no_reason_freight_bearer"] == "customer"
    payer = Payer.CUSTOMER if is_customers else Payer.COMPANY
    return Profile(
        CHAIN,
        *CHAIN_NAMES,
        "2.01–2.08",
        terms=_chain_terms(values, channel),
        freight={Why.QUALITY: (Payer.COMPANY, "C-16"), Why.NO_REASON: (payer, "C-16")},
        exclusions={
            Exclusion.CUSTOM: "2.41, C-33",
            Exclusion.UNDERWEAR: "2.69, C-31",
            Exclusion.IMPERFECT: "2.124",
        },
        conditions={
            Condition.TAG: "1.19",
            Condition.RECEIPT: "1.19",
            Condition.UNWORN: "2.40",
        },
        depreciation=Depreciation(values["depreciation_enabled"] == "yes", "2.04, C-12"),
    )


def _chain_terms(values: Mapping[str, str], channel: Channel) -> dict[TermName, Term]:
    bought = Start.PURCHASED
    grace, start = (
        (int(values["no_reason_return_store"]), bought)
        if channel is Channel.STORE
        else (int(values["no_reason_return_online"]), Start.RECEIVED)
    )
    return {
        TermName.NO_REASON_RETURN: days(grace, "C-05", start),
        TermName.NO_REASON_EXCHANGE: days(int(values["exchange_days"]), "C-07", bought),
        TermName.FREE_EXCHANGES: times(int(values["free_exchange_count"]), "C-07"),
        TermName.QUALITY_RETURN: days(int(values["quality_return_days"]), "C-06", bought),
        TermName.QUALITY_EXCHANGE: days(int(values["quality_exchange_days"]), "2.03, C-06", bought),
        **{
            name: months(int(values[f"warranty_{category}"]), _REPAIR_RULES[category])
            for category, name in FREE_REPAIR.items()
        },
        TermName.REPAIR_GUARANTEE: days(int(values["repair_guarantee"]), "C-34", Start.REPAIRED),
        TermName.REPAIRS_BEFORE_EXCHANGE: times(int(values["max_repairs"]), "C-34"),
        TermName.REPAIR_WITHIN: days(
            int(values["repair_tat"]), "1.34, C-01", Start.REPAIR_RECEIVED
        ),
        TermName.REFUND_WITHIN: working_days(
            int(values["refund_exchange_wd"]), "C-15", Start.RETURNED
        ),
        TermName.FIRST_RESPONSE: hours(int(values["first_response_h"]), "C-13"),
        TermName.SOLUTION: hours(int(values["solution_h"]), "C-13"),
    }


def profile(code: str, values: Mapping[str, str], channel: Channel = Channel.STORE) -> Profile:
    """Return a profile by its code. Raises ``NotFound`` and what ``chain`` raises."""
    if code == CHAIN:
        return chain(values, channel)
    if code not in _SHIPPED:
        raise not_found("承诺方案", "promise profile", code)
    return _SHIPPED[code]
