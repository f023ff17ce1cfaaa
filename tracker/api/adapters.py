"""Where the contract names an action's fields otherwise than its service does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tracker.domain.errors import InvalidInput
from tracker.domain.registration import Outcome
from tracker.domain.repair import Route

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
    verdict = _outcome(**_named(values, "repairable", "route", "outcome"))
    route = {"route": Route(values["route"])} if values.get("route") else {}
    return {**kept, **route, "outcome": verdict}


def _named(values: Values, *names: str) -> dict[str, Any]:
    return {name: values.get(name) for name in names}


def _outcome(repairable: bool | None, route: str | None, outcome: str | None) -> Outcome:
    """Return the verdict of rule 1.35. Raises ``InvalidInput`` for one that contradicts itself."""
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


def _same(values: Values) -> Values:
    return values


_SAME = Adapter(_same, _same)
_ADAPTERS: Mapping[tuple[str, str], Adapter] = {
    ("registration", "assess"): Adapter(_verdict_shape, _verdict),
}


def of(noun: str, action: str) -> Adapter:
    """Return how an action's fields change; most do not."""
    return _ADAPTERS.get((noun, action), _SAME)
