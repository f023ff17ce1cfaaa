"""The table of liability rules: the shipped ones, which version holds when, and what is amiss.

A rule is never overwritten. A change is another version from a day on, and a case is judged by the
versions of its own day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.account import COST_ROLES, Role
from tracker.domain.codes import Cause, Defect
from tracker.domain.dated import newest
from tracker.domain.delivery import LATE, CareLiability, Report
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.liability import CUSTOMER_CAUSES, LISTS, Conditions, Found, Rule, Said

KEEPERS = frozenset({Role.SUPERVISOR})
"""Who adds, changes and retires rules."""
READERS = COST_ROLES | {Role.ASSESSOR, Role.QA}
"""Who may read the table."""
DERIVATION_READERS = READERS | {Role.STORE_MANAGER}
"""Who may read how a garment's proposal follows: those too who sign for their store."""

_FROM = date(2020, 1, 1)
_STORE_CAUSES = frozenset({Cause.STORAGE, Cause.DISPLAY, Cause.TRY_ON, Cause.IRONING})
_CASE_ZH, _CASE_EN = "缺陷「{defect}」、原因「{cause}」：", "Defect “{defect}”, cause “{cause}”: "


def _rule(
    code: str,
    place: int,
    asked: Conditions,
    shares: tuple[int, int, int],
    rules: str,
    zh: str,
    en: str,
) -> Rule:
    return Rule(code, place, asked, *shares, rules, zh, en, _FROM)


_SUPPLIER, _STORE, _HEAD_OFFICE = (100, 0, 0), (0, 100, 0), (0, 0, 100)

DEFAULTS: tuple[Rule, ...] = (
    _rule("LOST", 10, Conditions(found=frozenset({Found.ROAD})), _HEAD_OFFICE, "1.39",
          "途中丢失：暂由总公司承担，并向承运商索赔（规则 1.39）",
          "Lost on the road: head office for now, with a claim on the carrier (rule 1.39)"),
    _rule("WRONG-ITEM", 20, Conditions(defects=frozenset({Defect.WRONG_ITEM})), _HEAD_OFFICE,
          "3.16", _CASE_ZH + "按规则 3.16 由总公司承担",
          _CASE_EN + "borne by head office under rule 3.16"),
    _rule("OUR-CAUSE", 30, Conditions(causes=frozenset({Cause.DESIGN, Cause.TRANSPORT})),
          _HEAD_OFFICE, "3.16", _CASE_ZH + "按规则 3.16 由总公司承担",
          _CASE_EN + "borne by head office under rule 3.16"),
    _rule("SUPPLIER", 40,
          Conditions(causes=frozenset({Cause.MATERIAL, Cause.WORKMANSHIP, Cause.TRIM_QUALITY,
                                       Cause.DYEING_FINISHING})),
          _SUPPLIER, "1.38", _CASE_ZH + "按规则 1.38 由供应商承担",
          _CASE_EN + "borne by supplier under rule 1.38"),
    _rule("CARE-IN-TIME", 50,
          Conditions(causes=_STORE_CAUSES, reports=frozenset({Report.IN_TIME}),
                     care=CareLiability.IF_UNREPORTED),
          _HEAD_OFFICE, "1.39, 1.06, 1.07, 1.08",
          _CASE_ZH + "{report}（规则 1.06、1.07），不由专卖店承担（规则 1.08）；"
          "责任无法判定，由总公司承担（规则 1.39）",
          _CASE_EN + "{report} (rules 1.06, 1.07), so not borne by the store (rule 1.08); "
          "not to be determined: head office (rule 1.39)"),
    _rule("CARE-LATE", 60,
          Conditions(causes=_STORE_CAUSES, reports=LATE, care=CareLiability.IF_UNREPORTED),
          _STORE, "1.08, 1.06, 1.07",
          _CASE_ZH + "到货后须按期检验并及时上报（规则 1.06、1.07），本件{report}，"
          "由专卖店承担（规则 1.08）",
          _CASE_EN + "goods are inspected and reported within the week (rules 1.06, 1.07); "
          "{report}: store (rule 1.08)"),
    _rule("CARE", 70, Conditions(causes=_STORE_CAUSES), _STORE, "1.08, 1.17",
          _CASE_ZH + "按规则 1.08 由专卖店承担", _CASE_EN + "borne by store under rule 1.08"),
    _rule("OTHERWISE", 80, Conditions(), _HEAD_OFFICE, "1.39",
          _CASE_ZH + "按规则 1.39 由总公司承担",
          _CASE_EN + "borne by head office under rule 1.39"),
)  # fmt: skip
"""The chain's rules. They seed the table once; from then on the table is what counts."""


@dataclass(frozen=True)
class Span:
    """A version with the day before which it ends; ``None`` while nothing follows it."""

    rule: Rule
    until: date | None


def spans(versions: Iterable[Rule]) -> list[Span]:
    """Return every version with its end, oldest first within a code, in the order given."""
    found: list[Span] = []
    by_code: dict[str, list[Rule]] = {}
    for version in versions:
        by_code.setdefault(version.code, []).append(version)
    for kept in by_code.values():
        ordered = sorted(kept, key=lambda one: one.effective_from)
        for one, following in zip(ordered, [*ordered[1:], None], strict=True):
            found.append(Span(one, following.effective_from if following else None))
    return found


def in_force(versions: Sequence[Rule], on: date) -> list[Rule]:
    """Return the rules in force on a day, in their order; ``versions`` come oldest first.

    Of two versions from one day the later one holds. Before the table's first day the rules of
    that day hold: a garment may be older than the table.
    """
    first = min((version.effective_from for version in versions), default=on)
    in_use = newest(versions, lambda one: one.code, max(on, first))
    live = [rule for rule in in_use if not rule.is_retired]
    return sorted(live, key=lambda rule: (rule.place, rule.code))


def unreachable(rules: Sequence[Rule]) -> dict[str, str | None]:
    """Return the rules that no case ever reaches: code → the rule before it that takes them all.

    ``None`` for a rule about the customer's own causes alone, which never come to a loss form.
    """
    found: dict[str, str | None] = {}
    for index, rule in enumerate(rules):
        asked = rule.conditions
        if asked.causes and asked.causes <= CUSTOMER_CAUSES and Found.ROAD not in asked.found:
            found[rule.code] = None
            continue
        before = (one for one in rules[:index] if covers(one.conditions, asked))
        if (taker := next(before, None)) is not None:
            found[rule.code] = taker.code
    return found


def covers(wide: Conditions, narrow: Conditions) -> bool:
    """Return whether every case that ``narrow`` takes is taken by ``wide`` too."""
    lists = all(
        not getattr(wide, name) or (getattr(narrow, name) and getattr(narrow, name) <= asked)
        for name in LISTS
        for asked in (getattr(wide, name),)
    )
    singles = all(
        getattr(wide, name) is None or getattr(wide, name) == getattr(narrow, name)
        for name in ("care", "worn")
    )
    months = all(
        _holds(getattr(wide, f"{age}_from"), getattr(narrow, f"{age}_from"), is_least=True)
        and _holds(getattr(wide, f"{age}_to"), getattr(narrow, f"{age}_to"), is_least=False)
        for age in ("made", "delivered")
    )
    ages_asked = all(
        (getattr(wide, f"{age}_from"), getattr(wide, f"{age}_to")) == (None, None)
        or (getattr(narrow, f"{age}_from"), getattr(narrow, f"{age}_to")) != (None, None)
        for age in ("made", "delivered")
    )
    return lists and singles and months and ages_asked and _cases_cover(wide, narrow)


def _holds(wide: int | None, narrow: int | None, *, is_least: bool) -> bool:
    if wide is None or (is_least and wide == 0):
        return True
    if narrow is None:
        return False
    return narrow >= wide if is_least else narrow <= wide


def _cases_cover(wide: Conditions, narrow: Conditions) -> bool:
    if wide.cases is None:
        return True
    if narrow.cases is None:
        return False
    fewer = wide.cases <= narrow.cases and (wide.stores or 1) <= (narrow.stores or 1)
    return fewer and (wide.days or 0) >= (narrow.days or 0)


def check_rule(rule: Rule) -> None:
    """Raise ``InvalidInput`` ``shares_not_100`` or ``bad_conditions`` for a rule that cannot be."""
    shares = (rule.supplier, rule.store, rule.head_office)
    if any(not 0 <= share <= 100 for share in shares) or sum(shares) != 100:
        raise InvalidInput(
            "shares_not_100",
            "责任比例合计为 {total}%，应为 100%，每方为 0–100 的整数。",
            "The shares sum to {total} %, not to 100; each is a whole percent from 0 to 100.",
            "supplier",
            total=sum(shares),
        )
    asked = rule.conditions
    for age in ("made", "delivered"):
        least, most = getattr(asked, f"{age}_from"), getattr(asked, f"{age}_to")
        if least is not None and most is not None and least > most:
            raise _bad("月数的下限大于上限，请核对。", "From more months than to.", f"{age}_from")
    if (asked.cases is None) != (asked.days is None):
        raise _bad(
            "款式历史要同时填件数和天数。", "A style’s history needs cases and days.", "cases"
        )
    if asked.stores is not None and asked.cases is None:
        raise _bad("请同时填件数。", "Say how many cases too.", "cases")


def _bad(zh: str, en: str, field: str) -> InvalidInput:
    return InvalidInput("bad_conditions", zh, en, field)


def check_table(versions: Sequence[Rule], today: date) -> None:
    """Raise ``RuleViolation`` ``no_catch_all`` unless some rule takes every case, from today on."""
    days = {today, *(one.effective_from for one in versions if one.effective_from > today)}
    for day in sorted(days):
        if not any(rule.conditions == Conditions() for rule in in_force(versions, day)):
            raise RuleViolation(
                "no_catch_all",
                "{day} 起没有一条不设条件的兜底规则，会有衣服无人承担。请先加一条兜底规则。",
                "From {day} on no rule without conditions would stand: some loss would be nobody’s."
                " Add such a rule first.",
                day=day.isoformat(),
            )


_NAMES = {
    "defects": ("缺陷", "defect"),
    "causes": ("原因", "cause"),
    "found": ("发现环节", "found"),
    "goods": ("货品归属", "goods"),
    "reports": ("检验上报", "report"),
}


def told(asked: Conditions) -> list[Said]:
    """Return what a rule asks, one sentence each; nothing for a rule that takes every case."""
    found = []
    for name, codes in LISTS.items():
        if chosen := [code for code in codes if code in getattr(asked, name)]:
            zh, en = _NAMES[name]
            words = "、".join(code.zh for code in chosen), ", ".join(code.en for code in chosen)
            found.append(Said(f"{zh}：{words[0]}", f"{en}: {words[1]}"))
    if asked.care is not None:
        found.append(Said(f"政策：{asked.care.zh}", f"policy: {asked.care.en}"))
    if asked.worn is not None:
        is_zh, is_en = ("已穿着", "worn") if asked.worn else ("未穿着", "not worn")
        found.append(Said(is_zh, is_en))
    for age, zh, en in (("made", "生产至今", "made"), ("delivered", "到店至今", "delivered")):
        least, most = getattr(asked, f"{age}_from"), getattr(asked, f"{age}_to")
        if least is not None:
            found.append(Said(f"{zh}满 {least} 个月", f"{en} at least {least} months ago"))
        if most is not None:
            found.append(Said(f"{zh}不超过 {most} 个月", f"{en} at most {most} months ago"))
    if asked.cases is not None:
        stores = asked.stores or 1
        found.append(
            Said(
                f"该款同类缺陷 {asked.days} 天内至少 {asked.cases} 件、{stores} 家店",
                f"at least {asked.cases} cases of the style in {stores} stores within "
                f"{asked.days} days",
            )
        )
    return found
