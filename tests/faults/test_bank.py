"""The month's report is read over and over while garments are scanned and forms are approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import pytest
from flask import Flask

from tests.api.conftest import Programs, a_scan
from tests.faults.serving import LONG
from tracker.extensions import db

FORMS, SCANNERS, SCANS = (20, 30, 40) if LONG else (4, 30, 3)
PRICE = 18984
"""The accountability value of each garment here, in fen."""


def differences(report: Mapping[str, Any]) -> list[str]:
    """Return where a report's totals are not the sums of its own lines."""
    whole = sum(line["amount_fen"] for line in report["lines"])
    totals = report["totals"]
    sums = {"lines": whole, "total": totals["amount_fen"]} | {
        name: sum(group["amount_fen"] for group in groups)
        for name, groups in totals.items()
        if name.startswith("by_")
    }
    return [name for name, amount in sums.items() if amount != whole]


def forms_to_approve(programs: Programs) -> list[str]:
    """Bring each of some garments on a loss form of its own, confirmed."""
    garments = [programs.register() for _ in range(FORMS)]
    programs.at_after_sales(*garments)
    paths = []
    for garment in garments:
        programs.scrap(garment)
        answer = programs("clerk").post("/loss-forms", {"codes": [garment["piece_no"]]})
        path = f"/loss-forms/{answer.json['loss_forms'][0]['no']}"
        programs.do("clerk", path, "submit")
        for login, step in (("supplier1", "sign"), ("logistics", "confirm")):
            programs.do(login, path, step, if_version=programs.version(path))
        paths.append(path)
    return paths


def settled(send: Callable[[], Any]) -> Any:
    """Send until the answer is another than "busy": what a program does with a 503."""
    answer = send()
    while answer.status_code == 503:
        answer = send()
    return answer


def approve(programs: Programs, path: str) -> None:
    """Approve a form: its amounts enter the ledger."""
    version = programs.version(path)
    answer = settled(lambda: programs.take("vp", path, "approve", if_version=version))
    assert answer.status_code == 200, answer.text


def test_every_report_equals_its_lines_while_forms_are_approved_and_garments_scanned(
    app: Flask, api: Callable[[str], Any], token: Callable[[str], str]
):
    programs = Programs(api)
    forms = forms_to_approve(programs)
    [month] = {programs("auditor").get(path).json["month"] for path in forms}
    approve(programs, forms.pop(0))
    scanning, reading = token("store2"), token("finance")
    stop = Event()

    def scan(_number: int) -> list[int]:
        client = app.test_client()
        headers = {"Authorization": f"Bearer {scanning}"}
        bodies = [a_scan("store2") for _ in range(SCANS)]
        return [
            settled(partial(client.post, "/api/v1/scans", json=body, headers=headers)).status_code
            for body in bodies
        ]

    def read() -> list[dict[str, Any]]:
        client, reports = app.test_client(), []
        while not stop.is_set():
            told = client.get(
                f"/api/v1/months/{month}", headers={"Authorization": f"Bearer {reading}"}
            )
            reports.append(dict(told.json))
        return reports

    db.session.remove()
    with ThreadPoolExecutor(SCANNERS + 1) as pool:
        reader = pool.submit(read)
        scanners = [pool.submit(scan, number) for number in range(SCANNERS)]
        try:
            for path in forms:
                approve(programs, path)
            statuses = [status for scanner in scanners for status in scanner.result()]
        finally:
            stop.set()
        reports = reader.result()
    assert statuses == [201] * (SCANNERS * SCANS)
    assert [differences(report) for report in reports if differences(report)] == []
    amounts = [report["totals"]["amount_fen"] for report in reports]
    assert amounts == sorted(amounts)
    assert set(amounts) <= {number * PRICE for number in range(1, FORMS + 1)}
    db.session.remove()
    final = programs("finance").get(f"/months/{month}").json
    assert (final["totals"]["amount_fen"], differences(final)) == (FORMS * PRICE, [])
    assert app.test_cli_runner().invoke(args=["verify"]).exit_code == 0


@pytest.mark.parametrize(
    ("total", "by_store", "found"),
    [(300, 300, []), (299, 300, ["total"]), (300, 301, ["by_store"])],
    ids=["right", "torn total", "torn group"],
)
def test_the_comparison_catches_a_report_that_was_torn(total: int, by_store: int, found: list[str]):
    torn = {
        "lines": [{"amount_fen": 100}, {"amount_fen": 200}],
        "totals": {"amount_fen": total, "lines": 2, "by_store": [{"amount_fen": by_store}]},
    }
    assert differences(torn) == found
