"""Which lines charge a supplier for goods that it delivered too long ago (民法典 621)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import LiableKind
from tracker.domain.notice_period import Receipt, is_over, receipt_of
from tracker.models.delivery import Delivery
from tracker.models.loss import LossForm, LossLine
from tracker.models.registration import Registration
from tracker.queries import policy

POLICY = "supplier_notice"


def late_lines(
    session: Session, forms: Sequence[LossForm], today: date
) -> dict[int, dict[int, Receipt]]:
    """Return by form the flagged lines, each by its id with the receipt it is judged by.

    The supplier is told of the fault when its form is submitted; a draft is judged by ``today``.
    """
    told_on = {
        form.id: shanghai_date(form.asked_at) if form.asked_at else today
        for form in forms
        if form.liable_kind == LiableKind.SUPPLIER
    }
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


def of_form(session: Session, form: LossForm, today: date) -> dict[int, Receipt]:
    """Return the flagged lines of one form, by the line's id."""
    return late_lines(session, [form], today)[form.id]
