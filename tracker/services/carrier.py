"""The carriers that the chain works with: offered wherever a box is sent."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.errors import RuleViolation, not_found
from tracker.models.shipment import Carrier
from tracker.services.act import Act
from tracker.services.fields import Text40, required

USUAL = ("顺丰速运", "京东物流", "德邦快递", "中通快递", "圆通速递", "韵达快递", "申通快递", "EMS")


def seed(session: Session) -> None:
    """Offer the usual carriers where there are none yet; repeating it changes nothing."""
    if session.scalar(select(Carrier.id).limit(1)) is None:
        session.add_all(Carrier(name=name) for name in USUAL)
        session.flush()


def add(act: Act, name: Text40) -> Carrier:
    """Offer a carrier, anew if it was retired. Raises ``RuleViolation`` ``carrier_known``."""
    name = required(name, "name", "请填写承运商名称。", "Fill in the carrier's name.")
    known = act.session.scalar(select(Carrier).where(Carrier.name == name))
    if known is not None and known.is_active:
        raise RuleViolation(
            "carrier_known",
            "承运商「{name}」已在名单里。",
            "The carrier “{name}” is on the list already.",
            name=name,
        )
    known = known or Carrier(name=name)
    known.is_active = True
    act.session.add(known)
    act.session.flush()
    return known


def retire(act: Act, name: str) -> None:
    """Offer a carrier no more; boxes that it carried keep its name. Raises ``NotFound``."""
    known = act.session.scalar(select(Carrier).where(Carrier.name == name, Carrier.is_active))
    if known is None:
        raise not_found("承运商", "carrier", name)
    known.is_active = False
    act.session.flush()
