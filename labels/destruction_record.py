"""The destruction record (销毁记录, XH): which pieces, how, where and who watched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from labels.amount import capitals, count_capitals, yuan
from labels.dates import moment, month_name
from labels.fonts import Fonts
from labels.form import (
    A4,
    Column,
    Form,
    Head,
    Section,
    SignatureBlock,
    Signed,
    fields_row,
    inner_width,
    number_row,
    words_row,
)
from labels.paper import render
from labels.pen import Cell

DONE = "上列物品已在监销人见证下逐件核对并销毁。"
TO_DO = "须在监销人见证下逐件扫码核对后销毁，缺件不得销毁。"
COLUMNS = (
    Column("序号", 8, "centre"),
    Column("件号", 26),
    Column("款号", 21, wrap=True),
    Column("品名", 26, wrap=True),
    Column("颜色", 10, "centre", wrap=True),
    Column("尺码", 15, "centre"),
    Column("生产\n年份", 9, "centre"),
    Column("报损单号", 27, stacked=True),
    Column("总仓扫码", 22, "centre", stacked=True),
    Column("监销扫码", 22, "centre", stacked=True),
)
PHOTOS = (
    Column("照片", 14, "centre"),
    Column("拍摄人", 22),
    Column("拍摄时间", 28, "centre"),
    Column("SHA-256（照片文件的数字指纹，照片改动即不符）", 122),
)
TAKEN_OFF = (
    Column("移出件号", 27),
    Column("款号", 21),
    Column("收货差异", 28),
    Column("移出人、时间", 44),
    Column("原因", 66, wrap=True),
)


@dataclass(frozen=True)
class DestroyedPiece:
    """One destroyed garment; `form_nos` names every loss form that carries it."""

    piece_no: str
    style_no: str
    style_name: str
    colour: str
    size: str
    production_year: int
    form_nos: Sequence[str]
    scanned_at: datetime | None
    checked_at: datetime | None = None
    """When the witness scanned it himself."""


@dataclass(frozen=True)
class Photo:
    """One photo of the destruction: what it shows, by whom, when, and its file's digest."""

    kind: str
    by: str
    at: datetime
    sha256: str


@dataclass(frozen=True)
class MissingPiece:
    """A piece that was taken off the plan: the case that looks for it, by whom, when, why."""

    piece_no: str
    style_no: str
    case_no: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class DestructionRecord:
    """A destruction; `month` is `YYYY-MM`, `salvage_fen` what the remains brought (fen).

    `estimated_fen` is what the loss forms had estimated. `destroyed_at` and `salvage_fen` are None
    until it is witnessed.
    `evidence` says which photographs or films there are. The witness is of the administration and
    is never the one who destroys (rules 1.44, 1.45).
    """

    head: Head
    month: str
    method: str
    place: str
    destroyed_at: datetime | None
    pieces: Sequence[DestroyedPiece]
    salvage_fen: int | None
    estimated_fen: int | None = None
    evidence: str = ""
    photos: Sequence[Photo] = ()
    missing: Sequence[MissingPiece] = ()
    checked: str = ""
    """How the witness checked the pieces, in words."""
    remark: str = ""
    executor: Signed | None = None
    witness: Signed | None = None
    finance: Signed | None = None


def destruction_record_pdf(
    values: DestructionRecord, fonts: Fonts, *, invariant: bool = False
) -> bytes:
    """Return the destruction record as A4 PDF (rules 1.44, 1.45)."""
    return render([_form(values)], fonts, invariant=invariant)


def _form(values: DestructionRecord) -> Form:
    return Form(
        title="销毁记录",
        head=values.head,
        page=A4,
        fields=_fields(values),
        sections=_sections(values),
        foot=_foot(values),
        signatures=(
            SignatureBlock("执行人（总仓）", values.executor),
            SignatureBlock("监销人（行政）", values.witness),
            SignatureBlock("财务见证", values.finance),
        ),
        note=DONE if values.witness else TO_DO,
    )


def _fields(values: DestructionRecord) -> tuple[tuple[Cell, ...], ...]:
    return (
        number_row(values.head, A4),
        fields_row(
            [
                ("月份", month_name(values.month)),
                ("销毁方式", values.method),
                ("销毁时间", moment(values.destroyed_at)),
            ],
            A4,
            16,
        ),
        fields_row(
            [
                ("销毁地点", values.place),
                ("监销核对", values.checked),
                ("影像证据", values.evidence),
            ],
            A4,
            16,
        ),
    )


def _sections(values: DestructionRecord) -> tuple[Section, ...]:
    found = [Section(COLUMNS, _rows(values.pieces))]
    if values.missing:
        rows = [
            (
                one.piece_no,
                one.style_no,
                one.case_no,
                f"{one.by} {moment(one.at)}",
                one.reason,
            )
            for one in values.missing
        ]
        found.append(Section(TAKEN_OFF, rows, caption="缺件：未销毁，已移出本计划"))
    if values.photos:
        shown = [(one.kind, one.by, moment(one.at), one.sha256) for one in values.photos]
        found.append(Section(PHOTOS, shown, caption="影像证据"))
    return tuple(found)


def _stamp(at: datetime | None) -> str:
    """Day and time on two lines of a narrow column."""
    return moment(at).replace(" ", "\n")


def _rows(pieces: Sequence[DestroyedPiece]) -> list[tuple[str, ...]]:
    return [
        (
            str(index),
            piece.piece_no,
            piece.style_no,
            piece.style_name,
            piece.colour,
            piece.size,
            str(piece.production_year),
            "\n".join(piece.form_nos),
            _stamp(piece.scanned_at),
            _stamp(piece.checked_at),
        )
        for index, piece in enumerate(pieces, start=1)
    ]


def _foot(values: DestructionRecord) -> tuple[tuple[Cell, ...], ...]:
    count, whole, salvage = len(values.pieces), inner_width(A4), values.salvage_fen
    figure = "" if salvage is None else f"¥{yuan(salvage)}"
    words = "" if salvage is None else f"人民币{capitals(salvage)}"
    rows: list[tuple[Cell, ...]] = [
        (
            Cell("件数合计", 20, "centre", bold=True, shaded=True),
            Cell(f"{count} 件", 25, "centre", bold=True, size=9),
            Cell("大写", 16, "centre", bold=True, shaded=True),
            Cell(f"{count_capitals(count)}件", whole - 61, bold=True, size=9),
        ),
        (
            Cell("回收残值", 20, "centre", bold=True, shaded=True),
            Cell(figure, 25, "right", bold=True, size=9),
            Cell("大写", 16, "centre", bold=True, shaded=True),
            Cell(words, whole - 61, bold=True, size=9),
        ),
    ]
    if values.estimated_fen is not None and salvage is not None:
        rows.append(words_row("预计残值", _estimated(values.estimated_fen, salvage), A4, 20))
    if values.remark:
        rows.append(words_row("备注", values.remark, A4, 20))
    return tuple(rows)


def _estimated(estimated_fen: int, salvage_fen: int) -> str:
    word = "多" if salvage_fen >= estimated_fen else "少"
    over = yuan(abs(salvage_fen - estimated_fen))
    return f"报损单上预计 ¥{yuan(estimated_fen)}，实际比预计{word} ¥{over}"
