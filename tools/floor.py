"""Hold our scripts and styles to the oldest browser of the shops: Chrome 109 (Windows 7).

Each file of static/js and static/css is compiled twice by esbuild, for the newest browsers and
for the floor. Where the two differ, the file uses syntax that the floor does not know. Functions
and style names that are too young are found by name, because no compiler rewrites them.

Usage: python tools/floor.py [FOLDER ...]      exit status 1 when something is too young
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from vendor import ROOT, VendorError, npm_ci

FLOOR = 109
PACKAGE = ROOT / "tools" / "floor"
COMPILER = Path(sys.executable).parent / "esbuild"
FOLDERS = (ROOT / "static" / "js", ROOT / "static" / "css")

# The first Chrome that knows the name.
YOUNG_SCRIPT = {
    r"\.(toSorted|toReversed|toSpliced)\(": 110,
    r"\b(isWellFormed|toWellFormed|startViewTransition)\b": 111,
    r"\b(showPopover|hidePopover|togglePopover)\b": 114,
    r"\bAbortSignal\.any\b": 116,
    r"\b(Object|Map)\.groupBy\b": 117,
    r"\bPromise\.withResolvers\b": 119,
    r"\bURL\.(canParse|parse)\b": 120,
    r"\bArray\.fromAsync\b": 121,
    r"\.(isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(": 122,
    r"\bPromise\.try\b": 128,
    r"\bRegExp\.escape\b": 136,
}
YOUNG_STYLE = {
    r"\b(oklch|oklab|lch|lab|color-mix|color)\(": 111,
    r"\bview-transition-name\b": 111,
    r"\btext-wrap\b": 114,
    r":popover-open\b": 114,
    r"\banimation-timeline\b": 115,
    r"\bsubgrid\b": 117,
    r"@(starting-style|scope)\b": 117,
    r"\blight-dark\(": 123,
    r"\bfield-sizing\b": 123,
    r"\b(anchor-name|position-anchor)\b": 125,
    r"\binterpolate-size\b": 129,
}


@cache
def compiler() -> Path:
    """Return esbuild, fetching the locked version into the virtual environment if need be.

    Raises VendorError when the package has no program for this machine.
    """
    locked = json.loads((PACKAGE / "package-lock.json").read_text(encoding="utf-8"))
    wanted = locked["packages"]["node_modules/esbuild"]["version"]
    if COMPILER.is_file():
        has = subprocess.run([COMPILER, "--version"], capture_output=True, text=True).stdout
        if has.strip() == wanted:
            return COMPILER
    with tempfile.TemporaryDirectory() as place:
        modules = npm_ci(PACKAGE, Path(place))
        programs = sorted(modules.glob("@esbuild/*/bin/esbuild"))
        if not programs:
            raise VendorError("The package esbuild has no program for this machine.")
        shutil.copy(programs[0], COMPILER)
    return COMPILER


def compiled(path: Path, target: str) -> str:
    """Return the file as esbuild writes it for a target.

    Raises ValueError with esbuild's complaint when the syntax is broken.
    """
    command = [
        str(compiler()),
        str(path),
        f"--target={target}",
        "--log-level=error",
        "--charset=utf8",
    ]
    outcome = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    if outcome.returncode:
        raise ValueError(outcome.stderr.strip())
    return outcome.stdout


def syntax_complaint(path: Path) -> str | None:
    """Return what esbuild cannot read or would have to rewrite for the floor, or None."""
    try:
        newest = compiled(path, "esnext").splitlines()
        floor = compiled(path, f"chrome{FLOOR}").splitlines()
    except ValueError as error:
        return f"{path}: {error}"
    if newest == floor:
        return None
    pairs = zip(newest, floor, strict=False)
    where = next((ours.strip() for ours, theirs in pairs if ours != theirs), "the end of the file")
    return f"{path}: syntax younger than Chrome {FLOOR}, first at: {where}"


def without_comments(text: str) -> str:
    """Blank out block comments, keeping the lines."""
    return re.sub(r"/\*.*?\*/", lambda found: "\n" * found[0].count("\n"), text, flags=re.DOTALL)


def complaints(path: Path) -> list[str]:
    """Return what in the file is younger than the floor, one line each."""
    found = []
    syntax = syntax_complaint(path)
    if syntax is not None:
        found.append(syntax)
    young = YOUNG_STYLE if path.suffix == ".css" else YOUNG_SCRIPT
    text = without_comments(path.read_text(encoding="utf-8"))
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, since in young.items():
            match = re.search(pattern, line)
            if match:
                found.append(f"{path}:{number}: {match[0]} needs Chrome {since}")
    return found


def main() -> int:
    """Check every script and style; return the exit status."""
    folders = [Path(name) for name in sys.argv[1:]] or list(FOLDERS)
    paths = sorted(p for f in folders for p in f.rglob("*") if p.suffix in (".js", ".css"))
    try:
        found = [line for path in paths for line in complaints(path)]
    except VendorError as error:
        found = [str(error)]
    print("\n".join(found) or f"{len(paths)} scripts and styles run on Chrome {FLOOR}.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
