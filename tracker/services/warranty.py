"""What a customer is owed, and what he decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Category, Cause
from tracker.domain.errors import InvalidInput
from tracker.domain.ledger import Account, pair
from tracker.domain.registration import MACHINE, Action, Choice, Decision, Owner, Status
from tracker.domain.warranty import Answer, Case, evaluate, terms_from
from tracker.models.registration import Registration
from tracker.queries import policy
from tracker.services import clock, ledger, loss
from tracker.services.act import Act
from tracker.services.transition import apply


def decide(act: Act, registration: Registration, *, choice: Choice) -> None:
    """Carry out what the customer chose (rules 2.04–2.07); a charge is computed and posted."""
    charge_fen = 0
    if choice in (Choice.PAID_EXCHANGE, Choice.PAID_RETURN):
        charge_fen = warranty(act, registration, is_repairable=False).charge_fen
        registration.owner = Owner.STORE.value
    apply(
        act,
        registration,
        MACHINE,
        Action.DECIDE,
        Decision(choice),
        details={"choice": choice.value, "charge_fen": charge_fen},
    )
    registration.charge_fen = charge_fen
    if charge_fen:
        ledger.post(act, registration, pair(Account.CUSTOMER_CHARGE, charge_fen))
    if registration.status == Status.SCRAP_PENDING:
        loss.propose_for(act, registration)
        clock.stop(registration)


def warranty(act: Act, registration: Registration, *, is_repairable: bool = True) -> Answer:
    """Return what the customer is owed for this garment today (rules 2.01–2.08).

    Raises ``InvalidInput`` ``missing_field`` without a purchase date.
    """
    if registration.purchased_on is None:
        raise InvalidInput(
            "missing_field",
            "没有购买日期，无法计算三包。请先补充小票上的购买日期。",
            "Without the purchase date the warranty cannot be worked out.",
            "purchased_on",
        )
    style = registration.piece.sku.style
    terms = terms_from(policy.values(act.session, registration.purchased_on))
    today = shanghai_date(act.now)
    return evaluate(
        terms,
        Case(
            category=Category(style.category),
            purchased_on=registration.purchased_on,
            on=shanghai_date(registration.registered_at) if is_repairable else today,
            cause=Cause(registration.cause),
            purchase_price_fen=style.tag_price_fen,
            is_repairable=is_repairable,
            is_sold_as_imperfect=registration.sold_as_imperfect,
            repairs=registration.repair_count,
        ),
    )


ACTIONS: Mapping[Action, Callable[..., None]] = {Action.DECIDE: decide}
