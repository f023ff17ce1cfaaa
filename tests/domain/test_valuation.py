"""Ten thousand random forms, split and posted: not one fen is unexplained (rules 1.38, 1.39)."""

from __future__ import annotations

from random import Random

from tracker.domain.ledger import Account, Posting, check_balanced, loss_postings, pair
from tracker.domain.loss_nature import LossNature, vat_transfer_out
from tracker.domain.money import half_up
from tracker.domain.registration import Owner
from tracker.domain.site import Ownership
from tracker.domain.valuation import Basis, Valuation, amounts, owner_credits

FORMS = 10_000
PARTIES = (Basis.PURCHASE_PRICE, Basis.SUPPLY_PRICE, Basis.COST)


def _percents(rng: Random) -> list[int]:
    """One to three whole percents that sum to 100."""
    cuts = sorted(rng.sample(range(1, 100), rng.randint(0, 2)))
    return [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]


def _garment(rng: Random) -> tuple[list[Valuation], list[bool]]:
    percents = _percents(rng)
    spent, salvage = rng.randint(0, 50_000), rng.randint(0, 9_000)
    bases = rng.sample(PARTIES, len(percents))
    own = rng.randrange(-1, len(percents))
    lines = [
        Valuation(basis, rng.randint(1, 10**7), spent, salvage, percent)
        for basis, percent in zip(bases, percents, strict=True)
    ]
    return lines, [index == own for index in range(len(percents))]


def _posted(amount: int, credit: int, vat: int) -> list[Posting]:
    return [*loss_postings(amount, credit), *pair(Account.VAT_TRANSFER_OUT, -vat)]


def _sum(postings: list[Posting], account: Account) -> int:
    return sum(posting.amount_fen for posting in postings if posting.account is account)


def test_ten_thousand_random_forms_leave_no_fen_unexplained() -> None:
    rng = Random(38)
    for _ in range(FORMS):
        lines, own = _garment(rng)
        shares = list(zip([line.percent for line in lines], own, strict=True))
        supply, cost = rng.randint(0, 10**7), rng.randint(0, 10**7)
        natures = [(line.percent, rng.choice(list(LossNature))) for line in lines]
        parts = amounts(lines)
        credited = owner_credits(Owner.STORE, Ownership.FRANCHISE, supply, shares)
        vats = vat_transfer_out(cost, 13, natures)
        exact = sum(line.loss_fen * line.percent for line in lines)
        assert sum(parts) == half_up(exact, 100)
        for line, part in zip(lines, parts, strict=True):
            assert abs(100 * part - line.loss_fen * line.percent) < 100
        postings = [
            posting
            for amounts_of_a_line in zip(parts, credited, vats, strict=True)
            for posting in _posted(*amounts_of_a_line)
        ]
        check_balanced(postings)
        assert _sum(postings, Account.CHARGE) == sum(parts)
        assert _sum(postings, Account.OWNER_CREDIT) == -sum(credited)
        assert _sum(postings, Account.VAT_TRANSFER_OUT) == -sum(vats)
        borne_by_others = sum(percent for percent, is_own in shares if not is_own)
        assert abs(100 * sum(credited) - supply * borne_by_others) < 100 * len(lines)
        if all(nature is LossNature.POOR_MANAGEMENT for _, nature in natures):
            assert sum(vats) == half_up(cost * 13, 100)
        assert all(
            vat == 0 or nature is LossNature.POOR_MANAGEMENT
            for vat, (_, nature) in zip(vats, natures, strict=True)
        )
