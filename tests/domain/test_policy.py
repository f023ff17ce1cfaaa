"""The register of policies: every number of the chain's own documents, under its rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracker.domain.contradiction import CONTRADICTIONS, by_code, of_policy
from tracker.domain.errors import InvalidInput
from tracker.domain.policy import CHAIN, Policy, Reach, Scope, pick
from tracker.domain.policy_registry import EVERY, Topic, option_of, terms_of
from tracker.domain.policy_value import YES_NO, Bands, Choice, WeekTime, Whole

BY_NAME = {policy.name: policy for policy in EVERY}

DOCUMENTS = (
    ("1.06", "收到物流部的货品一个星期内需检查", "store_inspection", "7", "days", "calendar"),
    ("1.08", "则由各专卖店承担相应责任", "store_care_liability", "if_unreported", "choice", "none"),
    ("1.15", "对事前没有登记而事后换货时检出次品的不给予受理", "unregistered_at_exchange",
     "refuse", "choice", "none"),
    ("1.16", "与我们收到货品后质检不符合的,不给予受理", "intake_mismatch", "refuse", "choice",
     "none"),
    ("1.17", "导致货品残次和污染的,不给予受理", "store_damage", "charge", "choice", "none"),
    ("1.18", "对吊牌,附件及产品编号等缺失或修改的不给予处理", "tag_altered", "refuse", "choice",
     "none"),
    ("1.19", "所退商品必须保留吊牌,购物小票", "tag_required", "unsold_and_return", "choice",
     "none"),
    ("1.20", "专卖店柜必须在一个工作日内通知公司客服人员", "notify_after_sales", "1", "days",
     "working"),
    ("1.26", "尺寸细微不合(误差在2CM以内)", "size_tolerance", "2", "cm", "none"),
    ("1.31", "每周寄一次质量问题产品到售后服务部维修", "weekly_shipments", "1", "times", "none"),
    ("1.32", "超出规定次数费用由专卖店承担", "extra_shipment_cost_bearer", "store", "choice",
     "none"),
    ("1.34", "保障货品从专卖店寄出到返还的时间在15天之内", "repair_tat", "15", "days", "calendar"),
    ("1.39", "由总公司承担", "undetermined_bearer", "head_office", "choice", "none"),
    ("1.45", "行政监督", "separate_duties", "yes", "choice", "none"),
    ("1.49", "单据需注明生产年份的货品", "production_year_required", "yes", "choice", "none"),
    ("2.01", "售出的纺织品服饰保修3个月", "warranty_textile", "3", "months", "none"),
    ("2.02", "皮服6个月", "warranty_leather", "6", "months", "none"),
    ("2.03", "商品自售出15日后,非穿着不当出现的质量问题,免费包修", "quality_exchange_days", "15",
     "days", "calendar"),
    ("2.04", "实行收费退换", "unrepairable_remedy", "paid_exchange", "choice", "none"),
    ("2.05", "30日内收折旧费5%", "depreciation_bands", "30:5,60:10,90:20", "choice", "none"),
    ("2.06", "30-60天收10%", "depreciation_bands", "30:5,60:10,90:20", "choice", "none"),
    ("2.07", "61-90天收20%", "depreciation_bands", "30:5,60:10,90:20", "choice", "none"),
    ("2.08", "顾客必须在购买后两个工作日内到专卖店柜进行投诉登记", "customer_registration", "2",
     "days", "working"),
    ("3.01", "如在专卖店出现有几个顾客反应同种质量问题", "style_alarm_cases", "3", "cases", "none"),
    ("3.01", "如在专卖店出现有几个顾客反应同种质量问题", "style_alarm_days", "14", "days", "none"),
    ("3.01", "如在专卖店出现有几个顾客反应同种质量问题", "style_alarm_customers", "2", "people",
     "none"),
    ("3.15", "一切返修的相关费用由加工厂负责", "style_rework_bearer", "supplier", "choice", "none"),
    ("4.05", "日回访客户数量不低于", "daily_callbacks", "20", "people", "none"),
    ("4.11", "每周至少一天外出巡店", "store_visit_days", "1", "days", "none"),
    ("4.11", "每周至少一天外出巡店", "store_visits", "3", "stores", "none"),
    ("4.18", "回访比例", "callback_ratio", "10", "percent", "none"),
    ("5.04", "服务满意率≥90%", "satisfaction_target", "90", "percent", "none"),
    ("6.01", "应完整填写戈尔产品登记卡和保留发票等购买凭证", "gore_card_required", "yes", "choice",
     "none"),
    ("6.02", "本服务流程仅涉及漏水和面料质量方面的问题", "gore_route_for", "leak_and_fabric",
     "choice", "none"),
)  # fmt: skip
"""Rule, its words in the documents, and what it became: name, value, unit, calendar."""


@pytest.mark.parametrize(
    ("rule", "words", "name", "value", "unit", "calendar"),
    DOCUMENTS,
    ids=[f"{row[0]}-{row[2]}" for row in DOCUMENTS],
)
def test_every_number_of_the_documents_is_a_policy_under_its_rule(
    rule: str, words: str, name: str, value: str, unit: str, calendar: str
) -> None:
    found = BY_NAME[name]
    assert words
    assert (found.value, found.unit, found.calendar) == (value, unit, calendar)
    assert rule in found.rule.split(", ")


SECTION_7 = {
    "C-01": {"repair_tat": "15"},
    "C-02": {"repair_tat_end": "store_received"},
    "C-03": {
        "notify_after_sales": "1", "weekly_shipments": "1", "urgent_shipment_allowed": "yes"
    },
    "C-04": {"extra_shipment_cost_bearer": "store"},
    "C-05": {"no_reason_return_store": "7", "no_reason_return_online": "7"},
    "C-06": {
        "quality_return_days": "7", "quality_exchange_days": "15", "customer_registration": "2"
    },
    "C-07": {"exchange_days": "30", "free_exchange_count": "1"},
    "C-08": {"warranty_textile": "3", "warranty_leather": "6"},
    "C-09": {"warranty_unit": "month"},
    "C-10": {"depreciation_bands": "30:5,60:10,90:20"},
    "C-11": {"depreciation_after_last_band": "20"},
    "C-12": {"depreciation_enabled": "yes"},
    "C-13": {"first_response_h": "24", "solution_h": "48"},
    "C-14": {"clock_mode": "calendar"},
    "C-15": {"refund_exchange_wd": "5", "online_refund_days": "7"},
    "C-16": {"quality_freight_bearer": "head_office", "no_reason_freight_bearer": "customer"},
    "C-17": {"refund_price_basis": "invoice"},
    "C-18": {"fading_grade": "3"},
    "C-19": {"goodwill_minor_repair": "yes"},
    "C-20": {"accessory_split": "yes"},
    "C-21": {"shade_grade": "3-4"},
    "C-22": {"reasons_apart": "yes"},
    "C-23": {"tag_required": "unsold_and_return"},
    "C-24": {"judgements_kept": "three"},
    "C-25": {"repair_route": "in_house"},
    "C-26": {"scrap_vp_approval_scope": "hq_only"},
    "C-27": {"scrap_other_party": "liable_only"},
    "C-28": {"supplier_scrap_disposition": "destroy"},
    "C-29": {"store_inspection": "7"},
    "C-30": {
        "style_alarm_cases": "3", "style_alarm_days": "14", "style_alarm_customers": "2",
        "daily_callbacks": "20", "store_visits": "3", "callback_ratio": "10",
    },
    "C-31": {"exclusion_needs_consent": "yes"},
    "C-32": {"customer_masked": "yes"},
    "C-33": {"custom_quality_rework": "yes", "custom_no_reason_return": "no"},
    "C-34": {"max_repairs": "2"},
    "C-35": {"working_day_calendar": "company"},
}  # fmt: skip
READ_OTHERWISE = {
    "C-26": {"scrap_vp_approval_scope": "all"},
    "C-28": {"supplier_scrap_disposition": "either"},
}
"""Where the product ships another default than section 7, and its page says so."""


@pytest.mark.parametrize("code", [f"C-{number:02d}" for number in range(1, 36)])
def test_each_contradiction_resolves_to_its_policy_with_the_default_given_there(code: str) -> None:
    found = by_code(code)
    assert found is not None
    assert dict(found.default) == SECTION_7[code]
    shipped = {name: BY_NAME[name].value for name in found.policies}
    assert shipped == {**SECTION_7[code], **READ_OTHERWISE.get(code, {})}
    assert all(code in BY_NAME[name].rule.split(", ") for name in found.policies)
    assert code not in READ_OTHERWISE or found.read is not None
    assert all(found in of_policy(name) for name in found.policies)


def test_there_are_thirty_five_contradictions_and_each_names_its_variants() -> None:
    assert [one.code for one in CONTRADICTIONS] == list(SECTION_7)
    assert [one.code for one in CONTRADICTIONS if not one.variants] == []
    assert by_code("C-36") is None


@pytest.mark.parametrize("policy", EVERY, ids=lambda policy: policy.name)
def test_a_shipped_value_is_one_that_its_policy_allows(policy: Policy) -> None:
    terms = terms_of(policy)
    assert terms.kind.check(policy.value) == policy.value
    assert terms.topic in Topic
    assert Scope.CHAIN in terms.scopes
    assert isinstance(terms.kind, Choice) == (option_of(policy) is not None)


def test_policies_have_names_of_their_own_and_fit_their_columns() -> None:
    assert len(BY_NAME) == len(EVERY)
    longest = {
        name: max(len(str(getattr(policy, name))) for policy in EVERY)
        for name in ("name", "value", "rule", "zh", "en")
    }
    assert [name for name, most in (("name", 40), ("value", 80), ("rule", 40), ("zh", 80),
                                    ("en", 80)) if longest[name] > most] == []  # fmt: skip


TAT = replace(BY_NAME["repair_tat"], effective_from=date(2020, 1, 1))
CASE = Reach("S001", "south", "SUP01", "textile")


def _own(scope: Scope, target: str, value: str, day: date = date(2026, 1, 1)) -> Policy:
    return replace(TAT, scope=scope.value, target=target, value=value, effective_from=day)


NARROW = (
    _own(Scope.STORE, "S001", "11"),
    _own(Scope.REGION, "south", "12"),
    _own(Scope.SUPPLIER, "SUP01", "13"),
    _own(Scope.CATEGORY, "textile", "14"),
)


@pytest.mark.parametrize("without", range(5))
def test_the_narrowest_wins_store_region_supplier_category_chain(without: int) -> None:
    found = pick([*NARROW[without:], TAT], date(2026, 11, 2), CASE)
    assert found is not None
    assert found.value == ("11", "12", "13", "14", "15")[without]


def test_anothers_version_and_one_to_come_do_not_count() -> None:
    versions = [
        TAT,
        _own(Scope.STORE, "S002", "9"),
        _own(Scope.STORE, "S001", "8", date(2027, 1, 1)),
    ]
    for reach in (CASE, CHAIN):
        found = pick(versions, date(2026, 11, 2), reach)
        assert found is not None
        assert found.value == "15"


def test_a_version_taken_back_leaves_the_wider_one_in_force() -> None:
    back = _own(Scope.STORE, "S001", "", date(2026, 6, 1))
    versions = [TAT, NARROW[0], NARROW[1], back]
    values = [pick(versions, day, CASE) for day in (date(2026, 5, 31), date(2026, 6, 1))]
    assert [found.value for found in values if found] == ["11", "12"]


def test_a_case_older_than_the_table_is_judged_by_the_first_version_of_the_chain_alone() -> None:
    found = pick([TAT, NARROW[0]], date(2019, 5, 1), CASE)
    assert found is not None
    assert found.value == "15"
    assert pick([NARROW[0]], date(2026, 5, 1), CHAIN) is None


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Whole(7, 365), " 07 ", "7"),
        (Whole(7, 365), "365", "365"),
        (YES_NO, "yes", "yes"),
        (Choice((), measured="amount_over_"), "amount_over_5000", "amount_over_5000"),
        (Bands(), "30:5, 60:10", "30:5,60:10"),
        (Bands(), "1:0,2:100", "1:0,2:100"),
        (WeekTime(), " 5  16:00 ", "5 16:00"),
        (WeekTime(), "7 00:59", "7 00:59"),
    ],
)
def test_a_value_is_kept_as_its_kind_writes_it(kind: Whole, typed: str, kept: str) -> None:
    assert kind.check(typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (Whole(7, 365), "6"), (Whole(7, 365), "366"), (Whole(7, 365), ""), (Whole(7, 365), "7.5"),
        (Whole(7, 365), "-7"), (Whole(7, 365), "９"), (Whole(0, 9), "1" * 30),
        (YES_NO, "maybe"), (YES_NO, ""), (Choice((), measured="amount_over_"), "amount_over_x"),
        (Bands(), ""), (Bands(), "30"), (Bands(), "60:5,30:10"), (Bands(), "30:10,60:5"),
        (WeekTime(), "8 16:00"), (WeekTime(), "5 24:00"), (WeekTime(), "5"),
        (WeekTime(), "５ 16:00"),
        (Bands(), "30:101"), (Bands(), "30:5,"), (Bands(), "30:5,30:6"), (Bands(), "a:b"),
    ],
)  # fmt: skip
def test_a_value_that_its_policy_does_not_allow_is_refused(kind: Whole, typed: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        kind.check(typed)
    assert (refusal.value.code, refusal.value.field) == ("bad_value", "value")
