"""Forms of jobs: what to make, and the two actions, which have no fields."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField

from tracker.domain.job import Kind
from tracker.web.forms.action import ActionForm


class AskingForm(ActionForm):
    """What to make comes with the address: a person fills in nothing."""

    def shown_fields(self) -> list[Any]:
        """Return no field."""
        return []


class MonthReportForm(AskingForm):
    """Which month's report, and in which form."""

    month = HiddenField()
    form = HiddenField()


class ScrapReportForm(AskingForm):
    """Which report of scrap, and in which form."""

    first = HiddenField()
    last = HiddenField()
    by = HiddenField()
    form = HiddenField()
    liable = HiddenField(default="")
    supplier = HiddenField(default="")
    store = HiddenField(default="")
    defect = HiddenField(default="")
    year = HiddenField(default="")
    style = HiddenField(default="")


ASKING: dict[Kind, type[AskingForm]] = {
    Kind.MONTH_REPORT: MonthReportForm,
    Kind.SCRAP_REPORT: ScrapReportForm,
}
FORMS: dict[str, type[ActionForm]] = {}
