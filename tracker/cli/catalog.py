"""``catalog import`` and ``sites import``: a bad file is refused whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import track

from tracker.cli.asking import refusing
from tracker.db import write
from tracker.extensions import db
from tracker.services import catalog as service
from tracker.services import rows

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
MANY = 2000
"""Rows from which an import takes more than a second, and shows how far it is."""

catalog = AppGroup("catalog", help="The catalogue of styles and barcodes.")
sites = AppGroup("sites", help="Stores and departments.")


@catalog.command("import")
@FILE
@refusing
def import_catalog(file: Path) -> None:
    """Import styles and barcodes from FILE (CSV in UTF-8, or Excel).

    Columns: barcode,style_no,style_name,category,fabric,colour,size,supplier,production_year,
    season,cost_price,purchase_price,supply_price,tag_price. Prices in yuan. The supplier is the
    code of a known one, or "CODE NAME", which makes it. A known barcode takes the new values.
    """
    _import(file, service.CATALOG_COLUMNS, service.import_catalog)


@sites.command("import")
@FILE
@refusing
def import_sites(file: Path) -> None:
    """Import sites from FILE (CSV in UTF-8, or Excel).

    Columns: code,name,kind,ownership,region,liaison. The kind is store, after_sales, warehouse or
    head_office; the ownership of a store is own, franchise or consignment.
    """
    _import(file, service.SITE_COLUMNS, service.import_sites)


def _import(
    file: Path,
    columns: Sequence[str],
    importer: Callable[..., rows.Counts],
) -> None:
    found, session = rows.read(file, columns), db.session()
    counts = write(session, lambda: importer(session, found, watched))
    click.echo(f"made {counts.made}, known {counts.known}")


def watched(found: Sequence[rows.Row]) -> Iterable[rows.Row]:
    """Hand the rows on; of many, show how far they are."""
    if len(found) < MANY:
        yield from found
        return
    yield from track(found, "rows", console=Console(stderr=True))


COMMANDS = (catalog, sites)
