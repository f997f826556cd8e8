"""From values to the file format; what has its default is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

RENAMED = {"valid_from": "from", "valid_until": "until"}


def to_wire(value: Any) -> Any:
    """A value of this package as JSON has it."""
    if hasattr(value, "__dataclass_fields__"):
        return {
            RENAMED.get(part.name, part.name): to_wire(getattr(value, part.name))
            for part in fields(value)
            if not _is_default(part, getattr(value, part.name))
        }
    if isinstance(value, str | int | float) or value is None:
        return value
    if isinstance(value, Mapping):
        return {key: to_wire(one) for key, one in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    return _rows(value)


def _rows(value: Sequence[Any]) -> list[Any]:
    return [to_wire(one) for one in value]


def _is_default(part: Any, value: Any) -> bool:
    if part.default is not MISSING:
        return bool(value == part.default)
    return part.default_factory is not MISSING and bool(value == part.default_factory())
