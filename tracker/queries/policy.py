"""The policies in force on a day for a case: its store, region, supplier and category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from tracker.db import table_of
from tracker.domain.codes import LiableKind
from tracker.domain.policy import CHAIN, CalendarKind, Policy, Reach, Scope, Unit, pick
from tracker.models.policy import Policy as Row
from tracker.models.registration import Registration
from tracker.models.site import Site

_TABLE = table_of(Row)
_ALL = select(*(_TABLE.c[field.name] for field in fields(Policy))).order_by(
    _TABLE.c.name, _TABLE.c.effective_from
)
_OF_CASE = or_(
    _TABLE.c.scope == Scope.CHAIN.value,
    *(
        and_(_TABLE.c.scope == scope.value, _TABLE.c.target == bindparam(scope.value))
        for scope in Scope
        if scope is not Scope.CHAIN
    ),
)
_EVERY = _ALL.where(_OF_CASE)
_ONE = _EVERY.where(_TABLE.c.name == bindparam("name"))
_NAMED = _ALL.where(_TABLE.c.name.in_(bindparam("names", expanding=True)))
"""Built once, of plain columns: nearly every request asks for a policy."""


class Book:
    """Versions read once, to judge many cases of many places and days."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._versions: dict[str, list[Policy]] = defaultdict(list)
        for row in rows:
            self._versions[row.name].append(row if isinstance(row, Policy) else as_value(row))

    def one(self, name: str, on: date, reach: Reach = CHAIN) -> Policy:
        """Return the version that judges a case of a day. Raises ``KeyError`` for no policy."""
        found = pick(self._versions.get(name, ()), on, reach)
        if found is None:
            raise KeyError(name)
        return found

    def versions(self, name: str) -> list[Policy]:
        """Return the versions of a policy that were read, by their day."""
        return list(self._versions.get(name, ()))

    def plus(self, version: Policy) -> Book:
        """Return the book as it would be with one more version."""
        rows = (row for rows in self._versions.values() for row in rows if not _same(row, version))
        return Book([*rows, version])

    def in_force(self, on: date, reach: Reach = CHAIN) -> dict[str, Policy]:
        """Return every policy that was read by name, as it judges a case of a day."""
        found = ((name, pick(rows, on, reach)) for name, rows in self._versions.items())
        return {name: policy for name, policy in found if policy is not None}


def _same(row: Policy, version: Policy) -> bool:
    return row.key == version.key and row.effective_from == version.effective_from


def reach_of(registration: Registration) -> Reach:
    """Return what a garment's policies are looked for by: its store, supplier and category."""
    piece, site = registration.piece, registration.site
    return Reach(site.code, site.region or "", piece.supplier.code, piece.sku.style.category)


def reach_of_site(site: Site) -> Reach:
    """Return what a store's policies are looked for by, whatever the garment."""
    return Reach(site.code, site.region or "")


def reach_of_party(liable_kind: str, party: str) -> Reach:
    """Return what a liable party's policies are looked for by: the store's or supplier's code."""
    if liable_kind == LiableKind.SUPPLIER:
        return Reach(supplier=party)
    return Reach(store=party) if liable_kind == LiableKind.STORE else CHAIN


def in_force(session: Session, on: date, reach: Reach = CHAIN) -> Mapping[str, Policy]:
    """Return every policy by name, each in the version that judges a case of a day.

    The narrowest scope wins: store, region, supplier, category, chain (``domain.policy.pick``).
    """
    return Book(session.execute(_EVERY, reach.targets)).in_force(on, reach)


def one(session: Session, name: str, on: date, reach: Reach = CHAIN) -> Policy:
    """Return one policy in the version that judges a case of a day, as ``in_force`` chooses.

    Raises ``KeyError`` for no policy.
    """
    return Book(session.execute(_ONE, {"name": name, **reach.targets})).one(name, on, reach)


def book(session: Session, *names: str) -> Book:
    """Return every version of some policies, to judge many cases with one read."""
    return Book(session.execute(_NAMED, {"names": names}))


def values(session: Session, on: date, reach: Reach = CHAIN) -> Mapping[str, str]:
    """Return the value of every policy in force on a day, by name."""
    return {name: policy.value for name, policy in in_force(session, on, reach).items()}


def as_value(row: Any) -> Policy:
    """Return a row, of the table or of a statement, as a plain value."""
    return Policy(
        name=row.name,
        value=row.value,
        unit=Unit(row.unit),
        calendar=CalendarKind(row.calendar),
        start_event=row.start_event,
        end_event=row.end_event,
        effective_from=row.effective_from,
        rule=row.rule,
        zh=row.zh,
        en=row.en,
        scope=row.scope,
        target=row.target,
    )
