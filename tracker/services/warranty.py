"""What a customer is owed, and what he decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Category, Cause
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.ledger import Account, pair
from tracker.domain.registration import MACHINE, Action, Choice, Decision, Owner, Status
from tracker.domain.warranty import Answer, Case, Entitlement, evaluate, terms_from
from tracker.models.registration import Registration
from tracker.queries import policy
from tracker.queries import repair as repairs
from tracker.services import clock, ledger, loss
from tracker.services.act import Act
from tracker.services.transition import apply


def decide(act: Act, registration: Registration, *, choice: Choice) -> None:
    """Carry out what the customer chose (rules 2.04–2.07); a charge is computed and posted.

    Raises ``RuleViolation`` ``not_entitled`` for an exchange or return that the warranty, by the
    cause as observed last, does not give.
    """
    charge_fen = 0
    if choice in (Choice.PAID_EXCHANGE, Choice.PAID_RETURN):
        cause = repairs.last_cause(act.session, registration)
        owed = warranty(act, registration, cause=cause, is_repairable=False)
        if owed.entitlement is Entitlement.NONE:
            raise RuleViolation(
                "not_entitled",
                "按三包政策，这件不能收费退换（已过保、处理品或非质量原因）。请选择付费维修或不修退回。",
                "The warranty gives no exchange or return here. Choose a paid repair, or none.",
            )
        charge_fen = owed.charge_fen
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


def is_repaired_free(act: Act, registration: Registration, cause: Cause) -> bool:
    """Return whether a repair costs its owner nothing: stock, or a customer's within rule 2.03."""
    if registration.owner == Owner.STORE:
        return True
    return warranty(act, registration, cause=cause).entitlement is not Entitlement.PAID_REPAIR


def warranty(
    act: Act, registration: Registration, *, cause: Cause | None = None, is_repairable: bool = True
) -> Answer:
    """Return what the customer is owed for this garment today (rules 2.01–2.08).

    ``cause`` is the one observed, else the one registered. Raises ``InvalidInput``
    ``missing_field`` without a purchase date.
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
            cause=cause or Cause(registration.cause),
            purchase_price_fen=style.tag_price_fen,
            is_repairable=is_repairable,
            is_sold_as_imperfect=registration.sold_as_imperfect,
            repairs=registration.repair_count,
        ),
    )


ACTIONS: Mapping[Action, Callable[..., None]] = {Action.DECIDE: decide}
