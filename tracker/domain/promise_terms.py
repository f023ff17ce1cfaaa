"""What holds of a promise: the letter, filled in by the chain's own 三包, under the law's floor.

Of every term the better one for the customer holds. Where the promise was worse than the law, the
conflict is kept and shown (conventions 6.1): what was promised, what the law says, by which
article.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.domain.calendar import Overrides
from tracker.domain.law_packs import LawPack, LawTerm, Pack, packs_of
from tracker.domain.named import NamedEnum
from tracker.domain.promise import (
    FREE_REPAIR,
    Channel,
    Condition,
    Dates,
    Depreciation,
    Exclusion,
    Extra,
    Payer,
    PriceBasis,
    Profile,
    Term,
    TermName,
    Why,
    is_kinder,
)

_ORDER = list(PriceBasis)


class Matter(NamedEnum):
    """What besides a term a promise and the law may say differently."""

    FREIGHT_QUALITY = "freight_quality", "质量问题运费", "freight for quality"
    DEPRECIATION = "depreciation", "折旧费", "depreciation"
    CUSTOM_QUALITY = "custom_quality", "定制商品的质量退换", "quality of made-to-measure goods"
    CONFIRMATION = "confirmation", "不可退商品须在购买时确认", "exclusion confirmed at purchase"
    PACKAGING = "packaging", "拆封查验视为完好", "opened to look is not damaged"


class Charged(NamedEnum):
    YES = "charged", "收取", "charged"
    NO = "free", "不得收取", "not charged"


Saying = Term | NamedEnum
"""What a promise or the law says: a term, or a choice by its name."""


@dataclass(frozen=True)
class Conflict:
    """One matter in which the promise was worse than the law, so that the law holds."""

    matter: TermName | Matter
    promised: Saying
    promised_rule: str
    law: Saying
    article: str


@dataclass(frozen=True)
class Held:
    """The promise as it holds for a channel under a law pack, with the conflicts it had."""

    profile: Profile
    pack: Pack
    channel: Channel
    terms: Mapping[TermName, Term]
    freight: Mapping[Why, tuple[Payer, str]]
    exclusions: Mapping[Exclusion, str]
    conditions: Mapping[Condition, str]
    extras: Mapping[Extra, str]
    depreciation: Depreciation
    no_reason_price: tuple[PriceBasis, str]
    quality_price: tuple[PriceBasis, str]
    failed_repair_refund: str | None
    conflicts: tuple[Conflict, ...]

    @property
    def laws(self) -> tuple[LawPack, ...]:
        """The packs that were laid over the promise."""
        return packs_of(self.pack)


def hold(
    profile: Profile,
    chain: Profile,
    pack: Pack,
    channel: Channel,
    dates: Dates,
    *,
    category: str | None = None,
    is_low_value: bool = False,
    overrides: Overrides | None = None,
) -> Held:
    """Return what holds of a profile for these days (issue 6, part 2).

    Of the periods of free repair only a ``category``'s is looked at, if one is given.
    ``is_low_value`` leaves out what the law spares cheap goods (Shanghai).
    """
    laws = packs_of(pack)
    terms = _said(profile, chain, category)
    demanded = [one for law in laws for one in _demands(law, channel, category, is_low_value)]
    held, conflicts = _terms(terms, demanded, dates, overrides)
    freight, freight_conflicts = _freight({**chain.freight, **profile.freight}, laws)
    depreciation, charge_conflicts = _depreciation(profile, chain, laws)
    bases = [law.price_basis for law in laws if law.price_basis is not None]
    return Held(
        profile,
        pack,
        channel,
        held,
        freight,
        {**chain.exclusions, **profile.exclusions},
        profile.conditions or chain.conditions,
        {**chain.extras, **profile.extras},
        depreciation,
        profile.price_basis or (PriceBasis.PAID, "C-17"),
        max([(PriceBasis.PAID, "C-17"), *bases], key=_kindness),
        profile.failed_repair_refund_rule
        or next((law.failed_repair_refund for law in laws if law.failed_repair_refund), None),
        (*conflicts, *freight_conflicts, *charge_conflicts),
    )


def _kindness(basis: tuple[PriceBasis, str]) -> int:
    return _ORDER.index(basis[0])


def _said(profile: Profile, chain: Profile, category: str | None) -> dict[TermName, Term]:
    """Return the letter's terms, and the chain's where the letter is silent."""
    terms = {**chain.terms, **profile.terms}
    others = {name for key, name in FREE_REPAIR.items() if category not in (None, key)}
    return {name: term for name, term in terms.items() if name not in others}


def _demands(
    law: LawPack, channel: Channel, category: str | None, is_low_value: bool
) -> list[LawTerm]:
    others = {name for key, name in FREE_REPAIR.items() if category not in (None, key)}
    return [
        one
        for one in law.terms
        if channel in one.channels
        and one.name not in others
        and not (is_low_value and one.spares_low_value)
    ]


def _terms(
    terms: dict[TermName, Term],
    demanded: Sequence[LawTerm],
    dates: Dates,
    overrides: Overrides | None,
) -> tuple[dict[TermName, Term], list[Conflict]]:
    """Return the better of each term, and what was worse than the law's best."""
    best: dict[TermName, Term] = {}
    for one in demanded:
        known = best.get(one.name)
        if known is None or is_kinder(one.name, one.term, known, dates, overrides):
            best[one.name] = one.term
    held, conflicts = dict(terms), []
    for name, law in best.items():
        said = terms.get(name)
        if said is None and name is TermName.REPAIR_UNDERWEAR:
            continue
        if said is None:
            held[name] = law
        elif is_kinder(name, law, said, dates, overrides):
            held[name] = law
            conflicts.append(Conflict(name, said, said.rule, law, law.rule))
    return held, conflicts


def _freight(
    said: dict[Why, tuple[Payer, str]], laws: Sequence[LawPack]
) -> tuple[dict[Why, tuple[Payer, str]], list[Conflict]]:
    held, conflicts = dict(said), []
    for law in laws:
        for why, (payer, article) in law.freight.items():
            promised, rule = held.get(why, (payer, article))
            if payer is Payer.COMPANY and promised is Payer.CUSTOMER:
                held[why] = (payer, article)
                conflicts.append(Conflict(Matter.FREIGHT_QUALITY, promised, rule, payer, article))
    return held, conflicts


def _depreciation(
    profile: Profile, chain: Profile, laws: Sequence[LawPack]
) -> tuple[Depreciation, list[Conflict]]:
    said = profile.depreciation or chain.depreciation or Depreciation(False, "C-12")
    article = next((law.no_depreciation for law in laws if law.no_depreciation), None)
    if article is None or not said.is_charged:
        return said, []
    conflict = Conflict(Matter.DEPRECIATION, Charged.YES, said.rule, Charged.NO, article)
    return Depreciation(False, article), [conflict]
