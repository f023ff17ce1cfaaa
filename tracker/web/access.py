"""Which pages a reader may open: menus show no door that stays shut."""

from __future__ import annotations

from flask import request

from tracker import edge


def is_here(endpoint: str) -> bool:
    """Return whether a menu's page is open: itself, or a record of the list that it is."""
    if request.endpoint == endpoint:
        return True
    noun, _dot, page = endpoint.partition(".")
    is_record = request.endpoint in RECORDS.get(noun, ())
    return page == "index" and request.blueprint == noun and is_record


RECORDS = {
    noun: frozenset({f"{noun}.show", f"{noun}.act", f"{noun}.registered"})
    for noun in (
        "registration", "shipment", "delivery", "discrepancy", "loss", "destruction", "ledger",
        "statement", "settlement", "account_code",
        "part", "operation", "provisional", "job",
    )
}  # fmt: skip
"""The pages of single records, by the noun whose list leads to them."""


def can_open(endpoint: str) -> bool:
    """Return whether the reader's roles open an endpoint."""
    access = edge.declared_access(endpoint)
    caller = edge.current_actor()
    if access is None:
        return False
    return access == edge.PUBLIC or (caller is not None and caller.is_any(access))
