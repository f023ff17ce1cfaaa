"""The delivery (到货单): goods from logistics at a store, and the week in which it inspects them.

Rule 1.06: one week from the receipt, in calendar days (C-29). What care damage costs whom follows
from when it was found and reported (rules 1.07, 1.08).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.domain.account import STORE_ROLES, Role
from tracker.domain.calendar import Overrides, due_on
from tracker.domain.machine import Machine, Move
from tracker.domain.named import NamedEnum
from tracker.domain.policy import Policy


class Status(NamedEnum):
    RECEIVED = "received", "待检验", "To inspect"
    INSPECTED = "inspected", "已检验", "Inspected"


class Action(NamedEnum):
    RECEIVE = "receive", "到货登记", "Enter"
    INSPECT = "inspect", "检验完成", "Inspect"


class Origin(NamedEnum):
    """By which way a delivery came into the system."""

    IMPORT = "import", "文件导入", "Import"
    API = "api", "接口", "API"
    PAGE = "page", "手工录入", "Entered by hand"


class Report(NamedEnum):
    """Whether a fault was found and reported within the week of inspection."""

    UNKNOWN = "unknown", "到货日不明", "Delivery unknown"
    IN_TIME = "in_time", "检验期内发现并登记", "Found and reported in time"
    FOUND_LATE = "found_late", "超过检验期才发现", "Found late"
    REPORTED_LATE = "reported_late", "检验期内发现，超期才登记", "Found in time, reported late"


LATE = frozenset({Report.FOUND_LATE, Report.REPORTED_LATE})


class CareLiability(NamedEnum):
    """Who bears care damage on unsold stock: the two readings of rule 1.08, a policy."""

    ALWAYS = "always", "一律由专卖店承担", "Always the store"
    IF_UNREPORTED = "if_unreported", "超期未报才由专卖店承担", "The store if it reported late"


S, A = Status, Action

RECORDERS = frozenset({Role.STORE_STAFF, Role.LOGISTICS, Role.WAREHOUSE, Role.ADMINISTRATOR})
"""Who enters deliveries: the store its own, those who send goods for any store, imports."""

READERS = STORE_ROLES | {
    Role.REGION, Role.CLERK, Role.SUPERVISOR, Role.ASSESSOR, Role.QA, Role.LOGISTICS,
    Role.WAREHOUSE, Role.AUDITOR,
}  # fmt: skip
"""Who may open deliveries, each within his own sites."""

MACHINE = Machine(
    noun="delivery",
    zh="到货单",
    en="Delivery",
    statuses=Status,
    actions=Action,
    initial=S.RECEIVED,
    transitions={(S.RECEIVED, A.INSPECT): Move((S.INSPECTED,))},
    who={A.RECEIVE: RECORDERS, A.INSPECT: frozenset({Role.STORE_STAFF})},
    final=frozenset({S.INSPECTED}),
    inner=frozenset({A.RECEIVE}),
)


@dataclass(frozen=True)
class Window:
    """The week of inspection: from the receipt (day 0) to the last day that is on time."""

    received_on: date
    due_on: date


def window_of(received_on: date, rule: Policy, overrides: Overrides | None = None) -> Window:
    """Return the window that the policy ``store_inspection`` opens at the receipt (rule 1.06)."""
    last = due_on(received_on, rule.number, rule.unit, rule.calendar, overrides)
    return Window(received_on, last)


def report_of(window: Window | None, found_on: date, reported_on: date) -> Report:
    """Return whether a fault was found and reported in time (rules 1.06, 1.07).

    The last day is on time. Without a known delivery the question does not arise; a fault found
    before the goods came is another delivery's.
    """
    if window is None or found_on < window.received_on:
        return Report.UNKNOWN
    if found_on > window.due_on:
        return Report.FOUND_LATE
    return Report.IN_TIME if reported_on <= window.due_on else Report.REPORTED_LATE


def is_found_in_time(report: Report) -> bool | None:
    """Return whether a report was in time; ``None`` where that is not applicable."""
    return None if report is Report.UNKNOWN else report is Report.IN_TIME


def care_liability(policies: Mapping[str, str]) -> CareLiability:
    """Return the policy ``store_care_liability`` (rule 1.08); raises ``ValueError`` for another."""
    return CareLiability(policies["store_care_liability"])
