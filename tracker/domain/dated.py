"""What holds from a day on: versions written once, each in force until the next of its name."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from tracker.domain.errors import InvalidInput, RuleViolation


class Dated(Protocol):
    """A version with the day from which it holds."""

    @property
    def effective_from(self) -> date:
        """The first day, in Shanghai."""


Version = TypeVar("Version", bound=Dated)


def newest(
    versions: Iterable[Version], name: Callable[[Version], Hashable], on: date
) -> Sequence[Version]:
    """Return of each name the version in force on a day; ``versions`` come in the order written.

    Of two versions from one day the later one holds.
    """
    found: dict[Hashable, Version] = {}
    for version in sorted(versions, key=lambda one: one.effective_from):
        if version.effective_from <= on:
            found[name(version)] = version
    return list(found.values())


def check_from(effective_from: date, today: date, zh: str, en: str) -> None:
    """Raise ``InvalidInput`` ``in_the_past`` for a day before today; ``zh`` and ``en`` say why."""
    if effective_from < today:
        raise InvalidInput(
            "in_the_past",
            f"生效日期不能早于今天（{{today}}）：{zh}",
            f"It holds from today ({{today}}) at the earliest: {en}",
            "effective_from",
            today=today.isoformat(),
        )


def check_last(effective_from: date, kept: Iterable[date], zh: str, en: str) -> None:
    """Raise ``RuleViolation`` ``later_version`` where a kept version holds from a later day.

    ``zh`` and ``en`` name what has it.
    """
    last = max(kept, default=effective_from)
    if last > effective_from:
        raise RuleViolation(
            "later_version",
            f"{zh}已有 {{day}} 起生效的版本，请把生效日期定在 {{day}} 或之后。",
            f"{en} has a version from {{day}} already: choose that day or a later one.",
            day=last.isoformat(),
        )
