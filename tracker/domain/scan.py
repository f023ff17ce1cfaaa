"""A physical scan (扫描): what became of it, and whether somebody must look at it again.

A scan that was true when it happened is a fact. One that arrives late and could not be registered
as it came is kept and settled by a person; it is never dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain.named import NamedEnum

MAX_SKEW = timedelta(minutes=10)
"""A device's clock that differs by more is flagged; its scans count all the same."""
LATE = timedelta(minutes=2)
"""A scan that waited longer on its device is nobody's answer on a screen any more."""


class Outcome(NamedEnum):
    DONE = "done", "已登记", "Registered"
    NEEDS_INPUT = "needs_input", "待补充", "Needs input"
    REFUSED = "refused", "未接受", "Refused"


class Settlement(NamedEnum):
    """How a late scan that was not registered was settled."""

    REGISTERED = "registered", "已补登记", "Registered since"
    SAME = "same", "同一件，已有登记", "The same garment, registered already"
    DISMISSED = "dismissed", "无需登记", "Nothing to register"


@dataclass(frozen=True)
class Timing:
    """What the device's clock says of a scan."""

    is_skewed: bool
    is_late: bool


def timing(now: datetime, scanned_at: datetime | None, sent_at: datetime | None) -> Timing:
    """Return whether a device's clock is wrong, and whether the scan waited there.

    With ``sent_at``, the device's own clock at sending, the two are told apart; without it a wrong
    clock looks like a wait.
    """
    if scanned_at is None:
        return Timing(False, False)
    sent = sent_at or now
    skew = now - (sent_at or scanned_at)
    return Timing(abs(skew) > MAX_SKEW, sent - scanned_at > LATE)
