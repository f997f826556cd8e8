"""The figures by which people judge a day of a plan."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Served:
    """One seat of a visit: when it starts, and until when it is in time."""

    starts_at: datetime
    seconds: int
    latest: datetime | None
    travel_seconds: int
    leads: bool = True


@dataclass(frozen=True)
class Ridden:
    """One route: when it leaves and returns, and the shift it belongs to."""

    leaves_at: datetime
    returns_at: datetime
    shift_starts_at: datetime
    shift_ends_at: datetime
    metres: int
    per_hour: float
    per_km: float
    served: list[Served] = field(default_factory=list)


def late_seconds(starts_at: datetime, latest: datetime | None) -> int:
    """Return by how much a start is after the latest that was announced; 0 when in time."""
    if latest is None or starts_at <= latest:
        return 0
    return round((starts_at - latest).total_seconds())


def overtime_seconds(ride: Ridden) -> int:
    return max(0, round((ride.returns_at - ride.shift_ends_at).total_seconds()))


def load(ride: Ridden) -> float:
    """Return the share of the shift spent on work and travel."""
    shift = (ride.shift_ends_at - ride.shift_starts_at).total_seconds()
    busy = sum(one.seconds + one.travel_seconds for one in ride.served)
    return round(busy / shift, 3) if shift > 0 else 0.0


def running_cost(ride: Ridden) -> int:
    """Return what the route costs in minor units: its time, its overtime and its kilometres."""
    hours = (ride.returns_at - ride.leaves_at).total_seconds() / 3600
    extra = overtime_seconds(ride) / 3600 * 0.5
    return round((hours + extra) * ride.per_hour + ride.metres / 1000 * ride.per_km)


def of_day(rides: Iterable[Ridden], *, unplanned: int, shift_seconds: float) -> dict[str, object]:
    """Return the measures of one day.

    Args:
        rides: The day's routes.
        unplanned: How many jobs of the day are left out.
        shift_seconds: All working time of the day, used or not.
    """
    rides = list(rides)
    served = [one for ride in rides for one in ride.served]
    visits = [one for one in served if one.leads]
    late = sum(late_seconds(one.starts_at, one.latest) > 0 for one in visits)
    travel = sum(one.travel_seconds for one in served)
    busy = travel + sum(one.seconds for one in served)
    return {
        "planned": len(visits),
        "unplanned": unplanned,
        "late": late,
        "on_time_share": round(1 - late / len(visits), 4) if visits else 1.0,
        "travel_seconds_per_job": round(travel / len(visits)) if visits else 0,
        "overtime_seconds": sum(map(overtime_seconds, rides)),
        "utilisation": round(busy / shift_seconds, 4) if shift_seconds else 0.0,
        "cost_minor": sum(map(running_cost, rides)),
    }
