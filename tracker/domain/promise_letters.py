"""The promise letters of rules.md 2B, each as the data that it says (issue 6, part 2).

A letter's silence is left silent: what it does not say, the chain's own 三包 fills in.
"""

from __future__ import annotations

from tracker.domain.promise import (
    Condition,
    Depreciation,
    Exclusion,
    Extra,
    Payer,
    PriceBasis,
    Profile,
    Start,
    TermName,
    Why,
    days,
    free_repair,
    hours,
    months,
    times,
    working_days,
)

_BOUGHT, _RECEIVED, _RETURNED = Start.PURCHASED, Start.RECEIVED, Start.RETURNED
_NONE_48 = Depreciation(is_charged=False, rule="2.48")

LETTERS: tuple[Profile, ...] = (
    Profile(
        "letter_1", "售后服务承诺书", "Letter of service", "2.09–2.16",
        terms={
            # 2.09 gives seven days "without a reason" for quality: two reasons, C-22.
            TermName.NO_REASON_RETURN: days(7, "2.09, C-22", _BOUGHT),
            TermName.NO_REASON_EXCHANGE: days(7, "2.09, C-22", _BOUGHT),
            TermName.QUALITY_RETURN: days(7, "2.09, C-22", _BOUGHT),
            TermName.FIRST_RESPONSE: hours(24, "2.11"),
        },
        conditions={Condition.RECEIPT: "2.15", Condition.UNWORN: "2.16"},
        extras={Extra.COMPENSATION: "2.13"},
    ),
    Profile(
        "template", "服饰类商品售后服务模板", "Template for apparel", "2.17–2.30",
        terms={
            TermName.FIRST_RESPONSE: hours(24, "2.19, 2.22"),
            TermName.SOLUTION: hours(24, "2.19"),
            TermName.REFUND_WITHIN: working_days(5, "2.26", _RETURNED),
        },
        conditions={Condition.DESCRIPTION: "2.21", Condition.PHOTOS: "2.28"},
        extras={
            Extra.WORKING_HOURS: "2.17",
            Extra.WRONG_SIZE: "2.29",
            Extra.LOST_IN_DELIVERY: "2.30",
        },
    ),
    Profile(
        "short", "售后服务承诺书（简版）", "Letter of service, short", "2.31–2.38",
        terms={
            TermName.NO_REASON_RETURN: working_days(7, "2.32", _RECEIVED),
            TermName.NO_REASON_EXCHANGE: working_days(7, "2.32", _RECEIVED),
            TermName.FIRST_RESPONSE: hours(24, "2.36"),
        },
        conditions={
            Condition.PACKAGING: "2.32",
            Condition.UNWORN: "2.32",
            Condition.FORM: "2.35",
        },
    ),
    Profile(
        "plan", "服装售后服务方案及承诺", "Plan and promise of service", "2.39–2.51",
        terms={
            TermName.NO_REASON_RETURN: days(7, "2.39", _BOUGHT),
            TermName.NO_REASON_EXCHANGE: days(30, "2.43", _BOUGHT),
            **free_repair(days(90, "2.44", _BOUGHT)),
        },
        exclusions={Exclusion.CUSTOM: "2.41"},
        conditions={
            Condition.PACKAGING: "2.40",
            Condition.TAG: "2.40",
            Condition.UNWORN: "2.40",
            Condition.RECEIPT: "2.42",
        },
        extras={Extra.LINE_24H: "2.47", Extra.PARTS: "2.49"},
        depreciation=_NONE_48,
    ),
    Profile(
        "year_2024", "2024 年服装售后服务承诺书", "Letter of 2024", "2.52–2.59",
        terms={
            TermName.QUALITY_RETURN: days(30, "2.52", _BOUGHT),
            TermName.QUALITY_EXCHANGE: days(30, "2.52", _BOUGHT),
            **free_repair(months(12, "2.56")),
            TermName.FIRST_RESPONSE: hours(24, "2.58"),
        },
        freight={Why.QUALITY: (Payer.COMPANY, "2.53")},
        conditions={Condition.RECEIPT: "2.52", Condition.PHOTOS: "2.52"},
        extras={Extra.PICK_UP: "2.55", Extra.CARE_GUIDE: "2.59"},
        depreciation=Depreciation(is_charged=False, rule="2.53"),
    ),
    Profile(
        "product", "服装产品售后服务承诺书", "Letter for products", "2.60–2.66",
        terms={
            TermName.FIRST_RESPONSE: hours(24, "2.62"),
            TermName.SOLUTION: hours(48, "2.63"),
        },
    ),
    Profile(
        "concise", "服装售后服务承诺书（精简版）", "Letter of service, concise", "2.67–2.78",
        terms={
            TermName.REFUND_WITHIN: working_days(7, "2.75", _RETURNED),
            TermName.REPAIR_WITHIN: working_days(15, "2.76", Start.REPAIR_RECEIVED),
            TermName.COMPLAINT: hours(48, "2.77"),
        },
        freight={
            # 2.73 deducts the freight from every refund, whatever the reason.
            Why.QUALITY: (Payer.CUSTOMER, "2.73"),
            Why.NO_REASON: (Payer.CUSTOMER, "2.73"),
        },
        exclusions={Exclusion.UNDERWEAR: "2.69", Exclusion.ACCESSORY: "2.69"},
        conditions={
            Condition.UNWORN: "2.67",
            Condition.TAG: "2.67",
            Condition.RECEIPT: "2.68",
        },
    ),
    Profile(
        "product_2024", "2024 年产品售后服务承诺", "Promise for products of 2024", "2.79–2.89",
        terms={
            TermName.QUALITY_RETURN: days(7, "2.80", _RECEIVED),
            TermName.QUALITY_EXCHANGE: days(7, "2.80", _RECEIVED),
            TermName.NO_REASON_RETURN: days(30, "2.82", _BOUGHT),
            **free_repair(months(12, "2.81, 2.86")),
            TermName.REPAIRS_BEFORE_EXCHANGE: times(1, "2.81"),
            TermName.REFUND_WITHIN: working_days(5, "2.85", _RETURNED),
        },
        freight={Why.QUALITY: (Payer.COMPANY, "2.80"), Why.NO_REASON: (Payer.COMPANY, "2.82")},
        conditions={
            Condition.UNWORN: "2.83",
            Condition.TAG: "2.83",
            Condition.RECEIPT: "2.87",
        },
        extras={Extra.COMPENSATION: "2.88"},
        failed_repair_refund_rule="2.81",
    ),
    Profile(
        "full", "服装售后服务承诺书（完整版）", "Letter of service, full", "2.90–2.103",
        terms={
            TermName.QUALITY_RETURN: working_days(7, "2.94", _BOUGHT),
            TermName.QUALITY_EXCHANGE: working_days(7, "2.94", _BOUGHT),
            TermName.FIRST_RESPONSE: working_days(3, "2.95", Start.APPLIED),
        },
        conditions={Condition.PHOTOS: "2.94", Condition.FORM: "2.102"},
        extras={Extra.WRONG_SIZE: "2.92", Extra.MISSING_ACCESSORY: "2.93"},
        depreciation=Depreciation(is_charged=False, rule="2.90, 2.91"),
    ),
    Profile(
        "apparel_plan", "服饰售后方案", "Plan for apparel", "2.104–2.112",
        terms={
            TermName.NO_REASON_EXCHANGE: days(7, "2.104", _BOUGHT),
            TermName.FREE_EXCHANGES: times(1, "2.104"),
            TermName.NO_REASON_RETURN: days(7, "2.106", _BOUGHT),
            TermName.REFUND_WITHIN: working_days(5, "2.107", _RETURNED),
        },
        freight={Why.NO_REASON: (Payer.CUSTOMER, "2.109")},
        conditions={Condition.UNWORN: "2.105", Condition.PHOTOS: "2.110"},
    ),
    Profile(
        "factory", "服装厂售后服务承诺", "Promise of a clothing factory", "2.114–2.121",
        terms={
            TermName.QUALITY_RETURN: working_days(7, "2.114", _RECEIVED),
            TermName.QUALITY_EXCHANGE: working_days(7, "2.114", _RECEIVED),
            TermName.NO_REASON_RETURN: working_days(5, "2.115", _RECEIVED),
            TermName.NO_REASON_EXCHANGE: working_days(10, "2.116", _RECEIVED),
            TermName.FREE_EXCHANGES: times(1, "2.116"),
            TermName.FIRST_RESPONSE: hours(24, "2.119"),
        },
        freight={Why.NO_REASON: (Payer.COMPANY, "2.115")},
        conditions={Condition.UNWORN: "2.117", Condition.RECEIPT: "2.120"},
        depreciation=Depreciation(is_charged=False, rule="2.115"),
    ),
    Profile(
        "scheme_1", "售后服务计划方案一", "Scheme 1", "2.122–2.127",
        terms={
            TermName.NO_REASON_RETURN: days(7, "2.122", _BOUGHT),
            TermName.NO_REASON_EXCHANGE: days(7, "2.122", _BOUGHT),
        },
        exclusions={Exclusion.IMPERFECT: "2.124"},
        conditions={Condition.RECEIPT: "2.122, 2.124", Condition.UNWORN: "2.124"},
        extras={Extra.MINOR_REPAIR: "2.125", Extra.TRIMMING: "2.127"},
        price_basis=(PriceBasis.LOWER, "2.123"),
    ),
)  # fmt: skip
