"""A PIN that is not guessed at once, a badge's code, and what a PIN never does."""

from __future__ import annotations

import re

import pytest

from tracker.domain.account import Actor, Role
from tracker.domain.badge import badge_code, check_log_in, check_pin, normal_badge
from tracker.domain.errors import Forbidden, InvalidInput


def _actor(*, is_by_pin: bool) -> Actor:
    return Actor(1, "x", "x", frozenset({Role.STORE_MANAGER}), 1, "S001", is_by_pin=is_by_pin)


@pytest.mark.parametrize("pin", ["2580", "73519", "190284", "0001"])
def test_a_pin_has_four_to_six_digits(pin: str) -> None:
    assert check_pin(pin) == pin


@pytest.mark.parametrize(
    ("pin", "code"),
    [
        ("", "bad_pin"), ("123", "bad_pin"), ("1234567", "bad_pin"), ("12a4", "bad_pin"),
        ("１２８４", "bad_pin"), ("1284\n", "bad_pin"),
        ("0000", "weak_pin"), ("111111", "weak_pin"),
        ("1234", "weak_pin"), ("456789", "weak_pin"), ("4321", "weak_pin"), ("7890", "weak_pin"),
    ],
)  # fmt: skip
def test_a_pin_that_anybody_guesses_is_refused(pin: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_pin(pin)
    assert (refusal.value.code, refusal.value.field) == (code, "pin")


def test_a_badges_code_is_plain_capitals_and_reads_back_however_it_was_typed() -> None:
    code = badge_code(bytes(range(16)))
    assert code == "HTB0123456789ABCDEF"
    assert re.fullmatch(r"HTB[0-9A-Z]{16}", badge_code(bytes([255] * 16)))
    assert normal_badge(f"  {code.lower()}\r") == code
    assert normal_badge("ＨＴＢ０１２３４５６７８９ＡＢＣＤＥＦ") == code


@pytest.mark.parametrize(
    ("noun", "action"),
    [
        ("loss_form", "sign"), ("loss_form", "confirm"), ("loss_form", "approve"),
        ("loss_form", "submit"), ("month", "submit"), ("month", "close"),
        ("destruction", "witness"),
    ],
)  # fmt: skip
def test_a_pin_never_takes_a_money_step(noun: str, action: str) -> None:
    check_log_in(_actor(is_by_pin=False), noun, action)
    with pytest.raises(Forbidden) as refusal:
        check_log_in(_actor(is_by_pin=True), noun, action)
    assert refusal.value.code == "needs_password"


@pytest.mark.parametrize(
    ("noun", "action"),
    [
        ("shipment", "pack"),
        ("shipment", "receive"),
        ("destruction", "scan"),
        ("registration", "work"),
    ],
)
def test_a_pin_is_good_for_what_scanning_needs(noun: str, action: str) -> None:
    check_log_in(_actor(is_by_pin=True), noun, action)
