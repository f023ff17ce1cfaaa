"""The warranty calculator: the cases of ``tables/calculator.txt``, and what holds of every case."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.codes import Category
from tracker.domain.entitlement import RANK, Claim, Owed, owed
from tracker.domain.errors import InvalidInput
from tracker.domain.law_packs import Pack
from tracker.domain.policy_registry import EVERY
from tracker.domain.promise import Channel, Payer, PriceBasis, TermName, Why, is_kinder
from tracker.domain.promise_profiles import CHOICES, chain, profile
from tracker.domain.promise_terms import Conflict, Matter, hold
from tracker.domain.quality_guide import Ground
from tracker.domain.warranty import terms_from
from tracker.domain.warranty_step import Entitlement, StepName

VALUES = {policy.name: policy.value for policy in EVERY}
TERMS = terms_from(VALUES)
SALE = date(2026, 3, 1)
JACKET = Claim(Channel.STORE, Category.TEXTILE, Ground.QUALITY, SALE, SALE, 69900)
FLAGS = {
    "repairable": "is_repairable", "restorable": "is_restorable", "custom": "is_custom",
    "underwear": "is_underwear", "accessory": "is_accessory", "imperfect": "is_imperfect",
    "low_value": "is_low_value", "confirmed": "was_exclusion_confirmed", "worn": "is_worn",
    "receipt": "has_receipt", "tag": "has_tag", "packaging": "has_packaging",
}  # fmt: skip
COUNTS = ("repairs", "repair_days", "exchanges")


def answer(claim: Claim, code: str = "chain", pack: Pack = Pack.NATIONAL) -> Owed:
    held = hold(
        profile(code, VALUES, claim.channel),
        chain(VALUES, claim.channel),
        pack,
        claim.channel,
        claim.dates,
        category=claim.category.value,
        is_low_value=claim.is_low_value,
    )
    return owed(TERMS, held, claim)


def _claim(said: dict[str, str], day: int) -> Claim:
    bought = date.fromisoformat(said.get("bought", "2026-03-01"))
    flags = {FLAGS[name]: value == "yes" for name, value in said.items() if name in FLAGS}
    counts = {name: int(said[name]) for name in COUNTS if name in said}
    received = bought + timedelta(int(said["received"])) if "received" in said else None
    return Claim(
        channel=Channel(said.get("channel", "store")),
        category=Category(said.get("category", "textile")),
        ground=Ground(said.get("ground", "quality")),
        purchased_on=bought,
        on=bought + timedelta(day),
        received_on=received,
        paid_fen=_fen(said.get("paid", "699.00")),
        **flags,
        **counts,
    )


def _fen(yuan: str) -> int:
    whole, _point, cents = yuan.partition(".")
    return int(whole) * 100 + int(cents or 0)


def _cases() -> list[tuple[str, dict[str, str], list[str]]]:
    cases, title, said = [], "", {}
    for line in (
        (Path(__file__).parent / "tables" / "calculator.txt").read_text("utf-8").split("\n")
    ):
        if line.startswith("="):
            title = line[2:]
            said = dict(word.split("=") for word in title.split() if "=" in word)
        elif line and line[0].isdigit():
            cases.append((title.split(":")[0], said, [cell.strip() for cell in line.split("|")]))
    return cases


def test_there_are_three_hundred_written_cases() -> None:
    cases = {(title, row[0]) for title, _said, row in _cases()}
    assert len(cases) >= 300
    assert len(cases) == len(_cases())


@pytest.mark.parametrize(
    ("title", "said", "row"),
    _cases(),
    ids=[f"{title}, day {row[0]}" for title, _said, row in _cases()],
)
def test_what_the_customer_may_ask_for(title: str, said: dict[str, str], row: list[str]) -> None:
    day, entitlement, charge, rule = row
    found = answer(
        _claim(said, int(day)), said.get("profile", "chain"), Pack(said.get("pack", "national"))
    )
    last = [step for step in found.steps if step.step is StepName.ENTITLEMENT][-1]
    told = (found.entitlement, found.charge_fen, last.rule)
    assert told == (Entitlement(entitlement), _fen(charge), rule), title


# --- who pays, which price, until when


@pytest.mark.parametrize(
    ("code", "ground", "payer", "rule"),
    [
        ("chain", Ground.QUALITY, Payer.COMPANY, "C-16"),
        ("chain", Ground.NO_REASON, Payer.CUSTOMER, "C-16"),
        ("concise", Ground.QUALITY, Payer.COMPANY, "消法 24"),
        ("concise", Ground.NO_REASON, Payer.CUSTOMER, "2.73"),
        ("product_2024", Ground.NO_REASON, Payer.COMPANY, "2.82"),
        ("apparel_plan", Ground.NO_REASON, Payer.CUSTOMER, "2.109"),
        ("factory", Ground.NO_REASON, Payer.COMPANY, "2.115"),
        ("year_2024", Ground.QUALITY, Payer.COMPANY, "2.53"),
        ("chain", Ground.LOST, Payer.COMPANY, "C-16"),
    ],
)
def test_c_16_who_pays_the_freight(code: str, ground: Ground, payer: Payer, rule: str) -> None:
    found = answer(replace(JACKET, ground=ground, is_worn=False), code)
    step = next(step for step in found.steps if step.step is StepName.FREIGHT)
    assert (found.freight, step.rule) == (payer, rule)


@pytest.mark.parametrize("ground", [Ground.MINOR, Ground.CUSTOMER_DAMAGE])
def test_no_freight_is_promised_for_what_is_not_quality(ground: Ground) -> None:
    assert answer(replace(JACKET, ground=ground)).freight is None


@pytest.mark.parametrize(
    ("code", "pack", "ground", "now_fen", "refund_fen"),
    [
        ("chain", Pack.NATIONAL, Ground.QUALITY, 49900, 69900),
        ("chain", Pack.NATIONAL, Ground.QUALITY, 89900, 69900),
        ("chain", Pack.BEIJING, Ground.QUALITY, 49900, 69900),
        ("chain", Pack.BEIJING, Ground.QUALITY, 89900, 89900),
        ("scheme_1", Pack.NATIONAL, Ground.NO_REASON, 49900, 49900),
        ("scheme_1", Pack.NATIONAL, Ground.NO_REASON, 89900, 69900),
        ("scheme_1", Pack.NATIONAL, Ground.QUALITY, 49900, 69900),
        ("chain", Pack.NATIONAL, Ground.NO_REASON, 49900, 69900),
    ],
)
def test_c_17_by_which_price_a_refund_goes(
    code: str, pack: Pack, ground: Ground, now_fen: int, refund_fen: int
) -> None:
    claim = replace(JACKET, ground=ground, is_worn=False, price_now_fen=now_fen)
    assert answer(claim, code, pack).refund_fen == refund_fen


@pytest.mark.parametrize(
    ("code", "channel", "pack", "day", "done_by", "rule"),
    [
        ("chain", Channel.STORE, Pack.NATIONAL, 1, date(2026, 3, 9), "C-15"),
        ("concise", Channel.STORE, Pack.NATIONAL, 1, date(2026, 3, 11), "2.75"),
        ("concise", Channel.ONLINE, Pack.NATIONAL, 1, date(2026, 3, 9), "消法 25"),
        ("chain", Channel.STORE, Pack.NATIONAL, 16, date(2026, 4, 1), "1.34, C-01"),
        ("concise", Channel.STORE, Pack.NATIONAL, 16, date(2026, 4, 1), "处罚办法 8–10"),
        ("chain", Channel.STORE, Pack.ZHEJIANG, 16, date(2026, 3, 22), "浙江消保条例"),
        ("apparel_text", Channel.STORE, Pack.NATIONAL, 16, date(2026, 3, 24), "6.1 服装三包"),
        ("bulk_2", Channel.BULK, Pack.NATIONAL, 16, date(2026, 4, 4), "6.18"),
    ],
)
def test_c_15_until_when_the_company_is_done(
    code: str, channel: Channel, pack: Pack, day: int, done_by: date, rule: str
) -> None:
    found = answer(replace(JACKET, channel=channel, on=SALE + timedelta(day)), code, pack)
    step = next(step for step in found.steps if step.step is StepName.DONE_BY)
    assert (found.done_by, step.rule) == (done_by, rule)


def test_c_19_a_chain_may_mend_small_faults_for_pay_only() -> None:
    claim = replace(JACKET, ground=Ground.MINOR, on=SALE + timedelta(20))
    strict = terms_from(VALUES | {"goodwill_minor_repair": "no"})
    held = answer(claim).held
    found = [owed(terms, held, claim).entitlement for terms in (TERMS, strict)]
    assert found == [Entitlement.FREE_REPAIR, Entitlement.PAID_REPAIR]


# --- conflicts


def test_a_letter_worse_than_the_law_shows_it_and_the_law_holds() -> None:
    found = answer(JACKET, "concise")
    conflicts = [(one.matter, one.promised_rule, one.article) for one in found.held.conflicts]
    assert conflicts == [
        (TermName.REPAIR_WITHIN, "2.76", "处罚办法 8–10"),
        (Matter.FREIGHT_QUALITY, "2.73", "消法 24"),
    ]
    told = [step for step in found.steps if step.step is StepName.CONFLICT]
    assert [step.rule for step in told] == ["2.76 → 处罚办法 8–10", "2.73 → 消法 24"]


def test_the_chains_own_promise_is_nowhere_below_the_national_law() -> None:
    assert answer(JACKET).held.conflicts == ()


def test_zhejiang_forbids_depreciation_and_shortens_the_repair() -> None:
    matters = [one.matter for one in answer(JACKET, pack=Pack.ZHEJIANG).held.conflicts]
    assert matters == [TermName.REPAIR_WITHIN, Matter.DEPRECIATION]


def test_shanghai_lengthens_a_textile_warranty() -> None:
    (conflict,) = answer(JACKET, pack=Pack.SHANGHAI).held.conflicts
    assert isinstance(conflict, Conflict)
    assert (conflict.matter, conflict.promised_rule) == (TermName.REPAIR_TEXTILE, "2.01")


def test_a_letter_kinder_than_the_law_stays_as_it_is() -> None:
    held = answer(JACKET, "year_2024", Pack.SHANGHAI).held
    assert held.terms[TermName.REPAIR_TEXTILE].value == 12
    assert held.conflicts == ()


# --- what cannot be


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"received_on": date(2026, 2, 27)}, "received_before_purchase"),
        ({"on": date(2026, 2, 28)}, "purchased_in_future"),
        ({"on": date(2026, 2, 28), "ground": Ground.LOST}, "purchased_in_future"),
        ({"paid_fen": -1}, "negative_amount"),
        ({"price_now_fen": -1}, "negative_amount"),
        ({"repairs": -1}, "negative_count"),
    ],
)
def test_an_impossible_claim_is_refused(facts: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        answer(replace(JACKET, **facts))
    assert refusal.value.code == code


# --- what holds of every case

RARELY = st.sampled_from([False, False, False, True])
MOSTLY = st.sampled_from([True, True, True, False])
"""Weighed so that a hundred examples reach each right, and what takes it away."""

CLAIMS = st.builds(
    Claim,
    channel=st.sampled_from(Channel),
    category=st.sampled_from(Category),
    ground=st.just(Ground.QUALITY) | st.sampled_from(Ground),
    purchased_on=st.dates(date(2019, 1, 1), date(2030, 12, 31)),
    on=st.just(SALE),
    paid_fen=st.integers(0, 2_000_000),
    is_repairable=MOSTLY,
    is_restorable=st.booleans(),
    is_custom=RARELY,
    is_underwear=RARELY,
    is_accessory=RARELY,
    is_imperfect=RARELY,
    is_low_value=RARELY,
    was_exclusion_confirmed=RARELY,
    has_receipt=MOSTLY,
    has_tag=MOSTLY,
    has_packaging=MOSTLY,
    is_worn=st.booleans(),
    repairs=st.integers(0, 3),
    repair_days=st.integers(0, 60),
    exchanges=st.integers(0, 2),
)
DAYS = st.integers(0, 30) | st.integers(0, 500)
CODES = st.sampled_from(CHOICES)
PACKS = st.sampled_from(Pack)


def _on(claim: Claim, day: int, received: int = 0) -> Claim:
    bought = claim.purchased_on
    return replace(
        claim, on=bought + timedelta(day), received_on=bought + timedelta(min(day, received))
    )


def _beyond_mending(claim: Claim) -> Claim:
    """Return the claim as one that wear is charged for, where anything is (2.04)."""
    return replace(
        claim, ground=Ground.QUALITY, is_imperfect=False, is_restorable=False, has_receipt=True,
        repairs=0, repair_days=0,
    )  # fmt: skip


def _worth(found: Owed) -> tuple[int, int]:
    return RANK[found.entitlement], -found.charge_fen


@given(CLAIMS, DAYS, st.integers(0, 30), CODES, PACKS)
def test_nothing_is_ever_negative_nor_dearer_than_the_garment(
    claim: Claim, day: int, received: int, code: str, pack: Pack
) -> None:
    found = answer(_on(claim, day, received), code, pack)
    assert 0 <= found.charge_fen <= claim.paid_fen
    assert found.refund_fen is None or found.refund_fen >= 0
    assert found.done_by is None or found.done_by >= claim.purchased_on + timedelta(day)


@given(CLAIMS, st.integers(16, 200), CODES, PACKS)
def test_wear_is_charged_on_what_cannot_be_restored_alone_and_never_beyond_its_price(
    claim: Claim, day: int, code: str, pack: Pack
) -> None:
    claim = _beyond_mending(claim)
    found = answer(_on(claim, day), code, pack)
    assert 0 <= found.charge_fen <= claim.paid_fen
    assert found.refund_fen is None or found.refund_fen >= 0
    assert found.charge_fen == 0 or found.entitlement is Entitlement.PAID_EXCHANGE
    mended = answer(_on(replace(claim, is_repairable=True, is_restorable=True), day), code, pack)
    assert mended.charge_fen == 0


@given(CLAIMS, DAYS, st.integers(0, 30), CODES, PACKS)
def test_the_law_of_a_place_never_takes_away(
    claim: Claim, day: int, received: int, code: str, pack: Pack
) -> None:
    claim = _on(claim, day, received)
    national, local = answer(claim, code), answer(claim, code, pack)
    assert _worth(local) >= _worth(national)
    if local.entitlement is national.entitlement and national.done_by is not None:
        assert local.done_by is not None
        assert local.done_by <= national.done_by
        assert (local.refund_fen or 0) >= (national.refund_fen or 0)


@given(CLAIMS, DAYS, st.integers(0, 30), CODES, PACKS)
def test_no_term_that_holds_is_below_the_law_nor_below_the_letter(
    claim: Claim, day: int, received: int, code: str, pack: Pack
) -> None:
    claim = _on(claim, day, received)
    held = answer(claim, code, pack).held
    law = [
        (one.name, one.term)
        for law in held.laws
        for one in law.terms
        if claim.channel in one.channels and not (claim.is_low_value and one.spares_low_value)
    ]
    said = [*law, *profile(code, VALUES, claim.channel).terms.items()]
    kinder = [
        (name, term)
        for name, term in said
        if name in held.terms and is_kinder(name, term, held.terms[name], claim.dates)
    ]
    assert kinder == []
    assert held.freight[Why.QUALITY][0] is Payer.COMPANY


@given(CLAIMS, DAYS, st.integers(0, 40) | st.integers(0, 400), CODES, PACKS)
def test_an_earlier_day_never_owes_less(
    claim: Claim, day: int, more: int, code: str, pack: Pack
) -> None:
    earlier, later = _on(claim, day), _on(claim, day + more)
    assert _worth(answer(earlier, code, pack)) >= _worth(answer(later, code, pack))


@given(CLAIMS, st.integers(0, 7), st.integers(0, 30), CODES, PACKS)
def test_article_24_quality_is_returned_within_seven_days_of_receipt(
    claim: Claim, after: int, received: int, code: str, pack: Pack
) -> None:
    """But for what was sold as imperfect (2.124), and without proof of purchase (C-23)."""
    claim = replace(claim, ground=Ground.QUALITY, is_imperfect=False, has_receipt=True)
    found = answer(_on(claim, received + after, received), code, pack)
    assert (found.entitlement, found.freight) == (Entitlement.REFUND, Payer.COMPANY)


@given(CLAIMS, st.integers(0, 7), st.integers(0, 30), CODES, PACKS)
def test_article_25_what_was_sold_online_is_returned_without_a_reason(
    claim: Claim, after: int, received: int, code: str, pack: Pack
) -> None:
    """Intact, not made to measure, and not excluded with the customer's consent at the sale."""
    claim = replace(
        claim, ground=Ground.NO_REASON, channel=Channel.ONLINE, is_custom=False, is_worn=False,
        was_exclusion_confirmed=False, has_receipt=True, has_tag=True, has_packaging=True,
    )  # fmt: skip
    found = answer(_on(claim, received + after, received), code, pack)
    assert found.entitlement is Entitlement.REFUND


@given(CLAIMS, st.integers(0, 181), CODES)
def test_shanghai_repairs_half_a_year_for_nothing(claim: Claim, day: int, code: str) -> None:
    claim = replace(claim, ground=Ground.QUALITY, is_low_value=False, is_repairable=True)
    found = answer(replace(_on(claim, day), is_restorable=True), code, Pack.SHANGHAI)
    assert RANK[found.entitlement] >= RANK[Entitlement.FREE_REPAIR]


@given(CLAIMS, st.integers(16, 92), CODES, st.sampled_from([Pack.ZHEJIANG, Pack.BEIJING]))
def test_no_depreciation_where_the_law_bars_it(
    claim: Claim, day: int, code: str, pack: Pack
) -> None:
    assert answer(_on(_beyond_mending(claim), day), code, pack).charge_fen == 0


@given(CLAIMS, DAYS, CODES, PACKS)
def test_every_answer_says_its_promise_its_law_and_its_rules(
    claim: Claim, day: int, code: str, pack: Pack
) -> None:
    found = answer(_on(claim, day), code, pack)
    assert [step.step for step in found.steps[:2]] == [StepName.PROFILE, StepName.LAW_PACK]
    assert all(step.rule for step in found.steps)
    bases = {basis.value for basis in PriceBasis}
    prices = {step.result for step in found.steps if step.step is StepName.REFUND_PRICE}
    assert prices <= bases
