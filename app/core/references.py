"""What a request or a file names by code, looked up with the field that named it."""

from collections.abc import Callable
from typing import TypeVar

from app.core.errors import Invalid, NotFound, problem_of

Found = TypeVar("Found")


class ReferenceUnknown(Invalid):
    """Something named here does not exist, or you may not know of it."""

    code = "reference-unknown"


def referred(field: str, code: str, look_up: Callable[[str], Found]) -> Found:
    """Return what ``code`` names.

    Raises:
        ReferenceUnknown: nothing, for this actor; the field and the value are named.
    """
    try:
        return look_up(code)
    except NotFound as error:
        remedy = "add it first, or check the spelling"
        raise ReferenceUnknown(
            errors=[problem_of(field, error.title(), value=code, remedy=remedy)]
        ) from error
