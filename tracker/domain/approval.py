"""The approval chain of the loss form (报损单) as data: who takes which step, in which case.

Rules 1.40–1.43 and 1.45, C-26, C-27. Submitting opens a form's chain; every step after it is a row
of the table. Which rows a form passes follows from its party, its amount and the two switches, and
is kept with the form from its submission on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tracker.domain.account import COST_ROLES, Role
from tracker.domain.codes import LiableKind
from tracker.domain.dated import newest
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.loss import DECIDERS, MACHINE, Action, Status
from tracker.domain.named import NamedEnum

VP_SCOPE, OTHER_PARTY, STEP_CLOCK = "scrap_vp_approval_scope", "scrap_other_party", "approval_step"
"""The policies C-26 and C-27, and how long a step may take."""

KEEPERS = (Role.SUPERVISOR, Role.FINANCE)
READERS = COST_ROLES
TAKEN_BY_STEPS = (Action.SIGN, Action.CONFIRM, Action.REVIEW, Action.APPROVE)
_PARTY_ROLES = {
    LiableKind.STORE: frozenset({Role.STORE_MANAGER}),
    LiableKind.SUPPLIER: frozenset({Role.SUPPLIER, Role.BUSINESS}),
    LiableKind.HEAD_OFFICE: frozenset[Role](),
}


class Switch(NamedEnum):
    """Which policy decides whether a step applies at all."""

    ALWAYS = "always", "始终适用", "Always"
    VP_SCOPE = "vp_scope", "按副总审批范围（C-26）", "By the scope of the approval (C-26)"
    OTHER_PARTY = "other_party", "要求对方知悉时（C-27）", "If the other party is told (C-27)"


@dataclass(frozen=True)
class Switches:
    """The values of the policies in force: who needs the vice-president, who is told."""

    vp_scope: str = "all"
    other_party: str = "liable_only"

    @staticmethod
    def of(values: Mapping[str, str]) -> Switches:
        """Return the switches among the values of all policies."""
        return Switches(values[VP_SCOPE], values[OTHER_PARTY])

    def let(self, switch: Switch, kind: LiableKind, total_fen: int) -> bool:
        """Return whether a step under ``switch`` applies to a form of this party and amount (fen).

        ``amount_over_X`` means more than X whole yuan. Raises ``ValueError`` for an unknown value.
        """
        if switch is Switch.ALWAYS:
            return True
        if switch is Switch.OTHER_PARTY:
            return _one_of(self.other_party, "liable_only", "both") == "both"
        if self.vp_scope.startswith("amount_over_"):
            return total_fen > int(self.vp_scope.removeprefix("amount_over_")) * 100
        is_all = _one_of(self.vp_scope, "all", "hq_only") == "all"
        return is_all or kind is LiableKind.HEAD_OFFICE


def _one_of(value: str, *known: str) -> str:
    if value not in known:
        raise ValueError(f"{value!r} is none of {known}")
    return value


@dataclass(frozen=True)
class Step:
    """One version of a step of the table; amounts are fen, both ends count."""

    code: str
    place: int
    action: Action
    zh: str
    en: str
    roles: frozenset[Role]
    kinds: frozenset[LiableKind] = frozenset()
    """Of which parties' forms; none means all."""
    from_fen: int | None = None
    to_fen: int | None = None
    switch: Switch = Switch.ALWAYS
    is_distinct: bool = True
    """Whether it must be another person than took any step before."""
    effective_from: date = date(2020, 1, 1)
    is_retired: bool = False

    def applies(self, kind: LiableKind, total_fen: int, switches: Switches) -> bool:
        """Return whether a form of this party and amount (fen) passes the step."""
        return (
            (not self.kinds or kind in self.kinds)
            and (self.from_fen is None or total_fen >= self.from_fen)
            and (self.to_fen is None or total_fen <= self.to_fen)
            and switches.let(self.switch, kind, total_fen)
        )

    def kept(self) -> dict[str, Any]:
        """Return what a form keeps of the step."""
        return {
            "code": self.code,
            "action": self.action.value,
            "zh": self.zh,
            "en": self.en,
            "roles": sorted(role.value for role in self.roles),
            "is_distinct": self.is_distinct,
        }

    @staticmethod
    def of_kept(kept: Mapping[str, Any], place: int) -> Step:
        """Return a step as a form keeps it."""
        return Step(
            kept["code"],
            place,
            Action(kept["action"]),
            kept["zh"],
            kept["en"],
            frozenset(Role(role) for role in kept["roles"]),
            is_distinct=kept["is_distinct"],
        )


_PARTIES = frozenset({LiableKind.SUPPLIER, LiableKind.STORE})
DEFAULTS: tuple[Step, ...] = (
    Step("sign", 10, Action.SIGN, "责任方签字", "Signed by the liable party",
         frozenset({Role.STORE_MANAGER, Role.SUPPLIER, Role.BUSINESS}), _PARTIES),
    Step("acknowledge", 20, Action.REVIEW, "对方知悉", "Acknowledged by the other party",
         frozenset({Role.SUPERVISOR, Role.BUSINESS}), _PARTIES, switch=Switch.OTHER_PARTY),
    Step("confirm", 30, Action.CONFIRM, "物流经理确认", "Confirmed by the logistics manager",
         frozenset({Role.LOGISTICS})),
    Step("approve", 40, Action.APPROVE, "生产副总审批", "Approved by the vice-president",
         frozenset({Role.VICE_PRESIDENT}), switch=Switch.VP_SCOPE),
)  # fmt: skip
"""Today's chain. They seed the table once; from then on the table is what counts."""


def in_force(versions: Collection[Step], on: date) -> list[Step]:
    """Return the steps in force on a day in their order; a later version of a code replaces one."""
    live = [step for step in newest(versions, lambda one: one.code, on) if not step.is_retired]
    return sorted(live, key=lambda step: (step.place, step.code))


def chain_of(
    steps: Sequence[Step], kind: LiableKind, total_fen: int, switches: Switches
) -> list[Step]:
    """Return the steps of a form in order, the last of which approves it whatever it does else.

    A party's step is for that party's roles. Empty where no step applies.
    """
    passed = [step for step in steps if step.applies(kind, total_fen, switches)]
    chain = [
        replace(step, roles=step.roles & _PARTY_ROLES[kind]) if step.action is Action.SIGN else step
        for step in passed
    ]
    if chain and chain[-1].action is not Action.SIGN:
        chain[-1] = replace(chain[-1], action=Action.APPROVE)
    return chain


def status_before(ahead: Sequence[Action]) -> Status:
    """Return the status of a form that has these steps ahead of it."""
    if not ahead:
        return Status.APPROVED
    if Action.SIGN in ahead:
        return Status.SUBMITTED
    return Status.SIGNED if Action.CONFIRM in ahead else Status.CONFIRMED


def check_step(step: Step) -> None:
    """Check one version by itself. Raises ``InvalidInput`` ``bad_step``."""
    allowed = MACHINE.who[step.action] if step.action in TAKEN_BY_STEPS else frozenset[Role]()
    if not step.roles or not step.roles <= allowed:
        names = [role for role in Role if role in allowed]
        raise _bad(
            f"这个环节请从以下岗位中选择：{'、'.join(role.zh for role in names)}。",
            f"Choose the step’s roles among: {', '.join(role.en for role in names)}.",
            "roles",
        )
    if step.from_fen is not None and step.to_fen is not None and step.from_fen > step.to_fen:
        raise _bad("金额下限不能高于上限。", "The amount begins above its end.", "to_fen")


def _bad(zh: str, en: str, field: str) -> InvalidInput:
    return InvalidInput("bad_step", zh, en, field)


_EVERY_SCOPE = ("all", "hq_only", f"amount_over_{10**12}")
"""How C-26 may decide of a form; the last lets its step apply to none, of head office neither."""


def check_table(versions: Collection[Step], on: date) -> None:
    """Check that from ``on`` every form, of whatever party and amount, has a whole chain.

    However the switches stand: a counterparty signs first and once, one confirms and one approves
    at most, in this order, and the last step is the house's and another person's than all before.
    Raises ``RuleViolation`` ``broken_chain``.
    """
    for day in sorted(
        {on, *(step.effective_from for step in versions if step.effective_from > on)}
    ):
        steps = in_force(versions, day)
        edges = {fen for step in steps for fen in (step.from_fen, step.to_fen) if fen is not None}
        amounts = {0, *edges, *(fen + 1 for fen in edges), *(max(0, fen - 1) for fen in edges)}
        for kind in LiableKind:
            for total_fen in sorted(amounts):
                for scope in _EVERY_SCOPE:
                    for other in ("liable_only", "both"):
                        chain = chain_of(steps, kind, total_fen, Switches(scope, other))
                        _check_chain(chain, kind, total_fen, day)


def _check_chain(chain: Sequence[Step], kind: LiableKind, total_fen: int, day: date) -> None:
    actions = [step.action for step in chain]
    house = [action for action in actions if action is not Action.SIGN]
    signs = [Action.SIGN] if kind in _PARTIES else []
    is_whole = (
        actions == signs + house
        and all(step.roles for step in chain)
        and house.count(Action.APPROVE) == 1
        and house.count(Action.CONFIRM) <= 1
        and chain[-1].is_distinct
    )
    if not is_whole:
        raise RuleViolation(
            "broken_chain",
            "{day} 起，{party}金额 {yuan} 元的报损单审批链不完整：责任方须先签字一次，"
            "确认、审批各至多一环，最后须由总部另一人审批。请先调整其他环节。",
            "From {day} a form of {amount} CNY borne by {liable} has no whole chain: its party "
            "signs first, one confirms, one approves last, another person. Mend the other steps.",
            day=day.isoformat(),
            party=kind.zh,
            liable=kind.en,
            yuan=f"{total_fen // 100}.{total_fen % 100:02}",
            amount=f"{total_fen // 100}.{total_fen % 100:02}",
        )


def check_people(step: Step, people: Collection[int], taken: Collection[int]) -> None:
    """Check that neither the actor nor whom he stands in for took a step before (rule 1.45).

    Raises ``RuleViolation`` ``same_person``.
    """
    if step.is_distinct and not set(people).isdisjoint(taken):
        raise RuleViolation(
            "same_person",
            f"您或被代理人已经办理过本单的其他环节，「{step.zh}」须由另一人办理。",
            f"You, or whom you stand in for, took another step of this form: “{step.en}” must be "
            "done by somebody else.",
        )


DELEGATES = DECIDERS
"""Who may stand in, and for whom: head office alone. A party's signature is its own."""


@dataclass(frozen=True)
class Term:
    """From when to when somebody stands in, for which steps (none named: for all)."""

    from_on: date
    until_on: date
    steps: frozenset[str] = frozenset()

    def covers(self, code: str, on: date) -> bool:
        """Return whether the term covers a step on a day; both ends count."""
        return self.from_on <= on <= self.until_on and (not self.steps or code in self.steps)
