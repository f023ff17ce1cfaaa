"""How values read on a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from flask import Flask, current_app
from flask_babel import format_date, format_datetime, get_locale
from sqlalchemy.exc import OperationalError

from tracker import edge
from tracker.domain import (
    access_link,
    alarm,
    bench,
    chain,
    codes,
    customer,
    delivery,
    discrepancy,
    forecast,
    job,
    label,
    ledger,
    loss,
    money,
    month,
    notice,
    photo,
    registration,
    repair,
    shipment,
    signed_paper,
    statement,
    x12,
)
from tracker.domain.account import INCLUDES, Role
from tracker.domain.approval import Switch
from tracker.domain.calendar import DayKind, DayWord, days_between, shanghai_date
from tracker.domain.loss_nature import LossNature
from tracker.domain.named import NamedEnum
from tracker.domain.notice_channel import ChannelKind, State
from tracker.domain.pause import Pause
from tracker.domain.policy import CalendarKind, Scope, Unit
from tracker.domain.policy_registry import Verdict
from tracker.domain.promise import Channel
from tracker.domain.promise_terms import Saying
from tracker.domain.scan_word import ScanPlace, ScanWord
from tracker.domain.site import Ownership, SiteKind
from tracker.domain.valuation import Basis
from tracker.domain.voucher import Bearer
from tracker.domain.warranty_step import Entitlement, Step, StepName
from tracker.services import demo, promise_words
from tracker.web.day import business_day

_DEMO = "hangtag.is_demo"
NAMES: dict[str, type[NamedEnum]] = {
    "role": Role,
    "approval_switch": Switch,
    "label_size": label.Size,
    "label_form": label.Form,
    "label_dpi": label.Dpi,
    "site_kind": SiteKind,
    "ownership": Ownership,
    "bearer": Bearer,
    "defect": codes.Defect,
    "position": codes.Position,
    "cause": codes.Cause,
    "source": codes.Source,
    "demand": codes.Demand,
    "call_reason": customer.CallReason,
    "call_result": customer.CallResult,
    "category": codes.Category,
    "fabric": codes.Fabric,
    "grade": codes.Grade,
    "liable_kind": codes.LiableKind,
    "resolution": codes.Resolution,
    "registration": registration.Status,
    "registration_action": registration.Action,
    "owner": registration.Owner,
    "outcome": registration.Outcome,
    "ending": registration.Ending,
    "route": repair.Route,
    "choice": registration.Choice,
    "pause": Pause,
    "risk": forecast.Risk,
    "forecast_of": forecast.Of,
    "day_kind": DayKind,
    "day_word": DayWord,
    "handed_to": registration.HandedTo,
    "shipment": shipment.Status,
    "shipment_action": shipment.Action,
    "shipment_kind": shipment.Kind,
    "freight_bearer": shipment.FreightBearer,
    "discrepancy": discrepancy.Status,
    "discrepancy_kind": discrepancy.Kind,
    "discrepancy_action": discrepancy.Action,
    "finding": discrepancy.Finding,
    "delivery": delivery.Status,
    "delivery_action": delivery.Action,
    "delivery_origin": delivery.Origin,
    "fault_report": delivery.Report,
    "loss_form": loss.Status,
    "loss_form_action": loss.Action,
    "verdict": loss.Verdict,
    "x12_1292": x12.Disposition,
    "x12_1293": x12.RequestReason,
    "x12_1294": x12.Answer,
    "destruction": loss.DestructionStatus,
    "destruction_action": loss.DestructionAction,
    "basis": Basis,
    "loss_nature": LossNature,
    "ledger_account": ledger.Account,
    "chain_kind": chain.Kind,
    "month": ledger.Status,
    "month_action": ledger.Action,
    "month_check": month.Check,
    "flow": month.Flow,
    "statement": statement.Status,
    "statement_action": statement.Action,
    "statement_delivery": statement.Delivery,
    "statement_party_action": statement.PartyAction,
    "link_state": access_link.State,
    "link_page": access_link.Page,
    "job": job.Status,
    "job_action": job.Action,
    "job_kind": job.Kind,
    "job_form": job.Form,
    "occasion": notice.Occasion,
    "severity": notice.Severity,
    "channel_kind": ChannelKind,
    "sending": State,
    "photo_kind": photo.Kind,
    "audience": signed_paper.Audience,
    "alarm_desk": alarm.Desk,
    "photo_subject": photo.Subject,
    "movement_kind": bench.MovementKind,
    "scan_place": ScanPlace,
    "scan_word": ScanWord,
    "unit": Unit,
    "policy_scope": Scope,
    "policy_verdict": Verdict,
    "calendar": CalendarKind,
    "entitlement": Entitlement,
    "warranty_step": StepName,
    "channel": Channel,
}


def named(value: str | None, kind: str) -> str:
    """Return the name of a stored code in the reader's language; the code itself if unknown."""
    if not value:
        return ""
    try:
        return NAMES[kind](value).label(_locale())
    except ValueError:
        return value


def ruled(known: codes.NonQualityReason | codes.RefusalReason) -> str:
    """Return the name of a reason and its rule, bracketed as the reader's language does."""
    if _locale() == "zh":
        return f"{known.zh}（{known.rule}）"
    return f"{known.en} ({known.rule})"


def reason(value: str | None) -> str:
    """Return the name of a reason code, or the text that somebody wrote."""
    if not value:
        return ""
    for known in (*codes.NonQualityReason, *codes.RefusalReason):
        if known.value == value:
            return ruled(known)
    return value


def worded(value: NamedEnum) -> str:
    """Return the name of a code that knows its own list, in the reader's language."""
    return value.label(_locale())


def spoken(step: Step) -> str:
    """Return the result of a warranty's step in words."""
    return promise_words.step_words(step, _locale())


def saying(value: Saying) -> str:
    """Return what a promise or the law says, in words."""
    return promise_words.saying_words(value, _locale())


def promise_name(code: str) -> str:
    """Return the name of a promise by its code."""
    return promise_words.profile_words(code, _locale())


def said(value: Any) -> str:
    """Return a sentence kept in both languages, a row's or a mapping's, in the reader's."""
    told = value[_locale()] if isinstance(value, Mapping) else getattr(value, _locale())
    return str(told)


def _locale() -> str:
    return "en" if str(get_locale()).startswith("en") else "zh"


def fen(value: int | None) -> str:
    """Return fen as yuan: ``¥1,299.50``; nothing for none."""
    if value is None:
        return ""
    sign = "-" if value < 0 else ""
    return f"{sign}¥{abs(value) // 100:,}.{abs(value) % 100:02d}"


def day(value: date | None) -> str:
    """Return a date in the reader's form."""
    return format_date(value, "yyyy-MM-dd") if value else ""


def moment(value: datetime | None) -> str:
    """Return an instant in Shanghai's time."""
    return format_datetime(value, "yyyy-MM-dd HH:mm") if value else ""


def area(value: int | None) -> str:
    """Return mm² as cm²."""
    return f"{value / 100:g} cm²" if value else ""


def days_left(due_on: date | None) -> int | None:
    """Return how many days are left until a due day; negative when it is past."""
    return days_between(business_day(), due_on) if due_on else None


def days_since(value: datetime | None) -> int:
    """Return how many days ago a moment was, by the business date; 0 for none or one to come."""
    return max(0, days_between(shanghai_date(value), business_day())) if value else 0


def phone(value: str) -> str:
    """Return a phone number masked: ``138****5678``."""
    return customer.masked_phone(value)


def person(value: str) -> str:
    """Return a customer's name masked: the surname and a star."""
    return customer.masked_name(value)


def has_endpoint(endpoint: str) -> bool:
    """Return whether a page exists: doors to pages that are not there are not shown."""
    return endpoint in current_app.view_functions


def is_demo() -> bool:
    """Return whether the demonstration chain is loaded; asked once per process, then remembered.

    A database without it is asked again until somebody is logged in: it may still be loaded. The
    page that says that the database does not answer does not ask it.
    """
    known: bool | None = current_app.extensions.get(_DEMO)
    if known is None:
        try:
            known = demo.is_demonstration(edge.session())
        except OperationalError:
            return False
        if known or edge.current_actor() is not None:
            current_app.extensions[_DEMO] = known
    return known


def role_shown() -> str:
    """Return the name of the reader's own role: the one that includes his others."""
    caller = edge.current_actor()
    if caller is None:
        return ""
    own = (role for role in (Role.STORE_MANAGER, *INCLUDES, *Role) if role in caller.roles)
    return next(own).label(_locale())


def register(app: Flask) -> None:
    """Install the filters, and what every page knows beside its own values."""
    app.jinja_env.globals["has_endpoint"] = has_endpoint
    app.context_processor(lambda: {"is_demo": is_demo(), "actor_role": role_shown()})
    for name, function in {
        "named": named,
        "reason": reason,
        "worded": worded,
        "spoken": spoken,
        "saying": saying,
        "promise_name": promise_name,
        "said": said,
        "fen": fen,
        "yuan": money.yuan,
        "day": day,
        "isoday": date.fromisoformat,
        "moment": moment,
        "area": area,
        "days_left": days_left,
        "days_since": days_since,
        "phone": phone,
        "person": person,
    }.items():
        app.jinja_env.filters[name] = function
