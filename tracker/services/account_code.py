"""The chain's account codes: seeded once, then kept by finance (conventions 6.4)."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.account import Role
from tracker.domain.errors import (
    Forbidden,
    InvalidInput,
    RuleViolation,
    StaleVersion,
    not_found,
)
from tracker.domain.ledger import Account
from tracker.domain.site import Ownership
from tracker.domain.voucher import BOOKED, DEFAULTS, Bearer, Code
from tracker.models.voucher import AccountCode
from tracker.queries import voucher as queries
from tracker.services.act import Act
from tracker.services.fields import Text20, Text40, required

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}")


def seed(session: Session) -> int:
    """Add the shipped codes to an empty table; returns how many were added."""
    if session.scalar(select(AccountCode.id).limit(1)) is not None:
        return 0
    for (account, kind, ownership), code in DEFAULTS.items():
        row = AccountCode(account=str(account), liable_kind=str(kind), ownership=str(ownership))
        row.code, row.name = code.code, code.name
        session.add(row)
    session.flush()
    return len(DEFAULTS)


def put(
    act: Act,
    *,
    account: Account,
    code: Text20,
    name: Text40,
    liable_kind: Bearer = Bearer.ANY,
    ownership: Ownership | None = None,
) -> AccountCode:
    """Set the code of one of our accounts, for everybody or for one kind of bearer, as finance.

    Vouchers that were drawn up stand as they are; a code that stands is changed by who names its
    version alone. Raises ``Forbidden`` ``wrong_role``, ``InvalidInput`` ``bad_account_code`` or
    ``no_such_account``, ``RuleViolation`` ``account_code_exists``, ``StaleVersion``.
    """
    _check_finance(act)
    if account not in BOOKED or (ownership and liable_kind is not Bearer.STORE):
        raise InvalidInput(
            "no_such_account",
            "期初余额不生成凭证；店铺性质只用于「专卖店」承担的科目。",
            "Opening balances make no voucher; only what a store bears asks whose store it is.",
            "account",
        )
    owned = ownership.value if ownership else ""
    row = queries.code(act.session, account, liable_kind, owned, for_update=True)
    if row is None:
        row = AccountCode(account=account.value, liable_kind=liable_kind.value, ownership=owned)
        act.session.add(row)
    elif act.if_version is None:
        raise RuleViolation(
            "account_code_exists",
            "这个科目已存在（{standing}），请打开后修改。",
            "This account has a code already ({standing}): open it to change it.",
            standing=f"{row.code} {row.name}",
        )
    else:
        _check_version(act, row)
    row.code, row.name = _code_of(code), _name_of(name)
    row.changed_at, row.changed_by_id = act.now, act.actor.account_id
    act.session.flush()
    return row


def remove(act: Act, *, account: Account, liable_kind: Bearer, ownership: Ownership | None) -> Code:
    """Remove a finer code, as finance; returns the coarser one that counts from now on.

    Vouchers that were drawn up stand as they are. Raises ``Forbidden`` ``wrong_role``,
    ``NotFound``, ``StaleVersion``, ``RuleViolation`` ``account_code_needed`` where no coarser code
    would take over.
    """
    _check_finance(act)
    owned = ownership.value if ownership else ""
    row = queries.code(act.session, account, liable_kind, owned, for_update=True)
    if row is None:
        raise not_found("会计科目", "account code", account.zh)
    _check_version(act, row)
    heir = queries.heir(act.session, row)
    if heir is None:
        raise RuleViolation(
            "account_code_needed",
            "没有更概括的科目可以接替「{account}」这一行，删除后就不能生成凭证。请直接修改编码。",
            "No coarser code would take over from this row of “{account}”, and vouchers could not "
            "be drawn up: change its code instead.",
            account=account.zh,
        )
    act.session.delete(row)
    act.session.flush()
    return heir


def _check_finance(act: Act) -> None:
    if Role.FINANCE not in act.actor.roles:
        raise Forbidden(
            "wrong_role", "会计科目由财务维护。", "The account codes are kept by finance."
        )


def _check_version(act: Act, row: AccountCode) -> None:
    if act.if_version != row.version:
        raise StaleVersion(
            "stale_version",
            "这个科目在您打开之后已被他人更新，本次没有保存。请刷新页面核对后再改。",
            "This account code changed after you opened it, and nothing was saved. Reload it.",
        )


def _code_of(typed: str) -> str:
    code = typed.strip()
    if not _CODE.fullmatch(code):
        raise InvalidInput(
            "bad_account_code",
            "科目编码用数字、字母、点和短横线，最多 20 个字符，例如 220201 或 2202.01。",
            "An account code has digits, letters, dots and hyphens, at most 20: 2202.01.",
            "code",
        )
    return code


def _name_of(typed: str) -> str:
    return required(typed, "name", "请填写科目名称。", "Write the account’s name.")
