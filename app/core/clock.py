"""The only module that reads the wall clock."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from time import monotonic
from zoneinfo import ZoneInfo

from app.core.errors import Invalid


class NoSuchLocalTime(Invalid):
    """The clocks skip this wall time on this day."""

    code = "no-such-local-time"


class AmbiguousLocalTime(Invalid):
    """The clocks show this wall time twice on this day; say which offset is meant."""

    code = "ambiguous-local-time"


def _system_now() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_now


def now() -> datetime:
    """Return the current instant, timezone-aware, in UTC."""
    return _source()


@contextmanager
def read_from(source: Callable[[], datetime]) -> Iterator[None]:
    """Make ``now`` answer what ``source`` says inside the block, in any zone."""
    global _source  # noqa: PLW0603  the one injectable clock of the process
    before, _source = _source, lambda: source().astimezone(UTC)
    try:
        yield
    finally:
        _source = before


def frozen(instant: datetime) -> AbstractContextManager[None]:
    """Make ``now`` answer ``instant`` inside the block; for tests and replays."""
    return read_from(lambda: instant)


def running_from(instant: datetime) -> AbstractContextManager[None]:
    """Make ``now`` go on from ``instant`` inside the block; for tests and replays."""
    begun = monotonic()
    return read_from(lambda: instant + timedelta(seconds=monotonic() - begun))


def today(zone: str) -> date:
    """Return the current calendar day in an IANA zone."""
    return now().astimezone(ZoneInfo(zone)).date()


def at_local(day: date, wall: time, zone: str) -> datetime:
    """Resolve a wall time to the instant it names, in UTC.

    Raises:
        NoSuchLocalTime: the clocks jump over it.
        AmbiguousLocalTime: the clocks show it twice and ``wall.fold`` is 0 by default;
            pass ``fold=1`` for the later one.
    """
    tz = ZoneInfo(zone)
    early, late = (datetime.combine(day, wall.replace(fold=fold), tz) for fold in (0, 1))
    resolved = late if wall.fold else early
    if resolved.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != resolved.replace(
        tzinfo=None
    ):
        raise NoSuchLocalTime(value=f"{day} {wall:%H:%M}", zone=zone)
    if early.utcoffset() != late.utcoffset() and not wall.fold:
        raise AmbiguousLocalTime(value=f"{day} {wall:%H:%M}", zone=zone)
    return resolved.astimezone(UTC)


def day_bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return the instants at which a local day begins and the next one begins."""
    tz = ZoneInfo(zone)
    begin = datetime.combine(day, time(), tz)
    end = datetime.combine(day + timedelta(days=1), time(), tz)
    return begin.astimezone(UTC), end.astimezone(UTC)


def local_day(instant: datetime, zone: str) -> date:
    """Return the calendar day an instant falls on in an IANA zone."""
    return instant.astimezone(ZoneInfo(zone)).date()
