"""The scan station: an app that opens without a network, and the list of what its browser holds."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from flask import Blueprint, Response, current_app, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from tracker import edge, errors
from tracker.config import LOCALES
from tracker.domain.account import STORE_ROLES
from tracker.domain.codes import NonQualityReason, RefusalReason
from tracker.extensions import db
from tracker.queries import catalog
from tracker.web.forms.fields import SelectChoice
from tracker.web.forms.registration import ScanForm

blueprint = Blueprint("station", __name__, url_prefix="/scan")

LANGUAGES = "any(zh, en)"
HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}

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
    """The shell of the station in the reader's language, else in that chosen on his device."""
    return _revalidated(_shell(errors.locale_code()), "text/html")


@blueprint.get(f"/<{LANGUAGES}:language>/")
@edge.public
def shell(language: str) -> Response:
    """The shell in one language: nobody's values in it, the same bytes for everybody."""
    return _revalidated(_shell(language), "text/html")


@blueprint.get(f"/<{LANGUAGES}:language>/manifest.webmanifest")
@edge.public
def manifest(language: str) -> Response:
    """What a phone or PC needs to install the station as an app."""
    return _revalidated(_manifest(language), "application/manifest+json")


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

    The shell is held in every language, so that a device may change it without a network.
    """
    files = {}
    for language in LOCALES:
        files[url_for(".shell", language=language)] = _digest(_shell(language).encode())
        files[url_for(".manifest", language=language)] = _digest(_manifest(language).encode())
    for name in static_files():
        content = (_static_folder() / name).read_bytes()
        files[url_for("static", filename=name)] = _digest(content)
    return {
        "version": _digest(json.dumps(files).encode())[:16],
        "index": url_for(".index"),
        "files": files,
    }


def static_files() -> list[str]:
    """Return the names, below the static folder, of the files that the station holds."""
    scripts = sorted((_static_folder() / "js" / "station").glob("*.js"))
    ours = [f"js/station/{path.name}" for path in scripts if path.name != "worker.js"]
    return [*HELD, *ours]


def _shell(language: str) -> str:
    with force_locale(LOCALES[language]):
        form = ScanForm(formdata=None, meta={"csrf": False})
        form.manual_supplier.choices = [SelectChoice("", str(_("Please choose")))]
        return render_template(
            "station/index.html",
            form=form,
            station=True,
            language=language,
            non_quality=NonQualityReason,
            refusals=RefusalReason,
        )


def _manifest(language: str) -> str:
    icons = [
        {
            "src": url_for("static", filename=f"img/station-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for size in (192, 512)
    ]
    with force_locale(LOCALES[language]):
        name, description = (
            _("Scan station"),
            _("Register garments by their tags, with or without a network."),
        )
    return json.dumps(
        {
            "id": url_for(".index"),
            "name": name,
            "short_name": name,
            "description": description,
            "lang": HTML_LANGUAGES[language],
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
