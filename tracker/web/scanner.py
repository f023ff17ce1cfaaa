"""The page that tests a scanner, and the sheet of codes to test it with."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from labels.scanner_sheet import SheetCode, scanner_sheet_pdf
from tracker import edge, errors
from tracker.domain import scanner, tag
from tracker.domain.errors import InvalidInput
from tracker.domain.number import check_character
from tracker.services.papers import PDF, Paper

blueprint = Blueprint("scanner", __name__, url_prefix="/scanner")
_GAP = re.compile(r"[0-9]{1,6}")
_BODY = "P0000000"


def _piece(is_right: bool) -> str:
    """Return a piece number that is nobody's, with its right check character or a wrong one."""
    body = f"{_BODY}0"
    right = check_character(body)
    return body + (right if is_right else "A" if right != "A" else "B")


SHEET = [
    SheetCode("EAN-13 商品条码", "6901234567892", "识别为商品条码", is_ean=True),
    SheetCode("件号（维修标签，Code 128）", _piece(True), "识别为件号"),
    SheetCode("款号-色号-尺码，尺码带斜杠", "2613M04012-GN1-175/92A", "识别为款色码，斜杠不丢"),
    SheetCode("校验位错误的件号", _piece(False), "必须被拒：校验位不对"),
    SheetCode("校验位错误的商品条码（Code 128）", "6901234567890", "必须被拒：校验位不对"),
    SheetCode("长条码（40 位）", "HANGTAG-LONG-0123456789-ABCDEFGHIJ-01234", "40 位一位不少"),
]
"""What every scanner of a shop must read, and what becomes of it."""


@blueprint.get("")
@edge.signed_in
def index() -> ResponseReturnValue:
    """A field to scan into; what it says is taken apart below."""
    return render_template("scanner/index.html", reading=None)


@blueprint.get("/reading")
@edge.signed_in
def reading() -> ResponseReturnValue:
    """What was typed, character by character, how it is read, and what to change."""
    typed = request.args.get("typed", "")[: scanner.MOST]
    gaps = [int(gap) for gap in request.args.get("gaps", "").split(",") if _GAP.fullmatch(gap)]
    found = scanner.read(
        typed,
        gaps[: scanner.MOST],
        request.args.get("ended", ""),
        is_composed=request.args.get("composed") == "1",
    )
    return render_template("scanner/_reading.html", reading=found, typed=typed, **_parsed(typed))


def _parsed(typed: str) -> dict[str, Any]:
    try:
        return {"tag": tag.parse(typed), "refusal": None}
    except InvalidInput as refusal:
        return {"tag": None, "refusal": refusal.message(errors.locale_code())}


@blueprint.get("/sheet.pdf")
@edge.signed_in
def sheet() -> Response:
    """The sheet of test codes, to print at full size."""
    return edge.printed(Paper("scanner-test.pdf", PDF, scanner_sheet_pdf(SHEET, edge.fonts())))
