"""The paper of a signed form, kept as bytes: for whom it is, and when two files are the same."""

from __future__ import annotations

import hashlib

from tracker.domain.codes import LiableKind
from tracker.domain.named import NamedEnum


class Audience(NamedEnum):
    """Whose copy it is: the house's carries the nature of each loss and its VAT, nobody else's."""

    HOUSE = "house", "公司存档", "House copy"
    PARTY = "party", "责任方联", "Liable party’s copy"


def audiences(kind: LiableKind) -> tuple[Audience, ...]:
    """Return the copies that are kept of a form; head office has no party beside itself."""
    if kind is LiableKind.HEAD_OFFICE:
        return (Audience.HOUSE,)
    return (Audience.HOUSE, Audience.PARTY)


def audience_of(sees_cost: bool, wanted: str | None = None) -> Audience:
    """Return which copy a reader gets: a party its own, the house either."""
    is_party = not sees_cost or wanted == Audience.PARTY
    return Audience.PARTY if is_party else Audience.HOUSE


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file in 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def paper_ref(document: str, audience: str, event_id: int) -> str:
    """Return by what the chain names a paper: document, copy, and the event that signed it."""
    return f"{document}/{audience}/{event_id}"
