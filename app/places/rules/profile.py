"""How much longer travel takes by the time of day.

Factors are ``[[second_of_day, factor], ...]`` from second 0, linear between points and constant
after the last, as the planning format has them: steps would let a later departure arrive earlier.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

import holidays
import numpy as np

from app.core.errors import Invalid, problem_of

Factors = list[list[float]]
DAY_SECONDS = 86_400
WORKDAY, REST_DAY = "workday", "rest_day"
DAY_CLASSES = (WORKDAY, REST_DAY)

# Measured shapes of large Chinese cities, as a factor on free flow, by hour.
SHAPES = {
    WORKDAY: (
        *((0, 1.0), (6, 1.0), (7, 1.2), (8, 1.5), (9, 1.5), (10, 1.3), (11, 1.25), (12, 1.15)),
        *((14, 1.2), (16, 1.3), (17, 1.45), (18, 1.65), (19, 1.45), (20, 1.25), (21, 1.15)),
        (23, 1.0),
    ),
    REST_DAY: (
        *((0, 1.0), (8, 1.0), (10, 1.2), (12, 1.2), (14, 1.25), (16, 1.3), (18, 1.35)),
        *((20, 1.2), (22, 1.05), (23, 1.0)),
    ),
}


class FactorsNotUsable(Invalid):
    """This table of travel by time of day cannot be used."""

    code = "factors-not-usable"


@lru_cache(maxsize=8)
def _holidays_of(country: str) -> holidays.HolidayBase | None:
    try:
        return holidays.country_holidays(country)
    except NotImplementedError:
        return None


def day_class(day: date, country: str) -> str:
    """Say whether people of a country work on a day: weekends, holidays and make-up days."""
    known = _holidays_of(country)
    works = day.weekday() < 5 if known is None else known.is_working_day(day)
    return WORKDAY if works else REST_DAY


def default_factors(kind: str) -> Factors:
    """Return the shape of a large Chinese city's day, by half hours."""
    hours, factors = zip(*SHAPES[kind], strict=True)
    halves = np.arange(48) / 2
    shape = np.interp(halves, hours, factors).round(3)
    return [[int(half * 3600), float(f)] for half, f in zip(halves, shape, strict=True)]


def factor_at(factors: Factors, second: int) -> float:
    """Return the factor for leaving at a second, of any day."""
    seconds, values = zip(*factors, strict=True)
    return float(np.interp(second % DAY_SECONDS, seconds, values))


def check_factors(factors: Sequence[Sequence[float]], *, longest_seconds: int) -> None:
    """Refuse a table by which someone leaving later would arrive earlier.

    Leaving at t, a leg of b free-flow seconds ends at t + b·f(t); that must never fall, so f may
    not fall faster than 1/b anywhere, nor jump down at midnight.

    Args:
        factors: The table.
        longest_seconds: Free-flow seconds of the longest leg it is used for.

    Raises:
        FactorsNotUsable: naming the point where it breaks.
    """
    if not factors or any(len(point) != 2 for point in factors):
        raise _unusable(0, "is empty or not made of pairs")
    seconds, values = ([float(point[i]) for point in factors] for i in (0, 1))
    if seconds[0] != 0 or any(a >= b for a, b in pairwise(seconds)):
        raise _unusable(0, "does not ascend from second 0")
    if seconds[-1] >= DAY_SECONDS or any(second != int(second) for second in seconds):
        raise _unusable(len(seconds) - 1, "is not a second of the day")
    for i, value in enumerate(values):
        if not 0.2 <= value <= 10:
            raise _unusable(i, "is not between 0.2 and 10")
    _refuse_overtaking(seconds, values, longest_seconds)


def _refuse_overtaking(seconds: list[float], values: list[float], longest: int) -> None:
    if values[-1] > values[0]:
        raise _unusable(len(values) - 1, "ends above where the next day begins")
    for i in range(1, len(values)):
        fall = (values[i - 1] - values[i]) / (seconds[i] - seconds[i - 1])
        if fall * longest > 1:
            raise _unusable(i, "falls so fast that leaving later would arrive earlier")


def _unusable(index: int, message: str) -> FactorsNotUsable:
    remedy = "let it fall more gently, over more half hours"
    return FactorsNotUsable(errors=[problem_of(f"factors.{index}", message, remedy=remedy)])
