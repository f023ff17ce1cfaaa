"""A large chain to simulate: stores in twelve regions, suppliers, styles, people."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from tracker.domain.account import Role
from tracker.domain.codes import Category, Fabric
from tracker.domain.money import half_up
from tracker.domain.number import gtin_check_digit
from tracker.domain.site import Ownership, SiteKind
from tracker.models.account import Account
from tracker.models.catalog import Sku, Style, Supplier
from tracker.models.site import Site
from tracker.services import demo
from tracker.services.account import hash_password
from tracker.services.simulate import chance

REGIONS = 12
SUPPLIERS, STYLES = 120, 1_500
STORES_OF_THE_MODEL = 1_000
COLOURS = ("BK1", "NV2", "GR3", "WH4", "KH5", "BR6", "BL7", "RD8")
SIZES = ("165/84A", "170/88A", "175/92A", "180/96A", "185/100A")
CITIES = (
    "广州 深圳 东莞 佛山 上海 杭州 南京 苏州 北京 天津 武汉 长沙 成都 重庆 西安 郑州 济南 青岛 "
    "沈阳 大连 厦门 福州 合肥 南昌 昆明 贵阳 南宁 太原 石家庄 哈尔滨"
).split()
PLACES = "天河 万达 步行街 中心 百货 广场 人民路 解放路 新城 大道".split()
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "丽 强 敏 静 伟 芳 娜 军 磊 洋 艳 勇 杰 娟 涛 明 超 霞 平 刚".split()


@dataclass(frozen=True)
class _Line:
    """A kind of style: its name, category, tag prices in yuan, season, fabric, weight."""

    name: str
    category: Category
    yuan: tuple[int, int]
    season: str
    weight: int
    fabric: Fabric | None = None


_LINES = (
    _Line("短袖T恤", Category.TEXTILE, (199, 299), "夏", 22),
    _Line("长袖衬衫", Category.TEXTILE, (299, 499), "春", 20),
    _Line("休闲裤", Category.TEXTILE, (299, 499), "秋", 20),
    _Line("休闲夹克", Category.TEXTILE, (599, 999), "秋", 16),
    _Line("针织衫", Category.TEXTILE, (299, 599), "秋", 8),
    _Line("羽绒服", Category.DOWN, (999, 1999), "冬", 9),
    _Line("皮衣", Category.LEATHER, (1499, 1999), "冬", 3),
    _Line("冲锋衣", Category.TEXTILE, (999, 1599), "秋", 2, Fabric.GORE_TEX),
)


def grow(session: Session, rng: Random, stores: int, until: date, pieces_a_week: float) -> None:
    """Add to the demonstration chain until it has ``stores`` stores and what belongs to them.

    Suppliers and styles follow the number of stores; after-sales gets the people that
    ``pieces_a_week`` need. Every account has the password of the demonstration.
    """
    share = min(1.0, stores / STORES_OF_THE_MODEL)
    _suppliers(session, max(12, round(SUPPLIERS * math.sqrt(share))))
    _styles(session, rng, max(40, round(STYLES * share)), until)
    first = int(session.scalar(select(func.count()).where(Site.kind == SiteKind.STORE)) or 0) + 1
    sites = [_site(rng, number) for number in range(first, stores + 1)]
    if sites:
        session.execute(insert(Site), sites)
    _people(session, rng, range(first, stores + 1), pieces_a_week)


def _name(rng: Random) -> str:
    return rng.choice(SURNAMES) + rng.choice(GIVEN)


def _site(rng: Random, number: int) -> dict[str, Any]:
    ownership = chance.pick(
        rng,
        ((Ownership.OWN, 30), (Ownership.FRANCHISE, 55), (Ownership.CONSIGNMENT, 15)),
    )
    city, place = CITIES[number % len(CITIES)], rng.choice(PLACES)
    return {
        "code": f"S{number:03d}",
        "name": f"{city}{place}{number}店",
        "kind": SiteKind.STORE.value,
        "ownership": ownership.value,
        "region": f"R{number % REGIONS + 1}",
        "liaison": _name(rng),
    }


def _suppliers(session: Session, wanted: int) -> None:
    first = int(session.scalar(select(func.count()).select_from(Supplier)) or 0) + 1
    rows = [
        {"code": f"SUP{number:02d}", "name": f"{CITIES[number % len(CITIES)]}第{number}制衣厂"}
        for number in range(first, wanted + 1)
    ]
    if rows:
        session.execute(insert(Supplier), rows)


def _styles(session: Session, rng: Random, wanted: int, until: date) -> None:
    """Add styles of 4 colours and 5 sizes; a fifth of the suppliers make most of them."""
    suppliers = session.scalars(select(Supplier.id).order_by(Supplier.id)).all()
    shares = [1 / (rank + 3) for rank in range(len(suppliers))]
    style_id = int(session.scalar(select(func.max(Style.id))) or 0)
    sku_id = int(session.scalar(select(func.max(Sku.id))) or 0)
    styles, skus = [], []
    for number in range(1, wanted + 1):
        style_id += 1
        styles.append(_style(rng, style_id, number, rng.choices(suppliers, shares)[0], until.year))
        for colour in rng.sample(COLOURS, 4):
            for size in SIZES:
                sku_id += 1
                body = f"693{sku_id:09d}"
                skus.append(
                    {
                        "id": sku_id,
                        "barcode": body + gtin_check_digit(body),
                        "style_id": style_id,
                        "colour": colour,
                        "size": size,
                    }
                )
    session.execute(insert(Style), styles)
    session.execute(insert(Sku), skus)


def _style(
    rng: Random, identity: int, number: int, supplier_id: int, this_year: int
) -> dict[str, Any]:
    line = chance.pick(rng, [(line, line.weight) for line in _LINES])
    year = this_year - rng.choices((0, 1, 2), (70, 25, 5))[0]
    tag_fen = rng.randrange(line.yuan[0] // 10, line.yuan[1] // 10 + 1) * 1000 + 900
    cost_fen = half_up(tag_fen * rng.randrange(22, 31), 100)
    return {
        "id": identity,
        "style_no": f"{year % 100}{'春夏秋冬'.index(line.season) + 1}9M{number:05d}",
        "name": f"男装{line.name}",
        "category": line.category.value,
        "fabric": line.fabric.value if line.fabric else None,
        "season": line.season,
        "supplier_id": supplier_id,
        "production_year": year,
        "cost_price_fen": cost_fen,
        "purchase_price_fen": half_up(cost_fen * 113, 100),
        "supply_price_fen": half_up(tag_fen * 40, 100),
        "tag_price_fen": tag_fen,
    }


_STAFFED = (
    (Role.CLERK, "clerk", 400),
    (Role.ASSESSOR, "assessor", 500),
    (Role.REPAIRER, "repairer", 80),
    (Role.SUPERVISOR, "supervisor", 1500),
    (Role.QA, "qa", 600),
)
"""Roles of after-sales, and how many registrations of a week one of them is enough for."""
_WITH_LOG_IN = 20
"""So many suppliers sign in the system; the others sign on paper."""


@dataclass(frozen=True)
class _Person:
    login: str
    role: Role
    site: str
    supplier_id: int | None = None
    region: str | None = None


def _people(session: Session, rng: Random, numbers: range, pieces_a_week: float) -> None:
    sites = {row.code: row.id for row in session.execute(select(Site.code, Site.id))}
    password_hash = hash_password(demo.PASSWORD)
    session.execute(
        insert(Account),
        [
            {
                "login": person.login,
                "name": _name(rng),
                "password_hash": password_hash,
                "role": person.role.value,
                "is_liaison": False,
                "is_active": True,
                "is_demo": True,
                "site_id": sites[person.site],
                "region": person.region,
                "supplier_id": person.supplier_id,
                "failed_logins": 0,
            }
            for person in (*_at_stores(numbers), *_at_head_office(session, pieces_a_week))
        ],
    )


def _at_stores(numbers: range) -> Iterator[_Person]:
    for number in numbers:
        code = f"S{number:03d}"
        yield _Person(f"store{number}", Role.STORE_STAFF, code)
        yield _Person(f"manager{number}", Role.STORE_MANAGER, code)


def _at_head_office(session: Session, pieces_a_week: float) -> Iterator[_Person]:
    for number in range(2, REGIONS + 1):
        yield _Person(f"region{number}", Role.REGION, "HQ", region=f"R{number}")
    for role, login, a_week in _STAFFED:
        for number in range(2, math.ceil(pieces_a_week / a_week) + 1):
            yield _Person(f"{login}{number}", role, "ASD")
    signing = select(Account.supplier_id).where(Account.supplier_id.is_not(None))
    suppliers = session.execute(
        select(Supplier.code, Supplier.id)
        .where(Supplier.id.not_in(signing))
        .order_by(Supplier.id)
        .limit(_WITH_LOG_IN)
    )
    for code, identity in suppliers:
        login = f"supplier{code.removeprefix('SUP').lstrip('0')}"
        yield _Person(login, Role.SUPPLIER, "HQ", identity)
