"""The disk of the photos is full: a sentence, no half file, no row; then there is room again."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from tests.faults.full_disk import files_limited_to
from tests.photos import add_photo, picture
from tests.story import Story


@pytest.fixture
def _writes_fail_instead_of_killing() -> Iterator[None]:
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGXFSZ, before)


def files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


@pytest.mark.usefixtures("_writes_fail_instead_of_killing")
@pytest.mark.parametrize("room", [0, 500, 3000])
def test_a_full_disk_is_said_and_keeps_nothing_half(
    app: Flask, api: Any, story: Story, room: int
) -> None:
    folder = Path(app.config["SETTINGS"].data_dir) / "photos"
    content, before = picture(900, 700 + room, "teal"), files(folder)
    path, program = f"/registrations/{story.register()}/photos", api("store1")
    with files_limited_to(room):
        full = add_photo(program, path, content)
        listed = program.get(path)
    assert (full.status_code, full.json["code"]) == (507, "no_space")
    assert (listed.status_code, listed.json["items"]) == (200, [])
    assert [file.name for file in files(folder) if file.suffix == ".part"] == []
    assert all(".thumb." in file.name for file in set(files(folder)) - set(before))
    assert story.session.execute(text("SELECT COUNT(*) FROM photo")).scalar_one() == 0
    assert add_photo(program, path, content).status_code == 201
    assert app.test_cli_runner().invoke(args=["verify"]).exit_code == 0
