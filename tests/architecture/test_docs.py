"""What the documents say of the tables is what the tables say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_diagrams_are_drawn_from_the_tables_as_they_stand() -> None:
    spec = importlib.util.spec_from_file_location("diagram", ROOT / "tools" / "diagram.py")
    assert spec is not None
    assert spec.loader is not None
    diagram = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(diagram)
    assert (ROOT / "docs" / "journey.md").read_text(encoding="utf-8") == diagram.page()


def test_the_readme_names_commands_that_stand() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("install", "run", "test", "check"):
        assert f"\n{command}:" in makefile
        assert f"make {command}" in (ROOT / "README.md").read_text(encoding="utf-8")
