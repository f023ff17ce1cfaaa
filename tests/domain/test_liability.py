"""The liability rules as data: every shipped row, their order, and that any case has one answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.codes import Cause, Defect, LiableKind
from tracker.domain.delivery import LATE, CareLiability, Report
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.liability import (
    CUSTOMER_CAUSES,
    Conditions,
    Earlier,
    Facts,
    Found,
    Goods,
    Proposal,
    Rule,
    propose,
)
from tracker.domain.liability_rules import (
    DEFAULTS,
    check_rule,
    check_table,
    covers,
    in_force,
    spans,
    unreachable,
)
from tracker.domain.loss import Share

SUPPLIER = (Share(LiableKind.SUPPLIER, 100, "SUP01"),)
STORE = (Share(LiableKind.STORE, 100, "S001"),)
HEAD_OFFICE = (Share(LiableKind.HEAD_OFFICE, 100),)
ASKED, ALWAYS = CareLiability.IF_UNREPORTED, CareLiability.ALWAYS
DAY = date(2026, 11, 2)


def facts(cause: Cause = Cause.WORKMANSHIP, **more: object) -> Facts:
    known = {"defect": Defect.SEAM_OPEN, "supplier": "SUP01", "store": "S001"} | more
    return Facts(cause=cause, **known)  # type: ignore[arg-type]


def rule(code: str, place: int, asked: Conditions, **more: object) -> Rule:
    shares = {"supplier": 100, "store": 0, "head_office": 0}
    words = {"rules": "1.38", "zh": "按约定", "en": "as agreed", "effective_from": DAY}
    return Rule(code, place, asked, **(shares | words | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "code", "shares", "rules"),
    [
        (facts(found=Found.ROAD), "LOST", HEAD_OFFICE, "1.39"),
        (facts(defect=Defect.WRONG_ITEM), "WRONG-ITEM", HEAD_OFFICE, "3.16"),
        (facts(Cause.DESIGN), "OUR-CAUSE", HEAD_OFFICE, "3.16"),
        (facts(Cause.TRANSPORT), "OUR-CAUSE", HEAD_OFFICE, "3.16"),
        (facts(Cause.MATERIAL), "SUPPLIER", SUPPLIER, "1.38"),
        (facts(Cause.WORKMANSHIP), "SUPPLIER", SUPPLIER, "1.38"),
        (facts(Cause.TRIM_QUALITY), "SUPPLIER", SUPPLIER, "1.38"),
        (facts(Cause.DYEING_FINISHING), "SUPPLIER", SUPPLIER, "1.38"),
        (facts(Cause.STORAGE, report=Report.IN_TIME), "CARE-IN-TIME", HEAD_OFFICE,
         "1.39, 1.06, 1.07, 1.08"),
        (facts(Cause.IRONING, report=Report.FOUND_LATE), "CARE-LATE", STORE, "1.08, 1.06, 1.07"),
        (facts(Cause.TRY_ON, report=Report.REPORTED_LATE), "CARE-LATE", STORE, "1.08, 1.06, 1.07"),
        (facts(Cause.DISPLAY), "CARE", STORE, "1.08, 1.17"),
        (facts(Cause.STORAGE, report=Report.IN_TIME, care=ALWAYS), "CARE", STORE, "1.08, 1.17"),
        (facts(Cause.UNKNOWN), "OTHERWISE", HEAD_OFFICE, "1.39"),
    ],
)  # fmt: skip
def test_every_shipped_row_decides_its_cases(
    case: Facts, code: str, shares: tuple[Share, ...], rules: str
) -> None:
    proposal = propose(case, DEFAULTS)
    assert (proposal.rule, proposal.shares, proposal.rules) == (code, shares, rules)


def test_the_shipped_rows_stand_in_this_order_and_each_is_reached() -> None:
    assert [(one.place, one.code) for one in in_force(DEFAULTS, DAY)] == [
        (10, "LOST"), (20, "WRONG-ITEM"), (30, "OUR-CAUSE"), (40, "SUPPLIER"),
        (50, "CARE-IN-TIME"), (60, "CARE-LATE"), (70, "CARE"), (80, "OTHERWISE"),
    ]  # fmt: skip
    assert unreachable(DEFAULTS) == {}
    for one in DEFAULTS:
        check_rule(one)
    check_table(DEFAULTS, DAY)


def _before_the_table(case: Facts) -> tuple[tuple[Share, ...], str]:
    """What the code said before the rules were data: who bears it, by which rule."""
    if case.defect is Defect.WRONG_ITEM or case.cause in (Cause.DESIGN, Cause.TRANSPORT):
        return HEAD_OFFICE, "3.16"
    if case.cause in (
        Cause.MATERIAL, Cause.WORKMANSHIP, Cause.TRIM_QUALITY, Cause.DYEING_FINISHING,
    ):  # fmt: skip
        return SUPPLIER, "1.38"
    if case.cause is Cause.UNKNOWN:
        return HEAD_OFFICE, "1.39"
    if case.care is ASKED and case.report is Report.IN_TIME:
        return HEAD_OFFICE, "1.39"
    return STORE, "1.08"


def test_the_table_says_what_the_code_said_of_every_defect_cause_report_and_policy() -> None:
    told = 0
    for defect, cause, report, care in product(Defect, Cause, Report, CareLiability):
        case = facts(cause, defect=defect, report=report, care=care)
        if cause in CUSTOMER_CAUSES:
            with pytest.raises(RuleViolation) as refusal:
                propose(case, DEFAULTS)
            assert refusal.value.code == "customer_cause"
            continue
        proposal = propose(case, DEFAULTS)
        assert (proposal.shares, proposal.rules.split(", ")[0]) == _before_the_table(case)
        told += 1
    assert told == 20 * 11 * 4 * 2


def test_the_sentences_are_those_of_before() -> None:
    plain = propose(facts(Cause.WORKMANSHIP), DEFAULTS)
    assert plain.zh == "缺陷「开线/脱线/爆缝/跳针」、原因「工艺」：按规则 1.38 由供应商承担"
    assert plain.en == (
        "Defect “open, burst or skipped seam”, cause “workmanship”: borne by supplier under "
        "rule 1.38"
    )
    excused = propose(facts(Cause.STORAGE, report=Report.IN_TIME), DEFAULTS)
    assert excused.zh == (
        "缺陷「开线/脱线/爆缝/跳针」、原因「仓储（潮/压/虫）」：检验期内发现并登记（规则 1.06、"
        "1.07），不由专卖店承担（规则 1.08）；责任无法判定，由总公司承担（规则 1.39）"
    )
    lost = propose(facts(Cause.WEAR_MISUSE, found=Found.ROAD), DEFAULTS)
    assert lost.zh == "途中丢失：暂由总公司承担，并向承运商索赔（规则 1.39）"


FACTS = st.builds(
    Facts,
    defect=st.sampled_from(Defect),
    cause=st.sampled_from([cause for cause in Cause if cause not in CUSTOMER_CAUSES]),
    supplier=st.just("SUP01"),
    store=st.just("S001"),
    found=st.sampled_from(Found),
    is_worn=st.sampled_from([None, True, False]),
    report=st.sampled_from(Report),
    care=st.sampled_from(CareLiability),
    goods=st.sampled_from([None, *Goods]),
    made_months=st.none() | st.integers(0, 120),
    delivered_months=st.none() | st.integers(0, 120),
    earlier=st.lists(
        st.builds(Earlier, st.integers(0, 400), st.sampled_from(["S001", "S002", "S003"])),
        max_size=6,
    ).map(tuple),
)


def _some(codes: object) -> st.SearchStrategy[frozenset[object]]:
    return st.frozensets(st.sampled_from(codes), max_size=3)  # type: ignore[arg-type]


CONDITIONS = st.builds(
    Conditions,
    defects=_some(Defect),
    causes=_some(Cause),
    found=_some(Found),
    goods=_some(Goods),
    reports=_some(Report),
    care=st.none() | st.sampled_from(CareLiability),
    worn=st.sampled_from([None, True, False]),
    made_from=st.none() | st.integers(0, 60),
    made_to=st.none() | st.integers(0, 60),
    delivered_from=st.none() | st.integers(0, 60),
    delivered_to=st.none() | st.integers(0, 60),
)
TABLES = st.lists(st.tuples(st.integers(0, 99), CONDITIONS, st.integers(0, 100)), max_size=6).map(
    lambda rows: (
        [
            rule(f"R{n}", place, asked, supplier=supplier, head_office=100 - supplier)
            for n, (place, asked, supplier) in enumerate(rows)
        ]
        + [rule("LAST", 100, Conditions())]
    )
)


@settings(max_examples=150, deadline=None)
@given(FACTS, TABLES)
def test_any_case_has_one_proposal_of_100_percent_and_a_derivation_that_ends_with_its_rule(
    case: Facts, table: list[Rule]
) -> None:
    proposal = propose(case, table)
    assert sum(share.percent for share in proposal.shares) == 100
    matches = [step.is_match for step in proposal.steps]
    assert matches == [False] * (len(matches) - 1) + [True]
    ordered = in_force(table, DAY)
    assert [step.code for step in proposal.steps] == [one.code for one in ordered[: len(matches)]]
    assert proposal.steps[-1].code == proposal.rule
    assert all(step.zh and step.en for step in proposal.steps)


@settings(max_examples=150, deadline=None)
@given(FACTS, TABLES)
def test_a_rule_shown_as_never_reached_never_decides(case: Facts, table: list[Rule]) -> None:
    ordered = in_force(table, DAY)
    assert propose(case, ordered).rule not in unreachable(ordered)


@given(CONDITIONS)
def test_conditions_come_back_from_json_as_they_were(asked: Conditions) -> None:
    assert Conditions.from_json(asked.to_json()) == asked
    assert covers(asked, asked)
    assert covers(Conditions(), asked)


@pytest.mark.parametrize(
    ("asked", "case", "zh"),
    [
        (Conditions(defects=frozenset({Defect.STAIN})), facts(),
         "缺陷是「开线/脱线/爆缝/跳针」，本条只适用于：污渍/脏污/油污/笔迹/粉底"),
        (Conditions(causes=frozenset({Cause.DESIGN, Cause.TRANSPORT})), facts(),
         "原因是「工艺」，本条只适用于：设计/版型、运输"),
        (Conditions(goods=frozenset({Goods.FRANCHISE})), facts(),
         "货品归属不明，本条只适用于：加盟店货品"),
        (Conditions(reports=LATE), facts(report=Report.IN_TIME),
         "检验上报是「检验期内发现并登记」，本条只适用于：超过检验期才发现、检验期内发现，超期才登记"),
        (Conditions(worn=True), facts(is_worn=False), "是否穿着：未穿着，本条只适用于已穿着的衣服"),
        (Conditions(made_from=24), facts(made_months=23), "生产至今 23 个月，本条要求满 24 个月"),
        (Conditions(delivered_from=1, delivered_to=6), facts(),
         "到店日期不明，本条要求满 1 个月、不超过 6 个月"),
        (Conditions(cases=3, days=90, stores=2),
         facts(earlier=(Earlier(0, "S001"), Earlier(30, "S001"), Earlier(91, "S002"))),
         "该款同类缺陷 90 天内 2 件、1 家店，本条要求至少 3 件、2 家店"),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_said_so_that_a_supplier_can_be_told(
    asked: Conditions, case: Facts, zh: str
) -> None:
    miss = asked.miss(case)
    assert miss is not None
    assert miss.zh == zh


@pytest.mark.parametrize(
    ("asked", "case"),
    [
        (Conditions(made_from=24, made_to=24), facts(made_months=24)),
        (Conditions(worn=False), facts(is_worn=False)),
        (Conditions(cases=2, days=90, stores=2),
         facts(earlier=(Earlier(0, "S001"), Earlier(90, "S002")))),
        (Conditions(goods=frozenset({Goods.OWN, Goods.FRANCHISE})), facts(goods=Goods.FRANCHISE)),
    ],
)  # fmt: skip
def test_both_ends_count(asked: Conditions, case: Facts) -> None:
    assert asked.miss(case) is None


def test_a_split_names_the_cases_own_parties() -> None:
    table = [rule("HALF", 1, Conditions(), supplier=60, store=30, head_office=10)]
    proposal: Proposal = propose(facts(), table)
    assert proposal.shares == (
        Share(LiableKind.SUPPLIER, 60, "SUP01"),
        Share(LiableKind.STORE, 30, "S001"),
        Share(LiableKind.HEAD_OFFICE, 10),
    )


def test_a_case_is_judged_by_the_versions_of_its_day() -> None:
    first = rule("CARE", 5, Conditions())
    later = replace(first, supplier=0, store=100, effective_from=date(2026, 12, 1))
    gone = replace(later, is_retired=True, effective_from=date(2027, 1, 1))
    versions = [first, later, gone]
    assert in_force(versions, date(2026, 11, 30)) == [first]
    assert in_force(versions, date(2026, 12, 1)) == [later]
    assert in_force(versions, date(2027, 1, 1)) == []
    assert in_force(versions, date(2019, 1, 1)) == [first]
    assert [span.until for span in spans(versions)] == [date(2026, 12, 1), date(2027, 1, 1), None]


def test_of_two_versions_from_one_day_the_later_written_holds() -> None:
    first, second = rule("CARE", 5, Conditions()), rule("CARE", 6, Conditions())
    assert in_force([first, second], DAY) == [second]


def test_a_rule_behind_a_wider_one_and_one_about_customers_are_never_reached() -> None:
    wide = rule("WIDE", 1, Conditions(causes=frozenset({Cause.STORAGE, Cause.DISPLAY})))
    narrow = rule("NARROW", 2, Conditions(causes=frozenset({Cause.DISPLAY}), made_from=3))
    wash = rule("WASH", 3, Conditions(causes=frozenset({Cause.WASH_MISUSE})))
    other = rule("OTHER", 4, Conditions(causes=frozenset({Cause.DISPLAY, Cause.TRY_ON})))
    assert unreachable([wide, narrow, wash, other]) == {"NARROW": "WIDE", "WASH": None}


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"supplier": 50}, "shares_not_100"),
        ({"supplier": 150, "head_office": -50}, "shares_not_100"),
        ({"conditions": Conditions(made_from=5, made_to=4)}, "bad_conditions"),
        ({"conditions": Conditions(cases=5)}, "bad_conditions"),
        ({"conditions": Conditions(stores=2)}, "bad_conditions"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(broken: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_rule(replace(rule("X", 1, Conditions()), **broken))  # type: ignore[arg-type]
    assert refusal.value.code == code


def test_a_table_always_ends_with_a_rule_that_takes_every_case() -> None:
    last = rule("LAST", 9, Conditions())
    gone = replace(last, is_retired=True, effective_from=date(2027, 1, 1))
    for versions in ([], [last, gone]):
        with pytest.raises(RuleViolation) as refusal:
            check_table(versions, DAY)
        assert refusal.value.code == "no_catch_all"
    with pytest.raises(RuleViolation) as none:
        propose(facts(), [])
    assert none.value.code == "no_rule"
