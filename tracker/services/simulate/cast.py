"""Who acts in a simulated chain, and with what goods: read once, then plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.account import Actor, Role
from tracker.domain.site import Ownership, SiteKind
from tracker.models.account import Account
from tracker.models.catalog import Sku, Style
from tracker.models.site import Site
from tracker.queries import account as accounts
from tracker.queries import catalog
from tracker.services.simulate import chance

SUPPLIER_QUALITY_SIGMA = 0.6


@dataclass(frozen=True)
class Goods:
    """A SKU with what the rules ask of its style; prices in fen."""

    sku_id: int
    barcode: str
    style_id: int
    style_no: str
    category: str
    fabric: str | None
    production_year: int
    supplier_id: int
    supplier: str
    cost_price_fen: int
    purchase_price_fen: int
    supply_price_fen: int
    tag_price_fen: int


@dataclass
class Store:
    """A store at work: its people, and what lies there or waits for it."""

    id: int
    code: str
    name: str
    ownership: Ownership
    region: str | None
    staff: tuple[Actor, ...]
    decider: Actor
    manager: Actor
    size: float
    ship_weekday: int
    stock: dict[int, Any] = field(default_factory=dict)
    """What the last deliveries brought, by SKU, the oldest first."""
    ready: list[Any] = field(default_factory=list)
    box: Any = None
    to_return: list[Any] = field(default_factory=list)
    return_box: Any = None
    sent: dict[tuple[int, int], int] = field(default_factory=dict)
    """Boxes dispatched by ISO week."""


@dataclass(frozen=True)
class Cast:
    """The chain's people by role, its stores and goods."""

    stores: Sequence[Store]
    after_sales_id: int
    by_role: Mapping[Role, Sequence[Actor]]
    suppliers: Mapping[str, Actor]
    """Who signs for a supplier, by its code; the others sign on paper."""
    goods: Sequence[Goods]
    supplier_names: Mapping[str, str]
    vendors: Mapping[str, int]
    """Sites of factories and fabric makers that stand already, by code."""
    _weights: Sequence[float]

    def one(self, rng: Random, role: Role) -> Actor:
        """Return somebody of a role."""
        people = self.by_role[role]
        return people[0] if len(people) == 1 else rng.choice(people)

    def piece(self, rng: Random) -> Goods:
        """Return what comes back: the styles of large and of poor suppliers more often."""
        return rng.choices(self.goods, cum_weights=self._weights)[0]


def read(session: Session, rng: Random, sizes: float | None = None) -> Cast:
    """Return the chain as it stands; ``sizes`` is the size of every store, else they are drawn."""
    people: dict[Role, list[Actor]] = defaultdict(list)
    at_site: dict[int, list[Actor]] = defaultdict(list)
    signers: dict[str, Actor] = {}
    rows = session.scalars(select(Account).where(Account.is_active).order_by(Account.id)).unique()
    for row in rows:
        actor = accounts.actor_of(row)
        people[Role(row.role)].append(actor)
        at_site[actor.site_id].append(actor)
        if actor.supplier_code:
            signers.setdefault(actor.supplier_code, actor)
    sites = session.scalars(select(Site).order_by(Site.id)).all()
    goods, weights = _goods(session, rng)
    return Cast(
        stores=[
            _store(rng, site, at_site[site.id], sizes)
            for site in sites
            if site.kind == SiteKind.STORE
        ],
        after_sales_id=next(site.id for site in sites if site.kind == SiteKind.AFTER_SALES),
        by_role=people,
        suppliers=signers,
        goods=goods,
        supplier_names=_supplier_names(session),
        vendors={
            site.code: site.id
            for site in sites
            if site.kind in (SiteKind.SUPPLIER, SiteKind.FABRIC_MAKER)
        },
        _weights=weights,
    )


def _store(rng: Random, site: Site, people: Sequence[Actor], size: float | None) -> Store:
    staff = tuple(a for a in people if Role.STORE_MANAGER not in a.roles) or tuple(people)
    manager = next(actor for actor in people if actor.is_manager)
    return Store(
        id=site.id,
        code=site.code,
        name=site.name,
        ownership=Ownership(site.ownership or Ownership.OWN),
        region=site.region,
        staff=staff,
        decider=next((a for a in people if Role.LIAISON in a.roles), manager),
        manager=manager,
        size=chance.store_size(rng) if size is None else size,
        ship_weekday=rng.randrange(5),
    )


def _supplier_names(session: Session) -> dict[str, str]:
    return {row.code: row.name for row in catalog.suppliers(session)}


def _goods(session: Session, rng: Random) -> tuple[list[Goods], list[float]]:
    rows = session.execute(
        select(Sku.id, Sku.barcode, Style).join(Style, Style.id == Sku.style_id).order_by(Sku.id)
    ).unique()
    faults: dict[str, float] = {}
    goods, weights = [], []
    for sku_id, barcode, style in rows:
        code = style.supplier.code
        if code not in faults:
            faults[code] = chance.Lognormal(1.0, SUPPLIER_QUALITY_SIGMA).draw(rng)
        goods.append(
            Goods(
                sku_id,
                barcode or "",
                style.id,
                style.style_no,
                style.category,
                style.fabric,
                style.production_year,
                style.supplier_id,
                code,
                style.cost_price_fen,
                style.purchase_price_fen,
                style.supply_price_fen,
                style.tag_price_fen,
            )
        )
        weights.append(faults[code])
    return goods, list(accumulate(weights))
