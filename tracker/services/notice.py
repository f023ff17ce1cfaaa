"""Notices: what is due is told to whom it concerns, each of them once; they read, and say how.

``tell`` is the runner's: it may come late or twice at once, the table's key keeps each notice
single.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.db import write
from tracker.domain.account import Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.errors import InvalidInput
from tracker.domain.escalation import Step, by_occasion, reached
from tracker.domain.notice import Bound, Due, Occasion, Reader, bound, concerns
from tracker.domain.notice_wish import Wish, told_moment
from tracker.models.account import Account
from tracker.models.catalog import Supplier
from tracker.models.notice import Notice, NoticeWish
from tracker.models.site import Site
from tracker.queries import escalation, notice_due
from tracker.queries import notice as queries
from tracker.services.act import Act

AT_ONCE = 500
"""So many rows a transaction: a scan waits behind no more."""


@dataclass(frozen=True)
class _Chain:
    """Everybody who may be told, by role and its bound, and the sites' names and regions."""

    readers: Mapping[tuple[Role, Bound], Sequence[Reader]]
    by_id: Mapping[int, Reader]
    sites: Mapping[int, tuple[str, str | None]]
    unwanted: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def told(self, due: Due, step: Step, heard: Mapping[int, int]) -> Iterable[int]:
        """Return the accounts that a step tells of a matter, but for those who heard of it.

        ``heard``: the last step told of the matter, by account.
        """
        if due.account_id is not None:
            is_new = due.account_id in self.by_id and heard.get(due.account_id, 0) < step.ordinal
            return [due.account_id] if is_new else []
        region = self.sites.get(due.site_id or 0, ("", None))[1]
        its = bound(step.role, due.site_id, region, due.supplier)
        return [
            reader.account_id
            for reader in self.readers.get((step.role, its), ())
            if heard.get(reader.account_id, 0) < step.ordinal
            and concerns(due, step.role, reader, region)
            and due.occasion.value not in self.unwanted.get(reader.account_id, ())
        ]


def tell(session: Session, now: datetime) -> int:
    """Write the notices whose moment has come and settle those that are done.

    Reads first, then writes in transactions of its own; returns how many notices are new. One of
    a matter that was settled and is due after all stands again; nothing goes out a second time.
    """
    steps = escalation.in_force(session, shanghai_date(now))
    found = notice_due.find(session, now, steps)
    told = queries.standing(session)
    rows = _wanted(session, found, steps, told, now)
    session.rollback()
    new = sum(_written(session, rows[at : at + AT_ONCE]) for at in range(0, len(rows), AT_ONCE))
    gone = sorted(set(told) - {due.matter for due in found})
    _settle(session, gone, now)
    return new


def _wanted(
    session: Session,
    found: Sequence[Due],
    steps: Sequence[Step],
    told: Mapping[str, Mapping[int, int]],
    now: datetime,
) -> list[dict[str, Any]]:
    """Return the rows of those whom a step that has come names and who were not told yet.

    What was told is reckoned by account: who gets a garment after others heard of it is told all
    the same. An account that several steps of one matter reach is told the last of them alone,
    and nothing that comes before what it was told.
    """
    chain, of = _chain(session), by_occasion(steps)
    rows: list[dict[str, Any]] = []
    for due in found:
        heard = told.get(due.matter, {})
        come = reached(of[due.occasion], due.due_at, now)
        tell_of = {account: step for step in come for account in chain.told(due, step, heard)}
        rows += [_row(due, account, step, chain, now) for account, step in tell_of.items()]
    return rows


def _row(due: Due, account: int, step: Step, chain: _Chain, now: datetime) -> dict[str, Any]:
    site = chain.sites.get(due.site_id or 0, ("", None))[0]
    facts = {"record": due.record, "site": site, "due": told_moment(due.due_at), **due.facts}
    return {
        "account_id": account,
        "matter": due.matter,
        "step": step.ordinal,
        "occasion": due.occasion.value,
        "record": due.record,
        "site_id": due.site_id,
        "facts": facts,
        "due_at": due.due_at,
        "told_at": now,
    }


def _written(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    dialect = session.get_bind().dialect.name
    make: Callable[..., Any] = postgresql.insert if dialect == "postgresql" else sqlite.insert
    key = ["account_id", "matter", "step"]

    def work() -> int:
        added = make(Notice).on_conflict_do_update(
            index_elements=key,
            set_={"settled_at": None},
            where=Notice.settled_at.is_not(None),
        )
        return len(session.execute(added.returning(Notice.id), rows).all())

    return write(session, work)


def _settle(session: Session, matters: Sequence[str], now: datetime) -> None:
    events = [occasion.value for occasion in notice_due.EVENTS]
    for at in range(0, len(matters), AT_ONCE):
        settled = update(Notice).where(
            Notice.matter.in_(matters[at : at + AT_ONCE]),
            Notice.settled_at.is_(None),
            Notice.occasion.not_in(events),
        )
        write(session, partial(session.execute, settled.values(settled_at=now)))


def _chain(session: Session) -> _Chain:
    readers: dict[tuple[Role, Bound], list[Reader]] = {}
    rows = session.execute(
        select(
            Account.id, Account.role, Account.is_liaison, Account.site_id, Account.region,
            Site.region, Supplier.code,
        )
        .join(Site, Site.id == Account.site_id)
        .outerjoin(Supplier, Supplier.id == Account.supplier_id)
        .where(Account.is_active)
        .order_by(Account.id)
    )  # fmt: skip
    by_id = {}
    for number, role, is_liaison, site_id, own_region, region, supplier in rows:
        reader = Reader(number, Role(role), is_liaison, site_id, own_region or region, supplier)
        by_id[number] = reader
        for one in (reader.role, Role.LIAISON) if is_liaison else (reader.role,):
            readers.setdefault((one, reader.bound(one)), []).append(reader)
    sites = {
        row.id: (row.name, row.region)
        for row in session.execute(select(Site.id, Site.name, Site.region))
    }
    unwanted = {
        number: frozenset(names)
        for number, names in session.execute(select(NoticeWish.account_id, NoticeWish.unwanted))
    }
    return _Chain(readers, by_id, sites, unwanted)


def read(act: Act, numbers: Sequence[int] | None = None) -> int:
    """Mark the actor's own notices read, all of them without ``numbers``; return how many were.

    Another account's number is none of his and changes nothing.
    """
    mine = update(Notice).where(Notice.account_id == act.actor.account_id, Notice.read_at.is_(None))
    if numbers is not None:
        mine = mine.where(Notice.id.in_(numbers))
    return int(act.session.execute(mine.values(read_at=act.now)).rowcount)  # type: ignore[attr-defined]


def unread(act: Act, number: int) -> None:
    """Mark one of the actor's notices unread again. Raises ``NotFound``."""
    queries.get(act.session, act.actor, number).read_at = None
    act.session.flush()


def wish(act: Act, wanted: Wish) -> None:
    """Keep how the actor wants to be told. Raises ``InvalidInput`` ``no_address``."""
    if wanted.mailed and not wanted.address:
        raise InvalidInput(
            "no_address",
            "要发邮件，请填写邮箱地址。",
            "Fill in the e-mail address that messages go to.",
            "address",
        )
    own = act.actor.account_id
    act.session.execute(delete(NoticeWish).where(NoticeWish.account_id == own))
    act.session.execute(
        insert(NoticeWish).values(
            account_id=own,
            unwanted=sorted(occasion.value for occasion in wanted.unwanted),
            mailed=sorted(occasion.value for occasion in wanted.mailed),
            address=wanted.address,
            language=wanted.language,
            digest_minute=wanted.digest_minute,
            quiet_from=wanted.quiet_from,
            quiet_until=wanted.quiet_until,
        )
    )


def occasions(names: Iterable[str]) -> frozenset[Occasion]:
    """Return the occasions among stored names; one that is no more is left out."""
    known = {occasion.value: occasion for occasion in Occasion}
    return frozenset(known[name] for name in names if name in known)
