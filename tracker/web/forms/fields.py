"""Field types that read what people type into the values that services take."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _
from wtforms import Field, SelectField, StringField
from wtforms.fields import choices as wtf
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from tracker.domain.errors import InvalidInput
from tracker.domain.money import parse_yuan, yuan
from tracker.domain.named import NamedEnum

Choice: Any = wtf.Choice  # type: ignore[attr-defined]  # the stubs are older than 3.3
SelectChoice: Any = wtf.SelectChoice  # type: ignore[attr-defined]
_AREA = re.compile(r"\d{1,5}(\.\d{1,2})?")


class CodeField(SelectField):
    """A choice of a code list; reads into the code, an empty choice into ``None``.

    With ``prompt=""`` there is no empty choice: one of the list is always chosen.
    """

    def __init__(
        self,
        label: Any,
        codes: type[NamedEnum] | Iterable[NamedEnum],
        validators: Any = (),
        prompt: Any = None,
        **kwargs: Any,
    ) -> None:
        members = list(codes)
        self._by_value = {member.value: member for member in members}
        super().__init__(
            label,
            validators=validators,
            coerce=lambda value: self._by_value.get(str(value)),
            choices=[],
            **kwargs,
        )
        self._prompt = prompt if prompt is not None else _("Please choose")

    def iter_choices(self) -> Any:
        """Yield the choices in the reader's language."""
        locale = "en" if str(get_locale()).startswith("en") else "zh"
        if self._prompt != "":
            yield Choice("", str(self._prompt), self.data is None, {})
        for value, member in self._by_value.items():
            yield Choice(value, member.label(locale), self.data == member, {})

    def has_groups(self) -> bool:
        """Code lists are flat."""
        return False

    def pre_validate(self, form: Any) -> None:
        """Refuse a value that is not in the list."""
        if self.raw_data and self.raw_data[0] and self.data is None:
            raise ValidationError(_("This is not one of the choices."))


class YuanField(StringField):
    """An amount typed in yuan; reads into fen."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read ``1,299.50`` into fen; raises ``ValueError`` with a sentence."""
        self.data: Any = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = parse_yuan(valuelist[0], self.name)
            except InvalidInput as refusal:
                locale = str(get_locale())
                raise ValueError(refusal.message(locale)) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return yuan(self.data) if isinstance(self.data, int) else ""


class AreaField(Field):
    """An area typed in cm²; reads into mm²."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read ``2.5`` into 250 mm²; raises ``ValueError`` with a sentence."""
        self.data: Any = None
        if not valuelist or not valuelist[0].strip():
            return
        typed = unicodedata.normalize("NFKC", valuelist[0]).strip()
        if not _AREA.fullmatch(typed) or not typed.isascii() or not float(typed):
            raise ValueError(str(_("Write the area in cm², such as 2.5.")))
        whole, _dot, part = typed.partition(".")
        self.data = int(whole) * 100 + int((part + "00")[:2])

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data / 100:g}" if self.data else ""


def trimmed(value: str | None) -> str | None:
    """Filter: text without blanks at its ends; nothing for empty text."""
    return value.strip() or None if value else None
