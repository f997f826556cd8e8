"""The API's description as a page: made here from what is served, with nothing asked elsewhere."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.http.guards import allow_public

blueprint = Blueprint("reference", __name__, template_folder="templates")
METHODS = ("get", "post", "put", "patch", "delete")
Spec = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One parameter, or one field of a body."""

    name: str
    kind: str
    required: bool
    about: str
    where: str = ""


@dataclass(frozen=True)
class Operation:
    """What one method does to one path."""

    anchor: str
    method: str
    path: str
    summary: str
    about: str
    parameters: list[Field] = field(default_factory=list)
    body: list[Field] = field(default_factory=list)
    answers: dict[str, list[Field]] = field(default_factory=dict)


@blueprint.get("/api/docs")
@allow_public
def page() -> ResponseReturnValue:
    """Show every operation, by subject."""
    served: Any = current_app.view_functions["openapi"]()
    spec: Spec = served.get_json()
    groups: dict[str, list[Operation]] = defaultdict(list)
    for tag, operation in operations(spec):
        groups[tag].append(operation)
    return render_template(
        "shared/reference.html",
        groups=dict(sorted(groups.items())),
        about={tag["name"]: tag.get("description", "") for tag in spec.get("tags", [])},
        shapes={
            name: _fields(spec, shape)
            for name, shape in sorted(spec["components"]["schemas"].items())
        },
        base=request.url_root.rstrip("/"),
        spec_url=url_for("openapi"),
    )


def operations(spec: Spec) -> Iterator[tuple[str, Operation]]:
    """Yield every operation with its subject, in the order of paths."""
    for path, methods in sorted(spec["paths"].items()):
        for method in METHODS:
            if found := methods.get(method):
                shared = methods.get("parameters", [])
                yield (
                    found.get("tags", ["other"])[0],
                    _operation(spec, path, method, found, shared),
                )


def _operation(spec: Spec, path: str, method: str, found: Spec, shared: list[Spec]) -> Operation:
    parameters = [_resolved(spec, one) for one in (*shared, *found.get("parameters", []))]
    return Operation(
        anchor=re.sub(r"[^a-z0-9]+", "-", f"{method}{path}".lower()).strip("-"),
        method=method.upper(),
        path=path,
        summary=found.get("summary", ""),
        about=found.get("description", ""),
        parameters=[_parameter(spec, one) for one in parameters],
        body=_body(spec, _resolved(spec, found.get("requestBody", {}))),
        answers={
            status: _body(spec, _resolved(spec, answer))
            for status, answer in found.get("responses", {}).items()
            if status.startswith("2")
        },
    )


def _parameter(spec: Spec, one: Spec) -> Field:
    about = one.get("description") or one.get("schema", {}).get("description", "")
    kind = _kind(spec, one.get("schema", {}))
    return Field(one["name"], kind, one.get("required", False), about, one["in"])


def _body(spec: Spec, content: Spec) -> list[Field]:
    schemas = [one.get("schema", {}) for one in content.get("content", {}).values()]
    return [one for schema in schemas for one in _fields(spec, schema)]


def _fields(spec: Spec, schema: Spec) -> list[Field]:
    whole = _resolved(spec, schema)
    if whole.get("type") == "array":
        return _fields(spec, whole.get("items", {}))
    needed = whole.get("required", [])
    return [
        Field(name, _kind(spec, one), name in needed, _resolved(spec, one).get("description", ""))
        for name, one in whole.get("properties", {}).items()
    ]


def _kind(spec: Spec, schema: Spec) -> str:
    """Name a type in a few words: ``string (date)``, ``array of NewJob``, ``one of a, b``."""
    if reference := schema.get("$ref"):
        return str(reference).rsplit("/", 1)[1]
    if several := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        return " | ".join(_kind(spec, one) for one in several)
    if choices := schema.get("enum"):
        return "one of " + ", ".join(str(choice) for choice in choices if choice is not None)
    kind = schema.get("type", "any")
    named = " | ".join(kind) if isinstance(kind, list) else str(kind)
    if "array" in named:
        return named.replace("array", f"array of {_kind(spec, schema.get('items', {}))}")
    return f"{named} ({schema['format']})" if schema.get("format") else named


def _resolved(spec: Spec, schema: Spec) -> Spec:
    """Follow a reference inside the description."""
    while (reference := schema.get("$ref")) is not None:
        found: Any = spec
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema
