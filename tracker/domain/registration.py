"""The registration (登记单): one garment, one story. Its statuses, actions and guards.

The table ``MACHINE`` is the journey of a garment; nothing else in the product assigns a status.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.account import Role
from tracker.domain.codes import Resolution
from tracker.domain.machine import Machine, Move
from tracker.domain.named import NamedEnum


class Status(NamedEnum):
    REGISTERED = "registered", "已登记", "Registered"
    REFUSED_IN_STORE = "refused_in_store", "不予受理", "Refused in store"
    SETTLED_IN_STORE = "settled_in_store", "现场处理", "Settled in store"
    IN_LOCAL_REPAIR = "in_local_repair", "当地维修", "In local repair"
    READY_TO_SHIP = "ready_to_ship", "待寄", "Ready to ship"
    PACKED = "packed", "已装箱", "Packed"
    IN_TRANSIT = "in_transit", "在途", "In transit"
    MISSING = "missing", "短少", "Missing"
    RECEIVED = "received", "已签收", "Received"
    REFUSED_AT_INTAKE = "refused_at_intake", "退回不受理", "Refused at intake"
    AWAITING_CUSTOMER = "awaiting_customer", "待顾客决定", "Awaiting customer"
    IN_REPAIR = "in_repair", "维修中", "In repair"
    IN_OUTSIDE_REPAIR = "in_outside_repair", "外修", "In outside repair"
    IN_CHECK = "in_check", "待检", "In check"
    REPAIRED = "repaired", "已修好", "Repaired"
    PACKED_BACK = "packed_back", "返还已装箱", "Packed for return"
    RETURNING = "returning", "返还在途", "Returning"
    BACK_IN_STORE = "back_in_store", "店铺签收", "Back in store"
    HANDED_OVER = "handed_over", "已交付", "Handed over"
    SCRAP_PENDING = "scrap_pending", "待报废", "Scrap pending"
    ON_LOSS_FORM = "on_loss_form", "已开报损单", "On a loss form"
    DESTROYED = "destroyed", "已销毁", "Destroyed"
    RETURNED_TO_SUPPLIER = "returned_to_supplier", "退供应商", "Returned to supplier"
    SOLD_DOWN = "sold_down", "处理品降价", "Sold down"
    VOIDED = "voided", "作废", "Voided"


class Action(NamedEnum):
    REGISTER = "register", "登记", "Register"
    ACCEPT = "accept", "受理寄修", "Accept"
    SETTLE = "settle", "现场处理", "Settle"
    FINISH_LOCAL_REPAIR = "finish_local_repair", "当地维修完成", "Finish local repair"
    REFUSE = "refuse", "不予受理", "Refuse"
    VOID = "void", "作废", "Void"
    PACK = "pack", "装箱", "Pack"
    UNPACK = "unpack", "取出", "Unpack"
    DISPATCH = "dispatch", "寄出", "Dispatch"
    RECEIVE = "receive", "签收", "Receive"
    MISS = "miss", "清点短少", "Found short"
    FOUND = "found", "找到", "Found"
    WRITE_OFF = "write_off", "核销短少", "Write off"
    REFUSE_INTAKE = "refuse_intake", "退回不受理", "Refuse at intake"
    ASSESS = "assess", "鉴定", "Assess"
    DECIDE = "decide", "顾客决定", "Customer decides"
    WITHDRAW = "withdraw", "顾客撤回", "Customer withdraws"
    WORK = "work", "维修记录", "Record work"
    FINISH_REPAIR = "finish_repair", "维修完成", "Finish repair"
    GIVE_UP = "give_up", "无法修复", "Give up repair"
    SEND_OUT = "send_out", "外修寄出", "Send out"
    RETURN_FROM_OUTSIDE = "return_from_outside", "外修返回", "Back from outside"
    PASS_CHECK = "pass_check", "检验合格", "Pass check"
    FAIL_CHECK = "fail_check", "检验返工", "Fail check"
    PACK_BACK = "pack_back", "返还装箱", "Pack for return"
    UNPACK_BACK = "unpack_back", "返还取出", "Unpack from return"
    RECEIVE_BACK = "receive_back", "店铺签收", "Receive back"
    HAND_OVER = "hand_over", "交付", "Hand over"
    PAUSE = "pause", "暂停", "Pause"
    RESUME = "resume", "恢复", "Resume"
    PROMISE = "promise", "改约取件日", "Change the promised day"
    IDENTIFY = "identify", "确认商品", "Identify the product"
    REASSIGN = "reassign", "改责任方", "Change the liable parties"
    LIST = "list", "开报损单", "Put on a loss form"
    UNLIST = "unlist", "移出报损单", "Take off the loss form"
    TRANSFER = "transfer", "转运总仓", "Transfer to the warehouse"
    DESTROY = "destroy", "销毁", "Destroy"
    RETURN_TO_SUPPLIER = "return_to_supplier", "退供应商", "Return to supplier"


class Owner(NamedEnum):
    """Whose garment it is: the customer's, or stock of the store that registered it."""

    STORE = "store", "店铺库存", "Store stock"
    CUSTOMER = "customer", "顾客", "Customer"


class HandedTo(NamedEnum):
    """To whom a garment is handed over."""

    CUSTOMER = "customer", "交还顾客", "The customer"
    STOCK = "stock", "归入库存", "Stock"


class Outcome(NamedEnum):
    """What the assessor finds (rule 1.35)."""

    REPAIR = "repair", "可维修", "Repair"
    SCRAP = "scrap", "不可维修，报废", "Scrap"
    SOLD_DOWN = "sold_down", "不可维修，降为处理品", "Sold down"
    NO_FAULT = "no_fault", "未见异常", "No fault found"
    WRONG_ITEM = "wrong_item", "拿错、发错货", "Wrong item"


class Ending(NamedEnum):
    """Why a garment goes back to its store without a repair."""

    NO_FAULT = "no_fault", "未见异常", "No fault found"
    WRONG_ITEM = "wrong_item", "拿错、发错货", "Wrong item"
    UNREPAIRED = "unrepaired", "顾客不修，原样退回", "Unrepaired, as the customer wishes"


class Choice(NamedEnum):
    """What a customer may decide (rules 2.04–2.07); what it costs him is said beside it."""

    PAID_REPAIR = "paid_repair", "维修", "Repair"
    PAID_EXCHANGE = "paid_exchange", "换货", "Exchange"
    PAID_RETURN = "paid_return", "退货", "Return"
    RETURN_UNREPAIRED = "return_unrepaired", "不修，退回", "Return unrepaired"


@dataclass(frozen=True)
class Settlement:
    """Facts of ``settle``: what was agreed, and whether the garment taken back is defective."""

    resolution: Resolution
    defective: bool


@dataclass(frozen=True)
class Finding:
    """Facts of ``assess``; to ``is_free`` a repair restores the garment and costs nothing.

    ``is_outside`` sends a repair to the factory or the fabric maker.
    """

    outcome: Outcome
    owner: Owner
    is_free: bool = True
    is_outside: bool = False


@dataclass(frozen=True)
class Origin:
    """Facts of steps that go back to where the garment came from."""

    status: Status


@dataclass(frozen=True)
class OutsideResult:
    """Facts of ``return_from_outside``: whether the factory or fabric maker mended it."""

    is_repaired: bool


@dataclass(frozen=True)
class Decision:
    """Facts of ``decide``; ``is_outside`` sends a repair where its last assessment says."""

    choice: Choice
    is_outside: bool = False


def by_settlement(facts: Settlement) -> Status:
    """A defective garment taken back is store stock now and ships (rule 1.31)."""
    if facts.resolution is Resolution.LOCAL_REPAIR:
        return Status.IN_LOCAL_REPAIR
    return Status.READY_TO_SHIP if facts.defective else Status.SETTLED_IN_STORE


def by_finding(facts: Finding) -> Status:
    """Repairable goes to the bench, unrepairable to scrap.

    Nothing happens unasked to a customer's own garment that cannot be repaired, cannot be restored
    or would cost him something (rules 2.04–2.07).
    """
    if facts.outcome in (Outcome.NO_FAULT, Outcome.WRONG_ITEM):
        return Status.REPAIRED
    is_repair = facts.outcome is Outcome.REPAIR
    if facts.owner is Owner.CUSTOMER and not (is_repair and facts.is_free):
        return Status.AWAITING_CUSTOMER
    if is_repair:
        return Status.IN_OUTSIDE_REPAIR if facts.is_outside else Status.IN_REPAIR
    return Status.SOLD_DOWN if facts.outcome is Outcome.SOLD_DOWN else Status.SCRAP_PENDING


def by_choice(facts: Decision) -> Status:
    """Paid repair mends it, here or outside; a paid exchange or return scraps it as the store's."""
    return {
        Choice.PAID_REPAIR: Status.IN_OUTSIDE_REPAIR if facts.is_outside else Status.IN_REPAIR,
        Choice.RETURN_UNREPAIRED: Status.REPAIRED,
        Choice.PAID_EXCHANGE: Status.SCRAP_PENDING,
        Choice.PAID_RETURN: Status.SCRAP_PENDING,
    }[facts.choice]


def by_repair(facts: OutsideResult) -> Status:
    """What was mended outside is checked here; what was not is assessed anew."""
    return Status.IN_CHECK if facts.is_repaired else Status.RECEIVED


def by_origin(facts: Origin) -> Status:
    """Back to the status, or on to the site, that the caller names."""
    return facts.status


_STORE = frozenset({Role.STORE_STAFF})
_REGISTRARS = frozenset({Role.STORE_STAFF, Role.CLERK})
_DECIDERS = frozenset({Role.LIAISON, Role.STORE_MANAGER})
_CLERK = frozenset({Role.CLERK})
_SUPERVISOR = frozenset({Role.SUPERVISOR})
_ASSESSOR = frozenset({Role.ASSESSOR})
_REPAIRER = frozenset({Role.REPAIRER})
_BENCH = frozenset({Role.CLERK, Role.ASSESSOR, Role.REPAIRER, Role.SUPERVISOR})
_CHECKERS = frozenset({Role.REPAIRER, Role.ASSESSOR, Role.QA, Role.CLERK, Role.SUPERVISOR})

S, A = Status, Action

_VERDICTS = (
    S.IN_REPAIR, S.IN_OUTSIDE_REPAIR, S.SCRAP_PENDING, S.AWAITING_CUSTOMER, S.SOLD_DOWN, S.REPAIRED,
)  # fmt: skip

_FINAL = frozenset({
    S.REFUSED_IN_STORE, S.SETTLED_IN_STORE, S.HANDED_OVER, S.DESTROYED, S.RETURNED_TO_SUPPLIER,
    S.SOLD_DOWN, S.VOIDED,
})  # fmt: skip

_AT_REST = (
    S.RECEIVED, S.AWAITING_CUSTOMER, S.IN_REPAIR, S.IN_OUTSIDE_REPAIR, S.IN_CHECK, S.REPAIRED,
)  # fmt: skip
MACHINE = Machine(
    noun="registration",
    zh="登记单",
    en="Registration",
    statuses=Status,
    actions=Action,
    initial=S.REGISTERED,
    transitions={
        (S.REGISTERED, A.ACCEPT): Move((S.READY_TO_SHIP,)),
        (S.REFUSED_IN_STORE, A.ACCEPT): Move((S.READY_TO_SHIP,)),
        (S.REGISTERED, A.SETTLE): Move(
            (S.SETTLED_IN_STORE, S.READY_TO_SHIP, S.IN_LOCAL_REPAIR), by_settlement
        ),
        (S.IN_LOCAL_REPAIR, A.FINISH_LOCAL_REPAIR): Move((S.BACK_IN_STORE,)),
        (S.REGISTERED, A.REFUSE): Move((S.REFUSED_IN_STORE,)),
        (S.REGISTERED, A.VOID): Move((S.VOIDED,)),
        (S.READY_TO_SHIP, A.VOID): Move((S.VOIDED,)),
        (S.READY_TO_SHIP, A.PACK): Move((S.PACKED,)),
        (S.PACKED, A.UNPACK): Move((S.READY_TO_SHIP,)),
        (S.PACKED, A.DISPATCH): Move((S.IN_TRANSIT,)),
        (S.REGISTERED, A.RECEIVE): Move((S.RECEIVED,)),
        (S.IN_TRANSIT, A.RECEIVE): Move((S.RECEIVED,)),
        (S.MISSING, A.RECEIVE): Move((S.RECEIVED,)),
        (S.IN_TRANSIT, A.MISS): Move((S.MISSING,)),
        (S.RETURNING, A.MISS): Move((S.MISSING,)),
        (S.IN_OUTSIDE_REPAIR, A.MISS): Move((S.MISSING,)),
        (S.MISSING, A.FOUND): Move((S.RECEIVED, S.BACK_IN_STORE, S.IN_OUTSIDE_REPAIR), by_origin),
        (S.MISSING, A.WRITE_OFF): Move((S.SCRAP_PENDING,)),
        (S.RECEIVED, A.REFUSE_INTAKE): Move((S.REFUSED_AT_INTAKE,)),
        (S.RECEIVED, A.ASSESS): Move(_VERDICTS, by_finding),
        (S.REFUSED_AT_INTAKE, A.ASSESS): Move(_VERDICTS, by_finding),
        (S.AWAITING_CUSTOMER, A.DECIDE): Move(
            (S.IN_REPAIR, S.IN_OUTSIDE_REPAIR, S.REPAIRED, S.SCRAP_PENDING), by_choice
        ),
        (S.RECEIVED, A.WITHDRAW): Move((S.REPAIRED,)),
        (S.AWAITING_CUSTOMER, A.WITHDRAW): Move((S.REPAIRED,)),
        (S.IN_REPAIR, A.WITHDRAW): Move((S.REPAIRED,)),
        (S.IN_OUTSIDE_REPAIR, A.WITHDRAW): Move((S.REPAIRED,)),
        (S.IN_CHECK, A.WITHDRAW): Move((S.REPAIRED,)),
        (S.IN_REPAIR, A.WORK): Move((S.IN_REPAIR,)),
        (S.IN_REPAIR, A.FINISH_REPAIR): Move((S.IN_CHECK,)),
        (S.IN_REPAIR, A.GIVE_UP): Move((S.RECEIVED,)),
        (S.IN_CHECK, A.PASS_CHECK): Move((S.REPAIRED,)),
        (S.IN_OUTSIDE_REPAIR, A.SEND_OUT): Move((S.IN_OUTSIDE_REPAIR,)),
        (S.IN_OUTSIDE_REPAIR, A.RETURN_FROM_OUTSIDE): Move((S.IN_CHECK, S.RECEIVED), by_repair),
        (S.IN_CHECK, A.FAIL_CHECK): Move((S.IN_REPAIR, S.IN_OUTSIDE_REPAIR), by_origin),
        (S.REPAIRED, A.PACK_BACK): Move((S.PACKED_BACK,)),
        (S.REFUSED_AT_INTAKE, A.PACK_BACK): Move((S.PACKED_BACK,)),
        (S.PACKED_BACK, A.UNPACK_BACK): Move((S.REPAIRED, S.REFUSED_AT_INTAKE), by_origin),
        (S.PACKED_BACK, A.DISPATCH): Move((S.RETURNING,)),
        (S.RETURNING, A.RECEIVE_BACK): Move((S.BACK_IN_STORE,)),
        (S.MISSING, A.RECEIVE_BACK): Move((S.BACK_IN_STORE,)),
        (S.BACK_IN_STORE, A.HAND_OVER): Move((S.HANDED_OVER,)),
        **{(at, step): Move((at,)) for at in _AT_REST for step in (A.PAUSE, A.RESUME)},
        **{(at, A.PROMISE): Move((at,)) for at in S if at not in _FINAL},
        **{(at, A.IDENTIFY): Move((at,)) for at in S if at not in _FINAL},
        (S.SCRAP_PENDING, A.REASSIGN): Move((S.SCRAP_PENDING,)),
        (S.SCRAP_PENDING, A.LIST): Move((S.ON_LOSS_FORM,)),
        (S.ON_LOSS_FORM, A.UNLIST): Move((S.SCRAP_PENDING,)),
        (S.SCRAP_PENDING, A.TRANSFER): Move((S.SCRAP_PENDING,)),
        (S.ON_LOSS_FORM, A.TRANSFER): Move((S.ON_LOSS_FORM,)),
        (S.ON_LOSS_FORM, A.DESTROY): Move((S.DESTROYED,)),
        (S.ON_LOSS_FORM, A.RETURN_TO_SUPPLIER): Move((S.RETURNED_TO_SUPPLIER,)),
    },
    who={
        A.REGISTER: _REGISTRARS,
        A.ACCEPT: _DECIDERS,
        A.SETTLE: _DECIDERS,
        A.FINISH_LOCAL_REPAIR: _STORE,
        A.REFUSE: _DECIDERS,
        A.VOID: _STORE,
        A.PACK: _STORE,
        A.UNPACK: _STORE,
        A.DISPATCH: _STORE | _CLERK,
        A.RECEIVE: _CLERK,
        A.MISS: _STORE | _CLERK,
        A.FOUND: _SUPERVISOR,
        A.WRITE_OFF: _SUPERVISOR,
        A.REFUSE_INTAKE: _SUPERVISOR,
        A.ASSESS: _ASSESSOR,
        A.DECIDE: _STORE,
        A.WITHDRAW: _STORE,
        A.WORK: _REPAIRER,
        A.FINISH_REPAIR: _REPAIRER,
        A.GIVE_UP: _REPAIRER,
        A.SEND_OUT: _CLERK,
        A.RETURN_FROM_OUTSIDE: _CLERK,
        A.PASS_CHECK: _CHECKERS,
        A.FAIL_CHECK: _CHECKERS,
        A.PACK_BACK: _CLERK,
        A.UNPACK_BACK: _CLERK,
        A.RECEIVE_BACK: _STORE,
        A.HAND_OVER: _STORE,
        A.PAUSE: _BENCH, A.RESUME: _BENCH,
        A.PROMISE: _STORE,
        A.IDENTIFY: _CLERK,
        A.REASSIGN: _CLERK | _ASSESSOR,
        A.LIST: _CLERK, A.UNLIST: _CLERK,
        A.TRANSFER: _CLERK,
        A.DESTROY: frozenset({Role.ADMINISTRATION}),
        A.RETURN_TO_SUPPLIER: _CLERK,
    },
    final=_FINAL,
    inner=frozenset({
        A.REGISTER, A.PACK, A.UNPACK, A.DISPATCH, A.RECEIVE, A.MISS, A.PACK_BACK, A.UNPACK_BACK,
        A.RECEIVE_BACK, A.LIST, A.UNLIST, A.TRANSFER, A.DESTROY, A.PROMISE, A.IDENTIFY, A.REASSIGN,
    }),
)  # fmt: skip

IN_STORE_AGAIN = (S.BACK_IN_STORE, S.HANDED_OVER)
"""Where the garment came back to its store."""
