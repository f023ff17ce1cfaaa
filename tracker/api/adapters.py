"""Where the contract names an action's fields otherwise than its service does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tracker.domain.errors import InvalidInput
from tracker.domain.registration import Outcome

Shape = Mapping[str, tuple[Any, Any]]
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Adapter:
    """How the fields change on their way in: their shape, and their checked values."""

    shape: Callable[[Shape], Shape]
    values: Callable[[Values], Values]


def _verdict_shape(shape: Shape) -> Shape:
    return {
        **{name: hint for name, hint in shape.items() if name != "outcome"},
        "repairable": (bool | None, None),
        "route": (Literal["in_house", "factory", "fabric_maker"] | None, None),
        "outcome": (Literal["scrap", "no_fault", "sold_down", "wrong_item"] | None, None),
    }


def _verdict(values: Values) -> Values:
    kept = {
        name: value
        for name, value in values.items()
        if name not in ("repairable", "route", "outcome") and value is not None
    }
    return {**kept, "outcome": _outcome(**_named(values, "repairable", "route", "outcome"))}


def _named(values: Values, *names: str) -> dict[str, Any]:
    return {name: values.get(name) for name in names}


def _outcome(repairable: bool | None, route: str | None, outcome: str | None) -> Outcome:
    """Return the verdict of rule 1.35. Raises ``InvalidInput`` for one that cannot be yet."""
    if outcome in ("sold_down", "wrong_item"):
        raise InvalidInput(
            "outcome_not_available",
            "本版本还不支持这种鉴定结果，请选择维修、报废或未见异常。",
            "This outcome comes with a later version: choose repair, scrap or no fault.",
            "outcome",
        )
    if route in ("factory", "fabric_maker"):
        raise InvalidInput(
            "route_not_available",
            "本版本还不支持外修，请选择本部门维修（in_house）。",
            "Outside repair comes with a later version: choose in_house.",
            "route",
        )
    if outcome is not None and route is not None:
        raise InvalidInput(
            "contradiction",
            "维修去向（route）与鉴定结果（outcome）只能填一项。",
            "Give either a route or an outcome, not both.",
            "outcome",
        )
    if outcome is not None:
        return Outcome(outcome)
    if route is not None and repairable is False:
        raise InvalidInput(
            "contradiction",
            "不可维修的衣服不能安排维修，请核对。",
            "A garment that cannot be repaired has no repair route.",
            "route",
        )
    if repairable is None and route is None:
        raise InvalidInput(
            "missing_field",
            "请填写能否维修（repairable）或鉴定结果（outcome）。",
            "Fill in repairable or outcome.",
            "repairable",
        )
    return Outcome.SCRAP if repairable is False else Outcome.REPAIR


def _with_carton(shape: Shape) -> Shape:
    return {**shape, "carton": (Literal[1] | None, None)}


def _without_carton(values: Values) -> Values:
    return {name: value for name, value in values.items() if name != "carton"}


def _same(values: Values) -> Values:
    return values


_CARTON = Adapter(_with_carton, _without_carton)
_SAME = Adapter(_same, _same)
_ADAPTERS: Mapping[tuple[str, str], Adapter] = {
    ("registration", "assess"): Adapter(_verdict_shape, _verdict),
    **{("shipment", action): _CARTON for action in ("pack", "unpack", "receive")},
}


def of(noun: str, action: str) -> Adapter:
    """Return how an action's fields change; most do not. A box is one carton so far."""
    return _ADAPTERS.get((noun, action), _SAME)
