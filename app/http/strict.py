"""JSON as strangers may send it: finite numbers, each field once, shallow, no control text."""

import json
import re
from collections.abc import Callable
from typing import Any

from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest

MAX_DEPTH = 20
MAX_DIGITS = 18
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class StrictJson(DefaultJSONProvider):
    """Flask's JSON, refusing what parsers disagree about."""

    sort_keys = False
    ensure_ascii = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Parse a request body.

        Raises:
            BadRequest: with the reason.
        """
        hooks: dict[str, Callable[..., Any]] = {
            "parse_constant": _refuse_constant,
            "parse_int": _bounded_int,
            "object_pairs_hook": _field_once,
        }
        try:
            return _require_plain(json.loads(s, **(kwargs | hooks)))
        except ValueError as error:
            raise BadRequest(f"The body is not JSON: {error}") from error
        except RecursionError as error:
            raise BadRequest(f"The JSON is nested deeper than {MAX_DEPTH} levels.") from error


def _refuse_constant(name: str) -> None:
    raise BadRequest(f"{name} is not a number in JSON.")


def _bounded_int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise BadRequest(f"The integer {digits[:12]}… is too large.")
    return int(digits)


def _field_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        twice = next(name for name, _ in pairs if sum(n == name for n, _ in pairs) > 1)
        raise BadRequest(f"The field {twice!r} stands twice in an object.")
    return fields


def _require_plain(value: Any, depth: int = 1) -> Any:
    if depth > MAX_DEPTH:
        raise BadRequest(f"The JSON is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, str):
        if UNPRINTABLE.search(value):
            raise BadRequest("A text holds control characters.")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _require_plain(name, depth)
            _require_plain(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _require_plain(inner, depth + 1)
    return value
