"""The law as packs of terms: the national floor, and what a province adds (conventions 6.1).

A pack is laid over a promise and can only be kinder to the customer: of each term the better one
holds, and where the promise was worse that is a conflict, shown with its article.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tracker.domain.named import NamedEnum
from tracker.domain.policy import Unit
from tracker.domain.promise import (
    FREE_REPAIR,
    Channel,
    Condition,
    Payer,
    PriceBasis,
    Start,
    Term,
    TermName,
    Why,
    days,
    months,
    times,
)

EVERY_CHANNEL = frozenset(Channel)
_ONLINE = frozenset({Channel.ONLINE})


class Pack(NamedEnum):
    """Which law holds where a store stands."""

    NATIONAL = "national", "全国", "national"
    ZHEJIANG = "zhejiang", "浙江", "Zhejiang"
    SHANGHAI = "shanghai", "上海", "Shanghai"
    BEIJING = "beijing", "北京", "Beijing"
    SHANDONG = "shandong", "山东", "Shandong"


@dataclass(frozen=True)
class LawTerm:
    """One term of the law, for these channels; ``spares_low_value`` leaves cheap goods out."""

    name: TermName
    term: Term
    channels: frozenset[Channel] = EVERY_CHANNEL
    spares_low_value: bool = False


@dataclass(frozen=True)
class LawPack:
    """What the law of a place demands, with the article of each demand."""

    pack: Pack
    terms: tuple[LawTerm, ...] = ()
    freight: dict[Why, tuple[Payer, str]] = field(default_factory=dict)
    no_depreciation: str | None = None
    """The article that bars depreciation, if one does."""
    price_basis: tuple[PriceBasis, str] | None = None
    """The price a refund for quality goes by; the price paid where the law names none (C-17)."""
    lifted: dict[Condition, str] = field(default_factory=dict)
    """Conditions that may not stand in the way of a no-reason return online."""
    needs_confirmation: str | None = None
    """The article by which goods are excluded online only if confirmed at the purchase (C-31)."""
    failed_repair_refund: str | None = None
    """The article by which so many failed repairs give a return, not just an exchange."""


NATIONAL = LawPack(
    Pack.NATIONAL,
    terms=(
        LawTerm(TermName.QUALITY_RETURN, days(7, "消法 24", Start.RECEIVED)),
        LawTerm(TermName.NO_REASON_RETURN, days(7, "消法 25", Start.RECEIVED), _ONLINE),
        LawTerm(TermName.REFUND_WITHIN, days(7, "消法 25", Start.RETURNED), _ONLINE),
        LawTerm(TermName.REFUND_WITHIN, days(15, "处罚办法 8–10", Start.RETURNED)),
        LawTerm(TermName.REPAIR_WITHIN, days(15, "处罚办法 8–10", Start.REPAIR_RECEIVED)),
    ),
    freight={Why.QUALITY: (Payer.COMPANY, "消法 24")},
    needs_confirmation="消法 25",
)

_LOCAL: tuple[LawPack, ...] = (
    LawPack(
        Pack.ZHEJIANG,
        terms=(
            LawTerm(TermName.REPAIR_WITHIN, days(5, "浙江消保条例", Start.REPAIR_RECEIVED)),
            LawTerm(TermName.REPAIRS_BEFORE_EXCHANGE, times(2, "浙江消保条例")),
            LawTerm(TermName.REPAIR_DAYS_LIMIT, Term(35, Unit.DAYS, "浙江消保条例")),
            LawTerm(TermName.REPAIR_GUARANTEE, days(30, "浙江消保条例", Start.REPAIRED)),
        ),
        no_depreciation="浙江消保条例, C-12",
        failed_repair_refund="浙江消保条例",
    ),
    LawPack(
        Pack.SHANGHAI,
        terms=tuple(
            LawTerm(name, months(6, "上海消保条例, C-08"), spares_low_value=True)
            for name in (*FREE_REPAIR.values(), TermName.REPAIR_UNDERWEAR)
        ),
        lifted={Condition.PACKAGING: "上海消保条例 30"},
    ),
    LawPack(
        Pack.BEIJING,
        terms=tuple(
            LawTerm(name, months(3, "北京消保条例"))
            for name in (*FREE_REPAIR.values(), TermName.REPAIR_UNDERWEAR)
        ),
        no_depreciation="北京消保条例（免费）, C-12",
        price_basis=(PriceBasis.HIGHER, "北京消保条例, C-17"),
    ),
    LawPack(
        Pack.SHANDONG,
        terms=(
            LawTerm(TermName.REPAIR_DAYS_LIMIT, Term(30, Unit.DAYS, "山东消保条例")),
            LawTerm(TermName.REPAIR_GUARANTEE, days(30, "山东消保条例", Start.REPAIRED)),
        ),
    ),
)
_BY_CODE = {Pack.NATIONAL: NATIONAL} | {local.pack: local for local in _LOCAL}

_PROVINCES = {
    "浙江": Pack.ZHEJIANG,
    "上海": Pack.SHANGHAI,
    "北京": Pack.BEIJING,
    "山东": Pack.SHANDONG,
}


def packs_of(pack: Pack) -> tuple[LawPack, ...]:
    """Return the packs that hold somewhere: the national floor first, then the place's own."""
    return (NATIONAL,) if pack is Pack.NATIONAL else (NATIONAL, _BY_CODE[pack])


def pack_in(text: str) -> Pack | None:
    """Return the pack that a code or a province's name says, if it says one."""
    named = {pack.value: pack for pack in Pack} | _PROVINCES
    return next((pack for name, pack in named.items() if text.startswith(name)), None)
