"""When work may be done at a place, and what the place adds to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.core import clock
from app.places.models import Landmark, Place

Window = tuple[datetime, datetime]
Hours = Sequence[Sequence[str]]
"""Local hours of a day, ``[["08:00", "12:00"], ["14:00", "18:00"]]``; empty: any time."""

LIFT_EXPECTED_FROM = 7
"""Dwellings of seven storeys and more have a lift (GB 50096, Design code for residential
buildings, 6.4.1); used where nobody said whether there is one."""
CARRY_SECONDS_PER_FLOOR = 120
NO_PARKING_SECONDS = 480
NO_PARKING = {"no", "none", "no parking", "street", "无", "没有", "不可停车", "路边"}


@dataclass(frozen=True)
class SiteAdjustments:
    """What a place does to a visit: seconds more, and the only hours in which work may be done."""

    extra_seconds: int
    permitted_hours: list[list[str]]


def site_adjustments(place: Place, landmark: Landmark | None = None) -> SiteAdjustments:
    """Say what floor, lift, parking and permitted hours of a place do to a visit.

    Carrying up counts for each floor above the first without a lift; the place's hours apply
    inside those of its compound.
    """
    outer = landmark.permitted_hours if landmark else []
    parking = (place.parking or "").strip().casefold() in NO_PARKING
    extra = _carrying_seconds(place) + (NO_PARKING_SECONDS if parking else 0)
    return SiteAdjustments(extra, common_hours(place.permitted_hours, outer))


def _carrying_seconds(place: Place) -> int:
    floor = place.floor or 1
    has_lift = place.has_lift if place.has_lift is not None else floor >= LIFT_EXPECTED_FROM
    return 0 if has_lift else max(0, floor - 1) * CARRY_SECONDS_PER_FLOOR


def common_hours(one: Hours, other: Hours) -> list[list[str]]:
    """Return the hours that are in both; those of one where the other has none.

    Hours that do not meet at all leave the inner ones, which somebody on site has set.
    """
    if not one or not other:
        return [list(span) for span in one or other]
    both = [[max(a[0], b[0]), min(a[1], b[1])] for a in one for b in other]
    return sorted(span for span in both if span[0] < span[1]) or [list(span) for span in one]


def permitted_windows(
    windows: Sequence[Window], hours: Hours, *, zone: str, work_seconds: int
) -> list[Window]:
    """Narrow windows for the start of work to the hours in which it may be done.

    Work ends inside the stretch it starts in. Work longer than every stretch pauses over the quiet
    hours: it may start in any, if it ends by the close of the day's last.

    Args:
        windows: When work may start, as instants.
        hours: Local hours of a day; empty: the windows stay.
        zone: IANA zone of the place.
        work_seconds: How long it takes.

    Returns:
        Windows in ascending order, edges inclusive; none where nothing is left.
    """
    if not hours:
        return sorted(windows)
    found = [
        (max(start, opens), min(end, shuts))
        for start, end in windows
        for opens, shuts in _starts(start, end, hours, zone, work_seconds)
    ]
    return sorted({window for window in found if window[0] <= window[1]})


def _starts(
    start: datetime, end: datetime, hours: Hours, zone: str, work_seconds: int
) -> list[Window]:
    """List when work may start on every local day that a window touches."""
    tz = ZoneInfo(zone)
    first, last = start.astimezone(tz).date(), end.astimezone(tz).date()
    work = timedelta(seconds=work_seconds)
    starts: list[Window] = []
    for step in range((last - first).days + 1):
        spans = [
            (clock.day_bounds(first + timedelta(days=step), zone)[0], _wall(span))
            for span in hours
        ]
        open_shut = [(_at(day, a, tz), _at(day, b, tz)) for day, (a, b) in spans]
        fitting = [(a, b - work) for a, b in open_shut if b - a >= work]
        closing = max(b for _, b in open_shut) - work
        starts += fitting or [(a, min(b, closing)) for a, b in open_shut if a <= closing]
    return starts


def _wall(span: Sequence[str]) -> tuple[time, time]:
    return time.fromisoformat(span[0]), time.fromisoformat(span[1])


def _at(midnight: datetime, wall: time, tz: ZoneInfo) -> datetime:
    """Resolve permitted hours leniently: a time the clocks skip or repeat is still an edge."""
    local = datetime.combine(midnight.astimezone(tz).date(), wall, tz)
    return local.astimezone(midnight.tzinfo)
