"""Every column of text has a bound: what fills it is kept, one character more is a 422.

SQLite takes any length, PostgreSQL refuses what its column does not hold: only a bound before the
database gives both the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import String, Text, select

from tests.api.conftest import Programs
from tests.photos import add_photo, picture
from tracker.db import Base, utc_now
from tracker.domain.calendar import month_of, shanghai_date
from tracker.extensions import db
from tracker.models.ledger import LedgerEntry

Feed = Callable[[Programs, str], Any]
CUSTOMER = {
    "source": "customer",
    "purchased_on": "2026-11-01",
    "receipt_no": "T1",
    "customer": {"name": "张三丰", "phone": "13812345678"},
}


def _customer(programs: Programs, **fields: Any) -> Any:
    return programs.scan(**(CUSTOMER | fields))


def _note(programs: Programs, text: str) -> Any:
    path = f"/registrations/{programs.register()['no']}"
    return programs.take("manager1", path, "accept", note=text)


def _void(programs: Programs, text: str) -> Any:
    path = f"/registrations/{programs.register()['no']}"
    return programs.take("manager1", path, "void", reason=text)


def _why(programs: Programs, text: str) -> Any:
    garment = programs.register()
    programs.at_after_sales(garment)
    shares = [{"kind": "head_office", "percent": 100}]
    more = {"repairable": False, "liabilities": shares, "note": text}
    return programs.take("assessor", f"/registrations/{garment['no']}", "assess", **more)


def _disputed(programs: Programs, text: str) -> Any:
    garment = programs.register()
    programs.at_after_sales(garment)
    programs.scrap(garment)
    made = programs("clerk").post("/loss-forms", {"codes": [garment["piece_no"]]})
    path = f"/loss-forms/{made.json['loss_forms'][0]['no']}"
    programs.do("clerk", path, "submit")
    return path, programs.take("supplier1", path, "dispute", reason=text)


def _answered(programs: Programs, text: str) -> Any:
    path, _disputed_so = _disputed(programs, "x")
    return programs.take("supervisor", path, "answer", answer="upheld", reason=text)


def _dispatch(programs: Programs, **fields: str) -> Any:
    garment = programs.register()
    programs.do("manager1", f"/registrations/{garment['no']}", "accept")
    route = {"from_site": "S001", "to_site": "ASD", "kind": "weekly"}
    path = f"/shipments/{programs('store1').post('/shipments', route).json['no']}"
    programs.do("store1", path, "pack", code=garment["piece_no"])
    programs.do("store1", path, "seal")
    return programs.take(
        "store1", path, "dispatch", **({"carrier": "顺丰", "tracking_no": "SF1"} | fields)
    )


def _witness(programs: Programs, **fields: str) -> Any:
    garment = programs.register()
    programs.at_after_sales(garment)
    programs.scrap(garment)
    programs.approved(garment)
    planned = programs("warehouse").post("/destructions", {}).json["destruction"]
    path = f"/destructions/{planned['no']}"
    programs.do("warehouse", path, "scan", code=garment["piece_no"])
    return programs.take(
        "administration", path, "witness", **({"method": "剪毁", "place": "总仓"} | fields)
    )


def _taken_off(programs: Programs, text: str) -> Any:
    garment = programs.register()
    programs.at_after_sales(garment)
    programs.scrap(garment)
    programs.approved(garment)
    planned = programs("warehouse").post("/destructions", {}).json["destruction"]
    gone = {"registration": garment["no"], "reason": text}
    return programs.take("supervisor", f"/destructions/{planned['no']}", "take_off", **gone)


def _listed(programs: Programs) -> tuple[str, str]:
    """A garment on the draft of its party; returns its number and the form's path."""
    garment = programs.register()
    programs.at_after_sales(garment)
    programs.scrap(garment)
    listed = programs("clerk").post("/loss-forms", {"codes": [garment["piece_no"]]})
    return garment["no"], f"/loss-forms/{listed.json['loss_forms'][0]['no']}"


def _classify(programs: Programs, text: str) -> Any:
    no, path = _listed(programs)
    more = {"registration": no, "nature": "disaster", "note": text}
    version = programs("finance").get(path).json["version"]
    return programs.take("finance", path, "classify", if_version=version, **more)


def _reverse(programs: Programs, text: str) -> Any:
    _no, path = _listed(programs)
    programs.sign_off(path)
    form = path.rpartition("/")[2]
    session = db.session()
    entry = session.scalar(select(LedgerEntry.entry_no).where(LedgerEntry.document == form))
    session.rollback()
    body = {"reason": text, "action_id": str(uuid4())}
    return programs("finance").post(f"/ledger-entries/{entry}", body)


def _customer_of(name: str = "张三丰", phone: str = "13812345678") -> dict[str, str]:
    return {"name": name, "phone": phone}


def _remove_photo(programs: Programs, text: str) -> Any:
    path = f"/registrations/{programs.register()['no']}/photos"
    made = add_photo(programs("store1"), path, picture())
    return programs("store1").post(f"/photos/{made.json['photo']['id']}/remove", {"reason": text})


def _deliver(programs: Programs, number: str) -> Any:
    goods = [{"code": "6901234567892", "quantity": 1}]
    body = {"site": "S001", "delivery_no": number, "received_on": "2026-11-02", "lines": goods}
    return programs("store1").post("/deliveries", body)


def _correct(programs: Programs, text: str) -> Any:
    body = {"kind": "corrected", "quantity": 1, "reason": text, "action_id": str(uuid4())}
    return programs("clerk").post("/parts/ZIP-60/movements", body)


def _seal(programs: Programs, text: str) -> Any:
    garment = programs.register()
    programs.do("manager1", f"/registrations/{garment['no']}", "accept")
    route = {"from_site": "S001", "to_site": "ASD", "kind": "weekly"}
    path = f"/shipments/{programs('store1').post('/shipments', route).json['no']}"
    programs.do("store1", path, "pack", code=garment["piece_no"])
    return programs.take("store1", path, "seal", cartons=[{"carton": 1, "seal_no": text}])


def _claim(programs: Programs, text: str) -> Any:
    garment = programs.register()
    programs.at_after_sales(garment)
    box = programs("auditor").get("/shipments").json["items"][0]["no"]
    programs.do("clerk", f"/shipments/{box}", "report_damage", note="箱角压破")
    case = programs("supervisor").get("/discrepancies").json["items"][0]["no"]
    claimed = {"claimed_fen": 100, "claim_no": text}
    return programs.take("clerk", f"/discrepancies/{case}", "claim", **claimed)


def _send_out(programs: Programs, **fields: str) -> Any:
    garment = programs.register()
    programs.at_after_sales(garment)
    path = f"/registrations/{garment['no']}"
    programs.do("assessor", path, "assess", repairable=True, route="factory")
    sent = {"vendor": "SUP01", "carrier": "德邦快递", "tracking_no": "DB-1"}
    return programs.take("clerk", path, "send_out", **(sent | fields))


def _carry(programs: Programs, text: str) -> Any:
    garment = programs.register()
    programs.at_after_sales(garment)
    programs.scrap(garment)
    made = programs("supervisor").post("/months", {"month": month_of(utc_now())})
    fields = {"documents": [garment["no"]], "reason": text}
    return programs.take("supervisor", f"/months/{made.json['month']}", "carry_over", **fields)


def _drawn(programs: Programs) -> str:
    """Close a month with one jacket; return the path of its statement."""
    garment = programs.register()
    programs.at_after_sales(garment)
    programs.scrap(garment)
    programs.approved(garment)
    months = programs("finance").get("/months").json["items"]
    name = next(month["month"] for month in reversed(months) if month["status"] == "open")
    month = f"/months/{name}"
    programs.do("supervisor", month, "submit")
    programs.do("finance", month, "close", if_version=programs.version(month))
    body = {"month": name, "action_id": str(uuid4())}
    [made, *_others] = programs("finance").post("/statements", body).json["statements"]
    return f"/statements/{made['no']}"


def _settle(programs: Programs, text: str) -> Any:
    path = _drawn(programs)
    programs.do("finance", path, "issue")
    programs.do("finance", path, "deliver", how="mail")
    paid = {"amount_fen": 100, "settled_on": shanghai_date(utc_now()).isoformat()}
    return programs.take("finance", path, "settle", reference=text, **paid)


def _issue(programs: Programs, **fields: str) -> Any:
    path = _drawn(programs)
    return programs.take("finance", path, "issue", **fields)


def _proposed(programs: Programs, text: str, store: str = "S001") -> Any:
    today = shanghai_date(utc_now()).isoformat()
    asked = {"value": "12", "effective_from": today, "action_id": str(uuid4()), "reason": text}
    asked |= {"scope": "store", "target": store}
    return programs("supervisor").post("/policies/repair_tat/proposals", asked)


def _refused(programs: Programs, text: str) -> Any:
    no = _proposed(programs, "x", f"S00{len(text) % 2 + 1}").json["no"]
    body = {"action": "refuse", "action_id": str(uuid4()), "reason": text}
    return programs("finance").post(f"/policy-proposals/{no}/actions", body)


FED: dict[str, Feed] = {
    "policy_proposal.reason": _proposed,
    "policy_proposal.answer": _refused,
    "carton.seal_no": _seal,
    "discrepancy.claim_no": _claim,
    "outside_job.carrier": lambda programs, text: _send_out(programs, carrier=text),
    "outside_job.tracking_no": lambda programs, text: _send_out(programs, tracking_no=text),
    "registration.note": lambda programs, text: programs.scan(note=text),
    "registration.receipt_no": lambda programs, text: _customer(programs, receipt_no=text),
    "registration.gore_card_no": lambda programs, text: _customer(programs, gore_card_no=text),
    "customer.name": lambda programs, text: _customer(programs, customer=_customer_of(text)),
    "customer.phone": lambda programs, text: _customer(programs, customer=_customer_of(phone=text)),
    "event.reason": _void,
    "ledger_entry.reason": _reverse,
    "liability.why": _why,
    "loss_line.nature_why": _classify,
    "dispute.reason": lambda programs, text: _disputed(programs, text)[1],
    "dispute.answer": _answered,
    "shipment.carrier": lambda programs, text: _dispatch(programs, carrier=text),
    "shipment.tracking_no": lambda programs, text: _dispatch(programs, tracking_no=text),
    "taken_off.reason": _taken_off,
    "destruction.method": lambda programs, text: _witness(programs, method=text),
    "photo.reason": _remove_photo,
    "part_movement.reason": _correct,
    "delivery.delivery_no": _deliver,
    "month_carry.why": _carry,
    "settlement.reference": _settle,
    "statement.contract_no": lambda programs, text: _issue(programs, contract_no=text),
    "statement.set_off_batch": lambda programs, text: _issue(programs, set_off_batch=text),
    "destruction.place": lambda programs, text: _witness(programs, place=text),
}
"""Columns that people fill through the API, and how."""

OURS = {
    "action_key", "scan", "handling_scan", "counter", "ledger_entry", "login_session", "month",
    "token", "policy", "piece", "signature", "loss_form", "loss_line", "assessment",
    "repair_check", "receipt", "shipment_line", "trip", "scan_ticket",
    "label_print", "tag_roll", "departure", "month_total", "month_roll", "settlement_file",
    "chain_link", "printed_head", "chain_check", "signed_paper", "signature_scan",
    "liability_derivation", "job", "voucher_set", "due_change", "forecast", "kept_forecast",
    "notice", "notice_sending", "notice_sending_line",
}  # fmt: skip
"""Tables whose text the program writes itself: codes, numbers, digests, names copied."""
TYPED = {"ledger_entry.reason", "loss_line.nature_why"}
"""What people write into these tables all the same."""
IMPORTED = {"account", "site", "supplier", "style", "sku"}
"""Tables that commands fill; their files are checked row by row."""
ON_PAGES = {
    "repair_operation", "part", "customer_call", "carrier", "liability_rule", "account_code",
    "alarm_note", "access_link", "link_opening", "calendar_day", "approval_step",
    "delegation", "profile_choice", "law_place", "escalation_step", "notice_wish", "notice_channel",
}  # fmt: skip
"""Tables that pages alone fill: their own tests in tests/web fill their columns."""
CODES = {
    "registration.ending", "registration.pause",
    "discrepancy.no", "discrepancy.kind", "discrepancy.status", "discrepancy.finding",
    "part_movement.kind", "registration.demand", "customer_access.why",
    "delivery.no", "delivery.status", "delivery.source",
    "dispute.code", "dispute.verdict",
    "policy_proposal.name", "policy_proposal.scope", "policy_proposal.target",
    "policy_proposal.value", "policy_proposal.verdict",
    "photo.noun", "photo.kind", "photo.sha256",
    "registration.no", "registration.status", "registration.source", "registration.owner",
    "registration.defect", "registration.position", "registration.cause", "registration.clock",
    "registration.grade", "customer.phone_tail", "event.noun", "event.action",
    "event.from_status", "event.to_status", "event.document", "liability.liable_kind",
    "liability.party", "shipment.no", "shipment.kind", "shipment.status",
    "shipment.freight_bearer", "destruction.no", "destruction.status",
    "month_carry.month", "month_carry.document", "month_carry.check_name",
    "statement.no", "statement.status", "statement.liable_kind", "statement.party",
    "statement.party_name", "statement.month", "statement.delivered_how", "settlement.row_key",
}  # fmt: skip
"""Columns of the other tables that hold a code of a list, or a number that we make."""


def _width(column: str) -> int:
    table, _, name = column.partition(".")
    kind = Base.metadata.tables[table].columns[name].type
    assert isinstance(kind, String)
    assert kind.length is not None
    return kind.length


def test_every_bounded_column_is_fed_here_or_written_by_the_program() -> None:
    bounded = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String) and not isinstance(column.type, Text)
        if table.name not in OURS | IMPORTED | ON_PAGES
    }
    assert bounded | TYPED == set(FED) | CODES


@pytest.mark.parametrize("column", sorted(FED))
def test_a_full_column_is_kept_and_one_character_more_is_refused(
    programs: Programs, column: str
) -> None:
    width = _width(column)
    refused = FED[column](programs, "长" * (width + 1))
    assert (refused.status_code, refused.json["code"]) == (422, "too_long")
    assert FED[column](programs, "长" * width).status_code in (200, 201)


@pytest.mark.parametrize(
    "column",
    [
        "shipment.carrier", "shipment.tracking_no", "destruction.method", "destruction.place",
        "event.reason", "delivery.delivery_no",
    ],
)  # fmt: skip
@pytest.mark.parametrize("blank", [" ", "\u3000\t"])
def test_blanks_are_no_words(programs: Programs, column: str, blank: str) -> None:
    refused = FED[column](programs, blank)
    field = column.partition(".")[2]
    assert (refused.status_code, refused.json["code"], refused.json["field"]) == (
        422,
        "missing_field",
        field,
    )


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z"],
)
def test_a_moment_that_no_database_keeps_is_refused(programs: Programs, moment: str) -> None:
    scanned = programs.scan(scanned_at=moment)
    assert (scanned.status_code, scanned.json["field"]) == (422, "scanned_at")
    path = f"/registrations/{programs.register()['no']}"
    acted = programs.take("manager1", path, "accept", at=moment)
    assert (acted.status_code, acted.json["field"]) == (422, "at")


def test_a_device_whose_clock_began_anew_loses_no_scan(programs: Programs) -> None:
    assert programs.scan(scanned_at="1970-01-01T00:00:07Z").status_code == 201


@pytest.mark.parametrize(
    ("field", "day"),
    [
        ("found_on", "9999-12-31"), ("found_on", "0001-01-01"), ("purchased_on", "9999-12-31"),
        ("purchased_on", "2099-01-01"), ("purchased_on", "1999-12-31"),
        ("promised_on", "9999-12-31"),
    ],
)  # fmt: skip
def test_a_day_that_cannot_be_is_asked_again(programs: Programs, field: str, day: str) -> None:
    answer = _customer(programs, **{field: day})
    assert (answer.status_code, answer.json["code"], answer.json["field"]) == (
        422,
        "date_out_of_range",
        field,
    )
    assert answer.json["outcome"] == "needs_input"
