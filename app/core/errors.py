"""The error hierarchy. No module below ``app.http`` knows a status code.

* DomainError
    * NotFound
    * Forbidden
    * Conflict
    * Invalid
    * Unavailable

The first line of each class's docstring is its public title.
"""

from typing import Any


class DomainError(Exception):
    """Something asked for cannot be done."""

    code = "error"

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code, details)
        self.details = details

    @classmethod
    def title(cls) -> str:
        """Return the one sentence that says what is wrong, in English."""
        return (cls.__doc__ or "").strip().splitlines()[0]


class NotFound(DomainError):
    """There is no such thing, or you may not know of it."""

    code = "not-found"


class Forbidden(DomainError):
    """You may not do this."""

    code = "forbidden"


class Conflict(DomainError):
    """The request makes sense, but not in the present state."""

    code = "conflict"


class Invalid(DomainError):
    """Some of what was sent breaks a rule.

    ``errors`` in the details lists ``{"field", "value", "message", "remedy"}``.
    """

    code = "invalid"


class Unavailable(DomainError):
    """A service we depend on did not answer; trying again may help."""

    code = "unavailable"


def problem_of(field: str, message: str, *, value: Any = None, remedy: str = "") -> dict[str, Any]:
    """Build one entry of ``Invalid``'s ``errors``."""
    return {"field": field, "value": value, "message": message, "remedy": remedy}
