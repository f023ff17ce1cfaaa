"""How often one network address may open links: guessing is slowed, a reader is not.

Kept in memory, for each process of the server by itself: it costs a stranger's guess no write.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

MINUTE = timedelta(minutes=1)
ADDRESSES = 10_000
"""So many addresses are remembered; beyond that all begin anew."""


class Pace:
    """The moments of the last minute, by address."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[str, deque[datetime]] = {}

    def is_full(self, address: str, now: datetime, most: int) -> bool:
        """Return whether an address opened ``most`` links within the last minute."""
        with self._lock:
            seen = self._seen.get(address, deque())
            while seen and seen[0] <= now - MINUTE:
                seen.popleft()
            if not seen:
                self._seen.pop(address, None)
            return len(seen) >= most

    def count(self, address: str, now: datetime) -> None:
        """Count one opening, or one try of a link that opens nothing."""
        with self._lock:
            if len(self._seen) >= ADDRESSES:
                self._seen.clear()
            self._seen.setdefault(address, deque()).append(now)
