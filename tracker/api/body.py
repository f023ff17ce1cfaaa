"""The strict reader of request bodies: a JSON object, and nothing that two readers read twice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from flask import request

from tracker.domain.errors import HangtagError, InvalidInput

MAX_DEPTH = 20
MAX_INTEGER = 2**53
MAX_ARGUMENT = 200
RAW_FIELDS = frozenset({"code", "repair_tag"})
"""What a scanner typed is kept as it came: a service makes it storable."""


class BadJson(HangtagError):
    """The body is no JSON object that every reader understands alike (400)."""

    status = 400


class NotJson(HangtagError):
    """The body does not say that it is JSON (415)."""

    status = 415


def read() -> dict[str, Any]:
    """Return the JSON object that was sent.

    Raises ``NotJson`` (415), ``BadJson`` (400) and ``InvalidInput`` (422) with a field for a text
    that no database takes or a number that no program keeps.
    """
    if request.mimetype != "application/json":
        raise NotJson(
            "not_json",
            "请以 JSON 格式提交（Content-Type: application/json）。",
            "Send JSON, with Content-Type: application/json.",
        )
    return parse(request.get_data(cache=False))


def parse(raw: bytes) -> dict[str, Any]:
    """Return the object in ``raw``; raises as ``read`` does."""
    try:
        found = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_integer,
            parse_float=_number,
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise _bad("请求内容不是有效的 JSON。", "The body is not valid JSON.") from None
    if not isinstance(found, dict):
        raise _bad("请求内容必须是一个 JSON 对象。", "The body must be one JSON object.")
    _check(found, "", 1)
    return found


def argument(name: str) -> str | None:
    """Return a parameter of the query, trimmed, or ``None``.

    Raises ``InvalidInput`` ``too_long`` or ``given_twice``.
    """
    given = request.args.getlist(name)
    if len(given) > 1:
        raise InvalidInput(
            "given_twice",
            "参数 {name} 出现了多次，请只填一次。",
            "The parameter {name} was given more than once.",
            name,
            name=name,
        )
    value = given[0].strip() if given else ""
    if len(value) > MAX_ARGUMENT:
        raise InvalidInput(
            "too_long",
            "参数 {name} 太长。",
            "The parameter {name} is too long.",
            name,
            name=name,
        )
    _check_text(value, name)
    return value or None


def _bad(zh: str, en: str) -> BadJson:
    return BadJson("bad_json", zh, en)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _bad("同一个字段出现了两次。", "A field stands twice in one object.")
    return found


def _refuse_constant(_text: str) -> NoReturn:
    raise _bad("数字不能是 NaN 或 Infinity。", "A number cannot be NaN or Infinity.")


def _number(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise _bad("数字超出范围。", "A number is out of range.")
    return value


def _integer(text: str) -> int:
    if len(text) > 20 or abs(int(text)) > MAX_INTEGER:
        raise InvalidInput(
            "number_too_large",
            "数字太大，请检查是否多输了数字。",
            "A number is too large: check for extra digits.",
        )
    return int(text)


def _check(value: Any, field: str, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise _bad("请求内容嵌套太深。", "The body is nested too deeply.")
    if isinstance(value, str):
        _check_text(value, field)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            _check_text(name, field)
            if not (name in RAW_FIELDS and isinstance(part, str)):
                _check(part, f"{field}.{name}" if field else name, depth + 1)
    elif isinstance(value, list):
        for part in value:
            _check(part, field, depth + 1)


def _check_text(text: str, field: str) -> None:
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise InvalidInput(
            "bad_text",
            "文字中有无法保存的字符，请重新输入。",
            "The text holds characters that cannot be kept: type it again.",
            field or None,
        )
