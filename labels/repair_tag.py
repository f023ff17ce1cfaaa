"""The repair tag (返修标签), a garment's for life, and the blank one of a pre-printed roll."""

from dataclasses import dataclass
from datetime import date

from labels.dates import day
from labels.face import Bars, Block, Face, Words, badge

SIZES = ((60.0, 40.0), (40.0, 30.0))
"""The labels that a repair tag fits on, width × height in mm."""
REPRINT = "重打"
RULE_MM = 0.25


@dataclass(frozen=True)
class RepairTag:
    """The values of one repair tag, all in words as they are to be read.

    `customer_hint` (such as 顾客) is printed white on black; empty for stock. A tag that was
    printed before says so.
    """

    piece_no: str
    registration_no: str
    style_no: str
    style_name: str
    colour: str
    size: str
    defect: str
    position: str
    store: str
    registered_on: date
    source: str
    customer_hint: str = ""
    is_reprint: bool = False


@dataclass(frozen=True)
class BlankTag:
    """A number that waits for its garment, and whose roll it is on."""

    piece_no: str
    store: str
    roll: str


def repair_tag_face(tag: RepairTag, size: tuple[float, float] = SIZES[0]) -> Face:
    """Return a repair tag of 60 × 40 or 40 × 30 mm. Raises `ValueError` for another size."""
    _check(size)
    return Face(*size, _large(tag) if size == SIZES[0] else _small(tag))


def blank_tag_face(tag: BlankTag, size: tuple[float, float] = SIZES[0]) -> Face:
    """Return a blank tag with its number and lines to write on. Raises `ValueError`."""
    _check(size)
    width, height = size
    is_large = size == SIZES[0]
    edge, foot = (2.5, 3.6) if is_large else (2.0, 3.0)
    room = width - 2 * edge
    head = _large_head(tag.piece_no) if is_large else _small_head(tag.piece_no)
    words = ("款号", "缺陷", "备注") if is_large else ("款号", "缺陷")
    top = 18.6 if is_large else 14.0
    pitch = (height - foot - 1 - top) / len(words)
    lines: list[Words | Block] = []
    for index, word in enumerate(words):
        bottom = top + (index + 1) * pitch - 0.6
        lines.append(Words(word, edge, bottom - 3.2, 8, 3.2, size=7 if is_large else 6))
        lines.append(Block(edge + 8, bottom, room - 8, RULE_MM))
    origin = Words(tag.store, edge, height - foot - 0.6, room * 0.62, foot, size=6)
    roll = (edge + room * 0.62, height - foot - 0.6, room * 0.38, foot)
    return Face(width, height, (*head, *lines, origin, Words(tag.roll, *roll, "right", size=6)))


def _check(size: tuple[float, float]) -> None:
    if size not in SIZES:
        raise ValueError(f"a repair tag is 60 x 40 or 40 x 30 mm, not {size[0]:g} x {size[1]:g}")


def _large_head(piece_no: str) -> tuple[Bars, Words]:
    number = Words(piece_no, 2.5, 12.2, 55, 6, "centre", bold=True, size=15)
    return Bars(piece_no, 1.5, 10.5), number


def _small_head(piece_no: str) -> tuple[Bars, Words]:
    return Bars(piece_no, 1.5, 7.5), Words(
        piece_no, 2, 9.2, 36, 4.6, "centre", bold=True, size=11.5
    )


def _large(tag: RepairTag) -> tuple[Words | Bars | Block, ...]:
    edge, room, date_width = 2.5, 55.0, 16.0
    sku = f"{tag.style_no}  {tag.colour}  {tag.size}"
    mark = badge(REPRINT, 60 - edge, 13.2, 4.0, 7.5) if tag.is_reprint else ()
    return (
        *_large_head(tag.piece_no),
        *mark,
        Words(sku, edge, 18.6, room, 4, bold=True, size=9),
        Words(tag.style_name, edge, 22.7, room, 4, size=8),
        *_fault(tag, (edge, 27.0, room, 4.8), 9),
        Words(f"登记号 {tag.registration_no}", edge, 32.1, room, 3.6, size=7),
        Words(f"{tag.store} · {tag.source}", edge, 35.6, room - date_width - 1, 3.6, size=7),
        Words(
            day(tag.registered_on), 60 - edge - date_width, 35.6, date_width, 3.6, "right", size=7
        ),
    )


def _small(tag: RepairTag) -> tuple[Words | Bars | Block, ...]:
    edge, room, date_width = 2.0, 36.0, 13.0
    sku = f"{tag.style_no} {tag.colour} {tag.size}"
    mark = badge(REPRINT, 40 - edge, 17.1, 2.8, 6) if tag.is_reprint else ()
    return (
        *_small_head(tag.piece_no),
        *mark,
        Words(sku, edge, 13.9, room, 3.2, bold=True, size=7.5),
        Words(tag.style_name, edge, 17.0, room - (7 if tag.is_reprint else 0), 2.9, size=6.5),
        *_fault(tag, (edge, 20.2, room, 3.6), 7),
        Words(tag.registration_no, edge, 24.0, room - date_width, 2.7, size=6),
        Words(
            day(tag.registered_on), 40 - edge - date_width, 24.0, date_width, 2.7, "right", size=6
        ),
        Words(f"{tag.store} · {tag.source}", edge, 26.5, room, 2.7, size=6),
    )


def _fault(
    tag: RepairTag, box: tuple[float, float, float, float], size: float
) -> tuple[Words | Block, ...]:
    """The fault between two rules, what the repairer looks for; the customer's badge beside it."""
    x, top, room, height = box
    hint: tuple[Words | Block, ...] = ()
    taken = 0.0
    if tag.customer_hint:
        block, words = badge(tag.customer_hint, x + room, top + 0.3, height - 0.6, size - 0.5)
        hint, taken = (block, words), block.width + 1
    told = f"{tag.defect} · {tag.position}"
    return (
        Block(x, top - RULE_MM / 2, room, RULE_MM),
        Words(told, x, top, room - taken, height, bold=True, size=size),
        *hint,
        Block(x, top + height - RULE_MM / 2, room, RULE_MM),
    )
