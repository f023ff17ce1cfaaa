"""How a device comes to trust this machine's HTTPS, so that its camera and its queue work."""

from __future__ import annotations

import io
from dataclasses import dataclass

import segno
from flask import Blueprint, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale, gettext

from tracker import edge
from tracker.config import LOCALES, Settings
from tracker.services import trust

blueprint = Blueprint("trust", __name__)
MEDIA = "application/x-x509-ca-cert"


@dataclass(frozen=True)
class Steps:
    """The steps in one language."""

    language: str
    title: str
    why: str
    devices: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(icon, name, steps) of each kind of device."""
    download: str
    go: str
    compare: str
    scan: str
    off: str


@blueprint.get("/trust")
@edge.public
def show() -> ResponseReturnValue:
    """The steps for Android and Windows, in both languages: the reader's first."""
    settings = _settings()
    content = _certificate()
    first = "en" if str(get_locale()).startswith("en") else "zh"
    return render_template(
        "trust/show.html",
        told=[_in(language) for language in sorted(LOCALES, key=lambda one: one != first)],
        address=trust.web_address("https", _address(settings), settings.port),
        fingerprint=trust.fingerprint(content) if content else None,
    )


@blueprint.get("/hangtag-ca.crt")
@edge.public
def certificate() -> ResponseReturnValue:
    """The authority's certificate; 404 where the server speaks no HTTPS of its own."""
    answer = Response(_certificate() or abort(404), content_type=MEDIA)
    answer.headers["Content-Disposition"] = 'attachment; filename="hangtag-ca.crt"'
    return answer


@blueprint.get("/trust/qr.svg")
@edge.public
def qr() -> ResponseReturnValue:
    """The address of the steps as a picture, for a phone that does not trust us yet."""
    settings = _settings()
    if not settings.https:
        abort(404)
    steps = trust.web_address("http", _address(settings), settings.steps_port) + "/trust"
    picture = io.BytesIO()
    segno.make(steps, micro=False).save(picture, kind="svg", scale=6, border=4, light="#fff")
    return Response(picture.getvalue(), content_type="image/svg+xml")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _certificate() -> bytes | None:
    settings = _settings()
    return trust.certificate(settings.data_dir) if settings.https else None


def _address(settings: Settings) -> str:
    return trust.reachable(settings.host)[0]


def _in(language: str) -> Steps:
    with force_locale(LOCALES[language]):
        return Steps(
            language="zh-CN" if language == "zh" else language,
            title=gettext("Use the camera of this device"),
            why=gettext(
                "A browser opens the camera over trusted HTTPS only. Each device is told once "
                "to trust this server."
            ),
            devices=(
                ("phone", gettext("Android phone"), _android()),
                ("pc-display", gettext("Windows PC"), _windows()),
            ),
            download=gettext("Download the certificate"),
            go=gettext("Open Hangtag over HTTPS"),
            compare=gettext(
                "The fingerprint (SHA-256). It must be the one in the window where the server "
                "was started:"
            ),
            scan=gettext(
                "With a phone in the same network, scan this code to open this page there."
            ),
            off=gettext(
                "This server was started without HTTPS of its own. Whoever runs it starts it with "
                "“make run HTTPS=1”; then the steps stand here."
            ),
        )


def _android() -> tuple[str, ...]:
    return (
        gettext("Join the Wi-Fi of the shop and download the certificate with the button above."),
        gettext(
            "Open Settings → Security → More security settings → Install from storage → "
            "CA certificate. The names differ by maker: search the settings for “CA certificate”."
        ),
        gettext("Choose “Install anyway”, then the downloaded file hangtag-ca.crt."),
        gettext("Open Hangtag over HTTPS, log in, and press the camera beside the scan field."),
    )


def _windows() -> tuple[str, ...]:
    return (
        gettext("Download the certificate with the button above and open the file hangtag-ca.crt."),
        gettext("Choose Install Certificate → Current User."),
        gettext(
            "Choose “Place all certificates in the following store” → Browse → “Trusted Root "
            "Certification Authorities”, finish, and confirm with Yes."
        ),
        gettext("Close the browser and open it again, then open Hangtag over HTTPS."),
    )
