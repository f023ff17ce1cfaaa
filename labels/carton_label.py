"""The carton label (箱标): one thermal label of 100 × 75 mm on every carton of a shipment.

It says where the carton goes and which of how many it is, never what lies in it: who counts it
counts blind.
"""

from dataclasses import dataclass
from datetime import date

from labels.dates import day
from labels.face import Bars, Block, Face, Words, badge

SIZE = (100.0, 75.0)
EDGE_MM = 3.5
MODULE_MM = 0.375
BARS_MM = 14.0
RULE_MM = 0.3
NO_SEAL = "—"


@dataclass(frozen=True)
class CartonLabel:
    """The values of one carton's label; its weight is in whole grams.

    `code` is what the barcode says; `mark` (such as 加急) is printed white on black.
    """

    code: str
    shipment_no: str
    ordinal: int
    total: int
    kind: str
    sender: str
    receiver: str
    region: str = ""
    weight_g: int | None = None
    seal_no: str = ""
    sealed_on: date | None = None
    sealed_by: str = ""
    mark: str = ""


def carton_face(label: CartonLabel) -> Face:
    """Return the label of one carton, 100 × 75 mm."""
    width, height = SIZE
    room = width - 2 * EDGE_MM
    mark = badge(label.mark, width - EDGE_MM, 2.8, 6.4, 12) if label.mark else ()
    taken = mark[0].width + 1 if mark else 0
    origin = " · ".join(word for word in (label.kind, label.region) if word)
    count = f"第{label.ordinal}箱 / 共{label.total}箱"
    items = (
        Words("寄", EDGE_MM, 3, 6, 6, size=8),
        Words(label.sender, EDGE_MM + 6, 3, room - 6 - taken, 6, size=10),
        *mark,
        Words("收", EDGE_MM, 10, 6, 9, size=8),
        Words(label.receiver, EDGE_MM + 6, 10, room - 6, 9, bold=True, size=19),
        *(Block(EDGE_MM, top, room, RULE_MM) for top in (20.5, 34.5, 47.5)),
        Words(count, EDGE_MM, 21.5, room * 0.62, 12, bold=True, size=25),
        Words(origin, EDGE_MM + room * 0.64, 21.5, room * 0.36, 12, "right", size=11),
        *_sealing(label, room / 2),
        Bars(label.code, 49.5, BARS_MM, MODULE_MM),
        Words(label.code, EDGE_MM, 64.2, room, 7.5, "centre", bold=True, size=15),
    )
    return Face(width, height, items)


def _sealing(label: CartonLabel, half: float) -> tuple[Words, ...]:
    """What the carton weighs, its seal, who sealed it and when, in two rows of two."""
    weight = f"{label.weight_g / 1000:.2f} kg" if label.weight_g else NO_SEAL
    told = (
        f"毛重 {weight}",
        f"封条号 {label.seal_no or NO_SEAL}",
        f"封箱人 {label.sealed_by or NO_SEAL}",
        f"封箱日 {day(label.sealed_on) or NO_SEAL}",
    )
    return tuple(
        Words(words, EDGE_MM + index % 2 * half, 35.5 + index // 2 * 5.5, half, 5.5, size=10)
        for index, words in enumerate(told)
    )
