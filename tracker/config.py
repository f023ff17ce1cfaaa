"""Configuration, typed, from the environment. A bad value stops the start with a sentence."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tracker.services import trust

ROOT = Path(__file__).resolve().parent.parent
_FONTS = ROOT / "static" / "vendor" / "fonts"
PRINT_FONTS = (_FONTS / "NotoSansSC-Regular.ttf", _FONTS / "NotoSansSC-Bold.ttf")
NEEDED_FILES = (
    *PRINT_FONTS,
    ROOT / "static" / "vendor" / "bootstrap.min.css",
    ROOT / "static" / "vendor" / "htmx.min.js",
)
"""What ``make install`` brings and no page or paper can do without."""
LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
STEPS_PORT_AFTER = 80
"""The steps for a device that does not trust us yet are served that many ports on, without TLS."""
SESSION_HOURS = 16
"""A log-in outlives the longest shop's day; a login unused for so long ends."""


class Settings(BaseSettings):
    """What the environment may set; see README."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore")

    database_url: str = ""
    secret_key: str = ""
    chain_key: str = ""
    trusted_hosts: str = ""
    host: str = ""
    port: int = 8000
    https: bool = False
    steps_port: int = 0
    data_dir: Path = ROOT / "instance"
    jobs_url: str = ""
    job_memory_mb: int = Field(512, ge=64)
    export_days: int = Field(7, ge=1)
    production: bool = False
    log_level: str = "INFO"

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
            raise ValueError("DATABASE_URL must begin with sqlite: or postgresql:")
        return value

    @field_validator("jobs_url")
    @classmethod
    def _known_queue(cls, value: str) -> str:
        known = ("sqlite:///", "postgresql:", "postgresql+psycopg:", "redis:", "rediss:")
        if value and not value.startswith(known):
            raise ValueError("JOBS_URL must begin with redis:, postgresql: or sqlite:///")
        if value.startswith("redis") and find_spec("redis") is None:
            raise ValueError("JOBS_URL names Redis: install the package redis, or unset it")
        return value

    @property
    def queue_url(self) -> str:
        """Where the jobs' queue is: what JOBS_URL says, else beside the database."""
        if self.jobs_url:
            return self.jobs_url
        if self.database_url.startswith("postgresql"):
            return self.database_url
        return f"sqlite:///{self.data_dir / 'jobs.queue'}"

    @field_validator("secret_key", "chain_key")
    @classmethod
    def _long_key(cls, value: str, of: ValidationInfo) -> str:
        if value and len(value) < 32:
            raise ValueError(f"{str(of.field_name).upper()} must have 32 characters or more")
        return value

    @model_validator(mode="after")
    def _open_to_phones(self) -> Settings:
        """Listen to this machine only, or with HTTPS to every device that reaches it."""
        self.host = self.host or ("0.0.0.0" if self.https else "127.0.0.1")  # noqa: S104
        self.steps_port = self.steps_port or self.port + STEPS_PORT_AFTER
        return self


class ConfigurationError(SystemExit):
    """The start stops here; the sentence says which setting to mend."""


def load(**overrides: Any) -> Settings:
    """Return the settings. Raises ``ConfigurationError`` with a sentence for a bad value."""
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in item['loc']).upper()}: {item['msg']}"
            for item in error.errors()
        )
        raise ConfigurationError(f"Hangtag cannot start: {problems}") from None
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if not settings.secret_key:
        if settings.production:
            raise ConfigurationError("Hangtag cannot start: PRODUCTION needs SECRET_KEY")
        settings.secret_key = _own_key(settings.data_dir / "secret_key")
    if not settings.chain_key:
        settings.chain_key = _own_key(settings.data_dir / "chain_key")
    if not settings.database_url:
        settings.database_url = f"sqlite:///{settings.data_dir / 'hangtag.sqlite3'}"
    return settings


def _own_key(path: Path) -> str:
    """Return the machine's own random key, written on first use and readable by its owner only.

    It appears whole or not at all: of two processes that start at once, both read the same.
    """
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as fresh:
            fresh.write(secrets.token_urlsafe(48))
            fresh.flush()
            with suppress(FileExistsError):
                os.link(fresh.name, path)
    return path.read_text(encoding="ascii")


def flask_settings(settings: Settings) -> dict[str, Any]:
    """Return what Flask and its extensions read."""
    hosts = [host.strip() for host in settings.trusted_hosts.split(",") if host.strip()]
    if hosts and settings.https:
        hosts += [*trust.local_names(), *trust.reachable(settings.host)]
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "TRUSTED_HOSTS": hosts or None,
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        "MAX_FORM_PARTS": 500,
        # A browser that holds the secure cookie takes no plain one of the same name for the host.
        "SESSION_COOKIE_NAME": "__Host-hangtag" if settings.https else "hangtag",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.production or settings.https,
        "WTF_CSRF_TIME_LIMIT": None,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "BABEL_TRANSLATION_DIRECTORIES": "translations",
        "SETTINGS": settings,
    }
