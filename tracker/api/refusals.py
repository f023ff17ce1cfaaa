"""What a body's check found wrong, as a refusal that names the field."""

from __future__ import annotations

from pydantic import ValidationError

from tracker.domain.errors import InvalidInput

_SENTENCES: dict[str, tuple[str, str, str]] = {
    "missing": ("missing_field", "请填写 {name}。", "Fill in {name}."),
    "extra_forbidden": (
        "unknown_field",
        "没有 {name} 这个字段，请去掉或核对拼写。",
        "There is no field {name}: leave it out, or check its spelling.",
    ),
    "string_too_long": ("too_long", "{name} 太长。", "{name} is too long."),
    "too_long": ("too_long", "{name} 太长。", "{name} is too long."),
    "string_too_short": ("missing_field", "请填写 {name}。", "Fill in {name}."),
    "too_short": ("missing_field", "请填写 {name}。", "Fill in {name}."),
    "enum": (
        "unknown_value",
        "{name} 不在可选值之列：{expected}。",
        "{name} is not one of: {expected}.",
    ),
    "literal_error": (
        "unknown_value",
        "{name} 不在可选值之列：{expected}。",
        "{name} is not one of: {expected}.",
    ),
}
_LIMITS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}


def of_validation(error: ValidationError) -> InvalidInput:
    """Return the first complaint as ``InvalidInput`` that names its field."""
    first = error.errors(include_url=False, include_input=False)[0]
    kind = first["type"]
    name = ".".join(str(part) for part in first["loc"]) or "body"
    facts = {
        key: str(value).replace("'", "")
        for key, value in first.get("ctx", {}).items()
        if key != "error"
    }
    if kind in _SENTENCES:
        code, zh, en = _SENTENCES[kind]
        return InvalidInput(code, zh, en, name, name=name, **facts)
    if kind in _LIMITS:
        limit = next(iter(facts.values()), "")
        return InvalidInput(
            "out_of_range",
            "{name} 超出范围（界限 {limit}）。",
            "{name} is out of range (the limit is {limit}).",
            name,
            name=name,
            limit=limit,
        )
    return InvalidInput(
        "bad_value",
        "{name} 的值不对，请核对类型和格式。",
        "The value of {name} is not of the right kind or form.",
        name,
        name=name,
    )
