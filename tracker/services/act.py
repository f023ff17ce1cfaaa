"""One act: who does it, when, and what came with it. Every service receives it first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.account import Actor


@dataclass(frozen=True)
class Act:
    """``now`` is the server's time; ``device_at`` is what the device claims, and only kept.

    ``if_version`` is the version that the caller was shown of the one record he acts upon; the one
    door holds it against that record, not against others that move along.
    """

    session: Session
    actor: Actor
    now: datetime
    note: str | None = None
    device_at: datetime | None = None
    if_version: int | None = None
    is_proved: bool = False
    """The actor typed his password with this very request, and it was right."""
    signer: str | None = None
    """The name that whoever answers by a one-time link typed; history keeps it."""
