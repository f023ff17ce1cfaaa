"""The policies in force, read only: every number and choice, and the rule that it settles."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from tracker import edge
from tracker.db import utc_now
from tracker.domain.account import EVERY_ROLE, Role
from tracker.domain.calendar import shanghai_date
from tracker.extensions import db
from tracker.queries import policy as queries

blueprint = Blueprint("policy", __name__, url_prefix="/policies")

EVENTS = {
    "store_dispatched": _("sent by the store"),
    "store_received": _("received by the store"),
    "asd_received": _("received by after-sales"),
    "asd_dispatched": _("sent by after-sales"),
    "assessed": _("assessed"),
    "checked": _("checked"),
    "registered": _("registered"),
    "accepted": _("accepted, settled or refused"),
    "purchased": _("purchased"),
    "submitted": _("form submitted"),
    "signed": _("signed"),
    "handed_over": _("handed over"),
    "delivery_received": _("delivery received"),
    "inspected": _("inspected"),
    "sent_out": _("sent to outside repair"),
    "returned_from_outside": _("back from outside repair"),
    "due": _("due day"),
    "month_ended": _("end of the month"),
    "month_submitted": _("month submitted"),
    "month_closed": _("month closed"),
    "discrepancy_opened": _("discrepancy found"),
    "discrepancy_resolved": _("discrepancy resolved"),
    "statement_delivered": _("statement delivered"),
    "objected": _("objection of the party"),
    "promised": _("day promised to the customer"),
    "step_before": _("the step before it"),
    "step_taken": _("the step taken"),
}
CHOICES = {
    "store": _("the store"),
    "head_office": _("head office"),
    "yes": _("yes"),
    "no": _("no"),
    "charge": _("accept and charge"),
    "refuse": _("refuse"),
    "always": _("always the store"),
    "if_unreported": _("the store if it reported late"),
    "either": _("either"),
    "destroy": _("destroy"),
    "return_to_supplier": _("return to the supplier"),
    "transfer": _("transfer voucher"),
    "general": _("general voucher"),
    "all": _("every form"),
    "hq_only": _("forms borne by head office"),
    "liable_only": _("the liable party signs"),
    "both": _("the liable party signs, the other is told"),
}


@blueprint.get("")
@edge.allow(EVERY_ROLE - {Role.SUPPLIER})
def index() -> ResponseReturnValue:
    """Every version of every policy, the newest first within a name."""
    today = shanghai_date(utc_now())
    in_force = queries.in_force(db.session(), today)
    return render_template(
        "policy/index.html",
        policies=queries.versions(db.session()),
        in_force={name: policy.effective_from for name, policy in in_force.items()},
        events=EVENTS,
        choices=CHOICES,
        today=today,
    )
