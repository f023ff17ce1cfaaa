"""Every invariant that the product has so far, asked of the database one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from tracker.db import snapshot
from tracker.queries import verify as custody
from tracker.queries import verify_access_link as links
from tracker.queries import verify_approval as approvals
from tracker.queries import verify_bench as bench
from tracker.queries import verify_chain as chain
from tracker.queries import verify_clock as clocks
from tracker.queries import verify_destruction as shredder
from tracker.queries import verify_dispute as disputes
from tracker.queries import verify_entry as entries
from tracker.queries import verify_label as labels
from tracker.queries import verify_money as money
from tracker.queries import verify_month as months
from tracker.queries import verify_notice as notices
from tracker.queries import verify_paper as papers
from tracker.queries import verify_policy as policies
from tracker.queries import verify_promise as promises
from tracker.queries import verify_turnaround as turnaround
from tracker.queries import verify_voucher as vouchers
from tracker.services import job, photo


@dataclass(frozen=True)
class Invariant:
    """What must hold, and the question whose answer must be empty."""

    code: str
    sentence: str
    ask: Callable[[Session], list[str]]


@dataclass(frozen=True)
class Finding:
    """The answer to one invariant; no faults when it holds."""

    code: str
    sentence: str
    faults: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


INVARIANTS = (
    Invariant("I2", "every event has actor, site and time", custody.history_is_complete),
    Invariant("I3", "every status follows its history", custody.status_follows_history),
    Invariant("I4", "only legal steps were taken", custody.only_legal_steps),
    Invariant("I5", "one open registration a piece, shares of 100", custody.one_open_registration),
    Invariant("I6", "no garment lies in two boxes", custody.one_box_a_garment),
    Invariant("I7", "every packing list reconciles", custody.manifests_reconcile),
    Invariant("I8", "shares sum to their form", money.shares_sum_to_their_form),
    Invariant("I9", "the ledger equals the approved forms", money.ledger_equals_forms),
    Invariant("I10", "closed months stand as closed", months.closed_months_stand),
    Invariant("I11", "each charge on one statement, settled as told", months.statements_agree),
    Invariant("ledger", "corrections point back, VAT and freight entered", entries.entries_agree),
    Invariant("I12", "approvals complete, by distinct people", approvals.approvals_are_complete),
    Invariant("I13", "the chain is unbroken and covers what stands", chain.chain_is_unbroken),
    Invariant("I14", "document numbers have no gap", money.numbers_have_no_gap),
    Invariant("I16", "every row has its site", custody.every_row_has_its_site),
    Invariant("I17", "every reference leads to a row", custody.references_hold),
    Invariant("I18", "kept sums are right", money.kept_sums_are_right),
    Invariant("I19", "no key hangs without an answer", money.no_key_hangs),
    Invariant("scrap", "scrap leaves its stock once", months.scrap_leaves_once),
    Invariant("opening", "opening balances stand first", months.openings_agree),
    Invariant("vouchers", "vouchers are what the ledger gives", vouchers.vouchers_agree),
    Invariant("trips", "every finished round trip is counted once", turnaround.trips_agree),
    Invariant("clocks", "due days that moved and pauses stand", clocks.clocks_agree),
    Invariant("bench", "stock follows the work, one timer a repairer", bench.bench_agrees),
    Invariant("tags", "a roll's numbers are its site's, each used once", labels.tags_agree),
    Invariant("disputes", "a form is disputed while its dispute is open", disputes.disputes_agree),
    Invariant("papers", "every signed paper is the one that was kept", papers.papers_agree),
    Invariant("shredder", "two log-ins scanned what was destroyed", shredder.destructions_agree),
    Invariant("alarms", "every note answers an alarm", shredder.alarms_agree),
    Invariant("links", "a link is of its document's party, spent by its answer", links.links_agree),
    Invariant("policies", "each change of a policy has a second person", policies.policies_agree),
    Invariant("promises", "promises as chosen, never below the law", promises.promises_agree),
    Invariant("notices", "messages go out as they were told", notices.notices_agree),
    Invariant("triggers", "the database's guards stand", custody.triggers_stand),
)


PHOTOS = "photos"
EXPORTS = "exports"
CODES = (*(invariant.code for invariant in INVARIANTS), PHOTOS, EXPORTS)
"""What is asked, in order; files only where their folder is known."""


def verify(
    session: Session, photo_folder: Path | None = None, export_folder: Path | None = None
) -> Iterator[Finding]:
    """Yield the finding of each invariant, in order; nothing is written.

    All are asked of one moment, so that who works meanwhile is no fault; in a transaction that the
    caller has open already, of that one.
    """
    with nullcontext() if session.in_transaction() else snapshot(session):
        for invariant in INVARIANTS:
            faults = tuple(invariant.ask(session))
            yield Finding(invariant.code, invariant.sentence, faults)
    if photo_folder is not None:
        found = photo.faults(session, photo_folder)
        sentence = "every photo has its record and its files, unchanged"
        yield Finding(PHOTOS, sentence, tuple(islice(found, custody.LIMIT)))
    if export_folder is not None:
        found = job.faults(session, export_folder)
        sentence = "every finished job has its file, unchanged"
        yield Finding(EXPORTS, sentence, tuple(islice(found, custody.LIMIT)))
