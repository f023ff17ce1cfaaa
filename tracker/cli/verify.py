"""``verify``: does everything hold that must?"""

from __future__ import annotations

import json

import click
from flask.cli import with_appcontext

from tracker import edge
from tracker.extensions import db
from tracker.services import verify as service


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_appcontext
def verify(as_json: bool) -> None:
    """Check every invariant, one line each; exit status 1 if one does not hold."""
    failed = False
    for finding in service.verify(db.session(), edge.photo_folder(), edge.export_folder()):
        failed = failed or not finding.holds
        click.echo(_as_json(finding) if as_json else _as_line(finding))
    if failed:
        raise SystemExit(1)


def _as_json(finding: service.Finding) -> str:
    return json.dumps(
        {
            "invariant": finding.code,
            "holds": finding.holds,
            "sentence": finding.sentence,
            "faults": finding.faults,
        },
        ensure_ascii=False,
    )


def _as_line(finding: service.Finding) -> str:
    line = f"{'ok   ' if finding.holds else 'FAIL '} {finding.code:<9} {finding.sentence}"
    return line if finding.holds else f"{line}: {'; '.join(finding.faults)}"


COMMANDS = (verify,)
