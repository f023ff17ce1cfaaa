"""Hangtag: from a scanned tag to the month's bill. ``create_app`` is the composition root."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tracker import config, edge, errors, extensions, logs
from tracker.db import prepare_engine


def create_app(**overrides: Any) -> Flask:
    """Return the application, configured from the environment and ``overrides``.

    Raises ``ConfigurationError`` with a sentence when a setting cannot be.
    """
    settings = config.load(**overrides)
    app = Flask(
        __name__,
        instance_path=str(settings.data_dir.resolve()),
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
    )
    app.config.update(config.flask_settings(settings))
    logs.configure(settings.log_level)

    from tracker import api, cli, web

    extensions.db.init_app(app)
    with app.app_context():
        prepare_engine(extensions.db.engine)
        extensions.db.engine.update_execution_options(
            chain_key=settings.chain_key.encode(), print_fonts=config.PRINT_FONTS
        )
    extensions.migrate.init_app(
        app,
        extensions.db,
        directory=str(config.ROOT / "tracker" / "migrations"),
        render_as_batch=True,
    )
    extensions.babel.init_app(app, locale_selector=web.choose_locale)
    extensions.bootstrap.init_app(app)
    extensions.csrf.init_app(app)
    logs.register(app)
    web.register(app)
    api.register(app)
    app.before_request(edge.enforce)
    cli.register(app)
    errors.register(app)
    return app
