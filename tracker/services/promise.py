"""Promises: which letter holds for whom, under which law, and what a customer is owed by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.account import Role
from tracker.domain.calendar import shanghai_date
from tracker.domain.dated import check_from
from tracker.domain.entitlement import Claim, Owed, owed
from tracker.domain.errors import Forbidden, InvalidInput, RuleViolation
from tracker.domain.law_packs import Pack
from tracker.domain.policy import CHAIN as EVERYWHERE
from tracker.domain.policy import Reach
from tracker.domain.promise import Channel, Profile
from tracker.domain.promise_profiles import CHAIN, chain, profile
from tracker.domain.promise_terms import Held, hold
from tracker.domain.warranty import terms_from
from tracker.models.promise import LawPlace, ProfileChoice
from tracker.queries import calendar, policy
from tracker.queries import promise as queries
from tracker.queries import site as sites
from tracker.queries.lock import hold_table
from tracker.services import dated
from tracker.services.act import Act

KEEPERS = frozenset({Role.SUPERVISOR})
"""Who chooses a promise and says which law holds where."""


def choose(
    act: Act,
    channel: Channel,
    code: str,
    *,
    effective_from: date,
    reason: str,
    region: str | None = None,
) -> ProfileChoice:
    """Choose a profile for a channel, in one region or in all, from a day on.

    No choice is overwritten: a garment is judged by the one in force when it was sold. Raises
    ``Forbidden``, ``NotFound``, ``InvalidInput`` ``in_the_past``, ``unknown_region`` or
    ``missing_field``, ``RuleViolation`` ``not_for_channel`` or ``later_version``.
    """
    _check_keeper(act)
    hold_table(act.session, ProfileChoice)
    check_from(
        effective_from,
        shanghai_date(act.now),
        "已售出的商品按当时的承诺办理。",
        "what was sold keeps its own promise.",
    )
    wanted = _checked(act, channel, code, region, effective_from)
    row = ProfileChoice(
        channel=channel.value,
        region=region,
        profile=wanted.code,
        effective_from=effective_from,
    )
    return dated.keep(act, row, reason)


def _checked(
    act: Act, channel: Channel, code: str, region: str | None, effective_from: date
) -> Profile:
    wanted = profile(code, policy.values(act.session, effective_from), channel)
    if wanted.is_bulk and channel is not Channel.BULK:
        raise RuleViolation(
            "not_for_channel",
            "团购定制方案只能用于团购定制。请换一个方案。",
            "A bulk scheme is for bulk orders only: choose another profile.",
        )
    if region is not None and region not in queries.regions(act.session):
        raise InvalidInput(
            "unknown_region",
            "没有区域「{region}」。",
            "There is no region “{region}”.",
            "region",
            region=region,
        )
    _check_last(act, channel, region, effective_from)
    return wanted


def _check_last(act: Act, channel: Channel, region: str | None, day: date) -> None:
    last = queries.last_day_of(act.session, channel, region)
    if last is not None and last >= day:
        raise RuleViolation(
            "later_version",
            "这个渠道和区域已选定 {day} 起的方案，不能覆盖。请把生效日期定在 {day} 之后。",
            "This channel and region has a choice from {day} already: choose a later day.",
            day=last.isoformat(),
        )


def place(act: Act, store: str, pack: Pack, *, reason: str) -> LawPlace:
    """Say under which law a store stands. Raises ``Forbidden``, ``NotFound``, ``InvalidInput``."""
    _check_keeper(act)
    row = LawPlace(site_id=sites.by_code(act.session, store).id, pack=pack.value)
    return dated.keep(act, row, reason)


def held_for(
    session: Session, claim: Claim, pack: Pack, reach: Reach = EVERYWHERE, code: str | None = None
) -> Held:
    """Return what holds for a claim: the promise of the day of its sale, under a law pack.

    ``reach`` is what is known of the case beside its category, ``code`` looks at another profile
    than the one chosen. Raises ``NotFound`` for no profile.
    """
    bought = claim.purchased_on
    values = policy.values(session, bought, _reach(claim, reach))
    own = chain(values, claim.channel)
    wanted = code or queries.chosen(session, claim.channel, reach.region or None, bought)
    letter = own if wanted == CHAIN else profile(wanted, values, claim.channel)
    return hold(
        letter,
        own,
        pack,
        claim.channel,
        claim.dates,
        category=claim.category.value,
        is_low_value=claim.is_low_value,
        overrides=calendar.overrides(session),
    )


def answer(
    session: Session, claim: Claim, pack: Pack, reach: Reach = EVERYWHERE, code: str | None = None
) -> Owed:
    """Return the most that a customer may ask for (rules 2.01 to 2.127).

    Raises what ``held_for`` and ``entitlement.owed`` raise.
    """
    values = policy.values(session, claim.purchased_on, _reach(claim, reach))
    held = held_for(session, claim, pack, reach, code)
    return owed(terms_from(values), held, claim, calendar.overrides(session))


def _reach(claim: Claim, reach: Reach) -> Reach:
    return replace(reach, category=claim.category.value)


def _check_keeper(act: Act) -> None:
    if not act.actor.is_any(KEEPERS):
        raise Forbidden(
            "wrong_role",
            "承诺方案由售后主管选定，请联系主管。",
            "The promise is chosen by the after-sales supervisor. Ask there.",
        )
