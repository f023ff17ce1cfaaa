"""The dispute of a loss form by its liable party, and the answer of after-sales."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tracker.domain.codes import LiableKind
from tracker.domain.dispute import check_answer, check_answerer
from tracker.domain.errors import InvalidInput
from tracker.domain.loss import MACHINE, Action, Share, Verdict
from tracker.domain.x12 import Answer
from tracker.models.dispute import Dispute, DisputeLine
from tracker.models.loss import LossForm, LossLine
from tracker.models.registration import Registration
from tracker.queries import dispute as queries
from tracker.queries import loss as losses
from tracker.queries import registration as registrations
from tracker.services import liability, loss
from tracker.services.act import Act
from tracker.services.fields import Reason, Text20, reason_of
from tracker.services.transition import apply


def dispute(
    act: Act,
    form: LossForm,
    *,
    reason: Reason,
    x12: Answer = Answer.NOT_DEFECTIVE,
    lines: Sequence[Text20] = (),
    on_paper: bool = False,
) -> None:
    """Dispute a submitted form as its liable party, with element 1294 of X12 (rule 1.40, C-27).

    ``lines`` are the registrations disputed, all of the form if none is named; ``business`` records
    a supplier's dispute on paper. Raises ``Forbidden`` ``not_the_party``, ``InvalidInput``
    ``not_on_this_form`` or ``missing_field``.
    """
    loss.check_party(act, form, on_paper)
    why, chosen = reason_of(reason), _chosen(act, form, lines)
    told = {"x12": x12.value, "lines": [line.registration.no for line in chosen]}
    apply(act, form, MACHINE, Action.DISPUTE, reason=why, details=told)
    row = Dispute(
        form_id=form.id,
        at=act.now,
        by_id=act.actor.account_id,
        is_on_paper=on_paper,
        code=x12.value,
        reason=why,
    )
    act.session.add(row)
    act.session.flush()
    act.session.add_all(DisputeLine(dispute_id=row.id, line_id=line.id) for line in chosen)
    act.session.flush()


def _chosen(act: Act, form: LossForm, wanted: Sequence[str]) -> list[LossLine]:
    lines = {line.registration.no: line for line in losses.lines(act.session, form)}
    if not wanted:
        return list(lines.values())
    for no in wanted:
        if no.upper() not in lines:
            raise InvalidInput(
                "not_on_this_form",
                "{registration} 不在这张报损单上，请从单上的明细里选。",
                "{registration} is not on this form: choose from its lines.",
                "lines",
                registration=no,
            )
    return [lines[no] for no in dict.fromkeys(no.upper() for no in wanted)]


def answer(
    act: Act,
    form: LossForm,
    *,
    answer: Verdict,
    reason: Reason,
    liabilities: Sequence[Share] = (),
) -> None:
    """Answer a form's dispute (rule 1.38): whoever disputed does not answer.

    Upheld asks the party to sign anew, its clock from the start. Otherwise the form is a draft
    again and the disputed garments go on the drafts of those who are liable now; where none is left
    on it, it is void. A share that names no code means the garment's own supplier or store.

    Raises ``RuleViolation`` ``same_person``, ``draft_open``, ``form_submitted`` (a split garment's
    other form must be a draft first), ``form_approved``, and what ``check_answer`` and
    ``liability.override`` raise.
    """
    why = reason_of(reason)
    if answer is not Verdict.UPHELD:
        loss.check_no_other_draft(act, form)
    apply(act, form, MACHINE, Action.ANSWER, answer, reason=why, details={"answer": answer.value})
    open_one = queries.open_of(act.session, form)
    check_answerer(act.actor.account_id, open_one.by_id)
    party = LiableKind(form.liable_kind), form.party
    disputed = [line.line for line in open_one.lines]
    for line in disputed:
        check_answer(answer, _named(liabilities, line.registration), party)
    open_one.answered_at, open_one.answered_by_id = act.now, act.actor.account_id
    open_one.verdict, open_one.answer = answer.value, why
    if answer is Verdict.UPHELD:
        form.asked_at = act.now
        act.session.flush()
        return
    loss.start_over(act, form)
    mine = replace(act, note=why, if_version=None)
    _assign(mine, disputed, liabilities)
    if not losses.lines(act.session, form):
        loss.void_empty(mine, form, reason=why)


def _named(shares: Sequence[Share], registration: Registration) -> tuple[Share, ...]:
    """Return shares with the garment's own supplier and store where no code is given."""
    own = {
        LiableKind.SUPPLIER: registration.piece.supplier.code,
        LiableKind.STORE: registration.site.code,
    }
    return tuple(replace(share, party=share.party or own.get(share.kind)) for share in shares)


def _assign(act: Act, lines: Sequence[LossLine], shares: Sequence[Share]) -> None:
    """Take disputed garments off, give them their new shares, and list them again."""
    nos = []
    for line in lines:
        registration = registrations.locked(act.session, line.registration_id)
        loss.take_off(act, registration)
        liability.reassign(act, registration, liabilities=_named(shares, registration))
        nos.append(registration.no)
    loss.list_pieces(act, nos)


ACTIONS: Mapping[Action, Callable[..., Any]] = {Action.DISPUTE: dispute, Action.ANSWER: answer}
