"""Vouchers of a closed month, and the account codes by which they are drawn up."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from annotated_types import Len
from flask import Response

from tracker import edge
from tracker.api import answers, body, keyed, schema
from tracker.api.blueprint import answer as reply
from tracker.api.blueprint import blueprint, describe
from tracker.domain.account import COST_ROLES, Role
from tracker.extensions import db
from tracker.queries import voucher as queries
from tracker.services import month_report
from tracker.services import voucher as service


class VouchersBody(schema.Strict):
    """The key that makes it exactly once."""

    action_id: Annotated[str, Len(1, 64)]


def told(row: Any) -> dict[str, Any]:
    """Return what was drawn up, its lines left out; the total of one side in fen."""
    return {
        "month": row.month,
        "ordinal": row.ordinal,
        "vouchers": row.vouchers,
        "lines": row.lines,
        "total_fen": row.total_fen,
        "sha256": row.sha256,
        "at": answers.moment(row.at),
        "by": row.by.name,
    }


@blueprint.post("/months/<month>/vouchers")
@edge.allow(Role.FINANCE)
@describe("Draw up the vouchers of a closed month", body=VouchersBody, statuses=(201,))
def draw_up_vouchers(month: str) -> Response:
    """Return the set; where nothing would differ, the one that stands."""
    given = body.read()
    values = schema.values(VouchersBody, given)

    return keyed.make(
        values["action_id"],
        {**given, "call": f"vouchers/{month}"},
        lambda act: (201, told(service.draw_up(act, month))),
    )


@blueprint.get("/months/<month>/vouchers")
@edge.allow(COST_ROLES)
@describe("The vouchers of a closed month as they were drawn up last, in fen")
def vouchers_shown(month: str) -> Response:
    """Return the set with its lines."""
    row, lines = service.standing(edge.act(), month)
    return reply({**told(row), "items": [asdict(line) for line in lines]})


@blueprint.get("/months/<month>/vouchers.csv")
@edge.allow(COST_ROLES)
@describe("The vouchers for an accounting system, amounts in yuan", media="text/csv")
def vouchers_csv(month: str) -> Response:
    """Return the vouchers as CSV."""
    return edge.printed(service.csv(edge.act(), month))


@blueprint.get("/months/<month>/vouchers.xlsx")
@edge.allow(COST_ROLES)
@describe("The vouchers for an accounting system as a workbook", media=month_report.XLSX)
def vouchers_xlsx(month: str) -> Response:
    """Return the vouchers as a workbook."""
    return edge.printed(service.xlsx(edge.act(), month))


@blueprint.get("/account-codes")
@edge.allow(COST_ROLES)
@describe("Which account of the chain's books each account of the ledger is")
def account_codes() -> Response:
    """Return the account codes."""
    return reply(
        {
            "items": [
                {
                    "account": row.account,
                    "liable_kind": row.liable_kind,
                    "ownership": row.ownership,
                    "code": row.code,
                    "name": row.name,
                }
                for row in queries.codes(db.session(), edge.actor())
            ]
        }
    )
