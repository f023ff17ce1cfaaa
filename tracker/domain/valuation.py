"""What a garment's loss is worth: the basis of each liable party, the split, the owner's credit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.codes import LiableKind
from tracker.domain.money import split, split_weighted
from tracker.domain.named import NamedEnum
from tracker.domain.registration import Owner
from tracker.domain.site import Ownership


class Basis(NamedEnum):
    """The price at which a liable party bears a loss (conventions: one line, three bases)."""

    PURCHASE_PRICE = "purchase_price", "含税采购价", "Purchase price with tax"
    SUPPLY_PRICE = "supply_price", "供货价", "Supply price"
    COST = "cost", "成本价", "Cost"


def basis_of(kind: LiableKind, ownership: Ownership | None) -> Basis:
    """Return the basis of a liable party; ``ownership`` is that of a liable store."""
    if kind is LiableKind.SUPPLIER:
        return Basis.PURCHASE_PRICE
    if kind is LiableKind.STORE and ownership is Ownership.FRANCHISE:
        return Basis.SUPPLY_PRICE
    return Basis.COST


@dataclass(frozen=True)
class Valuation:
    """One liable party's line before its share: all in fen."""

    basis: Basis
    basis_fen: int
    spent_fen: int
    salvage_fen: int
    percent: int

    @property
    def loss_fen(self) -> int:
        """The whole garment's loss by this party's basis; never below zero."""
        return max(0, self.basis_fen + self.spent_fen - self.salvage_fen)


def amounts(lines: Sequence[Valuation]) -> tuple[int, ...]:
    """Split a garment's loss over its liable parties: fen that sum exactly (largest remainder)."""
    return split_weighted([(line.loss_fen, line.percent) for line in lines])


def owner_credits(
    owner: Owner,
    ownership: Ownership | None,
    supply_price_fen: int,
    shares: Sequence[tuple[int, bool]],
) -> tuple[int, ...]:
    """What a franchisee who owned the goods is credited by share, in fen; others get nothing.

    Each share is (percent, whether the owner bears it himself). For what others bear he is credited
    at his supply price, else head office would earn twice. ``ownership`` is the owning store's.
    """
    is_franchisee = owner is Owner.STORE and ownership is Ownership.FRANCHISE
    parts = split(supply_price_fen if is_franchisee else 0, [percent for percent, _ in shares])
    return tuple(0 if is_own else part for part, (_, is_own) in zip(parts, shares, strict=True))
