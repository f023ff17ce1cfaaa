"""The demonstration chain: small and repeatable, so that tours and tests can name things."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from secrets import choice

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker.domain.account import Role
from tracker.domain.errors import RuleViolation
from tracker.domain.money import parse_yuan
from tracker.models.account import Account, LoginSession
from tracker.models.catalog import Sku, Style, Supplier
from tracker.models.registration import Registration
from tracker.models.site import Site
from tracker.services import delivery_demo, part
from tracker.services.account import add_account, hash_password, matches

PASSWORD = "hangtag-demo"  # noqa: S105
"""Known to everybody: good for a server that only its own machine reaches."""
_CONSONANTS, _VOWELS, _SYLLABLES = "bdfghjkmnprstvz", "aeiou", 6

SITES = (
    ("S001", "广州天河店", "store", "own", "R1", "陈晓梅"),
    ("S002", "东莞虎门店", "store", "franchise", "R1", "李建华"),
    ("S003", "上海徐汇店", "store", "consignment", "R2", "周敏"),
    ("ASD", "售后服务部", "after_sales", None, None, None),
    ("WH", "总仓", "warehouse", None, None, None),
    ("HQ", "总公司", "head_office", None, None, None),
    ("GORE", "戈尔面料服务中心", "fabric_maker", None, None, None),
)
SUPPLIERS = (
    ("SUP01", "广州锦程服饰有限公司"),
    ("SUP02", "嘉兴雪羽羽绒制品厂"),
    ("SUP03", "海宁华隆皮革有限公司"),
    ("SUP04", "晋江高峰户外用品有限公司"),
    ("SUP05", "佛山丽棉针织厂"),
)
ACCOUNTS = (
    ("store1", "王丽", Role.STORE_STAFF, "S001"),
    ("manager1", "陈晓梅", Role.STORE_MANAGER, "S001"),
    ("store2", "赵强", Role.STORE_STAFF, "S002"),
    ("manager2", "李建华", Role.STORE_MANAGER, "S002"),
    ("store3", "孙悦", Role.STORE_STAFF, "S003"),
    ("manager3", "周敏", Role.STORE_MANAGER, "S003"),
    ("region1", "吴海涛", Role.REGION, "HQ"),
    ("clerk", "郑洁", Role.CLERK, "ASD"),
    ("assessor", "冯国栋", Role.ASSESSOR, "ASD"),
    ("repairer", "何秀英", Role.REPAIRER, "ASD"),
    ("supervisor", "林志远", Role.SUPERVISOR, "ASD"),
    ("qa", "徐静", Role.QA, "HQ"),
    ("business", "黄伟", Role.BUSINESS, "HQ"),
    ("logistics", "马俊", Role.LOGISTICS, "HQ"),
    ("vp", "刘振国", Role.VICE_PRESIDENT, "HQ"),
    ("warehouse", "罗大勇", Role.WAREHOUSE, "WH"),
    ("administration", "谢芳", Role.ADMINISTRATION, "HQ"),
    ("finance", "韩雪", Role.FINANCE, "HQ"),
    ("finance2", "曹阳", Role.FINANCE, "HQ"),
    ("supplier1", "锦程服饰 梁经理", Role.SUPPLIER, "HQ"),
    ("auditor", "邓敏", Role.AUDITOR, "HQ"),
    ("admin", "系统管理员", Role.ADMINISTRATOR, "HQ"),
)
GOODS = (
    ("6901234567892", "2613M04012", "男装休闲夹克", "BK1", "170/88A", "textile", None, "SUP01",
     2026, "秋", "168.00", "189.84", "279.60", "699.00"),
    ("6921012340004", "2653D11007", "男装羽绒服", "NV2", "175/92A", "down", None, "SUP02",
     2026, "冬", "312.00", "352.56", "519.60", "1299.00"),
    ("6950000000019", "2512L03001", "男装皮衣", "BR1", "50", "leather", None, "SUP03",
     2025, "春", "455.00", "514.15", "759.60", "1899.00"),
    ("6971234560018", "2613G07002", "GORE-TEX 冲锋衣", "OR1", "180/96A", "textile", "gore_tex",
     "SUP04", 2026, "秋", "388.00", "438.44", "639.60", "1599.00"),
    ("6934567890122", "2621S02003", "短袖T恤", "WH1", "M", "textile", None, "SUP05",
     2026, "夏", "39.50", "44.64", "79.60", "199.00"),
)  # fmt: skip


def is_empty(session: Session) -> bool:
    """Return whether nothing was set up yet."""
    return not session.scalar(select(func.count()).select_from(Site))


def load(session: Session, now: datetime) -> None:
    """Load the chain into an empty database; its deliveries are dated back from ``now``.

    Raises ``RuleViolation`` ``not_empty`` over real data; over itself it changes nothing.
    """
    if not is_empty(session):
        if is_demonstration(session):
            return
        raise RuleViolation(
            "not_empty",
            "数据库里已有真实数据，演示数据没有载入。",
            "The database holds real data: the demonstration was not loaded.",
        )
    for code, name, kind, ownership, region, liaison in SITES:
        session.add(
            Site(
                code=code, name=name, kind=kind, ownership=ownership, region=region, liaison=liaison
            )
        )
    suppliers = {code: Supplier(code=code, name=name) for code, name in SUPPLIERS}
    session.add_all(suppliers.values())
    session.flush()
    for row in GOODS:
        _add_goods(session, suppliers, row)
    password_hash = hash_password(PASSWORD)
    for login, name, role, site in ACCOUNTS:
        add_account(
            session,
            login=login,
            name=name,
            role=role,
            site=site,
            password_hash=password_hash,
            region="R1" if role is Role.REGION else None,
            supplier="SUP01" if role is Role.SUPPLIER else None,
            is_liaison=login == "manager1",
            is_demo=True,
        )
    delivery_demo.load(session, now)
    part.stock_up(session, "clerk", now)


def _add_goods(session: Session, suppliers: dict[str, Supplier], row: tuple[object, ...]) -> None:
    barcode, style_no, name, colour, size, category, fabric, supplier, year, season = row[:10]
    cost, purchase, supply, tag = (parse_yuan(str(price), "price") for price in row[10:])
    style = Style(
        style_no=style_no,
        name=name,
        category=category,
        fabric=fabric,
        season=season,
        supplier=suppliers[str(supplier)],
        production_year=year,
        cost_price_fen=cost,
        purchase_price_fen=purchase,
        supply_price_fen=supply,
        tag_price_fen=tag,
    )
    session.add(Sku(barcode=barcode, style=style, colour=colour, size=size))
    session.flush()


def is_demonstration(session: Session) -> bool:
    """Return whether this database holds the demonstration chain: every page says so."""
    query = select(func.count()).select_from(Account).where(Account.is_demo)
    return bool(session.scalar(query))


def counts(session: Session) -> dict[str, int]:
    """Return how much the chain holds, for the command's answer."""
    models = {"sites": Site, "skus": Sku, "accounts": Account, "registrations": Registration}
    return {
        name: int(session.scalar(select(func.count()).select_from(model)) or 0)
        for name, model in models.items()
    }


def fresh_password() -> str:
    """Return a random password that is easily typed on a phone: ``bado-kilu-semo``."""
    syllables = [choice(_CONSONANTS) + choice(_VOWELS) for _ in range(_SYLLABLES)]
    return "-".join("".join(pair) for pair in zip(syllables[::2], syllables[1::2], strict=True))


def set_password(session: Session, password: str, now: datetime) -> None:
    """Give every demonstration account this password and end its log-ins.

    Raises ``InvalidInput`` ``short_password``.
    """
    password_hash = hash_password(password)
    for account in session.scalars(select(Account).where(Account.is_demo)):
        account.password_hash = password_hash
    ours = select(Account.id).where(Account.is_demo)
    standing = (LoginSession.account_id.in_(ours), LoginSession.ended_at.is_(None))
    session.execute(update(LoginSession).where(*standing).values(ended_at=now))


def known_password(session: Session) -> str | None:
    """Return the password that everybody knows, if every demonstration account still has it."""
    query = select(Account.password_hash).where(Account.is_demo, Account.is_active).distinct()
    hashes = session.scalars(query).all()
    return PASSWORD if hashes and all(_is_known(one) for one in hashes) else None


@cache
def _is_known(password_hash: str) -> bool:
    return matches(password_hash, PASSWORD)


def accounts_text(password: str | None) -> str:
    """Return the accounts as the lines that the server prints at its start."""
    told = password or (
        "上次以 HTTPS=1 启动时显示的密码；忘了请运行 flask --app wsgi demo password / "
        "as shown at the last start with HTTPS=1, or run: flask --app wsgi demo password"
    )
    lines = [f"  {login:<15} {role.zh}  {site}" for login, _name, role, site in ACCOUNTS]
    return "\n".join([f"演示账号 / demonstration accounts, password: {told}", *lines, ""])
