"""The typed signature of a service is the schema of its action.

Parameters become fields of a strict model; a frozen dataclass becomes a nested one, and comes out
as that dataclass again. So a new action needs nothing here.
"""

from __future__ import annotations

import inspect
import json
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from annotated_types import Gt, Le, Len
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
)

from tracker.api import adapters
from tracker.api.body import RAW_FIELDS
from tracker.api.refusals import of_validation
from tracker.domain.password import is_asked
from tracker.services import actions
from tracker.services.fields import Note

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=False)


def _two_decimals(value: float) -> float:
    if Decimal(str(value)) != round(Decimal(str(value)), 2):
        raise ValueError("at most two decimals")
    return value


SquareCentimetres = Annotated[
    float,
    Gt(0),
    Le(10_000),
    AfterValidator(_two_decimals),
    Field(description="cm², at most two decimals"),
]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


def _countable(value: datetime) -> datetime:
    if not 1900 <= value.year <= 2199:
        raise ValueError("a moment of the years 1900 to 2199")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_countable)]
"""A device's claim, however wrong its clock: but one that every database can keep."""


class Strict(BaseModel):
    """A body of the API: unknown fields are refused, nothing is converted."""

    model_config = STRICT


class ActionBase(Strict):
    """What every action carries."""

    action_id: Annotated[str, Len(1, 64)] = Field(description="UUID made by the client")
    at: Moment | None = Field(None, description="the device's claim, RFC 3339")
    note: Note | None = None
    if_version: Version | None = Field(None, description="the version that the caller was shown")


Password = Annotated[str, Len(1, 200)]
PASSWORD = "password"  # noqa: S105
BASE_FIELDS = frozenset({"action", PASSWORD, *ActionBase.model_fields})


def area_mm2(area_cm2: float | None) -> int | None:
    """Return cm² with at most two decimals as whole mm²."""
    return None if area_cm2 is None else int(Decimal(str(area_cm2)) * 100)


@lru_cache(maxsize=256)
def model_of_action(noun: str, action: str) -> type[BaseModel]:
    """Return the model of an action's body. Raises ``InvalidInput`` ``unknown_action``."""
    shape = adapters.of(noun, action).shape(_parameters(actions.verb(noun, action)))
    name = "".join(part.capitalize() for part in f"{noun}_{action}".split("_"))
    own: dict[str, Any] = {"action": (Literal[action], ...), **_exposed(shape)}
    if is_asked(noun, action):
        own[PASSWORD] = (Password | None, Field(None, description="checked when it is sent"))
    return create_model(name, __base__=ActionBase, **own)


@lru_cache(maxsize=64)
def model_of(source: type) -> type[BaseModel]:
    """Return the strict model of a frozen dataclass."""
    shape = {
        field.name: (hint, ... if field.default is MISSING else field.default)
        for field, hint in zip(
            fields(source), _hints(source, [f.name for f in fields(source)]), strict=True
        )
    }
    return create_model(source.__name__, __base__=Strict, __doc__=source.__doc__, **_exposed(shape))


def values(model: type[BaseModel], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the checked values of ``body``, dataclasses made. Raises ``InvalidInput``.

    A scanner's ``code`` may hold what no JSON reader takes: it is measured and kept as it came.
    """
    raw = {name: body[name] for name in RAW_FIELDS if isinstance(body.get(name), str)}
    measured = {name: "x" * len(value) for name, value in raw.items()}
    try:
        checked = model.model_validate_json(json.dumps({**body, **measured}))
    except ValidationError as error:
        raise of_validation(error) from None
    return {**_given(checked), **raw}


def fields_of(noun: str, action: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the service's keyword arguments that an action's body gives."""
    given = values(model_of_action(noun, action), body)
    own = {name: value for name, value in given.items() if name not in BASE_FIELDS}
    return adapters.of(noun, action).values(own)


def _given(checked: BaseModel) -> dict[str, Any]:
    given = {name: _plain(getattr(checked, name)) for name in checked.model_fields_set}
    if "area_cm2" in given:
        given["area_mm2"] = area_mm2(given.pop("area_cm2"))
    return given


def _parameters(service: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
    hints = get_type_hints(service, include_extras=True)
    return {
        name: (hints[name], ... if parameter.default is parameter.empty else parameter.default)
        for name, parameter in inspect.signature(service).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    }


def _hints(source: type, names: Sequence[str]) -> list[Any]:
    hints = get_type_hints(source, include_extras=True)
    return [hints[name] for name in names]


def _exposed(shape: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    exposed: dict[str, Any] = {}
    for name, (hint, default) in shape.items():
        if name == "area_mm2":
            exposed["area_cm2"] = (SquareCentimetres | None, default)
        else:
            exposed[name] = (_nested(hint), default)
    return exposed


def _nested(hint: Any) -> Any:
    """Return ``hint`` with every dataclass in it replaced by its strict model."""
    if isinstance(hint, type) and is_dataclass(hint):
        return _carrying(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(_nested(part) for part in arguments)]  # noqa: UP007
    if origin is Sequence:
        return Annotated[list[_nested(arguments[0])], Len(0, 100)]  # type: ignore[misc]
    return hint


@lru_cache(maxsize=64)
def _carrying(source: type) -> type[BaseModel]:
    model = model_of(source)
    model.carries = source  # type: ignore[attr-defined]
    return model


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        inner = _given(value)
        source = getattr(type(value), "carries", None)
        return source(**inner) if source else inner
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value
