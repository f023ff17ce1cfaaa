"""Whether a scanner is set up right: what it typed, how fast, and how it ended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tracker.domain.named import NamedEnum

MOST = 512
SLOW_MS = 35
"""What takes longer from key to key looks like a hand; the pages then let it pass as typing."""

_AIM = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")
_SYMBOLOGIES = {
    "A": "Code 39", "C": "Code 128", "d": "Data Matrix", "E": "EAN/UPC", "e": "GS1 DataBar",
    "F": "Codabar", "G": "Code 93", "I": "Interleaved 2 of 5", "L": "PDF417", "Q": "QR Code",
    "X": "Code 39", "z": "Aztec",
}  # fmt: skip
_CONTROLS = {
    "\t": "Tab", "\r": "CR", "\n": "LF", "\x1b": "Esc", "\x1d": "GS (FNC1)", "\x02": "STX",
    "\x03": "ETX", "\x1e": "RS", "\x04": "EOT", " ": "Space",
}  # fmt: skip


class Fault(NamedEnum):
    """What is set wrong, with the sentence that says what to change."""

    NO_END = (
        "no_end",
        "扫完没有按键结束。请扫描说明书里的「后缀 = Enter（CR）」设置码。",
        "Nothing ended the code. Scan the manual's setting “suffix = Enter (CR)”.",
    )
    TAB_END = (
        "tab_end",
        "扫完按的是 Tab，有些页面会跳到下一格。请把后缀改为 Enter（CR）。",
        "It ends with Tab, which leaves the field on some pages. Set the suffix to Enter (CR).",
    )
    INPUT_METHOD = (
        "input_method",
        "中文输入法开着，条码会被拼成汉字。请切换到英文输入（Shift 或 Ctrl+空格）。",
        "A Chinese input method is on and composes the code. Switch it off (Shift, Ctrl+Space).",
    )
    FULL_WIDTH = (
        "full_width",
        "输入的是全角字符。请把输入法切换为半角（Shift+空格）。",
        "The characters are full-width. Switch the input method to half-width (Shift+Space).",
    )
    SLOW = (
        "slow",
        "按键太慢，像是手工输入。若确实是扫描，请把按键间隔设为 0–10 毫秒。",
        "Too slow: this looks typed by hand. If it was scanned, set 0–10 ms between keys.",
    )
    LOWER_CASE = (
        "lower_case",
        "字母是小写。系统照样能识别，但建议关闭大小写转换，并检查 Caps Lock。",
        "The letters are small ones. They are understood; check Caps Lock and case conversion.",
    )
    CONTROL = (
        "control",
        "条码里夹有控制字符。请在扫描枪设置里关闭自定义前缀、后缀（Enter 除外）。",
        "Control characters stand in the code. Switch off own prefixes and suffixes but Enter.",
    )


HARMLESS = frozenset({Fault.LOWER_CASE})
"""Worth a word, but every page takes it."""


@dataclass(frozen=True)
class Character:
    """One character that was typed: how it is shown, and its number as ``U+0041``."""

    shown: str
    code_point: str
    is_control: bool


@dataclass(frozen=True)
class Reading:
    """What was typed, taken apart. Gaps are milliseconds: least, middle, most."""

    characters: tuple[Character, ...]
    aim: str
    symbology: str
    prefix: str
    suffix: str
    gaps_ms: tuple[int, int, int] | None
    ended_by: str
    faults: tuple[Fault, ...]

    @property
    def is_right(self) -> bool:
        """Nothing wants changing."""
        return not set(self.faults) - HARMLESS


def read(text: str, gaps_ms: Sequence[int], ended_by: str, *, is_composed: bool) -> Reading:
    """Take apart what a scanner typed. ``ended_by`` is ``Enter``, ``Tab`` or empty.

    ``is_composed``: an input method composed while it was typed. Never raises.
    """
    text = text[:MOST]
    found = _AIM.search(text[:8])
    aim = found.group() if found else ""
    inner = text.strip("".join(_CONTROLS))
    start = text.index(inner) if inner else 0
    gaps = sorted(gap for gap in gaps_ms if gap >= 0)
    told = (gaps[0], round(median(gaps)), gaps[-1]) if gaps else None
    return Reading(
        characters=tuple(_character(one) for one in text),
        aim=aim,
        symbology=_SYMBOLOGIES.get(aim[1], "") if aim else "",
        prefix=_named(text[:start]),
        suffix=_named(text[start + len(inner) :]),
        gaps_ms=told,
        ended_by=ended_by if ended_by in ("Enter", "Tab") else "",
        faults=_faults(text, told, ended_by, is_composed),
    )


def _faults(
    text: str, gaps_ms: tuple[int, int, int] | None, ended_by: str, is_composed: bool
) -> tuple[Fault, ...]:
    wide = any(unicodedata.east_asian_width(one) in "FW" for one in text)
    found = {
        Fault.INPUT_METHOD: is_composed,
        Fault.FULL_WIDTH: wide and not is_composed,
        Fault.NO_END: ended_by not in ("Enter", "Tab"),
        Fault.TAB_END: ended_by == "Tab",
        Fault.SLOW: gaps_ms is not None and gaps_ms[1] >= SLOW_MS,
        Fault.CONTROL: any(one in _CONTROLS and one not in " \x1d" for one in text),
        Fault.LOWER_CASE: text != text.upper() and "://" not in text and not _AIM.match(text),
    }
    return tuple(fault for fault in Fault if found[fault])


def _character(one: str) -> Character:
    is_control = unicodedata.category(one) in ("Cc", "Cf")
    shown = _CONTROLS.get(one, "·" if is_control else one)
    return Character(shown, f"U+{ord(one):04X}", is_control or one == " ")


def _named(text: str) -> str:
    return " ".join(_CONTROLS[one] for one in text)
