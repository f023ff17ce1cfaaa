"""What a customer is owed, and what he decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import Category, Cause
from tracker.domain.entitlement import Claim, case_of, opening, settle
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.ledger import CUSTOMER_ACCOUNTS, Account
from tracker.domain.promise import Channel
from tracker.domain.quality_guide import Ground
from tracker.domain.registration import MACHINE, Action, Choice, Decision, Ending, Owner, Status
from tracker.domain.repair import VENDORS
from tracker.domain.warranty import Answer, Entitlement, Terms, evaluate, terms_from
from tracker.models.registration import Registration
from tracker.queries import calendar, policy
from tracker.queries import promise as promises
from tracker.queries import repair as repairs
from tracker.queries import shipment as boxes
from tracker.services import bench, clock, ledger, liability, promise
from tracker.services.act import Act
from tracker.services.transition import apply


def decide(act: Act, registration: Registration, *, choice: Choice) -> None:
    """Carry out what the customer chose (rules 2.04–2.07); a charge is computed and posted.

    A repair goes where the last assessment sends it (C-25): to the bench, or to be sent out.
    Whoever may not decide is told so, not what it would cost. Raises what ``cost_of`` raises.
    """
    route = repairs.last_route(act.session, registration.id)
    decision = Decision(choice, is_outside=route in VENDORS)
    MACHINE.target(Status(registration.status), Action.DECIDE, act.actor.roles, decision)
    charge_fen = cost_of(act, registration, choice)
    if choice in (Choice.PAID_EXCHANGE, Choice.PAID_RETURN):
        registration.owner = Owner.STORE.value
    apply(
        act,
        registration,
        MACHINE,
        Action.DECIDE,
        decision,
        details={"choice": choice.value, "charge_fen": charge_fen},
    )
    registration.charge_fen = charge_fen
    if choice is Choice.RETURN_UNREPAIRED:
        registration.ending = Ending.UNREPAIRED.value
    if registration.status == Status.SCRAP_PENDING:
        liability.propose_for(act, registration)
        clock.stop(registration)
    if charge_fen:
        is_repair = choice is Choice.PAID_REPAIR
        account = Account.REPAIR_CHARGE if is_repair else Account.DEPRECIATION
        ledger.post_charge(act, registration, account, charge_fen)


def cost_of(act: Act, registration: Registration, choice: Choice) -> int:
    """Return what a choice costs the customer today, in fen (rules 2.03–2.07).

    Raises ``RuleViolation`` ``not_entitled`` for an exchange or return that the warranty, by the
    cause as observed last, does not give, ``no_price`` for a product that is not confirmed,
    ``beyond_repair`` for a repair of what after-sales found not to be repairable (rule 1.35).
    """
    if choice is Choice.PAID_REPAIR:
        if repairs.last_route(act.session, registration.id) is None:
            raise RuleViolation(
                "beyond_repair",
                "售后判定这件不能维修，请选择换货、退货或不修退回。",
                "After-sales found this garment beyond repair. Choose an exchange, a return, or "
                "to have it back unrepaired.",
            )
        return _quoted(act, registration)
    if choice is Choice.RETURN_UNREPAIRED:
        return 0
    cause = repairs.last_cause(act.session, registration)
    owed = warranty(act, registration, cause=cause, is_repairable=False)
    if owed.entitlement is Entitlement.NONE:
        raise RuleViolation(
            "not_entitled",
            "按三包政策，这件不能收费退换（已过保、处理品或非质量原因）。"
            "请选择不修退回；判定可修的，也可按报价维修。",
            "The warranty gives no exchange or return here. Choose to have it back unrepaired, or "
            "the repair at its quote where it can be repaired.",
        )
    check_price(registration)
    return owed.charge_fen


def _quoted(act: Act, registration: Registration) -> int:
    """Return what a repair was quoted at, in fen; nothing where the warranty makes it free."""
    cause = repairs.last_cause(act.session, registration)
    is_free = is_repaired_free(act, registration, cause)
    return 0 if is_free else registration.quote_fen or 0


def check_price(registration: Registration) -> None:
    """Refuse a charge that would follow from a price that nobody knows yet (``no_price``)."""
    style = registration.piece.sku.style
    if style.tag_price_fen <= 0:
        raise RuleViolation(
            "no_price",
            "款号 {style_no} 是手工录入的，还没有价格，不能计算金额。请售后先确认商品资料。",
            "Style {style_no} was entered by hand and has no price: after-sales confirms it first.",
            style_no=style.style_no,
        )


def withdraw(act: Act, registration: Registration) -> None:
    """Give the customer his garment back unrepaired, as he wishes, before it is repaired.

    What he was charged is taken back. Raises ``RuleViolation`` ``not_the_customers``,
    ``still_outside`` or ``in_a_box``.
    """
    apply(act, registration, MACHINE, Action.WITHDRAW)
    if registration.owner != Owner.CUSTOMER:
        raise RuleViolation(
            "not_the_customers",
            "这件是店铺库存，没有顾客可以撤回。",
            "This garment is stock: there is no customer to withdraw it.",
        )
    if repairs.open_job(act.session, registration.id) is not None:
        raise RuleViolation(
            "still_outside",
            "这件还在外修单位。请售后先登记外修返回，再撤回。",
            "The garment is still outside: after-sales takes it back first.",
        )
    boxes.check_in_no_box(act.session, registration.id)
    registration.ending = Ending.UNREPAIRED.value
    bench.end_all(act, registration)
    take_back_charge(act, registration)


def take_back_charge(act: Act, registration: Registration) -> None:
    """Reverse what a customer was charged for a repair that he does not get, in an open month.

    It is not made, or the garment is lost on its way back to him.
    """
    registration.charge_fen = None
    act.session.flush()
    ledger.take_back(act, registration.no, CUSTOMER_ACCOUNTS)


def is_repaired_free(act: Act, registration: Registration, cause: Cause) -> bool:
    """Return whether a repair costs its owner nothing: stock, or a customer's within rule 2.03."""
    if registration.owner == Owner.STORE:
        return True
    return warranty(act, registration, cause=cause).entitlement is not Entitlement.PAID_REPAIR


def warranty(
    act: Act, registration: Registration, *, cause: Cause | None = None, is_repairable: bool = True
) -> Answer:
    """Return what the customer is owed for this garment today (rules 2.01–2.08, 2B, 6.1).

    The promise is the one chosen for the day of the sale, under the law of the store's place.

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
    day = shanghai_date(registration.registered_at) if is_repairable else shanghai_date(act.now)
    claim = claim_of(registration, day, cause=cause, is_repairable=is_repairable)
    held = promise.held_for(
        act.session,
        claim,
        promises.pack_of(act.session, registration.site_id),
        policy.reach_of(registration),
    )
    terms = _terms(act, registration, claim.purchased_on)
    said = calendar.overrides(act.session)
    found = evaluate(settle(terms, held, claim, said), case_of(claim), said)
    return replace(found, derivation=(*opening(held), *found.derivation))


def claim_of(
    registration: Registration,
    on: date,
    *,
    cause: Cause | None = None,
    is_repairable: bool = True,
) -> Claim:
    """Return a customer's garment as a claim of quality, sold over the counter and worn."""
    if registration.purchased_on is None:
        raise ValueError("a claim begins with the day of purchase")
    style = registration.piece.sku.style
    return Claim(
        channel=Channel.STORE,
        category=Category(style.category),
        ground=Ground.QUALITY,
        purchased_on=registration.purchased_on,
        on=on,
        paid_fen=style.tag_price_fen,
        cause=cause or Cause(registration.cause),
        is_repairable=is_repairable,
        is_imperfect=registration.sold_as_imperfect,
        repairs=registration.repair_count,
    )


def _terms(act: Act, registration: Registration, purchased_on: date) -> Terms:
    """Return the terms of the day of purchase: what holds when it is bought stays promised."""
    return terms_from(policy.values(act.session, purchased_on, policy.reach_of(registration)))


ACTIONS: Mapping[Action, Callable[..., None]] = {Action.DECIDE: decide, Action.WITHDRAW: withdraw}
