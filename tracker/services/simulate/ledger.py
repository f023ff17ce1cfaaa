"""The simulated months: entries as they fall, submitted, closed with what they held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from tracker.domain.account import Actor, Role
from tracker.domain.calendar import add_months, month_of
from tracker.domain.codes import LiableKind
from tracker.domain.ledger import (
    CUSTOMER_BEARS,
    HEAD_OFFICE_BEARS,
    MACHINE,
    REVERSED,
    Account,
    Action,
    Posting,
    Status,
    check_balanced,
    pair,
)
from tracker.domain.month import Departure
from tracker.domain.registration import Choice
from tracker.queries import ledger as queries
from tracker.services.month import keep_totals
from tracker.services.simulate.garment import Garment
from tracker.services.simulate.life import Life
from tracker.services.simulate.world import World
from tracker.services.simulate.writing import Row

SUBMITTED_ON, CLOSED_ON = 2, 5
"""Days of the next month on which a month goes to finance and is closed."""


def plan(world: World) -> None:
    """Put the submission and the close of every month on the agenda."""
    month = world.start_on.replace(day=1)
    while month < world.start_on + timedelta(days=world.days):
        follows = add_months(month, 1)
        start = (follows - world.start_on).days
        name = f"{month:%Y-%m}"
        world.at(start + SUBMITTED_ON - 1 + 0.3, submit, name)
        world.at(start + CLOSED_ON - 1 + 0.5, close, name)
        month = follows


def _open_month(world: World, by: Actor) -> str:
    """Return the month that takes an entry now: this one, or the next that is still open."""
    name = month_of(world.now)
    while True:
        month = world.months.get(name) or _begin(world, name, by)
        if month.status is Status.OPEN:
            return name
        year, number = (int(part) for part in name.split("-"))
        name = add_months(date(year, number, 1), 1).isoformat()[:7]


def _begin(world: World, name: str, by: Actor) -> Life:
    month = Life(MACHINE, world.writer.next_id("month"), {"month": name})
    empty = dict.fromkeys(
        ("submitted_by_id", "submitted_at", "closed_by_id", "closed_at", "total_fen", "line_count",
         "content_sha256", "totals_sha256")
    )  # fmt: skip
    row = {"id": month.id, "month": name, "status": month.status.value, "version": 1}
    world.writer.add("month", row | empty)
    month.begin(world, by, "open")
    world.months[name] = month
    return month


def submit(world: World, name: str) -> None:
    """The supervisor submits the month (rule 1.46)."""
    month = world.months.get(name)
    if month is None:
        return
    by = world.cast.by_role[Role.SUPERVISOR][0]
    month.move(world, by, Action.SUBMIT)
    change = {"submitted_by_id": by.account_id, "submitted_at": world.now}
    world.writer.change("month", month.id, _as_it_stands(month) | change)


def close(world: World, name: str) -> None:
    """Finance closes the month for good, with the digest of its rows."""
    month = world.months.get(name)
    if month is None or month.status is not Status.IN_REVIEW:
        return
    by = world.cast.by_role[Role.FINANCE][0]
    held = world.writer.ask(lambda session: _kept(session, name))
    month.move(world, by, Action.CLOSE)
    change = {"closed_by_id": by.account_id, "closed_at": world.now}
    world.writer.change("month", month.id, _as_it_stands(month) | change | held)


def _kept(session: Session, name: str) -> Row:
    count, fen = queries.sum_of(session, name, queries.Wanted())
    content = queries.content_sha256(session, name)
    return {
        "total_fen": fen,
        "line_count": count,
        "content_sha256": content,
        "totals_sha256": keep_totals(session, name, content),
    }


def depart(world: World, garments: Sequence[Garment], way: Departure) -> None:
    """Note that approved scrap has left, never in a month before its own charge."""
    for garment in garments:
        by = world.cast.by_role[Role.WAREHOUSE][0]
        row = {
            "id": world.writer.next_id("departure"),
            "registration_no": garment.no,
            "month": max(_open_month(world, by), world.charged[garment.no]),
            "kind": way.value,
            "at": world.now,
        }
        world.writer.add("departure", row)


def _as_it_stands(month: Life) -> Row:
    return {"status": month.status.value, "version": month.steps}


def facts(garment: Garment) -> Row:
    """Return what every entry of a garment says of it."""
    return {
        "supplier": garment.goods.supplier,
        "store": garment.store.code,
        "style_no": garment.goods.style_no,
        "production_year": garment.row["production_year"],
        "defect": garment.kind.defect.value,
        "piece_no": garment.piece_no,
        "registration_no": garment.no,
    }


def post(world: World, by: Actor, entry_no: str, postings: Sequence[Posting], said: Row) -> None:
    """Write the legs of an entry, balanced, into the month that is open (fen)."""
    check_balanced(postings)
    if not postings:
        return
    month = _open_month(world, by)
    if postings[0].account is Account.CHARGE:
        world.charged[said["registration_no"]] = month
    for posting in postings:
        row = {
            "id": world.writer.next_id("ledger_entry"),
            "entry_no": entry_no,
            "month": month,
            "at": world.now,
            "by_id": by.account_id,
            "account": posting.account.value,
            "amount_fen": posting.amount_fen,
            "reverses": None,
            "reason": None,
        }
        world.writer.add("ledger_entry", row | said)


def post_markdown(world: World, garment: Garment) -> None:
    """Write what a garment loses by being sold down."""
    by = world.cast.by_role[Role.ASSESSOR][0]
    postings = pair(Account.MARKDOWN, garment.row["markdown_fen"])
    said = facts(garment) | HEAD_OFFICE_BEARS | {"document": garment.no}
    post(world, by, f"{garment.no}/markdown", postings, said)


def post_customer_charge(
    world: World, garment: Garment, by: Actor, choice: Choice, charge_fen: int
) -> None:
    """Write what a customer is charged, each time that he decides."""
    said = facts(garment) | CUSTOMER_BEARS | {"document": garment.no}
    is_repair = choice is Choice.PAID_REPAIR
    account = Account.REPAIR_CHARGE if is_repair else Account.DEPRECIATION
    world.charges[garment.no] = count = world.charges.get(garment.no, 0) + 1
    post(world, by, f"{garment.no}/charge-{count}", pair(account, charge_fen), said)


def take_back_charge(world: World, garment: Garment, by: Actor) -> None:
    """Reverse what a customer was charged for a repair that he does not get."""
    charged_fen, garment.row["charge_fen"] = garment.row["charge_fen"], None
    if charged_fen:
        entry_no = f"{garment.no}/charge-{world.charges[garment.no]}"
        said = facts(garment) | CUSTOMER_BEARS | {"document": garment.no, "reverses": entry_no}
        post(world, by, entry_no + REVERSED, pair(Account.REPAIR_CHARGE, -charged_fen), said)


def post_freight(world: World, by: Actor, row: Row, first: Garment) -> None:
    """Write the freight of an extra box, which its store bears (rule 1.32)."""
    said = facts(first) | {
        "document": row["no"],
        "liable_kind": LiableKind.STORE.value,
        "liable_party": first.store.code,
        "liable_name": first.store.name,
    }
    postings = pair(Account.FREIGHT, row["freight_fen"], Account.FREIGHT_PAYABLE)
    post(world, by, f"{row['no']}/freight-1", postings, said)
