"""Where a garment is repaired: here, at the factory, at the fabric maker (1.36, 6.01–6.06)."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.account import Role
from tracker.domain.codes import Cause, Defect, Fabric
from tracker.domain.errors import RuleViolation
from tracker.domain.named import NamedEnum
from tracker.domain.site import SiteKind


class Route(NamedEnum):
    """Who repairs (C-25)."""

    IN_HOUSE = "in_house", "本部维修", "In house"
    FACTORY = "factory", "工厂外修", "At the factory"
    FABRIC_MAKER = "fabric_maker", "面料商外修", "At the fabric maker"


VENDORS: dict[Route, SiteKind] = {
    Route.FACTORY: SiteKind.SUPPLIER,
    Route.FABRIC_MAKER: SiteKind.FABRIC_MAKER,
}
"""To which kind of site an outside repair goes."""

FABRIC_DEFECTS = frozenset(
    {Defect.WATER_LEAK, Defect.DELAM_PEEL, Defect.FABRIC_FLAW, Defect.FADE_BLEED, Defect.PILLING}
)
"""Leaking and faults of the fabric itself: what the fabric maker answers for (rule 6.02)."""


OUTSIDE_READERS = frozenset({Role.CLERK, Role.SUPERVISOR, Role.BUSINESS, Role.AUDITOR})
"""Who follows what lies at factories and fabric makers."""


@dataclass(frozen=True)
class Papers:
    """What the fabric maker wants beside the garment (rule 6.01)."""

    registration_card: str | None
    invoice: str | None


def check_route(
    route: Route, fabric: str | None, defect: Defect, cause: Cause, papers: Papers | None
) -> None:
    """Raise ``RuleViolation`` where the fabric maker's route does not apply (rules 6.01–6.03).

    ``not_gore_tex``: another fabric. ``not_a_fabric_fault``: zips, buttons and making are the
    supplier's. ``card_or_invoice_missing``: a customer's garment goes with its registration card
    and invoice; stock has none (``papers`` is ``None``).
    """
    if route is not Route.FABRIC_MAKER:
        return
    if fabric != Fabric.GORE_TEX:
        raise RuleViolation(
            "not_gore_tex",
            "这款不是 GORE-TEX 面料，不能走面料商外修（规则 6.03）。请选择工厂外修或本部维修。",
            "This is no GORE-TEX fabric (rule 6.03): choose the factory or repair it in house.",
        )
    if defect not in FABRIC_DEFECTS or cause in (Cause.WORKMANSHIP, Cause.TRIM_QUALITY):
        raise RuleViolation(
            "not_a_fabric_fault",
            "面料商只受理漏水和面料质量问题（规则 6.02）；拉链、掉扣等做工问题由供应商负责"
            "（6.03），请选择工厂外修。",
            "The fabric maker takes leaks and faults of the fabric only (6.02): zips, buttons and "
            "making are the supplier's (6.03). Choose the factory.",
        )
    if papers is not None and not (papers.registration_card and papers.invoice):
        raise RuleViolation(
            "card_or_invoice_missing",
            "面料商外修须附产品登记卡和购买凭证（规则 6.01）。请店铺补齐登记卡号和小票号。",
            "The fabric maker wants the registration card and the invoice (rule 6.01): ask the "
            "store for the card's and the receipt's numbers.",
        )
