"""Pure computation of ratings: what few stars are worth.

A technician's ratings on one axis are counts of 1 to 5. They are combined with what is known
before looking (the prior: how ratings fall in general) as the mean of a Dirichlet-multinomial
posterior: Gelman et al. (2013), *Bayesian Data Analysis*, 3rd edition, section 3.4. It is the
shrinkage of Efron and Morris (1975), "Data Analysis Using Stein's Estimator and Its
Generalizations", JASA 70(350), 311-319, on a bounded scale.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from uuid import UUID

SCALE = (1, 2, 3, 4, 5)
WEIGHT = 8.0
NORMAL_95 = 1.96

TAGS = {
    "skilled": None,
    "tidy": None,
    "explained": None,
    "friendly": None,
    "careless": None,
    "messy": None,
    "rude": None,
    "asked-for-money": None,
    "goods-late": "goods",
    "goods-damaged": "goods",
    "badly-planned": "planning",
}
"""What may stand out in a visit, and of what the technician did not cause, whose it was."""
HALF_LIFE_DAYS = 365
AGES = (90, 180, 365, 730, 1095, 1460)
"""Ratings are counted by age in days up to each of these; those in one step weigh alike."""
OLDEST_DAYS = 2000

Shares = tuple[float, float, float, float, float]
UNKNOWN: Shares = (0.04, 0.06, 0.15, 0.35, 0.40)


@dataclass(frozen=True)
class Shrunk:
    """A standing on one axis: ``mean`` with a 95 % interval, all within 1 to 5."""

    mean: float
    low: float
    high: float
    count: int


def age_weight(step: int) -> float:
    """Return what a rating of an age step counts: half as much with every year."""
    bounds = (0, *AGES, OLDEST_DAYS)
    return float(0.5 ** ((bounds[step] + bounds[step + 1]) / 2 / HALF_LIFE_DAYS))


def shares(counts: Sequence[float], *, prior: Shares = UNKNOWN, weight: float = WEIGHT) -> Shares:
    """Return the posterior share of each star, 1 to 5; they add up to 1.

    Args:
        counts: How often each star was given, from 1 to 5.
        prior: Shares before looking.
        weight: How many ratings the prior is worth.
    """
    total = sum(counts) + weight
    one, two, three, four, five = (
        (count + weight * share) / total for count, share in zip(counts, prior, strict=True)
    )
    return one, two, three, four, five


def shrink(counts: Sequence[float], *, prior: Shares = UNKNOWN, weight: float = WEIGHT) -> Shrunk:
    """Shrink ratings on one axis toward a prior: (k·prior mean + sum of stars) / (k + n).

    The interval is the posterior mean plus and minus 1.96 posterior standard deviations; the
    variance of a Dirichlet's mean is (Σ s²·q - m²) / (n + k + 1).

    Args:
        counts: How often each star was given, from 1 to 5.
        prior: Shares of each star before looking, such as the category's.
        weight: k, how many ratings the prior is worth.
    """
    posterior = shares(counts, prior=prior, weight=weight)
    mean = sum(star * share for star, share in zip(SCALE, posterior, strict=True))
    square = sum(star * star * share for star, share in zip(SCALE, posterior, strict=True))
    spread = sqrt(max(square - mean * mean, 0.0) / (sum(counts) + weight + 1))
    low, high = mean - NORMAL_95 * spread, mean + NORMAL_95 * spread
    return Shrunk(mean, max(low, SCALE[0]), min(high, SCALE[-1]), round(sum(counts)))


@dataclass
class Tally:
    """How often each star from 1 to 5 was given, on both axes; old ones count in part."""

    professional: list[float] = field(default_factory=lambda: [0.0] * 5)
    attitude: list[float] = field(default_factory=lambda: [0.0] * 5)

    def add(self, professional: int, attitude: int, count: float = 1) -> None:
        self.professional[professional - 1] += count
        self.attitude[attitude - 1] += count


def total(tallies: Iterable[Tally]) -> Tally:
    """Add tallies up."""
    summed = Tally()
    for tally in tallies:
        for star in range(5):
            summed.professional[star] += tally.professional[star]
            summed.attitude[star] += tally.attitude[star]
    return summed


@dataclass(frozen=True)
class Prior:
    """How stars fall before looking at one technician, on both axes."""

    professional: Shares = UNKNOWN
    attitude: Shares = UNKNOWN

    def after(self, tally: Tally) -> "Prior":
        return Prior(
            shares(tally.professional, prior=self.professional),
            shares(tally.attitude, prior=self.attitude),
        )


@dataclass(frozen=True)
class Standing:
    """A technician on both axes."""

    professional: Shrunk
    attitude: Shrunk

    @property
    def count(self) -> int:
        return self.professional.count


def standing(tally: Tally, prior: Prior) -> Standing:
    """Shrink a technician's ratings on both axes."""
    return Standing(
        shrink(tally.professional, prior=prior.professional),
        shrink(tally.attitude, prior=prior.attitude),
    )


def standings(
    tallies: Mapping[tuple[UUID, UUID], Tally],
) -> dict[UUID, dict[UUID | None, Standing]]:
    """Return each technician's standing by category, and overall under ``None``.

    Overall shrinks toward how all ratings fall; a category toward how its own fall, which in turn
    lean on all where it has few.

    Args:
        tallies: Ratings by (technician, category).
    """
    overall = Prior().after(total(tallies.values()))
    by_category: dict[UUID, list[Tally]] = defaultdict(list)
    by_technician: dict[UUID, list[Tally]] = defaultdict(list)
    for (who, what), tally in tallies.items():
        by_category[what].append(tally)
        by_technician[who].append(tally)
    priors = {what: overall.after(total(several)) for what, several in by_category.items()}
    found: dict[UUID, dict[UUID | None, Standing]] = {
        who: {None: standing(total(several), overall)} for who, several in by_technician.items()
    }
    for (who, what), tally in tallies.items():
        found[who][what] = standing(tally, priors[what])
    return found


@dataclass(frozen=True)
class Tier:
    """A tier and what it takes: so many ratings, and the low end of both axes' intervals."""

    name: str
    ratings: int
    low: float


TIERS = (Tier("gold", 30, 4.3), Tier("silver", 15, 4.0), Tier("proven", 5, 3.5))
"""Published, best first. Fewer ratings than the last: new; below its low end: watched."""


def tier(standing: Standing) -> str:
    """Return the best tier that a standing reaches: ``gold`` to ``watched``, or ``new``."""
    low = min(standing.professional.low, standing.attitude.low)
    if standing.count < TIERS[-1].ratings:
        return "new"
    reached = (one.name for one in TIERS if standing.count >= one.ratings and low >= one.low)
    return next(reached, "watched")
