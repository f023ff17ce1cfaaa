"""The invariants of the promises: what was chosen is known, once a day, and never below the law."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.db import table_of
from tracker.domain.calendar import shanghai_date
from tracker.domain.law_packs import Pack, packs_of
from tracker.domain.ledger import Account
from tracker.domain.promise import Channel
from tracker.domain.promise_profiles import BULK, CHOICES
from tracker.models.promise import ProfileChoice
from tracker.queries.verify import LIMIT, said

_BARRING = tuple(pack for pack in Pack if any(law.no_depreciation for law in packs_of(pack)))
"""The packs under which no customer pays for wear (C-12)."""


def promises_agree(session: Session) -> list[str]:
    """Each choice names a profile for its channel, from its own day on, and who chose it and why.

    Nobody was charged wear at a store whose law, at that moment, bars it (C-12, conventions 6.1).
    """
    return [
        *_names_are_known(session),
        *_chosen_ahead(session),
        *said(
            session,
            "SELECT channel, region, effective_from FROM profile_choice "
            "GROUP BY channel, region, effective_from HAVING COUNT(*) > 1",
            "channel {0} and region {1} have several promises from {2}",
        ),
        *_unsigned(session, "profile_choice"),
        *_unsigned(session, "law_place"),
        *said(
            session,
            "SELECT e.entry_no, p.pack FROM ledger_entry e "  # noqa: S608
            "JOIN site s ON s.code = e.store JOIN law_place p ON p.id = "
            "(SELECT MAX(l.id) FROM law_place l WHERE l.site_id = s.id AND l.at < e.at) "
            f"WHERE e.account = '{Account.DEPRECIATION}' AND e.reverses IS NULL "
            f"AND p.pack IN ({_listed(_BARRING)}) "
            "AND NOT EXISTS (SELECT 1 FROM ledger_entry b WHERE b.reverses = e.entry_no)",
            "entry {0} charges wear, which the law of {1} bars",
        ),
    ]


def _names_are_known(session: Session) -> list[str]:
    bulk = _listed(profile.code for profile in BULK)
    return [
        *said(
            session,
            "SELECT id, profile, channel FROM profile_choice "  # noqa: S608
            f"WHERE profile NOT IN ({_listed(CHOICES)}) OR channel NOT IN ({_listed(Channel)}) "
            f"OR (profile IN ({bulk}) AND channel <> '{Channel.BULK}')",
            "choice {0}: there is no profile {1} for channel {2}",
        ),
        *said(
            session,
            f"SELECT id, pack FROM law_place WHERE pack NOT IN ({_listed(Pack)})",  # noqa: S608
            "the law {0} of a store names no pack: {1}",
        ),
    ]


def _chosen_ahead(session: Session) -> list[str]:
    """Return the choices that hold from before they were made: what was sold keeps its own."""
    table = table_of(ProfileChoice)
    rows = session.execute(select(table.c.id, table.c.effective_from, table.c.at))
    back = [row.id for row in rows if row.effective_from < shanghai_date(row.at)]
    return [f"choice {number} holds from before it was made" for number in back[:LIMIT]]


def _unsigned(session: Session, table: str) -> list[str]:
    """Return the rows without their author or their reason."""
    return said(
        session,
        f"SELECT t.id FROM {table} t LEFT JOIN account a ON a.id = t.by_id "  # noqa: S608
        "WHERE a.id IS NULL OR TRIM(t.reason) = ''",
        f"row {{0}} of {table} does not say who and why",
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
