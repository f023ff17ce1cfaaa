"""What is known of every policy beside its value: topic, scopes, kind of value, whether it is used.

``EVERY`` seeds the table. A policy that is not in the table of terms is a number or a yes and no of
the whole chain.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.account import Role
from tracker.domain.named import NamedEnum
from tracker.domain.policy import DEFAULTS, Policy, Scope, Unit
from tracker.domain.policy_core import CORE
from tracker.domain.policy_options import OPTIONS
from tracker.domain.policy_value import YES_NO, Bands, Choice, Kind, Option, WeekTime, Whole

EVERY: tuple[Policy, ...] = (*DEFAULTS, *CORE)
"""Every shipped policy; one that a part of the product asks for stands in ``DEFAULTS``."""

KEEPERS = frozenset({Role.SUPERVISOR, Role.LOGISTICS, Role.VICE_PRESIDENT, Role.FINANCE})
"""Who proposes a change; another of them confirms it."""

_STORE = frozenset({Role.STORE_STAFF, Role.LIAISON, Role.STORE_MANAGER, Role.REGION})
_BENCH = frozenset({Role.CLERK, Role.ASSESSOR, Role.REPAIRER, Role.SUPERVISOR, Role.QA})
_MONEY = frozenset({Role.FINANCE, Role.BUSINESS, Role.VICE_PRESIDENT, Role.SUPERVISOR})


class Topic(NamedEnum):
    """What a policy is about; a topic's people are told of its changes."""

    CLOCK = "clock", "时限", "Deadlines"
    REGISTERING = "registering", "登记与店铺", "Registration and store"
    WARRANTY = "warranty", "三包", "Warranty"
    SHIPPING = "shipping", "寄送", "Shipping"
    BENCH = "bench", "鉴定与维修", "Assessment and repair"
    LOSS = "loss", "报损与定责", "Losses and liability"
    MONTH = "month", "月结与财务", "Month end and finance"
    PHOTO = "photo", "照片", "Photos"
    STYLE = "style", "整款退货", "Whole-style return"
    SERVICE = "service", "客服", "Customer service"

    @property
    def people(self) -> frozenset[Role]:
        """The roles whom a change of this topic concerns."""
        return _PEOPLE[self]


class Verdict(NamedEnum):
    """What became of a proposed change."""

    WAITING = "waiting", "待确认", "waits for a second person"
    CONFIRMED = "confirmed", "已确认", "confirmed"
    REFUSED = "refused", "不同意", "refused"
    WITHDRAWN = "withdrawn", "已撤回", "withdrawn"


_PEOPLE = {
    Topic.CLOCK: _STORE | _BENCH,
    Topic.REGISTERING: _STORE | _BENCH,
    Topic.WARRANTY: _STORE | _BENCH,
    Topic.SHIPPING: _STORE | frozenset({Role.CLERK, Role.SUPERVISOR, Role.LOGISTICS}),
    Topic.BENCH: _BENCH,
    Topic.LOSS: _BENCH | _MONEY | frozenset({Role.STORE_MANAGER, Role.LOGISTICS, Role.WAREHOUSE}),
    Topic.MONTH: _MONEY,
    Topic.PHOTO: _STORE | _BENCH,
    Topic.STYLE: _STORE | _BENCH | frozenset({Role.BUSINESS}),
    Topic.SERVICE: _STORE | frozenset({Role.CLERK, Role.SUPERVISOR}),
}

_CHAIN = (Scope.CHAIN,)
_SITE = (Scope.STORE, Scope.REGION, Scope.CHAIN)
_PARTY = (Scope.STORE, Scope.SUPPLIER, Scope.CHAIN)
_GOODS = (Scope.SUPPLIER, Scope.CATEGORY, Scope.CHAIN)
_ALL = tuple(Scope)

_TOPICS: dict[Topic, tuple[str, ...]] = {
    Topic.CLOCK: (
        "repair_tat", "leg_transit_out", "leg_intake", "leg_repair", "leg_packing",
        "leg_transit_back", "decide", "promise_margin", "outside_repair", "repair_tat_end",
        "discrepancy_overdue", "working_day_calendar", "clock_mode", "notify_after_sales",
        "forecast_window", "forecast_cases",
    ),
    Topic.REGISTERING: (
        "customer_registration", "void_by_author", "same_sku_pause", "store_inspection",
        "store_care_liability", "unregistered_at_exchange", "intake_mismatch", "tag_altered",
        "tag_required", "size_tolerance", "goodwill_minor_repair", "fading_grade", "shade_grade",
        "accessory_split", "reasons_apart", "customer_masked", "production_year_required",
        "gore_card_required",
    ),
    Topic.WARRANTY: (
        "quality_return_days", "quality_exchange_days", "warranty_textile", "warranty_down",
        "warranty_leather", "warranty_other", "warranty_unit", "depreciation_enabled",
        "depreciation_bands", "depreciation_after_last_band", "max_repairs", "repair_guarantee",
        "unrepairable_remedy", "no_reason_return_store", "no_reason_return_online",
        "exchange_days", "free_exchange_count", "refund_exchange_wd", "online_refund_days",
        "quality_freight_bearer", "no_reason_freight_bearer", "refund_price_basis",
        "exclusion_needs_consent", "custom_quality_rework", "custom_no_reason_return",
    ),
    Topic.SHIPPING: (
        "weekly_shipments", "extra_shipment_cost_bearer", "urgent_extra_bearer",
        "urgent_shipment_allowed", "box_cut_off",
    ),
    Topic.BENCH: (
        "bench_time_limit", "markdown_percent", "judgements_kept", "repair_route",
        "gore_route_for",
    ),
    Topic.LOSS: (
        "liable_signature", "supplier_notice", "supplier_scrap_disposition", "store_damage",
        "salvage_estimate", "undetermined_bearer", "scrap_vp_approval_scope", "scrap_other_party",
        "separate_duties", "approval_step", "access_link", "access_link_pace",
        "destruction_photos", "destruction_witness_scans",
    ),
    Topic.MONTH: ("month_cut_off", "month_close", "statement_objection", "vat_rate",
                  "voucher_word"),
    Topic.PHOTO: ("photos_per_record", "photo_edge", "photo_size", "photo_pixels",
                  "photo_site_quota", "photo_by_author"),
    Topic.STYLE: ("style_alarm_cases", "style_alarm_days", "style_alarm_customers",
                  "style_rework_bearer", "style_unrepairable", "style_stop_sale"),
    Topic.SERVICE: ("first_response_h", "solution_h", "daily_callbacks", "store_visit_days",
                    "store_visits", "callback_ratio", "satisfaction_target"),
}  # fmt: skip
_TOPIC_OF = {name: topic for topic, names in _TOPICS.items() for name in names}

_SCOPES: dict[str, tuple[Scope, ...]] = {
    **dict.fromkeys(("repair_tat", "decide", "promise_margin", "store_inspection",
                     "store_care_liability", "extra_shipment_cost_bearer", "urgent_extra_bearer",
                     "customer_registration", "no_reason_return_store", "notify_after_sales",
                     "urgent_shipment_allowed", "repair_guarantee", "box_cut_off"), _SITE),
    **dict.fromkeys(("warranty_textile", "warranty_down", "warranty_leather", "warranty_other"),
                    (Scope.STORE, Scope.REGION, Scope.SUPPLIER, Scope.CHAIN)),
    **dict.fromkeys(("quality_return_days", "quality_exchange_days", "depreciation_enabled",
                     "depreciation_bands", "depreciation_after_last_band", "max_repairs",
                     "markdown_percent", "outside_repair"), _ALL),
    **dict.fromkeys(("salvage_estimate", "supplier_scrap_disposition"), _GOODS),
    **dict.fromkeys(("liable_signature", "statement_objection"), _PARTY),
}  # fmt: skip
"""Policies that may differ within the chain; whoever asks for one knows these facts of the case."""

_WHOLE: dict[str, Whole] = {
    "quality_return_days": Whole(7, 365),
    "no_reason_return_online": Whole(7, 365),
    "online_refund_days": Whole(1, 7),
    "markdown_percent": Whole(0, 100),
    "photo_edge": Whole(200, 10_000),
    "photos_per_record": Whole(0, 100),
    "photo_site_quota": Whole(0, 1_000_000),
    "photo_size": Whole(10, 100_000),
    "weekly_shipments": Whole(1, 7),
}
_BY_UNIT: dict[Unit, Whole] = {
    Unit.DAYS: Whole(0, 3650),
    Unit.HOURS: Whole(1, 8760),
    Unit.MINUTES: Whole(0, 10_080),
    Unit.MONTHS: Whole(1, 600),
    Unit.TIMES: Whole(0, 1000),
    Unit.PERCENT: Whole(0, 100),
    Unit.CENTIMETRES: Whole(0, 100),
}
_UNASKED = frozenset({"weekly_shipments", "store_damage", "same_sku_pause"})
"""Shipped from the beginning, and asked for by nobody yet."""


@dataclass(frozen=True)
class Terms:
    """What holds for a policy in all its versions."""

    topic: Topic
    scopes: tuple[Scope, ...]
    kind: Kind
    is_used: bool
    """Whether any part of the product asks for it; else a change moves nothing yet."""


def shipped(name: str) -> Policy | None:
    """Return the default that a policy was seeded with."""
    return _SHIPPED.get(name)


_SHIPPED = {policy.name: policy for policy in EVERY}
_USED = frozenset(policy.name for policy in DEFAULTS) - _UNASKED


def terms_of(policy: Policy) -> Terms:
    """Return what holds for a policy: topic, allowed scopes, kind of value, whether it is used."""
    return Terms(
        _TOPIC_OF.get(policy.name, Topic.REGISTERING),
        _SCOPES.get(policy.name, _CHAIN),
        _kind_of(policy),
        policy.name in _USED,
    )


def _kind_of(policy: Policy) -> Kind:
    if policy.name == "depreciation_bands":
        return Bands()
    if policy.name == "box_cut_off":
        return WeekTime()
    if policy.unit is not Unit.CHOICE:
        return _WHOLE.get(policy.name) or _BY_UNIT.get(policy.unit, Whole(0, 1_000_000))
    return OPTIONS.get(policy.name) or _unlisted(policy.value)


def _unlisted(value: str) -> Choice:
    if value in ("yes", "no", ""):
        return YES_NO
    return Choice((Option(value, value, value),))


def option_of(policy: Policy) -> Option | None:
    """Return the option that a policy's value names, ``None`` for a number or bands."""
    kind = _kind_of(policy)
    if not isinstance(kind, Choice):
        return None
    return next((one for one in kind.options if one.value == policy.value), None)
