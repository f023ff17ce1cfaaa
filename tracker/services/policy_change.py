"""How a policy changes: one person proposes, another confirms, and only then a version counts.

No version is ever overwritten (a trigger): a change is another version from a day on, and a case is
judged by the version of its own day. Who a version concerns confirms that he has read it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import select

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Category
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.policy import Policy as Value
from tracker.domain.policy import Scope
from tracker.domain.policy_registry import KEEPERS, Verdict, terms_of
from tracker.models.delivery import Delivery
from tracker.models.policy import Policy, PolicyProposal, PolicyReading
from tracker.queries import catalog, policy_preview
from tracker.queries import policy_change as queries
from tracker.queries import site as sites
from tracker.queries.policy_preview import Effect
from tracker.services import due
from tracker.services.act import Act
from tracker.services.fields import reason_of


def draft(
    act: Act, name: str, *, scope: Scope, target: str, value: str, effective_from: date
) -> Value:
    """Return the version that somebody has in mind, checked; nothing is kept.

    An empty ``value`` takes a narrower version back. Raises ``NotFound``, ``InvalidInput``
    ``wrong_scope``, ``unknown_target``, ``bad_value`` or ``in_the_past``.
    """
    last = queries.of_name(act.session, name)[0]
    found = queries.value_of(last)
    terms = terms_of(found)
    if scope not in terms.scopes:
        raise InvalidInput(
            "wrong_scope",
            "这项参数只能按这些范围设定：{scopes}。",
            "This policy may be set for: {scopes}.",
            "scope",
            scopes="、".join(one.zh for one in terms.scopes),
        )
    _check_target(act, scope, target)
    _check_day(act, effective_from)
    is_taken_back = not value.strip() and scope is not Scope.CHAIN
    return Value(
        name,
        "" if is_taken_back else terms.kind.check(value),
        found.unit,
        found.calendar,
        found.start_event,
        found.end_event,
        effective_from,
        found.rule,
        found.zh,
        found.en,
        scope.value,
        target if scope is not Scope.CHAIN else "",
    )


def _check_day(act: Act, day: date) -> None:
    today = shanghai_date(act.now)
    if day < today:
        raise InvalidInput(
            "in_the_past",
            "生效日期不能早于今天（{today}）：已经发生的按当时的版本。",
            "A version holds from today ({today}) at the earliest: what was judged stands.",
            "effective_from",
            today=today.isoformat(),
        )


def _check_target(act: Act, scope: Scope, target: str) -> None:
    known: dict[Scope, Callable[[], bool]] = {
        Scope.CHAIN: lambda: True,
        Scope.STORE: lambda: sites.store(act.session, target) is not None,
        Scope.REGION: lambda: queries.is_region(act.session, target),
        Scope.SUPPLIER: lambda: catalog.supplier(act.session, target) is not None,
        Scope.CATEGORY: lambda: target in {category.value for category in Category},
    }
    if not known[scope]():
        raise InvalidInput(
            "unknown_target",
            "没有这个{kind}：{target}。请核对编号。",
            "There is no such {kind_en}: {target}. Check the code.",
            "target",
            kind=scope.zh,
            kind_en=scope.en,
            target=target or "—",
        )


def propose(
    act: Act,
    name: str,
    *,
    scope: Scope,
    target: str,
    value: str,
    effective_from: date,
    reason: str,
) -> PolicyProposal:
    """Propose a version; it counts for nothing until another person confirms it.

    Raises ``Forbidden``, what ``draft`` raises, ``InvalidInput`` ``missing_field``,
    ``RuleViolation`` ``proposal_open`` or ``version_of_that_day``.
    """
    _check_keeper(act)
    version = draft(
        act, name, scope=scope, target=target, value=value, effective_from=effective_from
    )
    row = PolicyProposal(
        name=name,
        scope=version.scope,
        target=version.target,
        value=version.value,
        effective_from=effective_from,
        reason=reason_of(reason),
        at=act.now,
        by_id=act.actor.account_id,
    )
    _check_new(act, row)
    act.session.add(row)
    act.session.flush()
    return row


def _check_new(act: Act, row: PolicyProposal) -> None:
    if any(
        (one.scope, one.target) == (row.scope, row.target) and one.answered_at is None
        for one in queries.proposals(act.session, row.name)
    ):
        raise RuleViolation(
            "proposal_open",
            "这项参数在同一范围已有一份待确认的变更，请先处理那一份。",
            "A change of this policy and scope waits already: answer that one first.",
        )
    _check_free_day(act, row)


def _check_free_day(act: Act, row: PolicyProposal) -> None:
    if queries.has_version(act.session, row):
        raise RuleViolation(
            "version_of_that_day",
            "这一天已有一个生效的版本，版本不能覆盖。请另选一天。",
            "A version begins on that day already, and none is overwritten: choose another day.",
        )


def confirm(act: Act, no: int) -> Policy:
    """Confirm a proposal as its second person: the version counts from its day.

    Open cases that it judges itself get their new due day; which ones is kept with the proposal.
    Raises ``NotFound``, ``Forbidden``, ``InvalidInput`` ``in_the_past`` (its day went by
    meanwhile), ``RuleViolation`` ``same_person``, ``answered`` or ``version_of_that_day``.
    """
    _check_keeper(act)
    row = _open(act, no)
    _check_other(act, row)
    _check_free_day(act, row)
    version = version_of(act, row)
    effects = policy_preview.preview(act.session, version, shanghai_date(act.now)).moved
    _answer(act, row, Verdict.CONFIRMED, None)
    row.moved = [_told(effect) for effect in effects]
    made = Policy(
        **{
            **{name: getattr(version, name) for name in _COPIED},
            "unit": version.unit.value,
            "calendar": version.calendar.value,
        },
        proposal_id=row.id,
    )
    act.session.add(made)
    act.session.flush()
    _move(act, made, effects)
    return made


_COPIED = (
    "name", "value", "start_event", "end_event", "effective_from", "rule", "zh", "en", "scope",
    "target",
)  # fmt: skip


def version_of(act: Act, row: PolicyProposal) -> Value:
    """Return the version that a proposal stands for. Raises what ``draft`` raises."""
    return draft(
        act,
        row.name,
        scope=Scope(row.scope),
        target=row.target,
        value=row.value,
        effective_from=row.effective_from,
    )


def _told(effect: Effect) -> dict[str, str]:
    return {
        "no": effect.case.no,
        "on": effect.case.began_on.isoformat(),
        "before": effect.before,
        "after": effect.after,
    }


def _move(act: Act, made: Policy, effects: Sequence[Effect]) -> None:
    """Give deliveries their new last day, and running clocks their new due day with its reason."""
    moves = []
    for effect in effects:
        case, after = effect.case, effect.after
        if case.noun == "delivery":
            act.session.get_one(Delivery, case.identity).due_on = date.fromisoformat(after)
        elif made.name in due.CLOCKS:
            before = date.fromisoformat(effect.before)
            moves.append(due.Move(made.name, case.identity, before, date.fromisoformat(after)))
    due.move(act, moves, f"参数「{made.zh}」自 {made.effective_from.isoformat()} 起的新版本")


def refuse(act: Act, no: int, *, reason: str) -> PolicyProposal:
    """Refuse a proposal as another person than its author, with a reason.

    Raises ``NotFound``, ``Forbidden``, ``InvalidInput`` ``missing_field``, ``RuleViolation``
    ``same_person`` or ``answered``.
    """
    _check_keeper(act)
    row = _open(act, no)
    _check_other(act, row)
    return _answer(act, row, Verdict.REFUSED, reason_of(reason))


def withdraw(act: Act, no: int) -> PolicyProposal:
    """Withdraw a proposal as its author, before it is answered.

    Raises ``NotFound``, ``Forbidden`` ``not_the_author``, ``RuleViolation`` ``answered``.
    """
    row = _open(act, no)
    if row.by_id != act.actor.account_id:
        raise Forbidden(
            "not_the_author",
            "只有提出人可以撤回，您可以不同意并说明原因。",
            "Only its author withdraws a proposal; you may refuse it with a reason.",
        )
    return _answer(act, row, Verdict.WITHDRAWN, None)


def acknowledge(act: Act, version_id: int) -> Policy:
    """Note that the actor has read a version; doing it again changes nothing.

    Raises ``NotFound``.
    """
    version = queries.version(act.session, version_id)
    mine = (version.id, act.actor.account_id)
    found = select(PolicyReading.id).where(
        PolicyReading.version_id == mine[0], PolicyReading.account_id == mine[1]
    )
    if act.session.scalar(found) is None:
        act.session.add(PolicyReading(version_id=mine[0], account_id=mine[1], at=act.now))
        act.session.flush()
    return version


def _answer(act: Act, row: PolicyProposal, verdict: Verdict, answer: str | None) -> PolicyProposal:
    row.verdict, row.answer = verdict.value, answer
    row.answered_at, row.answered_by_id = act.now, act.actor.account_id
    act.session.flush()
    return row


def _open(act: Act, no: int) -> PolicyProposal:
    row = queries.proposal(act.session, no, for_update=True)
    if row.answered_at is not None:
        raise RuleViolation(
            "answered",
            "这份变更已经处理过了，请刷新页面查看结果。",
            "This proposal was answered already: reload to see how.",
        )
    return row


def _check_other(act: Act, row: PolicyProposal) -> None:
    if row.by_id == act.actor.account_id:
        raise RuleViolation(
            "same_person",
            "提出人不能确认自己的变更，请由另一位负责人处理。",
            "Nobody answers his own proposal: another person does.",
        )


def _check_keeper(act: Act) -> None:
    if not act.actor.is_any(KEEPERS):
        raise Forbidden(
            "wrong_role",
            "制度参数由售后主管、物流部经理、生产副总和财务维护，请联系他们。",
            "Policies are kept by supervisor, logistics manager, vice-president and finance.",
        )
