"""The architecture essay, held to by tests: layers, sizes, and the doors that must be single."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = [
    path
    for folder in ("tracker", "labels", "tools")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "migrations/versions" not in path.as_posix()
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MAX_FILE, MAX_FUNCTION = 350, 40


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length_without_signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or 0) - node.body[0].lineno + 1


def test_nothing_imports_upward() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-logo"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [*OURS, *TESTS], ids=_name)
def test_a_file_is_a_pleasant_room(path: Path) -> None:
    limit = MAX_FILE if path in OURS else 2 * MAX_FILE
    assert len(path.read_text(encoding="utf-8").splitlines()) <= limit


@pytest.mark.parametrize("path", OURS, ids=_name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = {
        node.name: _length_without_signature(node)
        for node in _functions(path)
        if _length_without_signature(node) > MAX_FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize("path", OURS, ids=_name)
def test_public_functions_say_what_they_do(path: Path) -> None:
    module = ast.parse(path.read_text(encoding="utf-8"))
    silent = [
        node.name
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
        and isinstance(node, ast.FunctionDef)
    ]
    assert ast.get_docstring(module)
    assert silent == []


@pytest.mark.parametrize("path", OURS, ids=_name)
def test_only_the_transition_assigns_a_status(path: Path) -> None:
    if _name(path) == "tracker/services/transition.py":
        return
    assigned = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Attribute)
        and target.attr == "status"
        and not _is_self_or_refusal(target)
    ]
    assert assigned == []


def _is_self_or_refusal(target: ast.Attribute) -> bool:
    return isinstance(target.value, ast.Name) and target.value.id in {"self", "refusal"}


ONE_DOOR = {
    r"datetime\.now\(|utcnow\(\)|date\.today\(": {"tracker/db.py"},
    r"\bParagraph\(": {"labels/text.py"},
    r"\bMarkup\(|render_template_string|\|\s*safe\b": set(),
    r"\.commit\(\)": {"tracker/db.py", "tracker/migrations/env.py"},
    r"\bfloat\(": {"labels/text.py", "tracker/web/forms/fields.py", "tracker/api/body.py"},
    r"\beval\(|\bexec\(|\bpickle\b": set(),
    r"Image\.open\(": {"tracker/services/image.py"},
    r"flask import .*\bcurrent_user\b": set(),
}
"""What may stand in one place only: the pattern, and the files that are that place."""


@pytest.mark.parametrize("pattern", ONE_DOOR)
def test_what_has_one_door_has_no_other(pattern: str) -> None:
    found = {_name(path) for path in OURS if re.search(pattern, path.read_text(encoding="utf-8"))}
    assert found <= ONE_DOOR[pattern]


def test_xlsxwriter_never_guesses_what_a_cell_is() -> None:
    guessing = re.compile(r"\b(sheet|worksheet)\.write\(")
    assert [_name(p) for p in OURS if guessing.search(p.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_holds_no_script_no_style_and_no_query(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert not re.search(r"<style\b|\sstyle=|\son[a-z]+=", text)
    assert not re.search(r"\|\s*safe\b|session\.|\.query\b", text)


def test_every_noun_has_its_file_in_every_layer() -> None:
    layers = {
        "registration": ("domain", "models", "queries", "services", "web", "web/forms", "api"),
        "shipment": ("domain", "models", "queries", "services", "web", "web/forms"),
        "delivery": ("domain", "models", "queries", "services", "web", "web/forms", "cli"),
        "repair": ("models", "queries", "services", "web/forms"),
        "loss": ("domain", "models", "queries", "services", "web", "web/forms"),
        "ledger": ("domain", "models", "queries", "services", "web", "web/forms"),
        "policy": ("domain", "models", "queries", "services", "web"),
        "account": ("domain", "models", "queries", "services", "web"),
        "photo": ("domain", "models", "queries", "services", "web", "web/forms", "api"),
    }
    missing = [
        f"tracker/{layer}/{noun}.py"
        for noun, homes in layers.items()
        for layer in homes
        if not (ROOT / "tracker" / layer / f"{noun}.py").exists()
        and not (ROOT / "tracker" / layer / f"{noun}s.py").exists()
    ]
    assert missing == []
