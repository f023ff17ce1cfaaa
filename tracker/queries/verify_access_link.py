"""The invariant of one-time links: each is of its document's party, and spent by what happened."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.access_link import ANSWERS, SIGNER, Noun
from tracker.models.access_link import AccessLink
from tracker.models.account import Account
from tracker.models.history import Event
from tracker.queries.verify import said

ACCOUNT = "link:"
"""How the log-ins of the accounts begin as which links act."""


def links_agree(session: Session) -> list[str]:
    """A link names its document's party; a used one has the event of its answer, by its account.

    What such an account answered came by a used link, of the name that its signer typed.
    """
    nouns = ", ".join(f"'{noun.value}'" for noun in Noun)
    unknown = said(
        session,
        f"SELECT id, noun FROM access_link WHERE noun NOT IN ({nouns})",  # noqa: S608
        "link {0} opens a {1}, which no link opens",
    )
    return unknown + [fault for noun in Noun for fault in _faults(session, noun)]


def _faults(session: Session, of: Noun) -> list[str]:
    noun = of.value
    return [
        *said(
            session,
            "SELECT l.id, l.document FROM access_link l "  # noqa: S608
            f"LEFT JOIN {noun} d ON d.no = l.document AND d.liable_kind = l.liable_kind "
            f"AND d.party = l.party WHERE l.noun = '{noun}' AND d.id IS NULL",
            "link {0} opens {1}, which is not its party's",
        ),
        *said(
            session,
            "SELECT l.id, l.document, l.used_action FROM access_link l "  # noqa: S608
            f"JOIN {noun} d ON d.no = l.document WHERE l.noun = '{noun}' "
            "AND l.used_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM event e "
            f"WHERE e.noun = '{noun}' AND e.subject_id = d.id AND e.actor_id = l.account_id "
            "AND e.action = l.used_action AND e.at = l.used_at)",
            "link {0} of {1} is used, but its {2} never happened",
        ),
        *_answers(session, of),
    ]


def _answers(session: Session, noun: Noun) -> list[str]:
    """Return the answers by link that no link carried, or one of another name."""
    by = select(Account.id).where(Account.login.startswith(ACCOUNT))
    answers = session.execute(
        select(Event.id, Event.actor_id, Event.action, Event.at, Event.details).where(
            Event.noun == noun.value, Event.action.in_(ANSWERS[noun]), Event.actor_id.in_(by)
        )
    )
    link = AccessLink
    used = session.execute(
        select(link.account_id, link.used_action, link.used_at, link.used_by).where(
            link.noun == noun.value, link.used_at.is_not(None)
        )
    )
    names: dict[tuple[object, ...], set[str | None]] = {}
    for *answer, name in used:
        names.setdefault(tuple(answer), set()).add(name)
    found = []
    for event_id, *answer, details in answers:
        typed = names.get(tuple(answer), set())
        signer = (details or {}).get(SIGNER)
        if not typed or (signer is not None and signer not in typed):
            found.append(f"event {event_id} answers by a link, and no link was used for it")
    return found
