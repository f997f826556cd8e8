"""Changes that are tried and taken back, so that every cell finds the same world."""

from collections.abc import Callable
from typing import TypeVar

from app.core.db import unit_of_work

Result = TypeVar("Result")


class _TakenBack(Exception):
    pass


def taken_back(work: Callable[[], Result]) -> Result:
    """Do the work of a request in a unit of work that is never committed."""
    done: list[Result] = []
    try:
        with unit_of_work():
            done.append(work())
            raise _TakenBack  # noqa: TRY301  what has to happen in a unit of work
    except _TakenBack:
        return done[0]
