"""Who is liable for a garment's loss: the facts of a case, and rules that are data.

A rule has conditions, each of them optional, and shares. ``propose`` walks the rules in their
order; the first whose conditions all hold decides, and every rule looked at says why it did or
did not (rules 1.06–1.08, 1.17, 1.38, 1.39, 3.16; conventions 3.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from tracker.domain.codes import Cause, Defect, LiableKind
from tracker.domain.delivery import CareLiability, Report
from tracker.domain.errors import RuleViolation
from tracker.domain.loss import Share
from tracker.domain.named import NamedEnum

CUSTOMER_CAUSES = frozenset({Cause.WASH_MISUSE, Cause.WEAR_MISUSE})
"""Damage by the customer never comes to a loss form, whatever the table says."""


class Found(NamedEnum):
    """Where the fault was found."""

    STOCK = "stock", "店铺库存", "store stock"
    CUSTOMER = "customer", "顾客送修", "customer’s garment"
    ROAD = "road", "途中丢失", "lost on the road"


class Goods(NamedEnum):
    """Whose the goods are when the loss arises."""

    OWN = "own", "直营店货品", "goods of an own store"
    FRANCHISE = "franchise", "加盟店货品", "goods of a franchisee"
    CONSIGNMENT = "consignment", "联营店货品", "goods on consignment"
    CUSTOMER = "customer", "顾客的衣服", "the customer’s garment"


@dataclass(frozen=True)
class Earlier:
    """A case of the same style and defect, this one too: how many days before, in which store."""

    days_ago: int
    store: str


@dataclass(frozen=True)
class Facts:
    """What is known of a case on its day; ``None`` where it is not known.

    ``made_months`` count from the end of the production year, the youngest that the garment can be;
    ``delivered_months`` from the delivery to the store.
    """

    defect: Defect
    cause: Cause
    supplier: str
    store: str
    found: Found = Found.STOCK
    is_worn: bool | None = None
    report: Report = Report.UNKNOWN
    care: CareLiability = CareLiability.IF_UNREPORTED
    goods: Goods | None = None
    made_months: int | None = None
    delivered_months: int | None = None
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True)
class Said:
    """One sentence in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Conditions:
    """What a rule asks of a case; what is empty or ``None`` is not asked.

    Months are whole, both ends count. ``cases`` asks for so many cases of the style with this
    defect within ``days``, in at least ``stores`` stores.
    """

    defects: frozenset[Defect] = frozenset()
    causes: frozenset[Cause] = frozenset()
    found: frozenset[Found] = frozenset()
    goods: frozenset[Goods] = frozenset()
    reports: frozenset[Report] = frozenset()
    care: CareLiability | None = None
    worn: bool | None = None
    made_from: int | None = None
    made_to: int | None = None
    delivered_from: int | None = None
    delivered_to: int | None = None
    cases: int | None = None
    days: int | None = None
    stores: int | None = None

    def miss(self, facts: Facts) -> Said | None:
        """Return the first condition that does not hold, in words; ``None`` where all hold."""
        return next(filter(None, self._misses(facts)), None)

    def _misses(self, facts: Facts) -> Iterable[Said | None]:
        yield _among("缺陷", "the defect", facts.defect, self.defects)
        yield _among("原因", "the cause", facts.cause, self.causes)
        yield _among("发现环节", "where it was found", facts.found, self.found)
        yield _among("货品归属", "the owner of the goods", facts.goods, self.goods)
        yield _among("检验上报", "the report", facts.report, self.reports)
        if self.care is not None:
            asked = frozenset({self.care})
            yield _among("店铺保养责任的政策", "the policy on care damage", facts.care, asked)
        yield _worn(self.worn, facts.is_worn)
        yield _months("生产", "made", facts.made_months, self.made_from, self.made_to)
        received = facts.delivered_months
        yield _months("到店", "delivered", received, self.delivered_from, self.delivered_to)
        yield self._history(facts.earlier)

    def _history(self, earlier: Sequence[Earlier]) -> Said | None:
        if self.cases is None:
            return None
        days, stores = self.days or 0, self.stores or 1
        recent = [case for case in earlier if case.days_ago <= days]
        places = len({case.store for case in recent})
        if len(recent) >= self.cases and places >= stores:
            return None
        return Said(
            f"该款同类缺陷 {days} 天内 {len(recent)} 件、{places} 家店，"
            f"本条要求至少 {self.cases} 件、{stores} 家店",
            f"{len(recent)} cases of this style in {places} stores within {days} days; "
            f"the rule asks for {self.cases} in {stores}",
        )

    def to_json(self) -> dict[str, Any]:
        """Return what is asked, as plain values."""
        told: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, frozenset):
                if value:
                    told[one.name] = sorted(member.value for member in value)
            elif value is not None:
                told[one.name] = value.value if isinstance(value, NamedEnum) else value
        return told

    @staticmethod
    def from_json(told: Mapping[str, Any]) -> Conditions:
        """Return the conditions that ``to_json`` told. Raises ``ValueError`` for unknown codes."""
        made: dict[str, Any] = dict(told)
        for name, codes in LISTS.items():
            made[name] = frozenset(codes(value) for value in told.get(name, ()))
        if told.get("care"):
            made["care"] = CareLiability(told["care"])
        return Conditions(**made)


LISTS: Mapping[str, type[NamedEnum]] = {
    "defects": Defect, "causes": Cause, "found": Found, "goods": Goods, "reports": Report,
}  # fmt: skip
"""The conditions that name several codes, any of which will do."""


def _among(zh: str, en: str, value: NamedEnum | None, asked: frozenset[Any]) -> Said | None:
    if not asked or value in asked:
        return None
    codes: type[NamedEnum] = type(next(iter(asked)))
    members = [code for code in codes if code in asked]
    only_zh, only_en = "、".join(m.zh for m in members), ", ".join(m.en for m in members)
    if value is None:
        return Said(f"{zh}不明，本条只适用于：{only_zh}", f"{en} is unknown; only: {only_en}")
    return Said(
        f"{zh}是「{value.zh}」，本条只适用于：{only_zh}",
        f"{en} is “{value.en}”; the rule is only for: {only_en}",
    )


def _worn(asked: bool | None, known: bool | None) -> Said | None:
    if asked is None or asked is known:
        return None
    words = {True: ("已穿着", "worn"), False: ("未穿着", "not worn"), None: ("不明", "unknown")}
    return Said(
        f"是否穿着：{words[known][0]}，本条只适用于{words[asked][0]}的衣服",
        f"worn or not: {words[known][1]}; the rule is only for garments {words[asked][1]}",
    )


def _months(
    zh: str, en: str, known: int | None, least: int | None, most: int | None
) -> Said | None:
    if least is None and most is None:
        return None
    if known is not None and (least or 0) <= known and (most is None or known <= most):
        return None
    asked_zh, asked_en = [], []
    if least is not None:
        asked_zh, asked_en = [f"满 {least} 个月"], [f"at least {least} months"]
    if most is not None:
        asked_zh, asked_en = (
            [*asked_zh, f"不超过 {most} 个月"],
            [*asked_en, f"at most {most} months"],
        )
    is_zh = f"{zh}至今 {known} 个月" if known is not None else f"{zh}日期不明"
    is_en = f"{en} {known} months ago" if known is not None else f"the day it was {en} is unknown"
    return Said(
        f"{is_zh}，本条要求{'、'.join(asked_zh)}",
        f"{is_en}; the rule asks for {' and '.join(asked_en)}",
    )


@dataclass(frozen=True)
class Rule:
    """One version of one rule: in force from a day until its next version."""

    code: str
    place: int
    """Rules are looked at by their place, the smallest first."""
    conditions: Conditions
    supplier: int
    store: int
    head_office: int
    """Shares in whole percent; the three sum to 100."""
    rules: str
    """The chain's rule numbers; the one that decides comes first."""
    zh: str
    en: str
    """Why, for people; ``{defect}``, ``{cause}``, ``{report}`` name the case's own."""
    effective_from: date
    is_retired: bool = False

    def shares(self, facts: Facts) -> tuple[Share, ...]:
        """Return the shares of a case's own parties, in whole percent."""
        parties = (
            Share(LiableKind.SUPPLIER, self.supplier, facts.supplier),
            Share(LiableKind.STORE, self.store, facts.store),
            Share(LiableKind.HEAD_OFFICE, self.head_office),
        )
        return tuple(share for share in parties if share.percent)

    def why(self, facts: Facts) -> Said:
        """Return the rule's sentence with the case's own defect, cause and report."""
        case = {"{defect}": facts.defect, "{cause}": facts.cause, "{report}": facts.report}
        zh, en = self.zh, self.en
        for name, value in case.items():
            zh = zh.replace(name, value.zh)
            en = en.replace(name, value.en.lower() if name == "{report}" else value.en)
        return Said(zh, en)


@dataclass(frozen=True)
class Step:
    """One rule that was looked at: whether it decided, and if not, what did not hold."""

    code: str
    rules: str
    is_match: bool
    zh: str
    en: str

    def to_json(self) -> dict[str, Any]:
        """Return the step as plain values."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True)
class Proposal:
    """What the rules propose and how that follows, for people to read and to override."""

    shares: tuple[Share, ...]
    rule: str
    """The code of the rule that decided."""
    rules: str
    zh: str
    en: str
    steps: tuple[Step, ...] = field(default=())


def propose(facts: Facts, rules: Sequence[Rule]) -> Proposal:
    """Propose who bears a loss: by the first rule, in the table's order, whose conditions all hold.

    ``rules`` are those in force on the case's day. Raises ``RuleViolation`` ``customer_cause`` for
    damage by the customer (it is refused or repaired for pay, never a loss form; a garment lost on
    the road is not judged by its cause), ``no_rule`` where no rule takes the case.
    """
    if facts.cause in CUSTOMER_CAUSES and facts.found is not Found.ROAD:
        raise RuleViolation(
            "customer_cause",
            "顾客原因造成的损坏不开报损单：请退回不受理，或由顾客付费维修。",
            "Damage by the customer never goes on a loss form: refuse it, or repair it for pay.",
        )
    steps: list[Step] = []
    for rule in sorted(rules, key=lambda one: (one.place, one.code)):
        miss = rule.conditions.miss(facts)
        said = miss or rule.why(facts)
        steps.append(Step(rule.code, rule.rules, miss is None, said.zh, said.en))
        if miss is None:
            made = rule.shares(facts)
            return Proposal(made, rule.code, rule.rules, said.zh, said.en, tuple(steps))
    raise RuleViolation(
        "no_rule",
        "责任规则表里没有一条适用于这件衣服。请售后主管补一条不设条件的兜底规则。",
        "No liability rule takes this garment: the after-sales supervisor adds one that always "
        "does.",
    )
