"""Keep the Chinese catalogue in step with the code.

Usage: python tools/translations.py extract    take new strings in, drop the dead ones
       python tools/translations.py check      exit status 1 when a string has no Chinese

The catalogue carries the files but not the line numbers of its strings, and its strings stand in
alphabetical order: a moved line changes nothing, a new string changes its own lines.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
MAPPING = ROOT / "babel.cfg"
LOCALE = "zh_Hans_CN"
CATALOGUE = ROOT / "tracker" / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"
HEADER = "# The Chinese of Hangtag. See tools/translations.py."
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}


def in_code() -> Catalog:
    """Return every string of the code and the templates, with the files that say it."""
    catalog = Catalog(project="Hangtag", charset="utf-8")
    with MAPPING.open(encoding="utf-8") as handle:
        methods, options = parse_mapping_cfg(handle)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS, strip_comment_tags=True)
    for name, _line, message, _comments, _context in found:
        catalog.add(message, locations=[(Path(name).as_posix(), 0)])
    return catalog


def in_chinese() -> Catalog:
    """Return the catalogue as it stands; an empty one before the first extraction."""
    if not CATALOGUE.exists():
        return Catalog(locale=LOCALE, project="Hangtag", charset="utf-8")
    with CATALOGUE.open("rb") as handle:
        return read_po(handle, locale=LOCALE, charset="utf-8")


def write(catalog: Catalog) -> None:
    """Write the catalogue, in order and without line numbers."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as handle:
        write_po(
            handle,
            catalog,
            width=100,
            sort_output=True,
            ignore_obsolete=True,
            include_lineno=False,
        )


def extract() -> int:
    """Take the code's strings into the catalogue; return 0."""
    catalog = in_chinese()
    stamps = catalog.creation_date, catalog.revision_date
    catalog.update(in_code(), no_fuzzy_matching=True)
    catalog.creation_date, catalog.revision_date = stamps
    catalog.fuzzy, catalog.header_comment = False, HEADER
    write(catalog)
    return 0


def has_chinese(message: Message | None) -> bool:
    """Return whether a string is translated, in all its forms and by a sure hand."""
    if message is None or message.fuzzy:
        return False
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return all(forms)


def check() -> int:
    """Return 1, and say which, when a string has no Chinese; else 0."""
    catalog = in_chinese()
    missing = [entry for entry in in_code() if entry.id and not has_chinese(catalog.get(entry.id))]
    for entry in missing:
        text = entry.id if isinstance(entry.id, str) else entry.id[0]
        print(f"no Chinese: {text!r} in {', '.join(sorted({name for name, _ in entry.locations}))}")
    return 1 if missing else 0


if __name__ == "__main__":
    commands = {"extract": extract, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]]())
