"""The badge (工牌) and the PIN with which a colleague takes over a shared browser."""

from __future__ import annotations

import re
import unicodedata

from tracker.domain.account import Actor
from tracker.domain.errors import Forbidden, InvalidInput

PREFIX = "HTB"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_PIN = re.compile(r"[0-9]{4,6}")
_STAIRS = "01234567890"

MONEY_NOUNS = frozenset({"loss_form", "month", "statement"})
MONEY_ACTIONS = frozenset({("destruction", "witness")})
"""What a PIN never does: it is seen over a shoulder, and a card is lost."""


def badge_code(numbers: bytes) -> str:
    """Return the code of a badge from 16 random bytes; 80 bits of them count."""
    return PREFIX + "".join(ALPHABET[number % len(ALPHABET)] for number in numbers[:LENGTH])


def normal_badge(typed: str) -> str:
    """Return a scanned badge in its normal form: plain capitals without blanks."""
    return unicodedata.normalize("NFKC", typed[:200]).strip().upper()


def check_pin(pin: str) -> str:
    """Return a PIN that may be used: 4 to 6 digits, not all the same, no run up or down.

    Raises ``InvalidInput`` ``bad_pin`` or ``weak_pin``.
    """
    if not _PIN.fullmatch(pin):
        raise InvalidInput(
            "bad_pin", "数字密码是 4 至 6 位数字。", "A PIN has 4 to 6 digits.", "pin"
        )
    if len(set(pin)) == 1 or pin in _STAIRS or pin in _STAIRS[::-1]:
        raise InvalidInput(
            "weak_pin",
            "这个数字密码太容易猜（如 0000、1234），请换一个。",
            "This PIN is guessed at once (like 0000 or 1234): choose another.",
            "pin",
        )
    return pin


def check_log_in(actor: Actor, noun: str, action: str) -> None:
    """Refuse a money step to a log-in by badge. Raises ``Forbidden`` ``needs_password``."""
    if actor.is_by_pin and (noun in MONEY_NOUNS or (noun, action) in MONEY_ACTIONS):
        raise needs_password()


def needs_password() -> Forbidden:
    """This is not done by badge and PIN."""
    return Forbidden(
        "needs_password",
        "您是用工牌登录的，这一步须用密码登录。请退出后用密码重新登录。",
        "You came in by badge: this needs your password. Log out, log in with the password.",
    )
