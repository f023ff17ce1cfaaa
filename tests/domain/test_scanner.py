"""A scanner taken apart: what it typed, how fast, how it ended, and what to change."""

from __future__ import annotations

import pytest

from tracker.domain.scanner import Fault, read

FAST = [2, 3, 2, 4, 3, 2, 3, 2, 3, 3, 2, 3]


def test_a_scanner_that_ends_with_enter_and_types_fast_is_right() -> None:
    found = read("6901234567892", FAST, "Enter", is_composed=False)
    assert (found.is_right, found.faults, found.gaps_ms) == (True, (), (2, 3, 4))
    assert (found.aim, found.prefix, found.suffix, found.ended_by) == ("", "", "", "Enter")
    assert [one.code_point for one in found.characters[:2]] == ["U+0036", "U+0039"]


@pytest.mark.parametrize(
    ("text", "gaps", "ended", "is_composed", "faults"),
    [
        ("6901234567892", FAST, "", False, (Fault.NO_END,)),
        ("6901234567892", FAST, "Tab", False, (Fault.TAB_END,)),
        ("6901234567892", [120, 90, 140], "Enter", False, (Fault.SLOW,)),
        ("６９０１", FAST, "Enter", False, (Fault.FULL_WIDTH,)),
        ("皮", FAST, "Enter", True, (Fault.INPUT_METHOD,)),
        ("\x02P00000001Z", FAST, "Enter", False, (Fault.CONTROL,)),
        ("p00000001z", FAST, "Enter", False, (Fault.LOWER_CASE,)),
    ],
)
def test_each_wrong_setting_is_named(
    text: str, gaps: list[int], ended: str, is_composed: bool, faults: tuple[Fault, ...]
) -> None:
    found = read(text, gaps, ended, is_composed=is_composed)
    assert found.faults == faults
    assert found.is_right is (faults == (Fault.LOWER_CASE,))


def test_an_aim_prefix_is_found_and_its_code_named() -> None:
    found = read("]C0P00000001Z", FAST, "Enter", is_composed=False)
    assert (found.aim, found.symbology, found.is_right) == ("]C0", "Code 128", True)
    assert read("]E06901234567892", [], "Enter", is_composed=False).symbology == "EAN/UPC"


def test_what_stands_before_and_after_the_code_is_told_by_name() -> None:
    found = read("\x02P00000001Z\x03", FAST, "Enter", is_composed=False)
    assert (found.prefix, found.suffix) == ("STX", "ETX")
    assert [one.shown for one in found.characters][:2] == ["STX", "P"]


@pytest.mark.parametrize("text", ["", " ", "\x1d", "\ud800", "x" * 5000, "]", "\u200b" * 9])
def test_whatever_was_typed_gives_a_reading(text: str) -> None:
    found = read(text, [-1, 10**6], "whatever", is_composed=False)
    assert (found.ended_by, len(found.characters)) == ("", min(len(text), 512))
