"""Named places where a test may make the product fail; inert otherwise."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_armed: dict[str, Callable[[], None]] = {}


def fail(name: str) -> None:
    """Run what a test has armed under this name; nothing in production."""
    if _armed and name in _armed:
        _armed[name]()


@contextmanager
def armed(name: str, action: Callable[[], None]) -> Iterator[None]:
    """Run ``action`` whenever the named place is passed inside the block."""
    _armed[name] = action
    try:
        yield
    finally:
        del _armed[name]
