"""Every refusal becomes a page, a problem document or an exit status; none is a bare 500."""

from __future__ import annotations

import json
import random

import structlog
from flask import Flask, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from tracker.db import busy
from tracker.domain.errors import (
    HangtagError,
    InvalidInput,
    RuleViolation,
    StaleVersion,
    no_space,
)
from tracker.extensions import db

log = structlog.get_logger("hangtag")

CONSTRAINTS: dict[tuple[str, ...], tuple[str, str, str]] = {
    ("uq_registration_one_live", "registration.piece_id"): (
        "already_registered",
        "这件衣服已有未完结的登记单，不能重复登记。",
        "This garment has an open registration already.",
    ),
    ("uq_shipment_one_open", "shipment.from_site_id, shipment.to_site_id, shipment.kind"): (
        "box_open",
        "已有一个装箱中的箱子，请刷新后继续装那一箱。",
        "A box is open already: reload and go on with it.",
    ),
    ("uq_shipment_one_weekly", "shipment.from_site_id, shipment.iso_year"): (
        "weekly_sent",
        "本周的箱子刚刚已寄出，请刷新后重试（将计为加寄）。",
        "This week's box was just sent: reload and try again (it counts as extra).",
    ),
    ("uq_shipment_line_unsettled", "shipment_line.registration_id"): (
        "in_other_box",
        "这件刚被装进另一个箱子，请刷新后核对。",
        "This piece was just packed into another box: reload and check.",
    ),
    ("uq_receipt_piece", "receipt.shipment_id, receipt.registration_id"): (
        "already_counted",
        "这件已经清点过了。",
        "This piece is counted already.",
    ),
    ("uq_loss_form_one_draft", "loss_form.liable_kind, loss_form.party, loss_form.month"): (
        "draft_open",
        "该责任方本月已另有草稿报损单，请刷新后核对。",
        "The party has another draft of that month: reload and check.",
    ),
    ("uq_repair_operation_code", "repair_operation.code", "uq_part_code", "part.code"): (
        "code_taken",
        "这个编号刚被别人用了，请刷新后换一个编号。",
        "The code was just taken: reload and choose another.",
    ),
    ("pk_piece", "piece.id", "uq_piece_piece_no", "piece.piece_no"): (
        "number_taken",
        "这个件号刚被另一件衣服用了，请重新扫描登记。",
        "The piece number was just given to another garment: scan again.",
    ),
    ("uq_destruction_line_registration_id", "destruction_line.registration_id"): (
        "already_planned",
        "其中有衣服刚被列入另一份销毁记录，请刷新后再安排。",
        "One of the pieces was just put on another destruction record: reload and plan again.",
    ),
    ("month is not open", "ledger rows are never changed"): (
        "month_closed",
        "该月已提交或结账，不能再入账或改动。",
        "That month was submitted or closed: nothing may be added or changed.",
    ),
}
"""Named constraints and triggers, and the stable code that each means."""


REFUSALS = (HangtagError, IntegrityError, StaleDataError, OperationalError, DataError)
"""What a service may throw at the edge, all of it meant for the caller."""


def of_constraint(error: IntegrityError) -> RuleViolation:
    """Return the refusal that a constraint means; an unknown one is a plain clash."""
    text = str(error.orig)
    for names, (code, zh, en) in CONSTRAINTS.items():
        if any(name in text for name in names):
            return RuleViolation(code, zh, en)
    return RuleViolation(
        "clash",
        "刚才有人做了相同的操作，本次没有执行。请刷新后核对。",
        "Somebody just did the same, and nothing was done now. Reload and check.",
    )


def locale_code() -> str:
    """Return ``zh`` or ``en`` for the caller."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def problem(error: HangtagError) -> dict[str, object]:
    """Return the body of a problem document; ``code`` is stable, ``detail`` is for people."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": error.code.replace("_", " ").capitalize(),
        "status": error.status,
        "code": error.code,
        "detail": error.message(locale_code()),
    }
    field = getattr(error, "field", None)
    if field:
        body["field"] = field
    facts = {name: value for name, value in error.facts.items() if name not in body}
    return body | facts


def as_refusal(error: Exception) -> HangtagError:
    """Return a database's complaint as the refusal that it means."""
    if isinstance(error, HangtagError):
        return error
    if isinstance(error, IntegrityError):
        return of_constraint(error)
    if isinstance(error, StaleDataError):
        return StaleVersion(
            "stale_version",
            "这条记录刚被他人更新，本次操作没有执行。请刷新后核对。",
            "The record was just changed by somebody else. Reload and check.",
        )
    if isinstance(error, DataError):
        return InvalidInput(
            "not_storable",
            "有一项内容太长、太大或含有无法保存的字符，没有保存。请检查后重试。",
            "Something is too long, too large or cannot be kept, and nothing was saved. Check it.",
        )
    return no_space() if _is_full(error) else busy()


_FULL = ("disk is full", "disk I/O error", "No space left on device")


def _is_full(error: Exception) -> bool:
    return any(words in str(getattr(error, "orig", "")) for words in _FULL)


def shown_path() -> str:
    """Return the path as a log may keep it: a link's secret never."""
    rule, values = request.url_rule, request.view_args or {}
    return rule.rule if rule is not None and "secret" in values else request.path


def respond(error: HangtagError) -> ResponseReturnValue:
    """Answer a refusal in the caller's form: a problem document for the API, else a page."""
    headers = {"Retry-After": str(random.randint(1, 3))} if error.status == 503 else {}  # noqa: S311
    if error.status in (403, 404):
        log.warning("refused", code=error.code, path=shown_path())
    if request.path.startswith("/api/"):
        if error.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="hangtag"'
        headers["Content-Type"] = "application/problem+json"
        return json.dumps(problem(error), ensure_ascii=False, default=str), error.status, headers
    if request_ctx.url_adapter is None:
        return error.message(locale_code()), error.status, {"Content-Type": "text/plain"}
    # A kept scan that will never be allowed is answered for good; any other comes again.
    answers = request.form.get("action_id", "")[:40] if error.status in (403, 404) else ""
    is_portal = request.path.startswith("/l/")
    page = render_template(
        "portal/refusal.html" if is_portal else "errors/refusal.html",
        status=error.status,
        sentence=error.message(locale_code()),
        answers=answers,
    )
    return page, error.status, headers


def register(app: Flask) -> None:
    """Install the handlers."""

    @app.errorhandler(HangtagError)
    @app.errorhandler(IntegrityError)
    @app.errorhandler(StaleDataError)
    @app.errorhandler(OperationalError)
    @app.errorhandler(DataError)
    def _refused(error: Exception) -> ResponseReturnValue:
        db.session.rollback()
        if isinstance(error, (OperationalError, DataError)):
            log.error("database", error=str(error.orig))
        return respond(as_refusal(error))

    @app.errorhandler(CSRFError)
    def _forged(_error: CSRFError) -> ResponseReturnValue:
        return respond(
            HangtagError(
                "form_expired",
                "页面已过期，内容没有提交。请返回、刷新页面后再提交一次。",
                "The page is out of date and nothing was sent. Go back, reload, send again.",
            )
        )

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        return respond(_of_http(error))

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> ResponseReturnValue:
        db.session.rollback()
        log.exception("unexpected", path=shown_path(), error=type(error).__name__)
        if app.testing or app.debug:
            raise error
        return respond(_of_status(500))


_HTTP = {
    400: (
        "bad_request",
        "请求不完整，请返回重试。",
        "The request was incomplete. Go back and retry.",
    ),
    401: ("not_signed_in", "请先登录。", "Sign in first."),
    404: ("not_found", "没有这个页面或记录。", "There is no such page or record."),
    405: ("wrong_method", "不支持这种操作方式。", "This cannot be done that way."),
    413: (
        "too_large",
        "提交的内容太大，没有收下。请缩小后再试；照片请一次少传几张。",
        "Too large, and nothing was kept: make it smaller, or send fewer photos at once.",
    ),
    415: ("not_json", "请以 JSON 格式提交。", "Send JSON."),
    429: ("too_many", "操作太频繁，请稍后再试。", "Too often: wait a little."),
    500: (
        "unexpected",
        "系统出了意外，已经记录。您的内容没有保存，请稍后重试；再次出现请联系系统管理员。",
        "Something unexpected happened and was logged. Try again later.",
    ),
}


def _of_http(error: HTTPException) -> HangtagError:
    return _of_status(error.code or 500)


def _of_status(status: int) -> HangtagError:
    code, zh, en = _HTTP.get(status, _HTTP[400 if status < 500 else 500])
    refusal = HangtagError(code, zh, en)
    refusal.status = status
    return refusal
