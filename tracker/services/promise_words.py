"""Promises and answers in words: a term, a step's result, a choice, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from tracker.domain.law_packs import Pack
from tracker.domain.named import NamedEnum
from tracker.domain.policy import CalendarKind, Unit
from tracker.domain.promise import Condition, Exclusion, Payer, PriceBasis, Start, Term, TermName
from tracker.domain.promise_profiles import NAMES
from tracker.domain.promise_terms import Matter, Saying
from tracker.domain.quality_guide import Ground
from tracker.domain.warranty_step import Entitlement, Step, StepName

_RESULTS: Mapping[StepName, tuple[type[NamedEnum], ...]] = {
    StepName.LAW_PACK: (Pack,),
    StepName.CONFLICT: (TermName, Matter),
    StepName.GROUND: (Ground,),
    StepName.EXCLUDED: (Exclusion,),
    StepName.CONDITION_MISSING: (Condition,),
    StepName.FREIGHT: (Payer,),
    StepName.REFUND_PRICE: (PriceBasis,),
    StepName.ENTITLEMENT: (Entitlement,),
}
_PLAIN = {
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "required": ("需要", "required"),
    "by_quote": ("按报价", "as quoted"),
}


def step_words(step: Step, locale: str) -> str:
    """Return the result of a step in words; a day or a number as it is."""
    if step.step is StepName.PROFILE:
        return profile_words(step.result, locale)
    for kind in _RESULTS.get(step.step, ()):
        if step.result in {member.value for member in kind}:
            return kind(step.result).label(locale)
    plain = _PLAIN.get(step.result)
    if plain is not None:
        return plain[1] if locale == "en" else plain[0]
    return step.result


def profile_words(code: str, locale: str) -> str:
    """Return the name of a profile by its code."""
    zh, en = NAMES[code]
    return en if locale == "en" else zh


def saying_words(said: Saying, locale: str) -> str:
    """Return what a promise or the law says: a term, or a choice by its name."""
    return term_words(said, locale) if isinstance(said, Term) else said.label(locale)


def term_words(term: Term, locale: str) -> str:
    """Return a term in words: ``签收之日起 7 个工作日``."""
    start = "" if term.start in (None, Start.APPLIED) else Start(term.start).label(locale)
    is_working = term.calendar == CalendarKind.WORKING
    if locale == "en":
        unit = f"working {term.unit.en}" if is_working else term.unit.en
        return f"{term.value} {unit}" + (f" from {start}" if start else "")
    unit = "个工作日" if is_working else term.unit.zh if term.unit is not Unit.DAYS else "天"
    return (f"{start}起 " if start else "") + f"{term.value} {unit}"
