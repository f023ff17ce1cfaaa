"""Every page of Hangtag, who looks at it, and a record that shows it well.

The pictures of ``docs/screenshots``, the search for barriers (axe) and the test that no page is
forgotten take their addresses from here. Records come from a chain with some weeks of history.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from flask import current_app

from tests.photos import picture
from tests.story import DOWN_COAT, JACKET, SUPPLIER_FAULT, Story
from tracker.db import utc_now
from tracker.domain.access_link import Noun
from tracker.domain.codes import Cause, Defect, LiableKind
from tracker.domain.job import Form
from tracker.domain.job import Kind as Job
from tracker.domain.loss import Share
from tracker.domain.notice import Occasion
from tracker.domain.notice_channel import ChannelKind, Setup
from tracker.domain.photo import Kind, Subject
from tracker.domain.policy import Scope
from tracker.domain.registration import Outcome
from tracker.domain.repair import Route
from tracker.jobs import work
from tracker.queries import ledger
from tracker.queries import notice_channel as channels
from tracker.services import (
    access_link,
    job,
    notice,
    notice_channel,
    notice_post,
    notice_sending,
    photo,
    policy_change,
    receipt,
    scan_ticket,
    settlement_import,
    voucher,
)
from tracker.services.job_kinds import MonthReport
from tracker.services.provisional import Manual
from tracker.services.rows import Row


@dataclass(frozen=True)
class Sheet:
    """One page: its name, who looks, its address; ``record`` is the SQL whose first
    column fills ``{no}`` in, and whose last ``{line}``.
    """

    name: str
    login: str
    address: str
    record: str = ""

    @property
    def on_phone(self) -> bool:
        """Whether store staff look at it, who may have nothing but a phone."""
        return self.login in ("store1", "manager1", "")


def _garment(status: str, more: str = "") -> str:
    return f"SELECT no FROM registration WHERE status = '{status}' {more} ORDER BY id DESC LIMIT 1"  # noqa: S608


_STORE1 = "AND site_id = (SELECT id FROM site WHERE code = 'S001')"
_BOX = (
    "SELECT no FROM shipment WHERE status = '{0}' AND kind IN ('weekly', 'extra') "
    "ORDER BY id DESC LIMIT 1"
)
_OURS = "AND (SELECT code FROM site WHERE id = from_site_id) = 'S001'"

SECRETS = ("atlas-loss-form", "atlas-statement")
"""The links of this chain open with these, so that their pages have an address."""

ATLAS: tuple[Sheet, ...] = (
    Sheet("log-in", "", "/login"),
    Sheet("trust", "", "/trust"),
    Sheet("work-store", "manager1", "/"),
    Sheet("work-clerk", "clerk", "/"),
    Sheet("work-assessor", "assessor", "/"),
    Sheet("work-repairer", "repairer", "/"),
    Sheet("work-supervisor", "supervisor", "/"),
    Sheet("work-region", "region1", "/"),
    Sheet("work-logistics", "logistics", "/"),
    Sheet("work-finance", "finance", "/"),
    Sheet("work-warehouse", "warehouse", "/"),
    Sheet("work-supplier", "supplier1", "/"),
    Sheet("scan", "store1", "/registrations/new?code=6901234567892"),
    Sheet("station", "store1", "/scan/"),
    Sheet("registered", "store1", "/registrations/{no}/registered",
          _garment("registered", _STORE1)),
    Sheet("label-print", "store1", "/labels/print?nos={no}", _garment("registered", _STORE1)),
    Sheet("tag-rolls", "manager1", "/tag-rolls"),
    Sheet("garments", "supervisor", "/registrations?status=live"),
    Sheet("garments-bulk", "manager1", "/registrations?status=registered"),
    Sheet("garment-registered", "manager1", "/registrations/{no}", _garment("registered", _STORE1)),
    Sheet("garment-received", "assessor", "/registrations/{no}", _garment("received")),
    Sheet("garment-in-repair", "repairer", "/registrations/{no}", _garment("in_repair")),
    Sheet("garment-awaiting", "store1", "/registrations/{no}",
          _garment("awaiting_customer", _STORE1)),
    Sheet("garment-outside", "clerk", "/registrations/{no}", _garment("in_outside_repair")),
    Sheet("garment-handed-over", "auditor", "/registrations/{no}", _garment("handed_over")),
    Sheet("garment-missing", "supervisor", "/registrations/{no}", _garment("missing")),
    Sheet("customers-waiting", "store1", "/customers/waiting"),
    Sheet("phones-shown", "supervisor", "/customers/access-log"),
    Sheet("provisional", "clerk", "/provisional"),
    Sheet("provisional-one", "clerk", "/provisional/{no}",
          "SELECT id FROM sku WHERE is_provisional ORDER BY id DESC LIMIT 1"),
    Sheet("photo", "store1", "/photos/{no}", "SELECT id FROM photo ORDER BY id LIMIT 1"),
    Sheet("boxes-store", "store1", "/shipments"),
    Sheet("boxes-after-sales", "clerk", "/shipments"),
    Sheet("box-of-the-week", "store1", "/shipments/{no}",
          f"SELECT no FROM shipment WHERE kind IN ('weekly', 'extra') {_OURS} "  # noqa: S608
          "ORDER BY id DESC LIMIT 1"),
    Sheet("box-to-count", "clerk", "/shipments/{no}", _BOX.format("dispatched")),
    Sheet("box-reconciled", "clerk", "/shipments/{no}", _BOX.format("reconciled")),
    Sheet("box-reconcile", "clerk", "/shipments/{no}/reconcile", _BOX.format("arriving")),
    Sheet("box-surplus", "clerk", "/shipments/{no}/surplus", _BOX.format("arriving")),
    Sheet("box-misdelivered", "store1", "/shipments/misdelivered"),
    Sheet("return-plan", "clerk", "/shipments/plan"),
    Sheet("relay", "region1", "/shipments/relay"),
    Sheet("tie-out", "supervisor", "/shipments/tie-out"),
    Sheet("tie-out-rows", "supervisor", "/shipments/tie-out/rows?figure=registered"),
    Sheet("carriers", "logistics", "/carriers"),
    Sheet("deliveries", "store1", "/deliveries"),
    Sheet("delivery", "store1", "/deliveries/{no}",
          "SELECT no FROM delivery WHERE site_id = (SELECT id FROM site WHERE code = 'S001') "
          "ORDER BY id DESC LIMIT 1"),
    Sheet("delivery-new", "store1", "/deliveries/new"),
    Sheet("outside", "clerk", "/outside"),
    Sheet("scans-to-check", "store1", "/scans/review"),
    Sheet("scanning-devices", "manager1", "/scan/devices"),
    Sheet("alarms", "supervisor", "/alarms"),
    Sheet("discrepancies", "supervisor", "/discrepancies"),
    Sheet("discrepancy", "supervisor", "/discrepancies/{no}",
          "SELECT no FROM discrepancy ORDER BY status, id DESC LIMIT 1"),
    Sheet("bench", "repairer", "/bench"),
    Sheet("bench-figures", "supervisor", "/bench/figures"),
    Sheet("bench-rows", "supervisor", "/bench/figures/rows"),
    Sheet("operations", "supervisor", "/operations"),
    Sheet("operation", "supervisor", "/operations/{no}",
          "SELECT code FROM repair_operation ORDER BY id LIMIT 1"),
    Sheet("parts", "clerk", "/parts"),
    Sheet("part", "clerk", "/parts/{no}", "SELECT code FROM part ORDER BY id LIMIT 1"),
    Sheet("loss-forms", "supervisor", "/loss-forms"),
    Sheet("loss-form", "business", "/loss-forms/{no}",
          "SELECT no FROM loss_form WHERE liable_kind = 'supplier' AND status <> 'draft' "
          "ORDER BY id DESC LIMIT 1"),
    Sheet("loss-form-disputed", "supervisor", "/loss-forms/{no}",
          "SELECT no FROM loss_form WHERE status = 'disputed' ORDER BY id DESC LIMIT 1"),
    Sheet("liability-rules", "supervisor",
          "/liability-rules?defect=STAIN&cause=storage&found=stock&report=found_late"),
    Sheet("liability-rule", "supervisor", "/liability-rules/CARE"),
    Sheet("liability-rule-new", "supervisor", "/liability-rules/new"),
    Sheet("warranty", "store1", "/warranty?fault=open_seam&category=textile&purchased_on=2026-03-01"
          "&on=2026-03-20&paid=699&channel=store&mending=repaired&brought=has_receipt&profile=concise"),
    Sheet("promises", "supervisor", "/promises?code=plan&code=year_2024&pack=shanghai"),
    Sheet("approvals", "business", "/approvals"),
    Sheet("approval-steps", "supervisor", "/approval-steps"),
    Sheet("approval-step", "finance", "/approval-steps/approve"),
    Sheet("approval-step-new", "finance", "/approval-steps/new"),
    Sheet("delegations", "vp", "/delegations"),
    Sheet("loss-pending", "clerk", "/loss-forms/pending"),
    Sheet("liability", "clerk", "/loss-forms/pending/{no}", _garment("scrap_pending")),
    Sheet("destructions", "warehouse", "/destructions"),
    Sheet("destruction", "administration", "/destructions/{no}",
          "SELECT no FROM destruction ORDER BY id DESC LIMIT 1"),
    Sheet("months", "finance", "/months"),
    Sheet("month", "finance", "/months/{no}", "SELECT month FROM month ORDER BY month LIMIT 1"),
    Sheet("month-check", "supervisor", "/months/{no}/check",
          "SELECT month FROM month WHERE status = 'open' ORDER BY month LIMIT 1"),
    Sheet("month-roll", "finance", "/months/{no}/roll/new",
          "SELECT month FROM month ORDER BY month LIMIT 1"),
    Sheet("statements", "finance", "/statements"),
    Sheet("statement", "finance", "/statements/{no}",
          "SELECT no FROM statement WHERE status = 'delivered' ORDER BY id LIMIT 1"),
    Sheet("access-links", "business", "/loss-forms/{no}/links",
          "SELECT document FROM access_link WHERE noun = 'loss_form' ORDER BY id LIMIT 1"),
    Sheet("portal-loss-form", "", f"/l/{SECRETS[0]}"),
    Sheet("portal-statement", "", f"/l/{SECRETS[1]}"),
    Sheet("portal-done", "", "/l/done"),
    Sheet("settlement-files", "finance", "/settlements"),
    Sheet("settlement-file", "finance", "/settlements/{no}",
          "SELECT id FROM settlement_file ORDER BY id DESC LIMIT 1"),
    Sheet("opening-balances", "finance", "/settlements/opening"),
    Sheet("vouchers", "finance", "/months/{no}/vouchers",
          "SELECT month FROM voucher_set ORDER BY id LIMIT 1"),
    Sheet("account-codes", "finance", "/account-codes"),
    Sheet("account-code", "finance", "/account-codes/{no}",
          "SELECT id FROM account_code ORDER BY id LIMIT 1"),
    Sheet("entries", "finance", "/ledger/entries"),
    Sheet("entry", "finance", "/ledger/entries/{no}",
          "SELECT entry_no FROM ledger_entry WHERE account = 'charge' ORDER BY id DESC LIMIT 1"),
    Sheet("chain", "finance", "/ledger/chain"),
    Sheet("loss-nature", "finance", "/loss-forms/{no}/lines/{line}/nature",
          "SELECT f.no, r.no FROM loss_form f JOIN loss_line l ON l.form_id = f.id "
          "JOIN registration r ON r.id = l.registration_id WHERE l.is_live "
          "ORDER BY f.status = 'approved', l.id DESC LIMIT 1"),
    Sheet("jobs", "finance", "/jobs"),
    Sheet("job", "finance", "/jobs/{no}", "SELECT no FROM job WHERE status = 'done' LIMIT 1"),
    Sheet("job-new", "finance", "/jobs/new?kind=month_report&month=2026-11&form=pdf"),
    Sheet("scrap-report", "finance", "/reports/scrap?by=supplier&by=defect"),
    Sheet("scrap-report-rows", "finance", "/reports/scrap/rows"),
    Sheet("notices", "manager1", "/notices"),
    Sheet("notice-wishes", "store1", "/notices/wishes"),
    Sheet("notice-steps", "supervisor", "/notices/steps"),
    Sheet("notice-channels", "admin", "/notices/channels"),
    Sheet("notice-channel", "admin", "/notices/channels/{no}",
          "SELECT id FROM notice_channel ORDER BY id LIMIT 1"),
    Sheet("notice-channel-new", "admin", "/notices/channels/new/mail"),
    Sheet("notice-sendings", "admin", "/notices/sendings"),
    Sheet("turnaround", "supervisor", "/turnaround"),
    Sheet("turnaround-by-store", "supervisor", "/turnaround/by/store"),
    Sheet("turnaround-rows", "supervisor", "/turnaround/rows"),
    Sheet("in-flight", "supervisor", "/turnaround/in-flight"),
    Sheet("in-flight-rows", "supervisor", "/turnaround/in-flight/rows"),
    Sheet("forecast", "supervisor", "/forecast"),
    Sheet("forecast-measured", "supervisor", "/forecast/measured"),
    Sheet("forecast-bench", "repairer", "/forecast/bench"),
    Sheet("calendar", "supervisor", "/calendar"),
    Sheet("policies", "auditor", "/policies"),
    Sheet("policy", "supervisor", "/policies/repair_tat"),
    Sheet("policy-change", "supervisor",
          "/policies/repair_tat/change?scope=chain&value=14&effective_from=2099-01-01"),
    Sheet("policy-proposal", "vp", "/policies/changes/{no}",
          "SELECT id FROM policy_proposal ORDER BY id DESC LIMIT 1"),
    Sheet("catalogue", "auditor", "/catalog"),
    Sheet("sites", "admin", "/catalog/sites"),
    Sheet("accounts", "admin", "/accounts"),
    Sheet("badges", "manager1", "/accounts/badges"),
    Sheet("pin", "store1", "/account/pin"),
    Sheet("switch", "store1", "/switch"),
    Sheet("scanner", "store1", "/scanner"),
    Sheet("last-scans", "store1", "/scans"),
)  # fmt: skip


def addressed(database: Path) -> Iterator[tuple[Sheet, str]]:
    """Yield every page with its address in this chain; raises where no record shows it."""
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        for sheet in ATLAS:
            found = connection.execute(sheet.record).fetchone() if sheet.record else ("",)
            if found is None:
                raise LookupError(f"no record shows {sheet.name}")
            yield sheet, sheet.address.format(no=found[0], line=found[-1])


def disputed(story: Story) -> str:
    """A supplier's form that it disputes in part; return its number."""
    nos = [story.register(production_year=year, **SUPPLIER_FAULT) for year in (2026, 2022)]
    story.at_after_sales(*nos)
    for no in nos:
        story.scrap(no)
    form = next(no for no in story.list_on_forms(*nos) if story.form(no).party == "SUP01")
    story.do("clerk", "loss_form", form, "submit")
    why = "面料检测色牢度合格，系店铺熨烫造成"
    story.do("supplier1", "loss_form", form, "dispute", reason=why, lines=nos[:1])
    return form


def play(story: Story, photos: Path) -> None:
    """Bring into a chain with history what its weeks may lack: one of every unfinished case."""
    story.now = utc_now() - timedelta(days=5)
    waiting = story.register_customer(code=DOWN_COAT, cause=Cause.WEAR_MISUSE)
    missing, outside, scrap, received = (story.register(**SUPPLIER_FAULT) for _ in range(4))
    travelled = (waiting, missing, outside, scrap, received)
    box = story.send(*travelled)
    story.wait(days=2)
    story.count_in(box, *(no for no in travelled if no != missing))
    quoted = {"outcome": Outcome.REPAIR, "quote_fen": 4500}
    story.do("assessor", "registration", waiting, "assess", **quoted)
    sent = {"outcome": Outcome.REPAIR, "route": Route.FACTORY}
    story.do("assessor", "registration", outside, "assess", **sent)
    where = {"vendor": "SUP01", "carrier": "德邦快递", "tracking_no": "DPK30021"}
    story.do("clerk", "registration", outside, "send_out", **where)
    story.scrap(scrap)
    disputed(story)
    story.do("clerk", "shipment", box, "report_damage", note="箱角压破，一件受潮")
    counting = story.send(
        story.register("store2", defect=Defect.ZIP_FAIL), login="store2", manager="manager2"
    )
    astray = story.send(story.register("store3", code=JACKET), login="store3", manager="manager3")
    story.write(lambda: receipt.report_wrong_site(story.act("store2", note="送错到本店"), astray))
    story.do("clerk", "shipment", counting, "arrive")
    story.now = utc_now()
    unknown = Manual("2613M09999", "GN1", "175/92A", "SUP01")
    story.register(code="6901234500011", manual=unknown, production_year=2026)
    story.register_customer(code=JACKET)
    story.scan(code="6900000000007", scanned_at=story.now - timedelta(hours=1))
    story.write(lambda: scan_ticket.issue(story.act("store1"), str(uuid4()), "k" * 32))
    pictured = story.register()
    kept = (Subject.REGISTRATION, pictured, Kind.FAULT)
    shrunk = photo.keep(story.act("store1"), photos, *kept, picture())
    _export(story)
    act = story.act("store1")
    story.write(lambda: photo.add(act, kept[0], pictured, kind=Kind.FAULT, shrunk=shrunk))
    _bill(story, photos)
    _propose(story)
    _notify(story)


def _propose(story: Story) -> None:
    """A change of a policy that waits for its second person."""
    day = story.now.date() + timedelta(days=30)
    faster: dict[str, Any] = {"value": "14", "effective_from": day, "reason": "承运商提速"}
    act = story.act("supervisor")
    story.write(
        lambda: policy_change.propose(act, "repair_tat", scope=Scope.CHAIN, target="", **faster)
    )


def _notify(story: Story) -> None:
    """Keep a robot's channel, tell what is due, and leave a message that nobody took."""
    key = current_app.config["SETTINGS"].secret_key
    act = story.act("admin")
    plan = notice_channel.Plan("华南门店群", frozenset(Occasion))
    setup = Setup(url="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=practice")
    story.write(lambda: notice_channel.add(act, key, ChannelKind.WECOM, plan, setup))
    [number] = [row.id for row in channels.every(story.session)]
    story.write(lambda: notice_channel.switch(act, number, is_open=True))
    notice.tell(story.session, story.now)
    story.write(lambda: notice_sending.compose(story.session, key, story.now))
    while found := story.write(lambda: notice_sending.claim(story.session, story.now)):
        lost = notice_post.Outcome("TimeoutError: timed out", is_known=False)
        story.write(partial(notice_sending.finish, story.session, found.no, lost, act.now))
    story.write(lambda: notice_channel.switch(act, number, is_open=False))


def _export(story: Story) -> None:
    """Make the report of the last month as a job of finance's, and leave another cancelled."""
    made, cancelled = (_asked(story, form) for form in (Form.CSV, Form.PDF))
    begun = story.write(lambda: job.start(story.session, made, story.now))
    work.make(current_app.config["SETTINGS"].model_copy(update={"job_memory_mb": 8192}), begun)
    story.do("finance", "job", cancelled, "cancel")


def _asked(story: Story, form: Form) -> str:
    act = story.act("finance")
    [month, *_] = [row.month for row in ledger.months(story.session, act.actor)]
    wanted = MonthReport(month, form)
    return str(story.write(lambda: job.ask(act, Job.MONTH_REPORT, wanted)[0].no))


def _bill(story: Story, photos: Path) -> None:
    """Draw up the statements of the closed months; deliver one, and settle it in part by a file."""
    months = ledger.months(story.session, story.actor("finance"))
    closed = [month.month for month in months if month.closed_at]
    story.write(lambda: voucher.draw_up(story.act("finance"), closed[0]).id)
    no, *_others = [no for month in closed for no in story.statements(month)]
    story.deliver(no)
    _link(story, no, photos)
    day = story.now.date().isoformat()
    told = ((no, "", "10.00", day, "20261122-1"), ("", "SUP05", "1.00", day, "20261122-2"))
    columns = settlement_import.COLUMNS
    rows = [
        Row(number, dict(zip(columns, values, strict=True)))
        for number, values in enumerate(told, start=2)
    ]
    act = story.act("finance")
    story.write(lambda: settlement_import.import_settlements(act, "11.csv", b"", rows))


def _link(story: Story, statement: str, photos: Path) -> None:
    """Make links to a form of two garments that its supplier may sign, and to a statement."""
    nos = [story.register(**SUPPLIER_FAULT) for _ in range(2)]
    store, fault = story.act("store1"), (Subject.REGISTRATION, nos[0], Kind.FAULT)
    shrunk = photo.keep(store, photos, *fault, picture(left="brown"))
    story.write(lambda: photo.add(store, *fault[:2], kind=Kind.FAULT, shrunk=shrunk))
    story.at_after_sales(*nos)
    story.now = utc_now()
    for no in nos:
        story.scrap(no, Share(LiableKind.SUPPLIER, 100, "SUP02"), note="按检验记录")
    [form] = story.list_on_forms(*nos)
    story.do("clerk", "loss_form", form, "submit")
    act = story.act("business")
    made = ((Noun.LOSS_FORM, form), (Noun.STATEMENT, statement))

    def work() -> None:
        for secret, (noun, no) in zip(SECRETS, made, strict=True):
            with patch("tracker.services.access_link.secrets.token_urlsafe", return_value=secret):
                access_link.make(act, noun, no)

    story.write(work)
