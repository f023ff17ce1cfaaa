"""The certificate of a destruction: both scans, the photos' digests, what was missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from labels.destruction_record import (
    DestroyedPiece,
    DestructionRecord,
    MissingPiece,
    Photo,
    destruction_record_pdf,
)
from labels.fonts import Fonts
from labels.form import Head, Signed

AT = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
CHECKED = datetime(2026, 11, 22, 16, 45, tzinfo=UTC)
Texts = Callable[[bytes], list[str]]


def test_it_shows_both_scans_the_photos_digests_and_what_was_missing(
    print_fonts: Fonts, page_texts: Texts
) -> None:
    piece = DestroyedPiece(
        "P00000001Z", "2613M04012", "男装休闲夹克", "BK1", "170/88A", 2026, ["BS-2026-000001"],
        AT, CHECKED,
    )  # fmt: skip
    values = DestructionRecord(
        head=Head("XH-2026-000001", AT.date(), "罗大勇", status="已销毁"),
        month="2026-11",
        method="剪毁",
        place="总仓",
        destroyed_at=AT,
        pieces=[piece],
        salvage_fen=350,
        evidence="照片 1 张",
        photos=[Photo("销毁前", "罗大勇", AT, "ab" * 32)],
        missing=[MissingPiece("P00000002X", "2613M04012", "CY-2026-000007", "林志远", AT, "没有")],
        checked="逐件扫码 1 件",
        executor=Signed("罗大勇", AT),
        witness=Signed("谢芳", CHECKED),
    )
    (text,) = page_texts(destruction_record_pdf(values, print_fonts))
    for words in (
        "监销核对逐件扫码1件影像证据照片1张",
        "2026-11-2300:302026-11-2300:45",
        "销毁前罗大勇2026-11-2300:30" + "ab" * 32,
        "P00000002X2613M04012CY-2026-000007林志远2026-11-2300:30没有",
        "罗大勇谢芳",
    ):
        assert words in text
