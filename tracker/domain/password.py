"""The password typed again: before a step of money, by whoever sits at a browser (house: money)."""

from __future__ import annotations

from tracker.domain.account import Actor
from tracker.domain.errors import InvalidInput

STEPS = frozenset(
    {
        ("loss_form", "confirm"),
        ("loss_form", "review"),
        ("loss_form", "approve"),
        ("month", "close"),
        ("statement", "issue"),
    }
)
"""The steps, noun and action, that put money on somebody or seal it."""


def is_asked(noun: str, action: str) -> bool:
    """Return whether a browser asks for the password again before this step."""
    return (noun, action) in STEPS


def check_typed(actor: Actor, noun: str, action: str, is_typed: bool) -> None:
    """A browser may have been left open: its person types the password again before such a step.

    A token is its own proof. Raises ``InvalidInput`` ``password_required``.
    """
    if actor.is_by_cookie and not is_typed and is_asked(noun, action):
        raise InvalidInput(
            "password_required",
            "这一步涉及金额，请输入您的登录密码。",
            "This step is about money: type your password.",
            "password",
        )


def wrong() -> InvalidInput:
    """The password is not the actor's; nothing was done."""
    return InvalidInput(
        "wrong_password",
        "密码不对，本次操作没有执行。请重新输入您的登录密码。",
        "The password is wrong, and nothing was done: type your log-in password again.",
        "password",
    )
