"""Forms for products that were entered by hand: their facts, or which known product they are."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from tracker.domain.codes import Category, Fabric
from tracker.domain.errors import InvalidInput
from tracker.domain.tag import MAX_CHARACTERS, parse
from tracker.extensions import db
from tracker.queries import catalog
from tracker.services.provisional import Manual, StyleFacts
from tracker.web.forms.action import ActionForm
from tracker.web.forms.fields import CodeField, SelectChoice, YuanField, trimmed

FILL_IN = _("Fill this in.")


def supplier_choices() -> list[SelectChoice]:
    """Return the suppliers by code, after an empty choice."""
    known = catalog.suppliers(db.session())
    return [
        SelectChoice("", str(_("Please choose"))),
        *(SelectChoice(one.code, f"{one.code} {one.name}") for one in known),
    ]


class ByHandFields(FlaskForm):
    """The product as read off a tag that the catalogue does not know, or off the care label."""

    manual_style_no = StringField(_("Style no."), [Optional(), Length(max=40)], [trimmed])
    manual_colour = StringField(_("Colour code"), [Optional(), Length(max=16)], [trimmed])
    manual_size = StringField(_("Size code"), [Optional(), Length(max=16)], [trimmed])
    manual_supplier = SelectField(_("Supplier"), [Optional()], choices=supplier_choices)

    def is_by_hand(self) -> bool:
        """Return whether anything was entered by hand."""
        return any(field.data or field.errors for field in self.by_hand_fields())

    def by_hand_fields(self) -> tuple[Any, ...]:
        """Return the fields in their order."""
        return (self.manual_style_no, self.manual_colour, self.manual_size, self.manual_supplier)

    def propose_by_hand(self, code: str) -> None:
        """Fill in what a style-colour-size code says already."""
        with suppress(InvalidInput):
            tag = parse(code)
            parts = (tag.style_no, tag.colour, tag.size)
            for field, value in zip(self.by_hand_fields(), parts, strict=False):
                field.data = field.data or value

    def choose(self, style_no: str, colour: str, size: str) -> None:
        """Fill in a product of the catalogue, chosen because the garment has no tag."""
        sku = catalog.sku_named(db.session(), style_no, colour, size)
        if sku is None:
            return
        values = (style_no, colour, size, sku.style.supplier.code)
        for field, value in zip(self.by_hand_fields(), values, strict=True):
            field.data = value

    def chosen(self) -> Any:
        """Return the catalogue's product that the fields name, unless one of them is wrong."""
        style_no, colour, size, _supplier = self.by_hand_fields()
        if any(field.errors for field in self.by_hand_fields()) or not style_no.data:
            return None
        named = (style_no.data.upper(), (colour.data or "").upper(), (size.data or "").upper())
        return catalog.sku_named(db.session(), *named)

    def manual(self) -> Manual | None:
        """Return what was entered by hand; the service says what is missing."""
        if not any(field.data for field in self.by_hand_fields()):
            return None
        style_no, colour, size, supplier = (field.data or "" for field in self.by_hand_fields())
        return Manual(style_no, colour, size, supplier)


class ConfirmForm(ActionForm):
    """The product is what the store wrote, of a style that is known."""


class CompleteForm(ConfirmForm):
    """The product is new: everything that the catalogue must know of its style."""

    name = StringField(_("Style name"), [DataRequired(FILL_IN), Length(max=80)], [trimmed])
    category = CodeField(_("Category"), Category, [InputRequired(_("Choose one of these."))])
    fabric = CodeField(_("Special fabric"), Fabric, [Optional()], prompt=_("none"))
    supplier = SelectField(
        _("Supplier"), [InputRequired(_("Choose one of these."))], choices=supplier_choices
    )
    season = StringField(_("Season"), [Optional(), Length(max=16)], [trimmed])
    production_year = IntegerField(
        _("Production year"), [InputRequired(FILL_IN), NumberRange(2000, 2100)]
    )
    cost_price_fen = YuanField(_("Cost price (yuan)"), [InputRequired(FILL_IN)])
    purchase_price_fen = YuanField(_("Purchase price with tax (yuan)"), [InputRequired(FILL_IN)])
    supply_price_fen = YuanField(_("Supply price (yuan)"), [InputRequired(FILL_IN)])
    tag_price_fen = YuanField(_("Tag price (yuan)"), [InputRequired(FILL_IN)])

    def facts(self) -> StyleFacts:
        """Return the facts as typed."""
        return StyleFacts(
            name=self.name.data or "",
            category=self.category.data,
            fabric=self.fabric.data,
            supplier=self.supplier.data,
            season=self.season.data,
            production_year=self.production_year.data or 0,
            cost_price_fen=self.cost_price_fen.data,
            purchase_price_fen=self.purchase_price_fen.data,
            supply_price_fen=self.supply_price_fen.data,
            tag_price_fen=self.tag_price_fen.data,
        )


class MatchForm(ActionForm):
    """Which known product it is."""

    code = StringField(
        _("Barcode or style-colour-size of the known product"),
        [DataRequired(FILL_IN), Length(max=MAX_CHARACTERS)],
        [trimmed],
    )
