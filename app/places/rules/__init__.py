"""Pure computation of places and travel: nothing here reads a clock, a setting or a database.

``datum`` turns coordinates into WGS-84 · ``earth`` measures · ``areas`` bounds and judges
positions · ``estimate`` makes travel times without a map · ``guards`` judges what a router
answered · ``profile`` is the time of day · ``hours`` is when work may be done, and what a site
adds · ``addresses`` normalises and compares what people write.
"""

from app.places.rules.addresses import district_in, normalise_address, same_district
from app.places.rules.areas import check_position, check_served, districts_around
from app.places.rules.datum import convert, guess_datum, to_wgs84
from app.places.rules.earth import LatLon, distance_m, great_circle
from app.places.rules.estimate import (
    Coefficients,
    approximate_allowance,
    coefficients_of,
    estimate,
    is_approximate,
    longest_leg_seconds,
)
from app.places.rules.guards import guarded
from app.places.rules.hours import permitted_windows, site_adjustments
from app.places.rules.profile import check_factors, day_class, default_factors, factor_at

__all__ = [
    "Coefficients",
    "LatLon",
    "approximate_allowance",
    "check_factors",
    "check_position",
    "check_served",
    "coefficients_of",
    "convert",
    "day_class",
    "default_factors",
    "distance_m",
    "district_in",
    "districts_around",
    "estimate",
    "factor_at",
    "great_circle",
    "guarded",
    "guess_datum",
    "is_approximate",
    "longest_leg_seconds",
    "normalise_address",
    "permitted_windows",
    "same_district",
    "site_adjustments",
    "to_wgs84",
]
