"""The repair bench: what an operation and a part are, and how measured time is counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.domain.codes import Defect
from tracker.domain.named import NamedEnum


class MovementKind(NamedEnum):
    """Why the stock of a part changed."""

    RECEIVED = "received", "入库", "Received"
    USED = "used", "领用", "Used"
    CORRECTED = "corrected", "盘点更正", "Corrected"
    RETURNED = "returned", "退回入库", "Returned"


class ScanOutcome(NamedEnum):
    """What a scan of a repair tag did at the bench."""

    STARTED = "started", "开始计时", "Started"
    STOPPED = "stopped", "停止计时", "Stopped"


@dataclass(frozen=True)
class Span:
    """A stretch of time on one garment; ``stopped_at`` is nothing while it runs."""

    started_at: datetime
    stopped_at: datetime | None


@dataclass(frozen=True)
class Measured:
    """Whole minutes that were measured, and whether a forgotten timer was cut off."""

    minutes: int
    is_cut: bool


def measured(spans: Iterable[Span], now: datetime, limit_minutes: int) -> Measured:
    """Return the minutes of all ``spans`` together, half up; none counts for more than the limit.

    A timer that nobody stopped is cut off at ``limit_minutes``, and the cut is told.
    """
    limit = timedelta(minutes=limit_minutes)
    lengths = [(span.stopped_at or now) - span.started_at for span in spans]
    seconds = sum(int(min(length, limit).total_seconds()) for length in lengths)
    return Measured((seconds + 30) // 60, any(length > limit for length in lengths))


@dataclass(frozen=True)
class StandardOperation:
    """An operation as the catalogue first knows it: standard minutes and labour in fen."""

    code: str
    zh: str
    en: str
    defect: Defect
    minutes: int
    labour_fen: int


@dataclass(frozen=True)
class StandardPart:
    """A part as the catalogue first knows it: price in fen a unit, and when it is low."""

    code: str
    name: str
    unit: str
    price_fen: int
    low_level: int


_D = Defect
OPERATIONS: tuple[StandardOperation, ...] = (
    StandardOperation("SEAM", "开线缝合", "Sew an open seam", _D.SEAM_OPEN, 10, 500),
    StandardOperation("BUTTON", "补钉纽扣", "Sew on a button", _D.BUTTON_OFF, 5, 300),
    StandardOperation("SNAP", "更换四合扣", "Replace a snap", _D.BUTTON_OFF, 6, 300),
    StandardOperation("ZIP-HEAD", "更换拉链头", "Replace a zip slider", _D.ZIP_FAIL, 10, 800),
    StandardOperation("ZIP", "更换整条拉链", "Replace a zip", _D.ZIP_FAIL, 30, 1800),
    StandardOperation("DARN", "织补破洞", "Darn a hole", _D.HOLE_SNAG, 45, 2500),
    StandardOperation("SNAG", "勾丝修复", "Mend a snag", _D.HOLE_SNAG, 20, 1000),
    StandardOperation("CLEAN", "去污清洗", "Remove a stain", _D.STAIN, 20, 1200),
    StandardOperation("DEPILL", "去球修剪", "Shave off pilling", _D.PILLING, 12, 600),
    StandardOperation("COLOUR", "补色固色", "Restore colour", _D.FADE_BLEED, 25, 1500),
    StandardOperation("PANEL", "更换色差裁片", "Replace an off-shade panel", _D.SHADE, 40, 1500),
    StandardOperation("RESHAPE", "整烫定型", "Press into shape", _D.SHRINK, 15, 1000),
    StandardOperation("ALTER", "尺寸改制", "Alter the size", _D.SIZE_OFF, 25, 1200),
    StandardOperation("WEAVE", "布疵修织", "Mend a fabric flaw", _D.FABRIC_FLAW, 35, 2000),
    StandardOperation("PRINT", "补印花补烫钻", "Restore print or trim", _D.PRINT_TRIM, 20, 1200),
    StandardOperation("DOWN", "充绒封线", "Refill down and seal", _D.DOWN_LEAK, 40, 2500),
    StandardOperation("TAPE", "重压防水胶条", "Press on new seam tape", _D.WATER_LEAK, 45, 4000),
    StandardOperation("LABEL", "补换吊牌水洗标", "Replace tag or label", _D.LABEL_TAG, 4, 200),
    StandardOperation("TRIM", "配齐配件", "Replace an accessory", _D.ACCESSORY, 10, 1000),
    StandardOperation("ODOUR", "除霉除味", "Remove mould and odour", _D.MOULD_ODOUR, 30, 1500),
    StandardOperation("HARDWARE", "更换五金", "Replace hardware", _D.HARDWARE_RUST, 12, 800),
    StandardOperation("GLUE", "脱胶修补", "Mend peeling", _D.DELAM_PEEL, 40, 3000),
)
"""One operation or two a defect, at its usual cost of a repair. They seed the catalogue once."""

PARTS: tuple[StandardPart, ...] = (
    StandardPart("THREAD", "缝纫线", "个", 350, 10),
    StandardPart("BUTTON-20", "四眼纽扣 20mm", "粒", 30, 100),
    StandardPart("SNAP-15", "四合扣 15mm", "副", 80, 50),
    StandardPart("ZIP-60", "尼龙拉链 60cm", "条", 600, 20),
    StandardPart("ZIP-HEAD-5", "5号拉链头", "个", 120, 30),
    StandardPart("PATCH", "本色补布", "片", 200, 20),
    StandardPart("DOWN-50", "90绒 50克", "包", 2800, 5),
    StandardPart("TAPE-22", "防水胶条 22mm", "米", 400, 20),
    StandardPart("LABEL", "水洗标", "枚", 20, 100),
    StandardPart("GLUE", "皮革胶", "支", 900, 5),
)
"""What a bench keeps in its drawers. They seed the catalogue once."""
