"""Reading the leg cache and the speed profiles."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from app.core.db import db
from app.places.models import SpeedProfile, TravelLeg, TravelPoint
from app.places.queries.territories import territory
from app.places.rules.profile import Factors, day_class, default_factors

AT_ONCE = 400
E5 = tuple[int, int]
"""A position in whole hundred-thousandths of a degree, about a metre."""


def speed_profile(territory_id: UUID, kind: str) -> SpeedProfile | None:
    return db.session.scalar(
        sa.select(SpeedProfile).where(
            SpeedProfile.territory_id == territory_id, SpeedProfile.day_class == kind
        )
    )


def speed_factors(territory_id: UUID, day: date) -> Factors:
    """Return how travel goes on a day, ``[[second_of_day, factor], ...]``.

    The territory's own profile for that class of days, or the product's.
    """
    kind = day_class(day, territory(territory_id).country)
    own = speed_profile(territory_id, kind)
    return [list(point) for point in own.factors] if own else default_factors(kind)


def point_ids(points: Sequence[E5]) -> dict[E5, int]:
    """Find the interned ids of positions; those never seen are missing."""
    found: dict[E5, int] = {}
    both = sa.tuple_(TravelPoint.lat_e5, TravelPoint.lon_e5)
    for start in range(0, len(points), AT_ONCE):
        chosen = sa.select(TravelPoint).where(both.in_(points[start : start + AT_ONCE]))
        found |= {(row.lat_e5, row.lon_e5): row.id for row in db.session.scalars(chosen)}
    return found


def cached_legs(provider: str, points: Sequence[E5]) -> dict[tuple[E5, E5], tuple[int, int, int]]:
    """Return what a provider said before: (seconds, metres, quality) for each leg known."""
    ids = point_ids(points)
    named = {number: point for point, number in ids.items()}
    legs: dict[tuple[E5, E5], tuple[int, int, int]] = {}
    wanted = sorted(named)
    columns = (TravelLeg.from_id, TravelLeg.to_id)
    values = (TravelLeg.seconds, TravelLeg.metres, TravelLeg.quality)
    for start in range(0, len(wanted), AT_ONCE):
        chosen = sa.select(*columns, *values).where(
            TravelLeg.provider == provider,
            TravelLeg.from_id.in_(wanted[start : start + AT_ONCE]),
            TravelLeg.to_id.in_(wanted),
        )
        for origin, destination, *leg in db.session.execute(chosen):
            legs[named[origin], named[destination]] = (leg[0], leg[1], leg[2])
    return legs
