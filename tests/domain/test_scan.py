"""What a device's clock says of a scan: a wrong clock and a wait are two things."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tracker.domain.scan import Timing, timing

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("scanned", "sent", "told"),
    [
        (None, None, Timing(is_skewed=False, is_late=False)),
        (NOW, None, Timing(is_skewed=False, is_late=False)),
        (NOW - 2 * MINUTE, None, Timing(is_skewed=False, is_late=False)),
        (NOW - 3 * MINUTE, None, Timing(is_skewed=False, is_late=True)),
        (NOW - 11 * MINUTE, None, Timing(is_skewed=True, is_late=True)),
        (NOW + 11 * MINUTE, None, Timing(is_skewed=True, is_late=False)),
        (NOW - 90 * MINUTE, NOW, Timing(is_skewed=False, is_late=True)),
        (NOW - 60 * MINUTE, NOW - 60 * MINUTE, Timing(is_skewed=True, is_late=False)),
        (NOW + 50 * MINUTE, NOW + 60 * MINUTE, Timing(is_skewed=True, is_late=True)),
        (NOW - 10 * MINUTE, NOW - 10 * MINUTE, Timing(is_skewed=False, is_late=False)),
    ],
)
def test_the_moment_of_sending_tells_a_wrong_clock_from_a_wait(
    scanned: datetime | None, sent: datetime | None, told: Timing
) -> None:
    assert timing(NOW, scanned, sent) == told
