"""The week of inspection, and who bears damage by the store's care (rules 1.06–1.08, 1.39)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tracker.domain.account import Role
from tracker.domain.codes import Cause, Defect, LiableKind
from tracker.domain.delivery import (
    MACHINE,
    Action,
    CareLiability,
    Report,
    Status,
    Window,
    is_found_in_time,
    report_of,
    window_of,
)
from tracker.domain.liability import Facts, Proposal, propose
from tracker.domain.liability_rules import DEFAULTS as RULES
from tracker.domain.loss import Share
from tracker.domain.policy import DEFAULTS, CalendarKind

RULE = next(policy for policy in DEFAULTS if policy.name == "store_inspection")
WEEK = Window(date(2026, 11, 2), date(2026, 11, 9))


def test_the_week_counts_calendar_days_from_the_receipt() -> None:
    assert window_of(date(2026, 11, 2), RULE) == WEEK
    assert window_of(date(2026, 12, 28), RULE).due_on == date(2027, 1, 4)


def test_counted_in_working_days_the_week_of_inspection_follows_the_chains_own_days() -> None:
    rule = replace(RULE, calendar=CalendarKind.WORKING)
    free = {date(2026, 11, 3): False}
    assert window_of(date(2026, 11, 2), rule).due_on == date(2026, 11, 11)
    assert window_of(date(2026, 11, 2), rule, free).due_on == date(2026, 11, 12)


@pytest.mark.parametrize(
    ("found", "reported", "expected"),
    [
        (2, 2, Report.IN_TIME),
        (9, 9, Report.IN_TIME),
        (9, 10, Report.REPORTED_LATE),
        (10, 10, Report.FOUND_LATE),
        (1, 2, Report.UNKNOWN),
    ],
)
def test_a_fault_is_in_time_when_found_and_reported_by_the_last_day(
    found: int, reported: int, expected: Report
) -> None:
    assert report_of(WEEK, date(2026, 11, found), date(2026, 11, reported)) is expected


def test_without_a_delivery_the_question_does_not_arise() -> None:
    assert report_of(None, date(2026, 11, 2), date(2026, 11, 2)) is Report.UNKNOWN
    told = [is_found_in_time(report) for report in Report]
    assert told == [None, True, False, False]


def _proposed(cause: Cause, report: Report, care: CareLiability) -> Proposal:
    facts = Facts(Defect.STAIN, cause, "SUP01", "S001", report=report, care=care)
    return propose(facts, RULES)


STORE = (Share(LiableKind.STORE, 100, "S001"),)
HEAD_OFFICE = (Share(LiableKind.HEAD_OFFICE, 100),)
STORE_CAUSES = (Cause.STORAGE, Cause.DISPLAY, Cause.TRY_ON, Cause.IRONING)


@pytest.mark.parametrize("cause", STORE_CAUSES)
@pytest.mark.parametrize(
    ("report", "care", "shares", "rule"),
    [
        (Report.UNKNOWN, CareLiability.IF_UNREPORTED, STORE, "1.08"),
        (Report.IN_TIME, CareLiability.IF_UNREPORTED, HEAD_OFFICE, "1.39"),
        (Report.FOUND_LATE, CareLiability.IF_UNREPORTED, STORE, "1.08"),
        (Report.REPORTED_LATE, CareLiability.IF_UNREPORTED, STORE, "1.08"),
        (Report.UNKNOWN, CareLiability.ALWAYS, STORE, "1.08"),
        (Report.IN_TIME, CareLiability.ALWAYS, STORE, "1.08"),
        (Report.FOUND_LATE, CareLiability.ALWAYS, STORE, "1.08"),
        (Report.REPORTED_LATE, CareLiability.ALWAYS, STORE, "1.08"),
    ],
)
def test_the_store_bears_its_care_unless_the_policy_excuses_a_report_in_time(
    cause: Cause, report: Report, care: CareLiability, shares: tuple[Share, ...], rule: str
) -> None:
    proposal = _proposed(cause, report, care)
    assert (proposal.shares, proposal.rules.split(", ")[0]) == (shares, rule)


@pytest.mark.parametrize("report", [Report.IN_TIME, Report.FOUND_LATE, Report.REPORTED_LATE])
def test_the_reason_quotes_the_week_and_its_consequence(report: Report) -> None:
    proposal = _proposed(Cause.STORAGE, report, CareLiability.IF_UNREPORTED)
    for sentence, name in ((proposal.zh, report.zh), (proposal.en, report.en.lower())):
        for said in ("1.06", "1.08", name):
            assert said in sentence


@pytest.mark.parametrize("report", list(Report))
@pytest.mark.parametrize("care", list(CareLiability))
@pytest.mark.parametrize("cause", [Cause.DYEING_FINISHING, Cause.TRANSPORT, Cause.UNKNOWN])
def test_other_causes_do_not_ask_for_the_week(
    cause: Cause, report: Report, care: CareLiability
) -> None:
    plain = propose(Facts(Defect.STAIN, cause, "SUP01", "S001"), RULES)
    told = _proposed(cause, report, care)
    assert (told.shares, told.rule, told.zh) == (plain.shares, plain.rule, plain.zh)


def test_only_store_staff_inspect_and_only_once() -> None:
    staff = frozenset({Role.STORE_STAFF})
    assert MACHINE.actions_from(Status.RECEIVED, staff) == (Action.INSPECT,)
    assert MACHINE.actions_from(Status.INSPECTED, staff) == ()
    for role in set(Role) - {Role.STORE_STAFF}:
        assert MACHINE.actions_from(Status.RECEIVED, frozenset({role})) == ()
