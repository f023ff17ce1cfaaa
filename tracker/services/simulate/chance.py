"""The shapes of after-sales work in a large chain: how much, what is wrong, how long it takes.

Plain draws from a ``random.Random``; nothing here knows a table, a clock or a rule of the chain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TypeVar

from tracker.domain.codes import Cause, Defect, Position

T = TypeVar("T")

REGISTRATIONS_A_WEEK = 2.0
DISPERSION = 1.2
STORE_SIZE_SIGMA = 0.5
SEASON = (1.2, 0.8, 1.0, 0.9, 0.9, 0.9, 0.8, 0.8, 0.9, 1.1, 1.3, 1.4)
"""Work by month, January first: down coats and zips make the winter heavy."""
SALES_DAYS = ((1, 1), (5, 1), (6, 18), (10, 1), (11, 11), (12, 12))
SALES_FACTOR = 1.5


@dataclass(frozen=True)
class Lognormal:
    """Days with a median and a sigma of their logarithm."""

    median: float
    sigma: float

    def draw(self, rng: Random) -> float:
        """Return a number of days."""
        return self.median * math.exp(rng.gauss(0.0, self.sigma))


OUT = Lognormal(2.5, 0.30)
INTAKE = Lognormal(0.6, 0.6)
REPAIR = Lognormal(2.2, 0.70)
PACKING = Lognormal(0.9, 0.5)
BACK = Lognormal(2.5, 0.30)
PARTS = Lognormal(5.0, 0.6)
REWORK = Lognormal(4.0, 0.5)
DECIDING = Lognormal(0.25, 0.9)
ASKING = Lognormal(1.6, 0.7)
COLLECTING = Lognormal(2.5, 0.8)
SEARCHING = Lognormal(4.0, 0.6)
SIGNING = Lognormal(2.0, 0.6)
LOCAL_REPAIR = Lognormal(2.5, 0.5)
OUTSIDE = Lognormal(8.0, 0.35)


@dataclass(frozen=True)
class Kind:
    """One defect of the mix: its weight, whether a repair helps, what it costs, where and why."""

    defect: Defect
    weight: int
    repairable: float
    yuan: float
    positions: tuple[Position, ...]
    supplier_cause: Cause
    store_cause: Cause
    operation: str
    minutes: int


_P, _C, _D = Position, Cause, Defect
BODY = (_P.FRONT, _P.BACK, _P.LEFT_SLEEVE, _P.RIGHT_SLEEVE)
_EDGES = (_P.SEAM, _P.CUFF, _P.HEM, _P.POCKET, _P.CROTCH)
_CLOSING = (_P.PLACKET, _P.CUFF, _P.COLLAR)

MIX = (
    Kind(_D.SEAM_OPEN, 13, 0.97, 5, _EDGES, _C.WORKMANSHIP, _C.TRY_ON, "重新缝合", 15),
    Kind(_D.BUTTON_OFF, 8, 0.99, 3, _CLOSING, _C.TRIM_QUALITY, _C.TRY_ON, "补钉纽扣", 8),
    Kind(_D.ZIP_FAIL, 9, 0.90, 18, (_P.ZIP, _P.POCKET), _C.TRIM_QUALITY, _C.TRY_ON, "更换拉链", 30),
    Kind(_D.HOLE_SNAG, 8, 0.45, 25, BODY, _C.MATERIAL, _C.DISPLAY, "织补", 40),
    Kind(_D.STAIN, 8, 0.70, 12, BODY, _C.WORKMANSHIP, _C.TRY_ON, "去渍清洗", 20),
    Kind(_D.PILLING, 9, 0.35, 6, BODY, _C.MATERIAL, _C.DISPLAY, "去球整理", 15),
    Kind(_D.FADE_BLEED, 8, 0.10, 15, BODY, _C.DYEING_FINISHING, _C.DISPLAY, "固色补色", 35),
    Kind(_D.SHADE, 4, 0.05, 15, BODY, _C.DYEING_FINISHING, _C.DISPLAY, "补色", 35),
    Kind(_D.SHRINK, 5, 0.10, 10, BODY, _C.MATERIAL, _C.IRONING, "拉伸整烫", 20),
    Kind(_D.SIZE_OFF, 5, 0.15, 12, (_P.CUFF, _P.HEM), _C.WORKMANSHIP, _C.TRY_ON, "改尺寸", 30),
    Kind(_D.FABRIC_FLAW, 5, 0.30, 20, BODY, _C.MATERIAL, _C.DISPLAY, "织补", 40),
    Kind(_D.PRINT_TRIM, 4, 0.40, 12, (_P.FRONT, _P.TRIM), _C.WORKMANSHIP, _C.IRONING, "补印", 25),
    Kind(_D.DOWN_LEAK, 3, 0.30, 25, (_P.SEAM, _P.BACK), _C.MATERIAL, _C.STORAGE, "封针眼", 40),
    Kind(_D.WATER_LEAK, 1, 0.30, 40, (_P.SEAM, _P.HOOD), _C.MATERIAL, _C.STORAGE, "压胶条", 45),
    Kind(_D.LABEL_TAG, 2, 0.95, 2, (_P.LINING,), _C.WORKMANSHIP, _C.DISPLAY, "换水洗标", 5),
    Kind(_D.ACCESSORY, 2, 0.80, 10, (_P.TRIM, _P.HOOD), _C.TRIM_QUALITY, _C.DISPLAY, "补配件", 10),
    Kind(_D.MOULD_ODOUR, 1, 0.20, 15, (_P.LINING, _P.BACK), _C.MATERIAL, _C.STORAGE, "除霉", 30),
    Kind(_D.HARDWARE_RUST, 1, 0.80, 8, (_P.TRIM, _P.ZIP), _C.TRIM_QUALITY, _C.STORAGE, "换件", 15),
    Kind(_D.DELAM_PEEL, 3, 0.15, 30, BODY, _C.MATERIAL, _C.STORAGE, "补皮压胶", 45),
    Kind(_D.WRONG_ITEM, 1, 1.00, 0, (_P.FRONT,), _C.UNKNOWN, _C.UNKNOWN, "核对", 5),
)  # fmt: skip
_WEIGHTS = tuple(kind.weight for kind in MIX)
_HEAD_OFFICE = ((Cause.UNKNOWN, 88), (Cause.DESIGN, 6), (Cause.TRANSPORT, 6))
_CUSTOMER = ((Cause.WASH_MISUSE, 60), (Cause.WEAR_MISUSE, 40))


def kind_of_defect(rng: Random) -> Kind:
    """Return what is wrong with a garment."""
    return rng.choices(MIX, _WEIGHTS)[0]


def cause_of(rng: Random, kind: Kind, *, is_customers: bool) -> Cause:
    """Return why, so that the parties bear what they usually bear of this defect.

    What only a wearer can do is not done to store stock: its share falls to the supplier.
    """
    usual = kind.defect.liability
    party = pick(
        rng,
        (
            ("supplier", usual.supplier),
            ("store" if kind.store_cause is not Cause.UNKNOWN else "head_office", usual.store),
            ("head_office", usual.head_office),
            ("customer" if is_customers else "supplier", usual.customer),
        ),
    )
    if party == "supplier":
        return kind.supplier_cause
    if party == "store":
        return kind.store_cause
    return pick(rng, _CUSTOMER if party == "customer" else _HEAD_OFFICE)


def pick(rng: Random, weighted: Sequence[tuple[T, float]]) -> T:
    """Return one of the weighted values."""
    at = rng.random() * sum(weight for _, weight in weighted)
    for value, weight in weighted:
        at -= weight
        if at < 0:
            return value
    return weighted[-1][0]


def registrations_in_week(rng: Random, size: float, monday: date) -> int:
    """Return how many garments a store of this size registers in a week: negative binomial."""
    season = SEASON[monday.month - 1]
    if any(0 <= (date(monday.year, *day) - monday).days < 7 for day in SALES_DAYS):
        season *= SALES_FACTOR
    mean = REGISTRATIONS_A_WEEK * size * season
    return _poisson(rng, rng.gammavariate(DISPERSION, mean / DISPERSION))


def _poisson(rng: Random, mean: float) -> int:
    left, count = math.exp(-mean), 0
    at = rng.random()
    while at > left:
        at *= rng.random()
        count += 1
    return count


def store_size(rng: Random) -> float:
    """Return the size of a store; the mean over many stores is 1."""
    return math.exp(rng.gauss(-(STORE_SIZE_SIGMA**2) / 2, STORE_SIZE_SIGMA))


def repair_fen(rng: Random, kind: Kind) -> int:
    """Return what a repair of this defect costs, in fen: 2 to 80 yuan."""
    yuan = kind.yuan * math.exp(rng.gauss(-0.08, 0.4))
    return round(min(80.0, max(2.0, yuan)) * 10) * 10


def freight_fen(rng: Random, pieces: int) -> int:
    """Return the freight of a box of so many pieces: 12 yuan for the first kg, more by the kg."""
    more_kg = max(0, math.ceil(pieces * 0.6) - 1)
    return 1200 + more_kg * rng.choice((200, 300, 400, 600, 800))
