"""A liable party's dispute of a loss form, and its answer (rules 1.38, 1.40, C-27)."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.domain.codes import LiableKind
from tracker.domain.errors import InvalidInput, RuleViolation
from tracker.domain.loss import Share, Verdict, check_shares


def check_answer(verdict: Verdict, shares: Sequence[Share], party: tuple[LiableKind, str]) -> None:
    """Check that the new shares are what the verdict says of the disputing party.

    Upheld takes none; changed leaves the party out; shared names it beside another. Raises
    ``InvalidInput`` ``shares_not_needed``, ``shares_needed``, ``not_changed``, ``not_shared`` and
    what ``check_shares`` raises.
    """
    if verdict is Verdict.UPHELD:
        if shares:
            raise _wrong(
                "shares_not_needed",
                "维持原责任时不用填新的责任方。",
                "An upheld form takes no new shares.",
            )
        return
    if not shares:
        raise _wrong(
            "shares_needed", "请填写新的责任方和比例。", "Say who is liable now, and for how much."
        )
    check_shares(shares)
    is_named = any((share.kind, share.party or "") == party for share in shares)
    if verdict is Verdict.CHANGED and is_named:
        raise _wrong(
            "not_changed",
            "改由他方承担时，原责任方不能再有份额；要保留一部分请选「各方分担」。",
            "Changed means that the party bears nothing: choose “shared” to leave it a share.",
        )
    if verdict is Verdict.SHARED and (not is_named or len(shares) == 1):
        raise _wrong(
            "not_shared",
            "各方分担时，原责任方和至少另一方都要有份额。",
            "Shared means that the party and another one bear a share each.",
        )


def _wrong(code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput(code, zh, en, "liabilities")


def check_answerer(account_id: int, disputed_by_id: int) -> None:
    """Whoever disputed does not answer. Raises ``RuleViolation`` ``same_person``."""
    if account_id == disputed_by_id:
        raise RuleViolation(
            "same_person",
            "异议是您登记的，须由另一人答复。",
            "You entered this dispute: somebody else answers it.",
        )
