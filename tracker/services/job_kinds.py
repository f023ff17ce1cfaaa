"""What each kind of job takes and makes. The arguments are stored as JSON, so all are text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from labels.fonts import Fonts
from tracker.domain.job import Form, Kind, Progress
from tracker.queries import ledger
from tracker.services import month_report, once
from tracker.services.act import Act
from tracker.services.fields import Text8
from tracker.services.papers import Paper


@dataclass(frozen=True)
class MonthReport:
    """A month (``YYYY-MM``) and the form of its report."""

    month: Text8
    form: Form


@dataclass(frozen=True)
class Work:
    """A kind's arguments, its check before it is accepted, and what makes its file."""

    arguments: type[Any]
    check: Callable[[Act, Any], object]
    make: Callable[[Act, Any, Fonts, Progress], Paper]


def _month(act: Act, wanted: MonthReport) -> object:
    return ledger.get(act.session, act.actor, wanted.month)


def _month_report(act: Act, wanted: MonthReport, fonts: Fonts, progress: Progress) -> Paper:
    if wanted.form == Form.PDF:
        return month_report.pdf(act, wanted.month, fonts, progress)
    if wanted.form == Form.XLSX:
        return month_report.xlsx(act, wanted.month, progress)
    return month_report.csv(act, wanted.month)


WORK: Mapping[Kind, Work] = {Kind.MONTH_REPORT: Work(MonthReport, _month, _month_report)}


def written(wanted: Any) -> str:
    """Return arguments as they are stored: the same wish gives the same text."""
    return once.canonical(asdict(wanted))


def read(kind: Kind, arguments: str) -> Any:
    """Return stored arguments as their dataclass."""
    return WORK[kind].arguments(**json.loads(arguments))
