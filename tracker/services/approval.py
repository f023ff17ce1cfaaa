"""A step of the approval chain: by whom it is due, on the version he was shown, in his own name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.domain.account import Actor, Role
from tracker.domain.approval import DELEGATES, Step, check_people, status_before
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import LiableKind
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.loss import MACHINE, Action, Status
from tracker.models.loss import LossForm, Signature
from tracker.queries import approval as queries
from tracker.queries import approval_step, delegation
from tracker.services.act import Act
from tracker.services.transition import apply


@dataclass(frozen=True)
class _Hand:
    """Who takes a step, under which roles, and for whom."""

    step: Step
    act: Act
    principal: Actor | None = None


def open_chain(act: Act, form: LossForm) -> None:
    """Submit a form: from now on it keeps the chain in force today (C-26, C-27).

    Raises ``RuleViolation`` ``no_chain`` where no step applies.
    """
    kind = LiableKind(form.liable_kind)
    chain = approval_step.chain(act.session, kind, form.total_fen, shanghai_date(act.now))
    if not chain:
        raise RuleViolation(
            "no_chain",
            "这张报损单按现行审批环节没有任何人审批，不能提交。请联系售后主管或财务调整审批环节。",
            "By the steps in force nobody approves this form: it cannot be submitted. Ask the "
            "after-sales supervisor or finance to mend the approval steps.",
        )
    facts = status_before([step.action for step in chain])
    apply(act, form, MACHINE, Action.SUBMIT, facts, details={"total_fen": form.total_fen})
    form.steps = [step.kept() for step in chain]
    form.asked_at = act.now if form.status == Status.SUBMITTED else None
    _sign(act, form, Action.SUBMIT.value)


def take(act: Act, form: LossForm, action: Action, *, is_on_paper: bool = False) -> None:
    """Take the next step of a form's chain (rules 1.40–1.43, 1.45).

    A delegate acts in his own name for whom he stands in. Raises ``InvalidInput``
    ``version_required``, ``Forbidden`` ``wrong_role``, ``WrongStatus``, ``RuleViolation``
    ``not_the_next_step`` or ``same_person``.
    """
    if act.if_version is None:
        raise InvalidInput(
            "version_required",
            "请带上您看到的版本号（if_version），以保证批准的就是所见的。",
            "Send if_version, so that what is approved is what was shown.",
            "if_version",
        )
    signed = queries.live(act.session, [form.id])[form.id]
    chain = queries.chain(act.session, form, shanghai_date(act.now))
    left = queries.ahead(chain, signed)
    taken = queries.people(signed)
    hand = _hand(act, action, left or chain, chain, taken)
    _check_turn(hand, form, left, action)
    details: dict[str, object] = {"total_fen": form.total_fen}
    if hand.principal is not None:
        details["for"] = hand.principal.login
    facts = status_before([step.action for step in left[1:]])
    apply(hand.act, form, MACHINE, action, facts, details=details)
    check_people(hand.step, _ids(act.actor, hand.principal), taken)
    _sign(act, form, hand.step.code, hand.principal, is_on_paper)


def _ids(actor: Actor, principal: Actor | None) -> set[int]:
    return {one.account_id for one in (actor, principal) if one is not None}


def _hand(
    act: Act, action: Action, left: Sequence[Step], chain: Sequence[Step], taken: set[int]
) -> _Hand:
    """Return the step of this action that is due first, and as whom the actor takes it.

    Of several whom he stands in for, one who had no hand in the form goes first. Raises
    ``Forbidden`` ``wrong_role``.
    """
    today = shanghai_date(act.now)
    steps = [step for step in (*left, *chain) if step.action is action]
    if not steps:
        return _Hand(_no_step(action), act)
    principals = delegation.principals(act.session, act.actor, today)
    found = queries.standing(act.actor, principals, steps[0], today)
    if not found:
        raise _wrong_role(action, steps[0])
    one = min(found, key=lambda who: who.account_id in taken)
    if one is act.actor:
        return _Hand(steps[0], act)
    lent = replace(act.actor, roles=act.actor.roles | (one.roles & steps[0].roles))
    return _Hand(steps[0], replace(act, actor=lent), one)


def _no_step(action: Action) -> Step:
    """A step that the form's chain does not have: the table of the machine says who may ask."""
    return Step(action.value, 0, action, action.zh, action.en, MACHINE.who[action])


def _check_turn(hand: _Hand, form: LossForm, left: Sequence[Step], action: Action) -> None:
    """Raise ``WrongStatus`` or ``RuleViolation`` unless the step is the next one of the chain."""
    if form.steps is not None and left and left[0].code == hand.step.code:
        return
    before = Status(form.status)
    move = MACHINE.transitions.get((before, action))
    MACHINE.target(before, action, hand.act.actor.roles, move.to[0] if move else None)
    raise RuleViolation(
        "not_the_next_step",
        "本单的下一个环节是「{step}」，还没轮到「{asked}」。请刷新后再看。",
        "The next step of this form is “{step_en}”, not “{asked_en}”. Reload the page.",
        step=left[0].zh if left else "—",
        step_en=left[0].en if left else "—",
        asked=hand.step.zh,
        asked_en=hand.step.en,
    )


def _wrong_role(action: Action, step: Step) -> Forbidden:
    allowed = [role for role in Role if role in step.roles]
    return Forbidden(
        "wrong_role",
        f"「{step.zh}」由{'、'.join(role.zh for role in allowed)}办理，请转给有权限的同事。",
        f"“{step.en}” is done by: {', '.join(role.en for role in allowed)}. Ask one of them.",
        action=action.value,
    )


def _sign(
    act: Act,
    form: LossForm,
    code: str,
    principal: Actor | None = None,
    is_on_paper: bool = False,
) -> None:
    act.session.add(
        Signature(
            form_id=form.id,
            step=code,
            at=act.now,
            by_id=act.actor.account_id,
            for_id=principal.account_id if principal else None,
            is_on_paper=is_on_paper,
            is_live=True,
            content_sha256=queries.content_sha256(act.session, form),
        )
    )
    act.session.flush()


def lent_to_sign(act: Act, form: LossForm) -> Act:
    """Return the act with the roles of those in whose place the actor may sign a form today."""
    today = shanghai_date(act.now)
    codes = [
        step.code for step in queries.chain(act.session, form, today) if step.action is Action.SIGN
    ]
    roles = frozenset[Role]().union(
        *(
            one.actor.roles & DELEGATES
            for one in delegation.principals(act.session, act.actor, today)
            if any(one.term.covers(code, today) for code in codes)
        )
    )
    return replace(act, actor=replace(act.actor, roles=act.actor.roles | roles))
