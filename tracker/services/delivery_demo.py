"""The demonstration chain's deliveries: two inspected, one that is due in two days."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.calendar import shanghai_date
from tracker.domain.delivery import Origin
from tracker.queries import account as accounts
from tracker.services import delivery
from tracker.services.act import Act
from tracker.services.delivery import Goods

JACKET, DOWN_COAT, LEATHER = "6901234567892", "6921012340004", "6950000000019"
SHIRT = "6934567890122"
DELIVERIES = (
    ("store1", 24, 20, (Goods(JACKET, 12), Goods(DOWN_COAT, 8))),
    ("store2", 18, 15, (Goods(JACKET, 10), Goods(LEATHER, 4))),
    ("store1", 5, None, (Goods(DOWN_COAT, 6), Goods(SHIRT, 20))),
)
"""Who received them, how many days ago, how many days ago they were inspected, and the goods."""


def load(session: Session, now: datetime) -> None:
    """Add the deliveries, dated back from ``now``."""
    for login, received, inspected, goods in DELIVERIES:
        account = accounts.by_login(session, login)
        if account is None:
            continue
        actor = accounts.actor_of(account)
        came = now - timedelta(days=received)
        act = Act(session, actor, came)
        day = shanghai_date(came)
        made, _is_new = delivery.enter(
            act,
            site=actor.site_code,
            delivery_no=f"PS{day:%Y%m%d}-{actor.site_code}",
            received_on=day,
            lines=goods,
            source=Origin.PAGE,
        )
        if inspected is not None:
            delivery.inspect(Act(session, actor, now - timedelta(days=inspected)), made)
