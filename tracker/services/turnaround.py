"""The end of a round trip: one row, from which every turnaround figure is counted."""

from __future__ import annotations

from tracker.domain.calendar import shanghai_date
from tracker.domain.turnaround import LEGS, worst_leg
from tracker.models.registration import Registration
from tracker.models.turnaround import Trip
from tracker.queries import turnaround as queries
from tracker.services import clock
from tracker.services.act import Act


def finish(act: Act, registration: Registration) -> None:
    """Keep the round trip of a garment that is back in its store; call it before the clock stops.

    A garment whose 15 days do not run (rule 1.34: they begin at dispatch) leaves no row. Days are
    calendar days, the day of dispatch is day 0 (C-01, C-02).
    """
    if registration.clock != clock.TURNAROUND:
        return
    found = queries.of(act.session, [registration], act.now)[registration.id]
    hands = queries.hands(act.session, registration)
    back_on = shanghai_date(act.now)
    days = {name.removeprefix("leg_"): leg.days for name, leg in zip(LEGS, found.legs, strict=True)}
    act.session.add(
        Trip(
            registration_id=registration.id,
            site_id=registration.site_id,
            dispatched_on=shanghai_date(found.started_at),
            back_on=back_on,
            due_on=found.due_on,
            days=found.days,
            is_on_time=back_on <= found.due_on,
            worst_leg=worst_leg(found),
            carrier_out=hands.carrier_out,
            carrier_back=hands.carrier_back,
            repairer_id=hands.repairer_id,
            supplier_id=registration.piece.supplier_id,
            style_id=registration.piece.sku.style_id,
            is_repaired=hands.is_repaired,
            is_repeat=registration.is_repeat,
            failed_checks=hands.failed_checks,
            **{f"{name}_days": passed for name, passed in days.items()},
        )
    )
    act.session.flush()
