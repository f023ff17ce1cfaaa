"""The bound: the least that Flask and the ORM need for the same number of statements.

No log-in, no validation, no rule: each request selects, inserts and updates rows of one table, in
one transaction with the durability and the writer lock of the product.
"""

from __future__ import annotations

import os
from typing import Any
from uuid import uuid4

from flask import Flask, jsonify, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import String, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from tracker.db import prepare_engine, write


class Base(DeclarativeBase):
    """Base of the one table."""


class Line(Base):
    """A row of a few words, about as wide as the product's."""

    __tablename__ = "line"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(36), unique=True)
    words: Mapped[str] = mapped_column(String(200))
    times: Mapped[int]


db = SQLAlchemy(model_class=Base)


def create_app(file: str) -> Flask:
    """Return the bare application on an SQLite file with a thousand rows."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{file}"
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
        db.create_all()
        if db.session.get(Line, 1) is None:
            write(db.session(), lambda: db.session.add_all(fresh() for _ in range(1000)))
    app.add_url_rule("/scans", view_func=scan, methods=["POST"])
    app.add_url_rule("/page", view_func=page)
    app.add_url_rule("/look", view_func=look, methods=["POST"])
    return app


def fresh() -> Line:
    """Return a new row."""
    return Line(key=str(uuid4()), words="x" * 120, times=0)


def scan() -> Any:
    """Do as many statements of each kind as the body says; answer one row."""
    wanted = request.get_json()
    return write(db.session(), lambda: _statements(wanted))


def _statements(wanted: dict[str, int]) -> Any:
    for number in range(wanted["SELECT"]):
        db.session.scalar(select(Line).where(Line.id == number % 1000 + 1))
    row = fresh()
    for _ in range(wanted["INSERT"]):
        row = fresh()
        db.session.add(row)
        db.session.flush()
    for _ in range(wanted["UPDATE"]):
        row.times += 1
        db.session.flush()
    for _ in range(wanted["OTHER"]):
        db.session.execute(text("SELECT 1"))
    return jsonify(id=row.id, key=row.key, words=row.words)


def page() -> Any:
    """Do as many look-ups as the query says; answer one row."""
    row = _found(int(request.args["lookups"]))
    return f"<p>{row.words if row else ''}</p>"


def look() -> Any:
    """Do as many look-ups as the body says; answer one row as JSON."""
    row = _found(request.get_json()["lookups"])
    return jsonify(id=row.id, key=row.key, words=row.words)


def _found(lookups: int) -> Any:
    row = None
    for number in range(lookups):
        row = db.session.scalar(select(Line).where(Line.id == number % 1000 + 1))
    return row


app = create_app(os.environ["BARE_FILE"]) if "BARE_FILE" in os.environ else None
