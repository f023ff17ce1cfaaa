"""Which lines charge a supplier for goods that it delivered too long ago (民法典 621)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import LiableKind
from tracker.domain.loss import Action
from tracker.domain.notice_period import Receipt, is_over, receipt_of
from tracker.models.delivery import Delivery
from tracker.models.loss import LossForm, LossLine, Signature
from tracker.models.registration import Registration
from tracker.queries import policy

POLICY = "supplier_notice"


def late_lines(
    session: Session, forms: Sequence[LossForm], today: date
) -> dict[int, dict[int, Receipt]]:
    """Return by form the flagged lines, each by its id with the receipt it is judged by.

    The supplier is told of the fault when its form is first submitted, and stays told when the form
    comes back or is answered; a draft that never was is judged by ``today``.
    """
    theirs = [form.id for form in forms if form.liable_kind == LiableKind.SUPPLIER]
    told_on = dict.fromkeys(theirs, today) | _first_told(session, theirs)
    found: dict[int, dict[int, Receipt]] = {form.id: {} for form in forms}
    if not told_on:
        return found
    months = policy.one(session, POLICY, today).number
    rows = session.execute(
        select(LossLine.form_id, LossLine.id, Registration.production_year, Delivery.received_on)
        .join(Registration, Registration.id == LossLine.registration_id)
        .outerjoin(Delivery, Delivery.id == Registration.delivery_id)
        .where(LossLine.form_id.in_(told_on), LossLine.is_live)
    )
    for form_id, line_id, year, received_on in rows:
        receipt = receipt_of(received_on, year)
        if is_over(receipt, months, told_on[form_id]):
            found[form_id][line_id] = receipt
    return found


def _first_told(session: Session, form_ids: Sequence[int]) -> dict[int, date]:
    """Return by form the day of its first submission, though its signature count no longer."""
    rows = session.execute(
        select(Signature.form_id, func.min(Signature.at))
        .where(Signature.form_id.in_(form_ids), Signature.step == Action.SUBMIT)
        .group_by(Signature.form_id)
    )
    return {form_id: shanghai_date(at) for form_id, at in rows}


def of_form(session: Session, form: LossForm, today: date) -> dict[int, Receipt]:
    """Return the flagged lines of one form, by the line's id."""
    return late_lines(session, [form], today)[form.id]
