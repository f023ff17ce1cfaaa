"""Every number of the promise letters (2B), the bulk orders (6B) and the law (6.1), with its words.

The numbers stand in ``tables/promises.txt`` and ``tables/laws.txt``, a row a number.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tracker.domain.law_packs import EVERY_CHANNEL, Pack, pack_in, packs_of
from tracker.domain.policy import CalendarKind, Unit
from tracker.domain.policy_registry import EVERY
from tracker.domain.promise import (
    FREE_REPAIR,
    LONGER_IS_KINDER,
    Channel,
    Condition,
    Exclusion,
    Extra,
    Payer,
    PriceBasis,
    TermName,
    Why,
)
from tracker.domain.promise_profiles import CHOICES, profile

TABLES = Path(__file__).parent / "tables"
VALUES = {policy.name: policy.value for policy in EVERY}


def _rows(table: str) -> list[tuple[str, ...]]:
    """Return the rows of a table; ``repair_*`` is a row for each category."""
    rows = []
    for line in (TABLES / table).read_text("utf-8").splitlines()[1:]:
        cells = [cell.strip() for cell in line.split("|")]
        names = [name.value for name in FREE_REPAIR.values()]
        for name in names if cells[1] == "repair_*" else [cells[1]]:
            rows.append((cells[0], name, *cells[2:]))
    return rows


SAID = _rows("promises.txt")


@pytest.mark.parametrize(
    ("code", "name", "value", "unit", "calendar", "start", "rule", "words"),
    SAID,
    ids=[f"{row[6]} {row[0]} {row[1]}" for row in SAID],
)
def test_each_number_of_a_letter_is_the_number_of_its_rule(
    code: str, name: str, value: str, unit: str, calendar: str, start: str, rule: str, words: str
) -> None:
    term = profile(code, VALUES).terms[TermName(name)]
    said = (term.value, term.unit, term.calendar, term.start or "-", term.rule)
    assert said == (int(value), Unit(unit), CalendarKind(calendar), start, rule), words


def test_no_letter_says_a_number_that_this_table_does_not_quote() -> None:
    said = {(code, name.value) for code in CHOICES for name in profile(code, VALUES).terms}
    assert said == {(row[0], row[1]) for row in SAID}


def test_each_number_of_the_law_is_the_number_of_its_article() -> None:
    said = {
        (
            pack.value,
            one.name.value,
            str(one.term.value),
            one.term.unit.value,
            one.term.start.value if one.term.start else "-",
            "every" if one.channels == EVERY_CHANNEL else " ".join(sorted(one.channels)),
            one.term.rule,
        )
        for pack in Pack
        for one in packs_of(pack)[-1].terms
    }
    assert said == set(_rows("laws.txt"))


def test_shanghai_alone_spares_cheap_goods_its_half_year() -> None:
    sparing = {pack for pack in Pack for one in packs_of(pack)[-1].terms if one.spares_low_value}
    assert sparing == {Pack.SHANGHAI}


@pytest.mark.parametrize(
    ("pack", "no_depreciation", "basis", "refund_after_repairs", "lifted"),
    [
        (Pack.NATIONAL, None, None, None, {}),
        (Pack.ZHEJIANG, "浙江消保条例, C-12", None, "浙江消保条例", {}),
        (Pack.SHANGHAI, None, None, None, {Condition.PACKAGING: "上海消保条例 30"}),
        (
            Pack.BEIJING,
            "北京消保条例（免费）, C-12",
            (PriceBasis.HIGHER, "北京消保条例, C-17"),
            None,
            {},
        ),
        (Pack.SHANDONG, None, None, None, {}),
    ],
)
def test_what_a_place_adds_besides_numbers(
    pack: Pack, no_depreciation: object, basis: object, refund_after_repairs: object, lifted: object
) -> None:
    law = packs_of(pack)[-1]
    told = (law.no_depreciation, law.price_basis, law.failed_repair_refund, law.lifted)
    assert told == (no_depreciation, basis, refund_after_repairs, lifted)


@pytest.mark.parametrize(
    ("code", "why", "payer", "rule"),
    [
        ("chain", Why.QUALITY, Payer.COMPANY, "C-16"),
        ("chain", Why.NO_REASON, Payer.CUSTOMER, "C-16"),
        ("year_2024", Why.QUALITY, Payer.COMPANY, "2.53"),
        ("concise", Why.QUALITY, Payer.CUSTOMER, "2.73"),
        ("concise", Why.NO_REASON, Payer.CUSTOMER, "2.73"),
        ("product_2024", Why.QUALITY, Payer.COMPANY, "2.80"),
        ("product_2024", Why.NO_REASON, Payer.COMPANY, "2.82"),
        ("apparel_plan", Why.NO_REASON, Payer.CUSTOMER, "2.109"),
        ("factory", Why.NO_REASON, Payer.COMPANY, "2.115"),
        ("bulk_1", Why.QUALITY, Payer.COMPANY, "6.11"),
    ],
)
def test_who_pays_the_freight_by_each_letter(code: str, why: Why, payer: Payer, rule: str) -> None:
    assert profile(code, VALUES).freight[why] == (payer, rule)


@pytest.mark.parametrize(
    ("code", "exclusions"),
    [
        ("plan", {Exclusion.CUSTOM: "2.41"}),
        ("concise", {Exclusion.UNDERWEAR: "2.69", Exclusion.ACCESSORY: "2.69"}),
        ("scheme_1", {Exclusion.IMPERFECT: "2.124"}),
        (
            "chain",
            {
                Exclusion.CUSTOM: "2.41, C-33",
                Exclusion.UNDERWEAR: "2.69, C-31",
                Exclusion.IMPERFECT: "2.124",
            },
        ),
    ],
)
def test_what_each_letter_excludes(code: str, exclusions: dict[Exclusion, str]) -> None:
    assert profile(code, VALUES).exclusions == exclusions


@pytest.mark.parametrize(
    ("code", "charged", "rule", "permille"),
    [
        ("chain", True, "2.04, C-12", None),
        ("plan", False, "2.48", None),
        ("year_2024", False, "2.53", None),
        ("full", False, "2.90, 2.91", None),
        ("factory", False, "2.115", None),
        ("bulk_1", False, "6.11", None),
        ("apparel_text", True, "6.1 服装三包", 2),
    ],
)
def test_what_wear_costs_by_each_letter(
    code: str, charged: bool, rule: str, permille: int | None
) -> None:
    said = profile(code, VALUES).depreciation
    assert said is not None
    assert (said.is_charged, said.rule, said.permille_per_day) == (charged, rule, permille)


def test_what_letters_give_besides() -> None:
    given = {code: profile(code, VALUES).extras for code in CHOICES}
    assert {code: extras for code, extras in given.items() if extras} == {
        "letter_1": {Extra.COMPENSATION: "2.13"},
        "template": {
            Extra.WORKING_HOURS: "2.17",
            Extra.WRONG_SIZE: "2.29",
            Extra.LOST_IN_DELIVERY: "2.30",
        },
        "plan": {Extra.LINE_24H: "2.47", Extra.PARTS: "2.49"},
        "year_2024": {Extra.PICK_UP: "2.55", Extra.CARE_GUIDE: "2.59"},
        "product_2024": {Extra.COMPENSATION: "2.88"},
        "full": {Extra.WRONG_SIZE: "2.92", Extra.MISSING_ACCESSORY: "2.93"},
        "scheme_1": {Extra.MINOR_REPAIR: "2.125", Extra.TRIMMING: "2.127"},
    }


def test_the_lower_price_of_scheme_1_is_its_own() -> None:
    said = {code: profile(code, VALUES).price_basis for code in CHOICES}
    assert {code: basis for code, basis in said.items() if basis} == {
        "scheme_1": (PriceBasis.LOWER, "2.123")
    }


def test_c_05_online_the_chain_counts_from_the_receipt() -> None:
    term = profile("chain", VALUES, Channel.ONLINE).terms[TermName.NO_REASON_RETURN]
    assert (term.value, term.start) == (7, "received")


def test_a_policy_that_is_changed_changes_the_default_profile() -> None:
    other = profile("chain", VALUES | {"warranty_textile": "12"})
    assert other.terms[TermName.REPAIR_TEXTILE].value == 12


def test_c_16_who_pays_the_freight_of_a_return_without_a_reason_is_a_policy() -> None:
    other = profile("chain", VALUES | {"no_reason_freight_bearer": "head_office"})
    assert other.freight[Why.NO_REASON] == (Payer.COMPANY, "C-16")


def test_each_rule_of_a_letter_lies_within_those_that_the_letter_was_numbered_as() -> None:
    strays = []
    for code in (code for code in CHOICES if code not in ("chain", "apparel_text")):
        letter = profile(code, VALUES)
        chapter, first, last = re.fullmatch(r"(\d)\.(\d+)–\1\.(\d+)", letter.rules).groups()
        rules = [term.rule for term in letter.terms.values()]
        rules += [*letter.conditions.values(), *letter.extras.values(), *letter.exclusions.values()]
        for rule in re.findall(r"\d\.\d+", " ".join(rules)):
            at, number = rule.split(".")
            if at != chapter or not int(first) <= int(number) <= int(last):
                strays.append((code, rule))
    assert strays == []


@pytest.mark.parametrize(
    ("text", "pack"),
    [
        ("zhejiang", Pack.ZHEJIANG),
        ("浙江省杭州市", Pack.ZHEJIANG),
        ("上海市", Pack.SHANGHAI),
        ("北京", Pack.BEIJING),
        ("山东省", Pack.SHANDONG),
        ("national", Pack.NATIONAL),
        ("R1", None),
    ],
)
def test_a_place_names_its_pack(text: str, pack: Pack | None) -> None:
    assert pack_in(text) is pack


def test_the_customers_windows_are_longer_and_the_companys_time_is_shorter() -> None:
    longer = {name for name in TermName if name in LONGER_IS_KINDER}
    assert longer == {
        name
        for name in TermName
        if name.value.startswith(("no_reason", "quality", "free_exchanges"))
        or name in FREE_REPAIR.values()
        or name in (TermName.REPAIR_UNDERWEAR, TermName.REPAIR_GUARANTEE)
    }
