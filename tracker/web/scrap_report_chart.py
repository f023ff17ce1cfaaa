"""What the chart of the report of scrap draws; the table beside it carries the same numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from flask_babel import gettext as _

from tracker.domain.scrap_report import Row, Table

MOST_BARS = 10
MOST_SERIES = 4
"""More months than these are drawn as their sums, one bar each."""


def of(table: Table, called: Callable[[Row], str]) -> str:
    """Return the chart of the dearest rows, a bar a month in yuan; empty where there is none."""
    if not table.rows:
        return ""
    words = {"x": str(_("yuan")), "y": ""}
    if len(table.months) > MOST_SERIES:
        sums = [one.amount_fen / 100 for one in table.foot.sums]
        series = [{"name": str(_("All rows")), "values": sums}]
        return _spec(list(table.months), series, words)
    rows = table.rows[:MOST_BARS]
    series = [
        {"name": month, "values": [row.sums[at].amount_fen / 100 for row in rows]}
        for at, month in enumerate(table.months)
    ]
    return _spec([called(row) for row in rows], series, words)


def _spec(labels: list[str], series: Sequence[object], words: dict[str, str]) -> str:
    told = {"kind": "grouped", "labels": labels, "series": series, "words": words}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))
