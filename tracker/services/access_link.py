"""One-time links: made for one document of one party, opened, spent by an answer, taken back."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.access_link import (
    ANSWERS,
    CLAUSE,
    Noun,
    Page,
    State,
    check_document,
    check_maker,
    speaker,
    state,
)
from tracker.domain.account import Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.codes import LiableKind
from tracker.domain.errors import RuleViolation
from tracker.models.access_link import AccessLink, LinkOpening
from tracker.models.account import Account
from tracker.models.loss import LossForm
from tracker.models.statement import Statement
from tracker.queries import access_link as queries
from tracker.queries import account as accounts
from tracker.queries import catalog, policy
from tracker.queries import site as sites
from tracker.services.act import Act
from tracker.services.fields import Text40, required

NO_PASSWORD = "!"  # noqa: S105
"""What no password's hash ever is: an account of links is entered by its links alone."""


def make(act: Act, noun: Noun, no: str) -> tuple[AccessLink, str]:
    """Make a link to a document for its liable party (rule 1.40); return it and its secret.

    Only the secret's digest is kept: it can be shown this once. It expires by the policy
    ``access_link`` (days). Raises ``Forbidden``, ``NotFound``, and ``RuleViolation``
    ``nothing_to_answer`` for what its party may not see.
    """
    check_maker(act.actor)
    document = queries.document(act.session, act.actor, noun, no)
    kind = LiableKind(document.liable_kind)
    check_document(kind, document.status)
    valid = policy.one(act.session, CLAUSE, shanghai_date(act.now))
    secret = secrets.token_urlsafe(32)
    link = AccessLink(
        secret_sha256=accounts.secret_sha256(secret),
        noun=noun.value,
        document=document.no,
        liable_kind=kind.value,
        party=document.party,
        account_id=_account(act, kind, document).id,
        made_at=act.now,
        made_by_id=act.actor.account_id,
        expires_at=act.now + timedelta(days=valid.number),
    )
    act.session.add(link)
    act.session.flush()
    return link, secret


def _account(act: Act, kind: LiableKind, document: LossForm | Statement) -> Account:
    """Return as whom a party's links act: an account that nobody can log in to."""
    login = f"link:{kind.value}:{document.party}".lower()
    found = accounts.by_login(act.session, login)
    if found is not None:
        return found
    role = speaker(kind)
    supplier = catalog.supplier(act.session, document.party) if role is Role.SUPPLIER else None
    store = sites.by_code(act.session, document.party) if role is Role.STORE_MANAGER else None
    account = Account(
        login=login,
        name=f"{document.party_name[:70]}（凭链接）",
        password_hash=NO_PASSWORD,
        role=role.value,
        is_liaison=False,
        is_active=False,
        is_demo=False,
        site_id=store.id if store else act.actor.site_id,
        supplier_id=supplier.id if supplier else None,
        failed_logins=0,
    )
    act.session.add(account)
    act.session.flush()
    return account


def note_opening(
    session: Session, link: AccessLink, now: datetime, address: str, page: Page
) -> None:
    """Keep that a link was opened: when, from which network address, what of it."""
    row = LinkOpening(link_id=link.id, at=now, address=address[:45], page=page.value)
    session.add(row)
    session.flush()


def act_of(act: Act, link: AccessLink, signer: Text40 | None) -> Act:
    """Return the act of a link's holder; an answer carries the name of who gives it.

    Raises ``InvalidInput`` ``missing_field`` for an answer without a name.
    """
    name = required(signer, "signer", "请填写您的姓名。", "Write your name.")
    words = "；".join(part for part in (f"凭链接：{name}", act.note) if part)
    return replace(act, actor=queries.holder(link), note=words, signer=name)


def spend(act: Act, link: AccessLink, action: str, signer: Text40, key: str) -> None:
    """A link has carried its answer, and opens nothing any more; a receipt spends nothing.

    ``key`` is that of the action, so that the same one sent again is known.
    """
    if action not in ANSWERS[Noun(link.noun)]:
        return
    link.used_at, link.used_action = act.now, action
    link.used_by, link.used_key = signer.strip(), key
    act.session.flush()


def revoke(act: Act, number: int) -> AccessLink:
    """Take a link back; return it. Raises ``NotFound``, ``RuleViolation`` ``link_ended``."""
    link = queries.get(act.session, act.actor, number)
    if state(link, act.now) in (State.USED, State.REVOKED):
        raise RuleViolation(
            "link_ended",
            "这条链接已使用或已撤销，不用再撤销。",
            "This link was used or taken back already.",
        )
    link.revoked_at, link.revoked_by_id = act.now, act.actor.account_id
    act.session.flush()
    return link
