"""Scan tickets: what a scan page sends its scans with, so that their author stays who scanned.

A ticket is signed, so a server that was restored from a backup still knows its own; its row is
there to be seen and revoked. It opens the calls about scans and nothing else.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from itsdangerous import BadSignature, Signer

from tracker.models.account import ScanTicket
from tracker.queries import scan_ticket as queries
from tracker.queries.scan_ticket import PREFIX, Claims
from tracker.services.act import Act
from tracker.services.once import key

VALID = timedelta(days=30)
"""A device that lay in a drawer over a holiday still delivers what it holds."""


def issue(act: Act, device: str, secret_key: str) -> tuple[ScanTicket, str]:
    """Return a new ticket of the actor at his store on a device (a UUID of its own), and its text.

    Raises ``InvalidInput`` ``bad_key`` for a device that is no UUID.
    """
    ticket = ScanTicket(
        number=uuid4().hex,
        account_id=act.actor.account_id,
        site_id=act.actor.site_id,
        device=key(device, "device"),
        issued_at=act.now.replace(microsecond=0),
        expires_at=act.now.replace(microsecond=0) + VALID,
    )
    act.session.add(ticket)
    act.session.flush()
    return ticket, _signer(secret_key).sign(_words(ticket)).decode()


def claims(text: str, secret_key: str) -> Claims | None:
    """Return what a ticket says, or ``None`` where it is none of ours."""
    try:
        words = _signer(secret_key).unsign(text).decode()
        number, account_id, site_id, device, issued = words.removeprefix(PREFIX).split(".")
    except (BadSignature, UnicodeDecodeError, ValueError):
        return None
    issued_at = datetime.fromtimestamp(int(issued), UTC)
    return Claims(
        number, int(account_id), int(site_id), str(UUID(device)), issued_at, issued_at + VALID
    )


def revoke(act: Act, number: str) -> None:
    """Let a ticket open nothing any more; what its device still holds waits for a new log-in.

    A manager revokes those of his store, anybody his own. Raises ``NotFound``.
    """
    ticket = queries.get(act.session, act.actor, number)
    if ticket.revoked_at is None:
        ticket.revoked_at = act.now
        act.session.flush()


def _signer(secret_key: str) -> Signer:
    return Signer(secret_key, salt="scan-ticket", sep="!")


def _words(ticket: ScanTicket) -> str:
    device = UUID(ticket.device).hex
    issued = int(ticket.issued_at.timestamp())
    return f"{PREFIX}{ticket.number}.{ticket.account_id}.{ticket.site_id}.{device}.{issued}"
