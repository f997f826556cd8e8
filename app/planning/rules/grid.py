"""The windows that consumers are offered: the same hours of every day."""

from datetime import date, datetime, time

from app.core import clock

Span = tuple[datetime, datetime]


def hours(text: str) -> list[tuple[time, time]]:
    """Read ``08:00-10:00,10:00-12:00``.

    Raises:
        ValueError: it is not written so, or a window ends before it begins.
    """
    found = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        opens, _, shuts = part.partition("-")
        span = (time.fromisoformat(opens.strip()), time.fromisoformat(shuts.strip()))
        if span[0] >= span[1]:
            raise ValueError(f"{part} ends before it begins")
        found.append(span)
    if not found:
        raise ValueError("write at least one window, such as 08:00-10:00")
    return found


def windows(days: list[date], text: str, zone: str) -> list[Span]:
    """Return the windows of these local days as instants."""
    return [
        (clock.at_local(day, opens, zone), clock.at_local(day, shuts, zone))
        for day in days
        for opens, shuts in hours(text)
    ]


def around(at: datetime, text: str, zone: str) -> Span:
    """Return the window that an instant lies in; the instant alone where there is none."""
    spans = windows([clock.local_day(at, zone)], text, zone)
    return next(((begin, end) for begin, end in spans if begin <= at <= end), (at, at))
