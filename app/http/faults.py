"""What the schemas refuse, told so that a person can mend it: field, value and remedy."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString, lazy_gettext

from app.core.errors import problem_of

LOCATIONS = frozenset({"json", "query", "form", "files", "headers", "path"})
SECRET = re.compile(r"secret|password|token|code$")
LONGEST_SHOWN = 120


KNOWN: tuple[tuple[str, LazyString, LazyString], ...] = (
    (
        r"Missing data for required field\.",
        lazy_gettext("This field is required."),
        lazy_gettext("Send it."),
    ),
    (
        r"Unknown field\.",
        lazy_gettext("There is no such field."),
        lazy_gettext("Leave it out, or check its spelling in the API's description."),
    ),
    (
        r"Field may not be null\.",
        lazy_gettext("This field may not be null."),
        lazy_gettext("Send a value, or leave the field out where it is optional."),
    ),
    (
        r"Not a valid integer\.",
        lazy_gettext("This is no whole number."),
        lazy_gettext("Send digits without quotes, point or exponent."),
    ),
    (
        r"Not a valid number\.",
        lazy_gettext("This is no number."),
        lazy_gettext("Send digits without quotes."),
    ),
    (
        r"Not a valid boolean\.",
        lazy_gettext("This is neither true nor false."),
        lazy_gettext("Send true or false."),
    ),
    (
        r"Not a valid (?:utf-8 )?string\.",
        lazy_gettext("This is no text."),
        lazy_gettext("Send text in quotes."),
    ),
    (
        r"Not a valid list\.",
        lazy_gettext("This is no list."),
        lazy_gettext("Send a list in square brackets."),
    ),
    (
        r"Not a valid mapping type\.|Invalid (?:input )?type\.",
        lazy_gettext("This is no object."),
        lazy_gettext("Send an object in braces."),
    ),
    (
        r"Not a valid (?:aware |naive )?datetime\.",
        lazy_gettext("This is no instant."),
        lazy_gettext("Write it as 2026-11-27T09:30:00+08:00, with its offset."),
    ),
    (
        r"Not a valid date\.",
        lazy_gettext("This is no date."),
        lazy_gettext("Write it as 2026-11-27."),
    ),
    (
        r"Not a valid time\.",
        lazy_gettext("This is no time of day."),
        lazy_gettext("Write it as 09:30."),
    ),
    (
        r"Not a valid UUID\.",
        lazy_gettext("This is no identifier."),
        lazy_gettext("Send the id as a list or an earlier answer gave it."),
    ),
    (
        r"Not a valid email address\.",
        lazy_gettext("This is no e-mail address."),
        lazy_gettext("Write it as name@example.com."),
    ),
    (
        r"Not a valid URL\.",
        lazy_gettext("This is no address of a page."),
        lazy_gettext("Begin it with https://."),
    ),
    (
        r"Must be one of: (?P<choices>.*)\.",
        lazy_gettext("This is none of the values that are known here."),
        lazy_gettext("Choose one of: %(choices)s."),
    ),
    (
        r"Length must be between (?P<least>\d+) and (?P<most>\d+)\.",
        lazy_gettext("This has the wrong length."),
        lazy_gettext("Its length is from %(least)s to %(most)s."),
    ),
    (
        r"Length must be (?P<most>\d+)\.",
        lazy_gettext("This has the wrong length."),
        lazy_gettext("Its length is %(most)s."),
    ),
    (
        r"Longer than maximum length (?P<most>\d+)\.",
        lazy_gettext("This is too long."),
        lazy_gettext("Its length is at most %(most)s."),
    ),
    (
        r"Shorter than minimum length (?P<least>\d+)\.",
        lazy_gettext("This is too short."),
        lazy_gettext("Its length is at least %(least)s."),
    ),
    (
        (
            r"Must be greater than or equal to (?P<least>\S+) "
            r"and less than or equal to (?P<most>\S+)\."
        ),
        lazy_gettext("This is out of range."),
        lazy_gettext("It is from %(least)s to %(most)s."),
    ),
    (
        r"Must be greater than or equal to (?P<least>\S+)\.",
        lazy_gettext("This is too small."),
        lazy_gettext("It is at least %(least)s."),
    ),
    (
        r"Must be less than or equal to (?P<most>\S+)\.",
        lazy_gettext("This is too large."),
        lazy_gettext("It is at most %(most)s."),
    ),
    (
        r"Special numeric values \(nan or infinity\) are not permitted\.|Number too large\.",
        lazy_gettext("This number cannot be used."),
        lazy_gettext("Send a finite number."),
    ),
    (
        r"String does not match expected pattern\.",
        lazy_gettext("This is not written as it has to be."),
        lazy_gettext("See the field's pattern in the API's description."),
    ),
)
_PATTERNS = tuple((re.compile(pattern), text, remedy) for pattern, text, remedy in KNOWN)


def entries(messages: Any, sent: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Turn marshmallow's tree of messages into a list, one entry for each fault.

    Args:
        messages: As marshmallow or flask-smorest give them, below locations or not.
        sent: What came in, by location, to show the value that is meant.
    """
    if isinstance(messages, dict) and messages and set(messages) <= LOCATIONS:
        return [
            entry
            for location, inner in messages.items()
            for entry in _below((), inner, sent.get(location))
        ]
    return _below((), messages, sent.get("json"))


def _below(path: tuple[str, ...], messages: Any, sent: Any) -> list[dict[str, Any]]:
    if isinstance(messages, dict):
        return [
            entry
            for name, inner in messages.items()
            for entry in _below((*path, str(name)), inner, _within(sent, name))
        ]
    field = ".".join(part for part in path if part != "_schema")
    texts = messages if isinstance(messages, list) else [messages]
    return [_entry(field, str(text), sent) for text in texts]


def _within(sent: Any, name: Any) -> Any:
    """Return the part of what was sent that a name or position stands for."""
    if name == "_schema":
        return sent
    if isinstance(sent, Mapping):
        return sent.get(name)
    if isinstance(sent, list) and isinstance(name, int) and name < len(sent):
        return sent[name]
    return None


def _entry(field: str, message: str, sent: Any) -> dict[str, Any]:
    for pattern, text, remedy in _PATTERNS:
        if found := pattern.fullmatch(message):
            mend = str(remedy) % found.groupdict()
            return problem_of(field, str(text), value=_shown(field, sent), remedy=mend)
    return problem_of(field, message, value=_shown(field, sent))


def _shown(field: str, value: Any) -> Any:
    """Return a value as it may be repeated: no secret, nothing long, nothing nested."""
    if SECRET.search(field) or not isinstance(value, str | int | float | bool):
        return None
    if isinstance(value, str) and len(value) > LONGEST_SHOWN:
        return f"{value[:LONGEST_SHOWN]}…"
    return value
