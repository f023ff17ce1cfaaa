"""What each kind of job takes and makes. The arguments are stored as JSON, so all are text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from labels.fonts import Fonts
from tracker.domain.job import Form, Kind, Progress
from tracker.domain.scrap_report import Selection, selection
from tracker.queries import ledger
from tracker.services import month_report, once, scrap_report
from tracker.services.act import Act
from tracker.services.fields import Filter, Text8, Text40
from tracker.services.papers import Paper


@dataclass(frozen=True)
class MonthReport:
    """A month (``YYYY-MM``) and the form of its report."""

    month: Text8
    form: Form

    @property
    def about(self) -> str:
        """What it is of, for people."""
        return self.month


@dataclass(frozen=True)
class ScrapReport:
    """The form of a report of scrap, and its selection as it stands in an address."""

    first: Text8
    last: Text8
    by: Text40
    form: Form
    liable: Filter = ""
    supplier: Filter = ""
    store: Filter = ""
    defect: Filter = ""
    year: Filter = ""
    style: Filter = ""

    @property
    def about(self) -> str:
        """What it is of, for people."""
        return self.first if self.first == self.last else f"{self.first}–{self.last}"

    @property
    def selection(self) -> Selection:
        """Return what is selected. Raises ``InvalidInput``."""
        return selection({name: str(value) for name, value in asdict(self).items()}, self.last)


@dataclass(frozen=True)
class Work:
    """A kind's arguments, its check before it is accepted, and what makes its file."""

    arguments: type[Any]
    check: Callable[[Act, Any], None]
    make: Callable[[Act, Any, Fonts, Progress], Paper]


def _month(act: Act, wanted: MonthReport) -> None:
    ledger.get(act.session, act.actor, wanted.month)


def _month_report(act: Act, wanted: MonthReport, fonts: Fonts, progress: Progress) -> Paper:
    if wanted.form == Form.PDF:
        return month_report.pdf(act, wanted.month, fonts, progress)
    if wanted.form == Form.XLSX:
        return month_report.xlsx(act, wanted.month, progress)
    return month_report.csv(act, wanted.month)


def _scrap(act: Act, wanted: ScrapReport) -> None:
    scrap_report.check(act, wanted.selection, Form(wanted.form))


def _scrap_report(act: Act, wanted: ScrapReport, fonts: Fonts, progress: Progress) -> Paper:
    return scrap_report.made(act, wanted.selection, Form(wanted.form), fonts, progress)


WORK: Mapping[Kind, Work] = {
    Kind.MONTH_REPORT: Work(MonthReport, _month, _month_report),
    Kind.SCRAP_REPORT: Work(ScrapReport, _scrap, _scrap_report),
}


def written(wanted: Any) -> str:
    """Return arguments as they are stored: the same wish gives the same text."""
    return once.canonical(asdict(wanted))


def read(kind: Kind, arguments: str) -> Any:
    """Return stored arguments as their dataclass."""
    return WORK[kind].arguments(**json.loads(arguments))
