"""The description of the API, made of its routes and models, and its readable page."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, current_app, render_template
from pydantic import BaseModel, TypeAdapter
from werkzeug.routing import Rule

from tracker import edge
from tracker.api.blueprint import JSON, PROBLEM, Operation, blueprint, describe
from tracker.api.blueprint import answer as reply

KEPT = "hangtag_api_description"
REFERENCE = "#/components/schemas/{model}"
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "stable; never changes once released"},
        "detail": {"type": "string", "description": "a sentence in the caller's language"},
        "field": {"type": "string", "description": "the field that is wrong"},
    },
}
PROBLEMS = {
    "400": "no JSON object that every reader understands alike",
    "401": "no token, or one that stands no more",
    "403": "not for your role",
    "404": "another site's record, or none",
    "409": "a rule forbids it now: wrong status, stale version, a clash",
    "413": "the body is larger than the server takes",
    "415": "the body does not say that it is JSON",
    "422": "a field is missing or wrong",
    "503": "busy: try again after the seconds of Retry-After",
    "507": "the server's disk is full: nothing was kept",
}
ABOUT = (
    "Bearer token; the session cookie opens nothing here. Money is whole fen (`*_fen`), instants "
    "are RFC 3339 (`*_at`), dates `YYYY-MM-DD` (`*_on`), months `YYYY-MM`. The same `action_id` or "
    "`scan_id` with the same body gives the first answer byte for byte; with another body it is "
    "422. Lists answer `{items, next}`: send `next` as `cursor`. Unknown fields are refused. "
    "Accept-Language `en` gives the sentences in English."
)


@blueprint.get("/openapi.json")
@edge.public
@describe("This description")
def openapi() -> Response:
    """Return the OpenAPI 3.1 description."""
    return reply(description())


@blueprint.get("/docs")
@edge.public
@describe("The description to read and try", media="text/html")
def docs() -> str:
    """Show the description."""
    return render_template("api/docs.html")


def description() -> dict[str, Any]:
    """Return the description of every route of the API."""
    kept = current_app.extensions
    if KEPT not in kept:
        kept[KEPT] = _description(_rules())
    return dict(kept[KEPT])


def _rules() -> list[Rule]:
    rules = current_app.url_map.iter_rules()
    own = [rule for rule in rules if rule.endpoint.startswith(f"{blueprint.name}.")]
    return sorted(own, key=lambda rule: rule.rule)


def _description(rules: list[Rule]) -> dict[str, Any]:
    schemas: dict[str, Any] = {"Problem": PROBLEM_SCHEMA}
    paths: dict[str, Any] = {}
    for rule in rules:
        operation: Operation = vars(current_app.view_functions[rule.endpoint])["operation"]
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            paths.setdefault(path, {})[method.lower()] = _operation(rule, operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hangtag", "version": "1", "description": ABOUT},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _operation(rule: Rule, operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    access = edge.declared_access(rule.endpoint)
    said: dict[str, Any] = {
        "operationId": rule.endpoint.partition(".")[2],
        "summary": operation.summary,
        "tags": [rule.rule.split("/")[3]],
        "parameters": [
            *(_parameter(name, "path", "") for name in sorted(rule.arguments)),
            *(_parameter(name, "query", text) for name, text in operation.query.items()),
        ],
        "responses": _responses(operation, schemas),
    }
    if access:
        said["description"] = f"For: {', '.join(sorted(role.value for role in access))}."
    else:
        said["security"] = []
    body = _body(operation, schemas)
    if body:
        said["requestBody"] = {"required": True, "content": {operation.takes: {"schema": body}}}
    return said


def _parameter(name: str, place: str, text: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": place,
        "required": place == "path",
        "description": text,
        "schema": {"type": "string"},
    }


def _responses(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object"} if operation.gives is None else _answer(operation.gives, schemas)
    if operation.media != JSON:
        schema = {"type": "string"}
    problems = {
        status: {
            "description": text,
            "content": {PROBLEM: {"schema": {"$ref": REFERENCE.format(model="Problem")}}},
        }
        for status, text in PROBLEMS.items()
    }
    done = {
        str(status): {
            "description": "made" if status == 201 else "done",
            "content": {operation.media: {"schema": schema}},
        }
        for status in operation.statuses
    }
    return done | problems


def _answer(told: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    return _kept(told.__name__, TypeAdapter(told).json_schema(ref_template=REFERENCE), schemas)


def _body(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any] | None:
    if operation.body is not None:
        return _model(operation.body, schemas)
    if operation.bodies is None:
        return None
    models = operation.bodies()
    references = [_model(model, schemas) for model in models]
    teller = "action" if "action" in models[0].model_fields else "kind"
    mapping = {
        str(model.model_fields[teller].annotation.__args__[0]): reference["$ref"]  # type: ignore[union-attr]
        for model, reference in zip(models, references, strict=True)
    }
    return {
        "oneOf": references,
        "discriminator": {"propertyName": teller, "mapping": mapping},
    }


def _model(model: type[BaseModel], schemas: dict[str, Any]) -> dict[str, Any]:
    return _kept(model.__name__, model.model_json_schema(ref_template=REFERENCE), schemas)


def _kept(name: str, schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Move a schema and what it defines to the components; return the reference to it."""
    schemas.update(schema.pop("$defs", {}))
    schemas[name] = schema
    return {"$ref": REFERENCE.format(model=name)}
