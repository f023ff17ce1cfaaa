"""Forms of the bench: its catalogues, its stock, and the work entry with its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Field, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import TextInput

from tracker.domain.bench import Measured, MovementKind
from tracker.domain.codes import Defect
from tracker.domain.errors import InvalidInput
from tracker.domain.money import parse_yuan
from tracker.errors import locale_code
from tracker.extensions import db
from tracker.queries import operation, part
from tracker.services.repair import Operation, Part
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, YuanField, trimmed
from tracker.web.forms.registration import CHOOSE, FILL_IN

MAX_ROWS, MAX_NAME, MAX_MINUTES, MAX_QUANTITY = 20, 80, 1440, 999


@dataclass(frozen=True)
class Row:
    """What was typed in one row: a name and its two figures."""

    name: str = ""
    first: str = ""
    second: str = ""


@dataclass(frozen=True)
class Offer:
    """One entry of a catalogue as the page offers it."""

    code: str
    name: str
    minutes: int = 0
    fen: int = 0
    note: str = ""


class Rows(Field):
    """Rows of a name and figures beside it; a row is empty without a name."""

    widget = TextInput()
    names: tuple[str, ...] = ()

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the rows that were posted; none gives one empty row."""
        self.process_errors: list[str] = []
        self.object_data = data
        self.data: list[Any] | None = None
        lists = [formdata.getlist(name) if formdata else [] for name in self.names]
        self.raw_data = [value for values in lists for value in values]
        length = min(max(map(len, lists)), MAX_ROWS + 1)
        filled = [[v[i].strip() if i < len(v) else "" for v in lists] for i in range(length)]
        self.rows = [Row(*values) for values in filled if any(values)] or [Row()]
        if formdata:
            try:
                self.data = self._read([row for row in self.rows if any(vars(row).values())])
            except ValueError as sentence:
                self.process_errors.append(str(sentence))

    def _read(self, rows: Sequence[Row]) -> list[Any]:
        if len(rows) > MAX_ROWS:
            raise ValueError(gettext("At most %(n)s rows: record the rest as another entry.", n=20))
        if any(not row.name or len(row.name) > MAX_NAME for row in rows):
            raise ValueError(gettext("Write a name of at most 80 characters in every row."))
        return [self._value_of(row) for row in rows]

    def _value_of(self, row: Row) -> Any:
        raise NotImplementedError

    def offers(self) -> list[Offer]:
        """Return what the catalogue offers."""
        raise NotImplementedError


def _whole(typed: str, least: int, most: int, sentence: str) -> int:
    if not (typed.isdecimal() and len(typed) <= 6 and least <= int(typed) <= most):
        raise ValueError(sentence)
    return int(typed)


def _found(rows: Iterable[Any], typed: str) -> Any:
    """Return the row of a catalogue that somebody typed by its code or by one of its names."""
    known = list(rows)
    by_code = (row for row in known if row.code == typed.upper())
    names = ("zh", "en", "name")
    by_name = (row for row in known if typed in [getattr(row, n, None) for n in names])
    return next(by_code, None) or next(by_name, None)


class OperationRows(Rows):
    """Operations and their minutes; minutes left empty are the catalogue's."""

    names = ("operation", "minutes")

    def _value_of(self, row: Row) -> Any:
        known = _found(operation.every(db.session(), active_only=True), row.name)
        sentence = gettext("Write whole minutes from 0 to 1440 for “%(name)s”.", name=row.name)
        if known is None:
            return Operation(row.name, _whole(row.first, 0, MAX_MINUTES, sentence)), 0
        minutes = _whole(row.first, 0, MAX_MINUTES, sentence) if row.first else known.minutes
        name = row.name if row.name in (known.zh, known.en) else known.zh
        return Operation(name, minutes, known.code), known.labour_fen

    def offers(self) -> list[Offer]:
        """Return the operations in use, in the reader's language."""
        is_english = locale_code() == "en"
        return [
            Offer(row.code, row.en if is_english else row.zh, row.minutes, row.labour_fen)
            for row in operation.every(db.session(), active_only=True)
        ]


class PartRows(Rows):
    """Parts, how many, and what they cost together; a cost left empty is the catalogue's."""

    names = ("part", "quantity", "cost_fen")

    def _value_of(self, row: Row) -> Any:
        stocked = part.every(db.session(), active_only=True)
        known = _found((stock.part for stock in stocked), row.name)
        sentence = gettext("Write a whole number from 1 to 999 for “%(name)s”.", name=row.name)
        quantity = _whole(row.first, 1, MAX_QUANTITY, sentence) if row.first else 1
        cost = _cost(row.second) if row.second else quantity * known.price_fen if known else 0
        return (
            Part(known.name, quantity, cost, known.code)
            if known
            else Part(row.name, quantity, cost)
        )

    def offers(self) -> list[Offer]:
        """Return the parts in use with what lies in stock."""
        return [
            Offer(
                stock.part.code,
                stock.part.name,
                fen=stock.part.price_fen,
                note=gettext("in stock: %(n)s", n=f"{stock.quantity} {stock.part.unit}"),
            )
            for stock in part.every(db.session(), active_only=True)
        ]


def _cost(typed: str) -> int:
    try:
        return parse_yuan(typed, "cost_fen")
    except InvalidInput as refusal:
        raise ValueError(refusal.message(locale_code())) from None


class WorkForm(ActionForm):
    """Work on the bench: operations with their minutes, parts with their cost, and the labour."""

    measured: Measured | None = None
    operations = OperationRows(_("Operations"))
    parts = PartRows(_("Parts used"))
    labour_fen = YuanField(_("Labour (yuan)"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse an entry without an operation, in its place."""
        is_valid = bool(super().validate(extra_validators))
        if self.operations.data == []:
            self.operations.errors = [*self.operations.errors, str(FILL_IN)]
            return False
        return is_valid

    def values(self) -> dict[str, Any]:
        """Return operations, parts and labour; labour left empty is the catalogue's."""
        told = self.operations.data or []
        labour_fen = self.labour_fen.data
        return {
            "operations": [one for one, _fen in told],
            "parts": self.parts.data or [],
            "labour_fen": sum(fen for _one, fen in told) if labour_fen is None else labour_fen,
        }

    def body(self) -> dict[str, Any]:
        """Return what is compared when the same key comes again."""
        rows = {name: [vars(row) for row in self[name].rows] for name in ("operations", "parts")}
        return {"form": {**super().body()["form"], **rows}}


NAME = [InputRequired(FILL_IN), Length(max=40)]
CODE = [
    InputRequired(FILL_IN),
    Length(max=16),
    Regexp(r"[A-Za-z0-9][A-Za-z0-9-]*$", message=_("Letters, digits and hyphens.")),
]


class NewOperationForm(ActionForm):
    """A new operation of the catalogue: its code names it for good."""

    code = StringField(_("Code"), CODE, [trimmed])
    zh = StringField(_("Chinese name"), NAME, [trimmed])
    en = StringField(_("English name"), NAME, [trimmed])
    defect = CodeField(_("Usually mends"), Defect, [Optional()], prompt="—")
    minutes = IntegerField(_("Standard minutes"), [InputRequired(FILL_IN), NumberRange(1, 1440)])
    labour_fen = YuanField(_("Labour (yuan)"), [InputRequired(FILL_IN)])


class OperationForm(NewOperationForm):
    """An operation as it is changed: its code stays."""

    code = None  # type: ignore[assignment]  # so WTForms leaves a field out


class NewPartForm(ActionForm):
    """A new part of the catalogue: its code names it for good."""

    code = StringField(_("Code"), CODE, [trimmed])
    name = StringField(_("Part’s name"), NAME, [trimmed])
    unit = StringField(_("Unit"), [InputRequired(FILL_IN), Length(max=8)], [trimmed])
    price_fen = YuanField(_("Price a unit (yuan)"), [InputRequired(FILL_IN)])
    low_level = IntegerField(
        _("Low from (units)"), [InputRequired(FILL_IN), NumberRange(0, 100_000)]
    )


class PartForm(NewPartForm):
    """A part as it is changed: its code stays."""

    code = None  # type: ignore[assignment]  # so WTForms leaves a field out


class MovementForm(ActionForm):
    """Parts that came, came back, or were counted otherwise than the stock says."""

    kind = CodeField(
        _("What happened"),
        [MovementKind.RECEIVED, MovementKind.RETURNED, MovementKind.CORRECTED],
        [InputRequired(CHOOSE)],
    )
    quantity = IntegerField(_("Quantity"), [InputRequired(FILL_IN), NumberRange(-100_000, 100_000)])
    reason = StringField(
        _("Reason (a correction needs one)"), [Optional(), Length(max=200)], [trimmed]
    )
