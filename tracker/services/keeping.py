"""What the supervisor keeps for the bench: who may, from which version, and when it changed."""

from __future__ import annotations

import re

from tracker.domain.account import Role
from tracker.domain.errors import Forbidden, InvalidInput, StaleVersion
from tracker.models.bench import Part, RepairOperation
from tracker.services.act import Act

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,15}")


Kept = RepairOperation | Part
"""A row of a catalogue: changed and retired, never deleted."""


def check_keeper(act: Act) -> None:
    """Raise ``Forbidden`` for anybody but the after-sales supervisor."""
    if Role.SUPERVISOR not in act.actor.roles:
        raise Forbidden(
            "wrong_role",
            "工序和辅料目录由售后主管维护，请联系主管。",
            "The catalogues of the bench are kept by the after-sales supervisor. Ask there.",
        )


def code_of(typed: str) -> str:
    """Return a code in capitals. Raises ``InvalidInput`` ``bad_code``."""
    code = typed.strip().upper()
    if not code.isascii() or not _CODE.fullmatch(code):
        raise InvalidInput(
            "bad_code",
            "编号用大写字母、数字和短横线，最多 16 个字符，例如 ZIP-60。",
            "A code has letters, digits and hyphens, at most 16, such as ZIP-60.",
            "code",
        )
    return code


def touch(act: Act, row: Kept) -> None:
    """Say who changes ``row`` now. Raises ``StaleVersion`` for a page that is older than it."""
    if act.if_version is not None and act.if_version != row.version:
        raise StaleVersion(
            "stale_version",
            "这一行在您打开之后已被他人更新，本次没有保存。请刷新页面核对后再改。",
            "This row changed after you opened it, and nothing was saved. Reload and check.",
        )
    row.changed_at, row.changed_by_id = act.now, act.actor.account_id


def set_active(act: Act, row: Kept, is_active: bool) -> None:
    """Retire a row, or take it into use again; flushes. Raises ``Forbidden``, ``StaleVersion``."""
    check_keeper(act)
    touch(act, row)
    row.is_active = is_active
    act.session.flush()
