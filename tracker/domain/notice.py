"""Notices: what happened or is due, told to the people whom it concerns, each of them once.

A matter is one occasion of one record and its turn (a week, a due day): its key. Each step of its
escalation tells other people (``domain/escalation.py``); an account hears of one step once, and of
none that comes before the one it heard of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tracker.domain.account import Role
from tracker.domain.named import NamedEnum


class Severity(NamedEnum):
    """How much a notice presses."""

    REMINDER = "reminder", "提醒", "Reminder"
    OVERDUE = "overdue", "逾期", "Overdue"
    ALARM = "alarm", "警报", "Alarm"


class Occasion(NamedEnum):
    """What a notice is about."""

    BOX_CUT_OFF = "box_cut_off", "本周寄出截止", "This week's cut-off"
    BOX_UNSEALED = "box_unsealed", "箱子未寄出", "Box not sent"
    BOX_NOT_RECEIVED = "box_not_received", "售后未收到箱子", "Box not received by after-sales"
    RETURN_NOT_RECEIVED = "return_not_received", "店铺未收到返还箱", "Return box not received"
    INSPECTION_DUE = "inspection_due", "到货待检验", "Delivery to inspect"
    UNDECIDED = "undecided", "登记单未处理", "Registration undecided"
    WILL_BE_LATE = "will_be_late", "会超期", "Will be late"
    GARMENT_OVERDUE = "garment_overdue", "返修超期", "Garment overdue"
    CUSTOMER_COLLECT = "customer_collect", "顾客未取件", "Customer to collect"
    CUSTOMER_DECIDE = "customer_decide", "待顾客决定", "Customer to decide"
    PROMISE_OVERDUE = "promise_overdue", "已过约定取件日", "Promised day passed"
    UNSIGNED_FORM = "unsigned_form", "报损单未签字", "Loss form not signed"
    DISCREPANCY_OVERDUE = "discrepancy_overdue", "收货差异超期", "Discrepancy overdue"
    MONTH_CUT_OFF = "month_cut_off", "月末报财务", "Month to finance"
    ALARM = "alarm", "已销毁件再次出现", "Destroyed garment seen again"
    JOB_FAILED = "job_failed", "后台任务失败", "Background job failed"
    SENDING_FAILED = "sending_failed", "外部通知未发出", "Message not delivered"


@dataclass(frozen=True)
class About:
    """How an occasion is told: how much it presses, the page of its record, its sentences.

    ``{record}``, ``{site}`` and the facts of the matter fill the sentences; ``{due}`` is a moment
    in Shanghai's time.
    """

    severity: Severity
    page: str
    zh: str
    en: str


_REMINDER, _OVERDUE, _ALARM = Severity

ABOUT: Mapping[Occasion, About] = {
    Occasion.BOX_CUT_OFF: About(
        _REMINDER, "/shipments",
        "{site}本周寄出截止 {due}，还有 {count} 件未寄出（规则 1.31）。",
        "{site}: this week's box leaves by {due}; {count} garments have not left (rule 1.31).",
    ),
    Occasion.BOX_UNSEALED: About(
        _OVERDUE, "/shipments/{record}",
        "{site}的箱子 {record} 应于 {due} 前寄出，至今没有寄出（规则 1.31）。",
        "Box {record} of {site} should have left by {due} and has not (rule 1.31).",
    ),
    Occasion.BOX_NOT_RECEIVED: About(
        _OVERDUE, "/shipments/{record}",
        "{site}寄来的箱子 {record} 应于 {due} 前到达，至今没有签收（规则 1.34）。",
        "Box {record} from {site} was due by {due} and has not been received (rule 1.34).",
    ),
    Occasion.RETURN_NOT_RECEIVED: About(
        _OVERDUE, "/shipments/{record}",
        "返还{site}的箱子 {record} 应于 {due} 前到达，至今没有签收（规则 1.34）。",
        "Return box {record} to {site} was due by {due} and has not been received (rule 1.34).",
    ),
    Occasion.INSPECTION_DUE: About(
        _REMINDER, "/deliveries/{record}",
        "{site}的到货单 {record} 须在 {due} 前检验完毕（规则 1.06）。",
        "Delivery {record} of {site} must be inspected before {due} (rule 1.06).",
    ),
    Occasion.UNDECIDED: About(
        _OVERDUE, "/registrations/{record}",
        "{site}的登记单 {record} 须在 {due} 前决定受理、现场处理或不予受理（规则 1.09）。",
        "Registration {record} of {site} must be accepted, settled or refused before {due} "
        "(rule 1.09).",
    ),
    Occasion.WILL_BE_LATE: About(
        _REMINDER, "/registrations/{record}",
        "{site}的登记单 {record} 须在 {due} 前返还店铺，现为{status}，预计 {likely} 才能返回，"
        "请尽快跟进（规则 1.34）。",
        "Garment {record} of {site} must be back before {due}; it is: {status_en}. It is expected "
        "on {likely} only: see to it first (rule 1.34).",
    ),
    Occasion.GARMENT_OVERDUE: About(
        _OVERDUE, "/registrations/{record}",
        "{site}的登记单 {record} 须在 {due} 前返还店铺，现为{status}（规则 1.34）。",
        "Garment {record} of {site} had to be back before {due}; it is: {status_en} (rule 1.34).",
    ),
    Occasion.CUSTOMER_COLLECT: About(
        _REMINDER, "/registrations/{record}",
        "{site}的登记单 {record} 已于 {due} 到店，请通知顾客取件。",
        "Garment {record} reached {site} on {due}: call the customer to collect it.",
    ),
    Occasion.CUSTOMER_DECIDE: About(
        _REMINDER, "/registrations/{record}",
        "{site}的登记单 {record} 自 {due} 起等顾客决定，请联系顾客（规则 2.04–2.07）。",
        "Garment {record} of {site} waits for its customer's decision since {due} "
        "(rules 2.04–2.07).",
    ),
    Occasion.PROMISE_OVERDUE: About(
        _OVERDUE, "/registrations/{record}",
        "{site}的登记单 {record} 已过约定取件日（{due} 止），请联系顾客说明。",
        "Garment {record} of {site} is past the day promised (until {due}): call the customer.",
    ),
    Occasion.UNSIGNED_FORM: About(
        _OVERDUE, "/loss-forms/{record}",
        "报损单 {record}（{party}）须在 {due} 前由责任方签字（规则 1.40）。",
        "Loss form {record} ({party}) must be signed by its liable party before {due} (rule 1.40).",
    ),
    Occasion.DISCREPANCY_OVERDUE: About(
        _OVERDUE, "/discrepancies/{record}",
        "收货差异 {record}（箱子 {box}）须在 {due} 前处理完毕（规则 1.46）。",
        "Discrepancy {record} (box {box}) must be resolved before {due} (rule 1.46).",
    ),
    Occasion.MONTH_CUT_OFF: About(
        _REMINDER, "/months/{record}/check",
        "{record} 的月报须在 {due} 前报财务（规则 1.46）。",
        "Month {record} must reach finance before {due} (rule 1.46).",
    ),
    Occasion.ALARM: About(
        _ALARM, "/alarms",
        "警报：{site}于 {due} 扫到已销毁或已退供应商的衣服 {record}。",
        "Alarm: {record}, destroyed or given back, was scanned at {site} on {due}.",
    ),
    Occasion.JOB_FAILED: About(
        _OVERDUE, "/jobs/{record}",
        "后台任务“{job}”没有完成，请查看原因后重试。",
        "The background job “{job_en}” failed: see why, and try again.",
    ),
    Occasion.SENDING_FAILED: About(
        _OVERDUE, "/notices/sendings",
        "通道“{channel}”的消息多次发送仍未成功，请检查通道设置。",
        "A message over “{channel}” could not be delivered: check the channel.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Due:
    """One matter that is due, and whom it may concern beside the roles of its steps.

    ``turn`` tells a matter from an earlier one of the same record. ``site_id`` bounds the roles of
    stores and regions, ``supplier`` those of suppliers; ``account_id`` names the only reader.
    ``kept_from``: roles that hear nothing of it, such as those who count a box on its way blind.
    """

    occasion: Occasion
    record: str
    due_at: datetime
    turn: str = ""
    site_id: int | None = None
    supplier: str | None = None
    account_id: int | None = None
    kept_from: frozenset[Role] = frozenset()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def matter(self) -> str:
        """The key that makes it exactly once."""
        return f"{self.occasion.value}/{self.record}/{self.turn}"


Bound = int | str | None
"""What bounds a role: a site, a region, a supplier; ``CHAIN``; nothing that is known."""
CHAIN = ""


def bound(role: Role, site_id: int | None, region: str | None, supplier: str | None) -> Bound:
    """Return which of these bounds a role, ``CHAIN`` for a role of the whole chain.

    Store roles hear of their own site, a region of its own, a supplier of its own forms.
    """
    if role in (Role.STORE_STAFF, Role.STORE_MANAGER, Role.LIAISON):
        return site_id
    if role is Role.REGION:
        return region
    return supplier if role is Role.SUPPLIER else CHAIN


@dataclass(frozen=True)
class Reader:
    """An account as notices see it."""

    account_id: int
    role: Role
    is_liaison: bool
    site_id: int
    region: str | None
    supplier: str | None

    def bound(self, role: Role) -> Bound:
        """Return what bounds the reader in one of his roles."""
        return bound(role, self.site_id, self.region, self.supplier)


def concerns(due: Due, role: Role, reader: Reader, region: str | None) -> bool:
    """Return whether a step that tells ``role`` of a matter tells this reader.

    ``region`` is that of the matter's site. A matter whose bound is not known concerns nobody.
    """
    if due.account_id is not None:
        return reader.account_id == due.account_id
    if role in due.kept_from:
        return False
    has_role = reader.is_liaison if role is Role.LIAISON else reader.role is role
    its = bound(role, due.site_id, region, due.supplier)
    return has_role and its is not None and its == reader.bound(role)


def sentence(occasion: Occasion, facts: Mapping[str, str], locale: str = "zh") -> str:
    """Return what a notice says, in Chinese, or in English when ``locale`` begins with ``en``.

    Facts are put in by plain replacement: one that holds braces stays as it is.
    """
    about = ABOUT[occasion]
    text = about.en if locale.lower().startswith("en") else about.zh
    for name, value in facts.items():
        text = text.replace("{" + name + "}", value)
    return text


def page_of(occasion: Occasion, record: str) -> str:
    """Return the path of the page where something can be done about it."""
    return ABOUT[occasion].page.replace("{record}", record)
