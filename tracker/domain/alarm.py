"""The alarm: a garment that left for good was scanned again (C-28); two desks look into it."""

from __future__ import annotations

from tracker.domain.account import STORE_ROLES, Actor, Role
from tracker.domain.errors import RuleViolation
from tracker.domain.named import NamedEnum


class Source(NamedEnum):
    """The table that holds the scan which raised an alarm."""

    SCAN = "scan", "登记", "Registration"
    HANDLING_SCAN = "handling_scan", "装箱、签收、维修、销毁、查找", "Handling"


class Desk(NamedEnum):
    """Who looks into an alarm, each for itself: one cannot settle it behind the other's back."""

    SUPERVISOR = "supervisor", "售后主管", "After-sales supervisor"
    FINANCE = "finance", "财务", "Finance"


LOOK_UP = "look_up"
"""A garment looked up by its own tag by somebody who has goods in hand."""

HOLDERS = STORE_ROLES | {Role.CLERK, Role.ASSESSOR, Role.REPAIRER, Role.QA, Role.WAREHOUSE}
"""Who has goods in hand: the others look a garment up because of the alarm."""


def desk_of(actor: Actor) -> Desk | None:
    """Return the desk at which somebody looks into alarms, if he does."""
    for role, desk in ((Role.SUPERVISOR, Desk.SUPERVISOR), (Role.FINANCE, Desk.FINANCE)):
        if role in actor.roles:
            return desk
    return None


def is_holder(actor: Actor) -> bool:
    """Return whether a look-up means that the garment lies before the reader."""
    return actor.is_any(HOLDERS) and desk_of(actor) is None


def noted_already() -> RuleViolation:
    """Its desk has written what came of this alarm; that stands."""
    return RuleViolation(
        "noted_already",
        "本岗位已经处理过这条警报，处理说明不能再改。",
        "Your desk has written what came of this alarm: that stands.",
    )
