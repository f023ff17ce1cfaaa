"""The scan station: an app that opens without a network, and the list of what its browser holds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from tracker import edge
from tracker.domain.account import STORE_ROLES
from tracker.domain.codes import NonQualityReason, RefusalReason
from tracker.extensions import db
from tracker.queries import catalog
from tracker.web.forms.fields import SelectChoice
from tracker.web.forms.registration import ScanForm

blueprint = Blueprint("station", __name__, url_prefix="/scan")

HELD = (
    "vendor/bootstrap.min.css",
    "vendor/icons/bootstrap-icons.min.css",
    "vendor/icons/fonts/bootstrap-icons.woff2",
    "css/hangtag.css",
    "css/camera.css",
    "css/scan.css",
    "css/station.css",
    "js/camera.js",
    "js/feedback.js",
    "js/new_id.js",
    "js/register.js",
    "js/wedge.js",
    "vendor/barcode-detector.js",
    "vendor/zxing_reader.wasm",
    "img/favicon.svg",
    "img/station-192.png",
    "img/station-512.png",
)
"""The static files of the station beside its own scripts."""


@blueprint.get("/")
@edge.public
def index() -> Response:
    """The shell of the station: nobody's values in it, the same bytes for all of one language."""
    return _revalidated(_shell(), "text/html")


@blueprint.get("/manifest.webmanifest")
@edge.public
def manifest() -> Response:
    """What a phone or PC needs to install the station as an app."""
    return _revalidated(_manifest(), "application/manifest+json")


@blueprint.get("/worker.js")
@edge.public
def worker() -> Response:
    """The service worker, with the version and the digests of the files that it holds."""
    source = (_static_folder() / "js" / "station" / "worker.js").read_text(encoding="utf-8")
    return _revalidated(f"self.held = {json.dumps(held())};\n{source}", "text/javascript")


@blueprint.get("/suppliers")
@edge.allow(STORE_ROLES)
def suppliers() -> Response:
    """The suppliers' codes and names, for products that are entered by hand."""
    known = [{"code": one.code, "name": one.name} for one in catalog.suppliers(db.session())]
    return Response(json.dumps({"items": known}), content_type="application/json")


def held() -> dict[str, object]:
    """Return the station's files, ``{address: SHA-256}``, and the version that they make.

    The shell is held in the reader's language: another language is another version.
    """
    files = {
        url_for(".index"): _digest(_shell().encode()),
        url_for(".manifest"): _digest(_manifest().encode()),
    }
    for name in static_files():
        content = (_static_folder() / name).read_bytes()
        files[url_for("static", filename=name)] = _digest(content)
    return {"version": _digest(json.dumps(files).encode())[:16], "files": files}


def static_files() -> list[str]:
    """Return the names, below the static folder, of the files that the station holds."""
    scripts = sorted((_static_folder() / "js" / "station").glob("*.js"))
    ours = [f"js/station/{path.name}" for path in scripts if path.name != "worker.js"]
    return [*HELD, *ours]


def _shell() -> str:
    form = ScanForm(formdata=None, meta={"csrf": False})
    form.manual_supplier.choices = [SelectChoice("", str(_("Please choose")))]
    return render_template(
        "station/index.html",
        form=form,
        station=True,
        non_quality=NonQualityReason,
        refusals=RefusalReason,
    )


def _manifest() -> str:
    icons = [
        {
            "src": url_for("static", filename=f"img/station-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in (192, 512)
    ]
    return json.dumps(
        {
            "id": url_for(".index"),
            "name": _("Scan station"),
            "short_name": _("Scan station"),
            "description": _("Register garments by their tags, with or without a network."),
            "lang": "en" if str(get_locale()).startswith("en") else "zh-CN",
            "start_url": url_for(".index"),
            "scope": url_for(".index"),
            "display": "standalone",
            "background_color": "#f6f3ec",
            "theme_color": "#123f3a",
            "icons": icons,
        },
        ensure_ascii=False,
    )


def _revalidated(text: str, media: str) -> Response:
    """Return an answer that a browser asks for again each time: a worker must not grow stale."""
    answer = Response(text, content_type=f"{media}; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _static_folder() -> Path:
    return Path(current_app.static_folder or "")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
