"""Reading JSON strictly, and its values by name, collecting every fault on the way.

Numbers stay below 2**53, so that every reader of the format sees the same value.
"""

import json
import math
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

LARGE = 2**53
MISSING: Any = object()


def loads(text: str) -> Any:
    """Parse JSON without NaN, repeated fields or anything Python alone would take.

    Raises:
        ValueError: with one line that says what is wrong.
    """
    try:
        return json.loads(text, object_pairs_hook=_fields_once, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("not JSON: nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None


def _fields_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"not JSON: field {twice!r} stands twice in one object")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"not JSON: {name} is not a number")


def is_whole(value: object) -> bool:
    return isinstance(value, int) and type(value) is not bool and abs(value) < LARGE


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and type(value) is not bool and abs(value) < LARGE


def shown(value: object) -> str:
    """The value as a fault shows it: on one line and short."""
    if isinstance(value, int) and abs(value) >= LARGE:
        return f"a number of about 2**{value.bit_length()}"
    return ascii(value)[:60]


class Fields:
    """The fields of one JSON object, read by name and kind.

    ``null`` is the same as absent. What is missing or of another kind is told to
    ``faults``, with its path and value, and read as the default.
    """

    def __init__(self, value: object, where: str, faults: list[str]) -> None:
        self.where = where
        self.faults = faults
        self.values: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self.fault(f"{shown(value)} is not an object")

    def fault(self, what: str, name: str = "") -> None:
        place = ".".join(part for part in (self.where, name) if part)
        self.faults.append(f"{place or 'the file'}: {what}")

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def _read(self, name: str, kind: str, default: Any) -> Any:
        value = self.values.get(name)
        if value is None:
            if default is MISSING:
                self.fault("is missing", name)
            return None if default is MISSING else default
        if _KINDS[kind](value):
            return value
        self.fault(f"{shown(value)} is not {kind}", name)
        return None if default is MISSING else default

    def text(self, name: str, default: Any = MISSING) -> Any:
        return self._read(name, "a text", default)

    def whole(self, name: str, default: Any = MISSING) -> Any:
        return self._read(name, "a whole number", default)

    def count(self, name: str, default: Any = MISSING) -> Any:
        return self._read(name, "a whole number from 0", default)

    def number(self, name: str, default: Any = MISSING) -> Any:
        return self._read(name, "a number", default)

    def positive(self, name: str, default: Any = MISSING) -> Any:
        return self._read(name, "a number above 0", default)

    def array(self, name: str, default: Any = ()) -> list[Any]:
        """The list under the name; empty when it is absent or no list."""
        return list(self._read(name, "a list", default) or ())

    def objects(self, name: str, default: Any = ()) -> Iterator["Fields"]:
        for place, value in enumerate(self.array(name, default)):
            yield Fields(value, self.path(name, place), self.faults)

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.array(name)
        for place, value in enumerate(values):
            if not isinstance(value, str):
                self.fault(f"{shown(value)} is not a text", f"{name}[{place}]")
        return tuple(value for value in values if isinstance(value, str))

    def table(self, name: str, kind: str, default: Any = None) -> dict[str, Any]:
        """An object used as a table: its values all of one kind, ``null`` left out."""
        values = self._read(name, "an object", default or {})
        return Fields(values, self.path(name), self.faults).all_of(kind)

    def all_of(self, kind: str) -> dict[str, Any]:
        """Every field, read as one kind; ``null`` and what is of another kind left out."""
        read = {name: self._read(name, kind, None) for name in self.values}
        return {name: value for name, value in read.items() if value is not None}

    def path(self, name: str, place: int | None = None) -> str:
        step = name if place is None else f"{name}[{place}]"
        return f"{self.where}.{step}" if self.where else step


_KINDS: dict[str, Callable[[Any], bool]] = {
    "a text": lambda v: isinstance(v, str),
    "a list": lambda v: isinstance(v, list),
    "an object": lambda v: isinstance(v, dict),
    "a whole number": is_whole,
    "a whole number from 0": lambda v: is_whole(v) and v >= 0,
    "a number": is_number,
    "a number above 0": lambda v: is_number(v) and v > 1e-9 and math.isfinite(v),
}
