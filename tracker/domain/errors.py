"""What can go wrong, said in both languages, with a stable code.

Every refusal the product gives a person or a program is one of these classes. ``code`` never
changes once released; the two sentences say what is wrong and what to do next. ``errors.py`` of
the package turns them into a form error, a problem document or an exit status.
"""

from __future__ import annotations

from collections.abc import Mapping


class HangtagError(Exception):
    """Base of all refusals; ``facts`` are for programs and fill ``{name}`` in the sentences."""

    status = 400

    def __init__(self, code: str, zh: str, en: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.zh = zh
        self.en = en
        self.facts: Mapping[str, object] = facts

    def message(self, locale: str = "zh") -> str:
        """Return the sentence in Chinese, or in English when ``locale`` begins with ``en``.

        Placeholders are filled by plain replacement: a fact that holds braces stays as it is.
        """
        sentence = self.en if locale.lower().startswith("en") else self.zh
        for name, value in self.facts.items():
            sentence = sentence.replace("{" + name + "}", str(value))
        return sentence

    def __str__(self) -> str:
        return f"{self.code}: {self.message('en')}"


class RuleViolation(HangtagError):
    """A rule of the chain forbids this now (409)."""

    status = 409


class WrongStatus(RuleViolation):
    """The record is not in a status from which this action goes."""


class StaleVersion(RuleViolation):
    """Somebody changed the record after the caller read it."""


class InvalidInput(HangtagError):
    """A field is missing or cannot be so (422). ``field`` names it where there is one."""

    status = 422

    def __init__(self, code: str, zh: str, en: str, field: str | None = None, **facts: object):
        super().__init__(code, zh, en, **facts)
        self.field = field


class NeedsInput(InvalidInput):
    """A scan that is not finished: the same scan may come again completed (422)."""


class Forbidden(HangtagError):
    """The caller may see the record, but this is not for the caller's role (403)."""

    status = 403


class NotFound(HangtagError):
    """There is no such record, or it belongs to a site the caller does not see (404)."""

    status = 404


class Busy(HangtagError):
    """The database is held by somebody else; worth trying again shortly (503)."""

    status = 503


class NoSpace(HangtagError):
    """The server's disk takes nothing more; reading still works (507)."""

    status = 507


def no_space() -> NoSpace:
    """The disk is full: the database's, or the one of the photos."""
    return NoSpace(
        "no_space",
        "服务器磁盘已满，内容没有保存。请联系系统管理员清理磁盘后再提交一次。",
        "The server's disk is full and nothing was saved. Tell the administrator, then send again.",
    )


def not_found(what_zh: str, what_en: str, number: object) -> NotFound:
    """A record that is not there, or not for this caller: the two look the same."""
    return NotFound(
        "not_found",
        "没有找到{what}「{number}」。请核对号码，或从列表中选择。",
        "No {what_en} “{number}” was found. Check the number, or choose it from a list.",
        what=what_zh,
        what_en=what_en,
        number=number,
    )
