"""What runs later or on a schedule: a queue of numbers, one runner, a child for each job.

The table ``job`` is the truth. A message of the queue says no more than "look at this number": it
may be lost or come twice, and nothing is. The runner offers anew whatever waits without one.
"""

from __future__ import annotations

from tracker.jobs.queue import offer

__all__ = ["offer"]
