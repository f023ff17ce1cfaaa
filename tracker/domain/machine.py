"""A status machine as data: the table from which buttons, diagrams and tests come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tracker.domain.account import Role
from tracker.domain.errors import Forbidden, RuleViolation, WrongStatus
from tracker.domain.named import NamedEnum

Guard = Callable[[Any], NamedEnum]


@dataclass(frozen=True)
class Move:
    """Where an action may lead. With more than one target the named guard chooses from facts."""

    to: tuple[NamedEnum, ...]
    guard: Guard | None = None


@dataclass(frozen=True)
class Machine:
    """The life of one noun: ``(status, action) → allowed statuses`` and who may act."""

    noun: str
    zh: str
    en: str
    statuses: type[NamedEnum]
    actions: type[NamedEnum]
    initial: NamedEnum
    transitions: Mapping[tuple[NamedEnum, NamedEnum], Move]
    who: Mapping[NamedEnum, frozenset[Role]]
    final: frozenset[NamedEnum] = field(default_factory=frozenset)
    inner: frozenset[NamedEnum] = field(default_factory=frozenset)
    """Actions that only another document performs (a dispatch moves all its pieces): no button."""
    zh_measure: str = "张"
    """The measure word of ``zh``."""

    def actions_from(self, status: NamedEnum, roles: frozenset[Role]) -> tuple[NamedEnum, ...]:
        """Return the actions that a holder of ``roles`` may take from ``status``, in order."""
        return tuple(
            action
            for action in self.actions
            if (status, action) in self.transitions
            and action not in self.inner
            and not roles.isdisjoint(self.who[action])
        )

    def target(
        self, status: NamedEnum, action: NamedEnum, roles: frozenset[Role], facts: object
    ) -> NamedEnum:
        """Return the status to which ``action`` leads from ``status``.

        Raises ``Forbidden`` (wrong role), ``WrongStatus`` (no such step), ``RuleViolation`` when
        the guard answers outside the table.
        """
        if roles.isdisjoint(self.who[action]):
            raise self._forbidden(action)
        move = self.move(status, action)
        to = move.guard(facts) if move.guard else move.to[0]
        if to not in move.to:
            raise RuleViolation(
                "outcome_not_allowed",
                "从「{status}」做「{action}」不能得到「{to}」。请核对所填内容。",
                "“{action}” from “{status}” cannot lead to “{to}”. Check what was entered.",
                status=status.value,
                action=action.value,
                to=to.value,
            )
        return to

    def move(self, status: NamedEnum, action: NamedEnum) -> Move:
        """Return where ``action`` may lead from ``status``. Raises ``WrongStatus``: nowhere."""
        found = self.transitions.get((status, action))
        if found is None:
            raise self._wrong_status(status, action)
        return found

    def _forbidden(self, action: NamedEnum) -> Forbidden:
        allowed = [role for role in Role if role in self.who[action]]
        return Forbidden(
            "wrong_role",
            f"「{action.zh}」由{'、'.join(role.zh for role in allowed)}操作，请转给有权限的同事。",
            f"“{action.en}” is done by: {', '.join(role.en for role in allowed)}. Ask one of them.",
            action=action.value,
        )

    def _wrong_status(self, status: NamedEnum, action: NamedEnum) -> WrongStatus:
        sources = [source for source, known in self.transitions if known == action]
        zh = "、".join(f"「{source.zh}」" for source in sources)
        en = ", ".join(f"“{source.en}”" for source in sources)
        return WrongStatus(
            "wrong_status",
            f"当前状态是「{status.zh}」，不能做「{action.zh}」；该操作只适用于{zh}。请刷新后再看。",
            f"The status is “{status.en}”: “{action.en}” goes only from {en}. Reload the page.",
            status=status.value,
            action=action.value,
        )
