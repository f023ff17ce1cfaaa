"""What a history looks like: the figures by which a simulated one is held against real chains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.registration import Outcome, Status
from tracker.models.loss import Liability
from tracker.models.registration import Registration
from tracker.models.repair import Assessment, Check
from tracker.models.shipment import Discrepancy, Shipment, ShipmentLine
from tracker.models.turnaround import Trip


@dataclass(frozen=True)
class Figure:
    """A share in percent of what it is a share of, and the bounds that are plausible."""

    name: str
    part: int
    whole: int
    least: float
    most: float

    @property
    def percent(self) -> float:
        """The share in percent; 0 of nothing."""
        return 100 * self.part / self.whole if self.whole else 0.0

    @property
    def is_plausible(self) -> bool:
        """Whether it lies within its bounds."""
        return self.least <= self.percent <= self.most

    def line(self) -> str:
        """Return the figure as a line to print."""
        bounds = f"{self.least:g}–{self.most:g} %"
        return f"{self.name:<24} {self.percent:>6.1f} %  {self.part} / {self.whole}  ({bounds})"


def figures(session: Session) -> list[Figure]:
    """Return the shares that a plausible history keeps within its bounds."""

    def count(model: Any, *conditions: Any) -> int:
        return int(session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0)

    verdicts = count(Assessment, Assessment.outcome != "refused")
    repairable = count(Assessment, Assessment.outcome == Outcome.REPAIR)
    scrapped = select(func.count(Liability.registration_id.distinct())).join(
        Registration, Registration.id == Liability.registration_id
    ).where(Registration.status != Status.RETURNED_TO_SUPPLIER)  # fmt: skip
    intake = verdicts + count(Assessment, Assessment.outcome == "refused")
    shares = int(session.scalar(select(func.coalesce(func.sum(Liability.percent), 0))) or 0)
    unknown = select(func.coalesce(func.sum(Liability.percent), 0)).where(
        Liability.why.contains("1.39")
    )
    checks = count(Check)
    weekly = count(Shipment, Shipment.kind == "weekly")
    out = select(func.count()).select_from(ShipmentLine).join(Shipment)
    packed = int(session.scalar(out.where(Shipment.kind.in_(("weekly", "extra")))) or 0)
    all_ = count(Registration)
    on_time, back = count(Trip, Trip.is_on_time), count(Trip)
    return [
        Figure("repairable", repairable, verdicts, 45, 65),
        Figure("on time", on_time, back, 85, 97),
        Figure("scrap of intake", int(session.scalar(scrapped) or 0), intake, 12, 30),
        Figure("undetermined", int(session.scalar(unknown) or 0) // 100, shares // 100, 5, 12),
        Figure("refused at intake", intake - verdicts, intake, 7, 13),
        Figure("short", count(Discrepancy, Discrepancy.kind == "short"), packed, 0.1, 1.0),
        Figure("first-time fix", count(Check, Check.is_passed), checks, 93, 100),
        Figure(
            "shipped", count(Registration, Registration.dispatched_at.is_not(None)), all_, 50, 75
        ),
        Figure("extra boxes", count(Shipment, Shipment.kind == "extra"), weekly, 2, 10),
        Figure("customers'", count(Registration, Registration.source == "customer"), all_, 34, 46),
    ]
