"""What rules 1 and 2 say beside the numbers of their clocks, each under the rule that says it.

The numbers themselves stand in ``test_policy.py`` (1, 2A), ``tables/promises.txt`` (2B, 6B) and
``tables/laws.txt`` (6.1). What is quoted nowhere says nothing that could be wrong: a duty without a
number, a greeting, a definition.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.domain.account import Role
from tracker.domain.approval import DEFAULTS as STEPS
from tracker.domain.approval import Switches, chain_of
from tracker.domain.calendar import due_on
from tracker.domain.codes import Category, LiableKind
from tracker.domain.entitlement import Claim, owed
from tracker.domain.law_packs import Pack
from tracker.domain.policy_registry import EVERY
from tracker.domain.promise import Channel, Condition
from tracker.domain.promise_profiles import CHOICES, chain, profile
from tracker.domain.promise_terms import hold
from tracker.domain.quality_guide import Fault, Findings, Ground, judge, tolerances_from
from tracker.domain.registration import MACHINE, Action, Status
from tracker.domain.warranty import terms_from
from tracker.domain.warranty_step import Entitlement

POLICIES = {policy.name: policy for policy in EVERY}
VALUES = {name: policy.value for name, policy in POLICIES.items()}
SALE = date(2026, 3, 1)
MONDAY = date(2026, 11, 2)


# --- clocks where the documents say "promptly" or "monthly" and the chain says how long

PROMPTLY = (
    ("1.09", "直接对质量问题产品做出现场处理", "decide", date(2026, 11, 3)),
    ("1.40", "由售后服务部跟进给供应商及专卖店签收报损单", "liable_signature", date(2026, 11, 9)),
    ("1.42", "至物流部经理确认后", "approval_step", date(2026, 11, 4)),
    ("1.43", "报生产副总审批进行报费", "approval_step", date(2026, 11, 4)),
    ("1.46", "售后服务部每月月底需将本月报费产品的数据", "month_cut_off", date(2026, 11, 5)),
    ("1.48", "报财务备档,扣款", "month_close", date(2026, 11, 9)),
    ("1.48", "报财务备档,扣款", "statement_objection", date(2026, 11, 9)),
)


@pytest.mark.parametrize(
    ("rule", "words", "name", "due"), PROMPTLY, ids=[f"{row[0]}-{row[2]}" for row in PROMPTLY]
)
def test_promptly_is_a_policy_that_counts_working_days(
    rule: str, words: str, name: str, due: date
) -> None:
    policy = POLICIES[name]
    assert rule in policy.rule.split(", "), words
    assert due_on(MONDAY, policy.number, policy.unit, policy.calendar) == due


# --- 1D, 1E: the garment's way


def test_1_35_to_1_37_what_is_assessed_is_repaired_or_scrapped() -> None:
    verdicts = set(MACHINE.transitions[Status.RECEIVED, Action.ASSESS].to)
    assert {Status.IN_REPAIR, Status.SCRAP_PENDING} <= verdicts
    assert MACHINE.who[Action.ASSESS] == {Role.ASSESSOR}


def test_1_41_to_1_43_scrap_of_other_causes_is_confirmed_by_logistics_and_approved_by_the_vp() -> (
    None
):
    """1.39: it is head office's, so nobody else signs first."""
    taken = chain_of(STEPS, LiableKind.HEAD_OFFICE, 10_000, Switches("hq_only", "liable_only"))
    assert [(step.code, set(step.roles)) for step in taken] == [
        ("confirm", {Role.LOGISTICS}),
        ("approve", {Role.VICE_PRESIDENT}),
    ]


# --- 2B: what a customer must bring, letter by letter

CONDITIONS = {
    "letter_1": {Condition.RECEIPT: "2.15", Condition.UNWORN: "2.16"},
    "template": {Condition.DESCRIPTION: "2.21", Condition.PHOTOS: "2.28"},
    "short": {Condition.PACKAGING: "2.32", Condition.UNWORN: "2.32", Condition.FORM: "2.35"},
    "plan": {
        Condition.PACKAGING: "2.40", Condition.TAG: "2.40", Condition.UNWORN: "2.40",
        Condition.RECEIPT: "2.42",
    },
    "year_2024": {Condition.RECEIPT: "2.52", Condition.PHOTOS: "2.52"},
    "concise": {Condition.UNWORN: "2.67", Condition.TAG: "2.67", Condition.RECEIPT: "2.68"},
    "product_2024": {Condition.UNWORN: "2.83", Condition.TAG: "2.83", Condition.RECEIPT: "2.87"},
    "full": {Condition.PHOTOS: "2.94", Condition.FORM: "2.102"},
    "apparel_plan": {Condition.UNWORN: "2.105", Condition.PHOTOS: "2.110"},
    "factory": {Condition.UNWORN: "2.117", Condition.RECEIPT: "2.120"},
    "scheme_1": {Condition.RECEIPT: "2.122, 2.124", Condition.UNWORN: "2.124"},
    "chain": {Condition.TAG: "1.19", Condition.RECEIPT: "1.19", Condition.UNWORN: "2.40"},
}  # fmt: skip


def test_what_each_letter_asks_the_customer_to_bring() -> None:
    said = {code: dict(profile(code, VALUES).conditions) for code in CHOICES}
    assert {code: conditions for code, conditions in said.items() if conditions} == CONDITIONS


# --- 2B: what a letter says without a number, by what the calculator answers

LETTERS = (
    ("2.10", "在保修期内出现正常使用状况下的损坏", "letter_1", 20, {}, Entitlement.FREE_REPAIR),
    ("2.31", "或者不符合您的预期", "short", 3, {"ground": Ground.NO_REASON, "is_worn": False},
     Entitlement.REFUND),
    ("2.45, C-33", "修理时需另行收费", "plan", 20, {"is_custom": True},
     Entitlement.FREE_REPAIR),
    ("2.46", "如商品超出保修期限,修理时需收取一定的维修费用", "plan", 93, {},
     Entitlement.PAID_REPAIR),
    ("2.54", "我们将评估损坏程度", "year_2024", 40, {"ground": Ground.MINOR},
     Entitlement.FREE_REPAIR),
    ("2.60, 2.61", "在购买之日起享有一定的保修期", "product", 92, {}, Entitlement.FREE_REPAIR),
    ("2.64", "包括提供退款或其他合理的补偿方案", "product", 3, {}, Entitlement.REFUND),
    ("2.70", "非正常使用或已经过期的商品", "concise", 3, {"ground": Ground.NO_REASON},
     Entitlement.NONE),
    ("2.74", "非人为损坏,将提供免费的维修服务", "concise", 20, {}, Entitlement.FREE_REPAIR),
    ("2.99", "若产品已过售后服务时限,在客户同意的情况下,我们可提供有偿维修", "full", 93, {},
     Entitlement.PAID_REPAIR),
    ("2.100", "由于客户使用不当、保管不善等原因导致的售后问题", "full", 20,
     {"ground": Ground.CUSTOMER_DAMAGE}, Entitlement.PAID_REPAIR),
    ("2.118", "我们将提供免费的维修服务", "factory", 20, {}, Entitlement.FREE_REPAIR),
    ("2.126", "自行洗涤、熨烫不当引起衣服里料开裂", "scheme_1", 20,
     {"ground": Ground.CUSTOMER_DAMAGE, "is_repairable": False}, Entitlement.NONE),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "words", "code", "day", "facts", "entitlement"),
    LETTERS,
    ids=[f"{row[0]} {row[2]}" for row in LETTERS],
)
def test_what_a_letter_says_without_a_number_is_what_the_calculator_answers(
    rule: str,
    words: str,
    code: str,
    day: int,
    facts: dict[str, object],
    entitlement: Entitlement,
) -> None:
    on = SALE + timedelta(days=day)
    claim = Claim(Channel.STORE, Category.TEXTILE, Ground.QUALITY, SALE, on, 69900)
    claim = Claim(**{**vars(claim), "has_packaging": True, **facts})
    held = hold(
        profile(code, VALUES), chain(VALUES), Pack.NATIONAL, claim.channel, claim.dates,
        category="textile",
    )  # fmt: skip
    assert owed(terms_from(VALUES), held, claim).entitlement is entitlement, (rule, words)


@pytest.mark.parametrize(
    ("findings", "ground"),
    [
        (Findings(Fault.SHADE, grey_grade=40), Ground.NO_REASON),
        (Findings(Fault.THREAD), Ground.MINOR),
    ],
)
def test_2_101_a_slight_shade_or_thread_end_by_its_process_is_no_reason_to_return(
    findings: Findings, ground: Ground
) -> None:
    assert judge(findings, tolerances_from(VALUES)).ground is ground
