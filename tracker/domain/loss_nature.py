"""The nature of a loss, which says whether input VAT is transferred out (conventions 6.4).

Input tax is not deductible on goods stolen, lost or mouldy through poor management (增值税法 22); a
production defect is not on that list.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.codes import Cause, Defect
from tracker.domain.money import half_up, split
from tracker.domain.named import NamedEnum


class LossNature(NamedEnum):
    """Why goods were lost, as the tax law asks."""

    QUALITY_DEFECT = "quality_defect", "质量缺陷", "Quality defect"
    POOR_MANAGEMENT = "poor_management", "管理不善", "Poor management"
    DISASTER = "disaster", "自然灾害", "Disaster"
    TRANSPORT = "transport", "运输损失", "Transport"


_STORE_CARE = frozenset({Cause.STORAGE, Cause.DISPLAY, Cause.TRY_ON, Cause.IRONING})


def propose_nature(defect: Defect, cause: Cause, *, is_lost: bool = False) -> LossNature:
    """Propose the nature of a loss; finance decides (conventions 6.4).

    Mould, what lay badly in a store, dirt from a store and what was lost are poor management.
    """
    is_dirtied = defect is Defect.STAIN and cause in _STORE_CARE
    if is_lost or defect is Defect.MOULD_ODOUR or cause is Cause.STORAGE or is_dirtied:
        return LossNature.POOR_MANAGEMENT
    return LossNature.TRANSPORT if cause is Cause.TRANSPORT else LossNature.QUALITY_DEFECT


def vat_transfer_out(
    cost_fen: int, vat_percent: int, lines: Sequence[tuple[int, LossNature]]
) -> tuple[int, ...]:
    """Return the input VAT that each line of a garment transfers out, in fen.

    Each line is (its percent of the garment, its nature). The garment's is cost × rate, half up,
    split by the shares; only a line of poor management transfers its part.
    """
    parts = split(half_up(cost_fen * vat_percent, 100), [percent for percent, _ in lines])
    return tuple(
        part if nature is LossNature.POOR_MANAGEMENT else 0
        for part, (_, nature) in zip(parts, lines, strict=True)
    )
