"""A season simulated: true quality shows, newcomers get work, nobody starves of three stars.

Jobs go by the product's own figures: kilometres, and what ratings cost by ``weights``; standings
by ``rules``. The constants were chosen on the first three seeds and hold on others; of twenty the
last two were the hardest. Consumers see true quality through noise and answer one time in three.
"""

from dataclasses import dataclass, field
from statistics import fmean, median
from uuid import UUID, uuid4

import numpy as np
import pytest

from app.planning.rules import weights
from app.ratings import rules
from app.ratings.rules import Tally

PEOPLE, NEWCOMERS, DAYS = 30, 5, 100
CAPACITY, JOBS = 4, 80
KM_COST = 100
CATEGORY = uuid4()


@dataclass
class Worker:
    """Somebody with a true quality that nobody sees."""

    quality: float
    home: tuple[float, float]
    is_new: bool = False
    is_unlucky: bool = False
    id: UUID = field(default_factory=uuid4)
    tally: Tally = field(default_factory=Tally)
    done: int = 0


@pytest.fixture(scope="module", params=(7, 11, 23, 108, 120))
def seed(request):
    return request.param


@pytest.fixture(scope="module")
def season(seed):
    return play(seed, bad_stars=3)


def play(seed, bad_stars):
    """Let a season pass; three people begin with that many single stars."""
    chance = np.random.default_rng(seed)
    people = [
        Worker(float(np.clip(chance.normal(4.1, 0.4), 2.5, 4.9)), tuple(chance.uniform(0, 20, 2)))
        for _ in range(PEOPLE)
    ]
    for one in people[:NEWCOMERS]:
        one.is_new = True
    for one in people[NEWCOMERS : NEWCOMERS + 3]:
        one.is_unlucky, one.quality = True, 4.1
        one.tally.add(1, 1, bad_stars)
    for one in people[NEWCOMERS + 3 :]:
        for _ in range(15):
            one.tally.add(*stars(one, chance))
    for _ in range(DAYS):
        live(people, chance)
    return people


def stars(one, chance):
    drawn = np.clip(np.rint(chance.normal(one.quality, 0.9, 2)), 1, 5)
    return int(drawn[0]), int(drawn[1])


def shown(people):
    found = rules.standings({(one.id, CATEGORY): one.tally for one in people})
    return {
        one.id: (found[one.id][None].professional.mean + found[one.id][None].attitude.mean) / 2
        for one in people
    }


def live(people, chance):
    """Let a day pass: everybody's jobs, then what their consumers say."""
    means = shown(people)
    known = {one.id: sum(one.tally.professional) for one in people}
    usual = fmean(means[one.id] for one in people if known[one.id])
    costs = {
        one.id: weights.rating_cost(
            means[one.id] if known[one.id] else None, usual, int(known[one.id])
        )
        for one in people
    }
    left = {one.id: CAPACITY for one in people}
    for place in chance.uniform(0, 20, (JOBS, 2)):
        free = [one for one in people if left[one.id]]
        who = min(free, key=lambda one: KM_COST * np.hypot(*(place - one.home)) + costs[one.id])
        left[who.id] -= 1
        who.done += 1
        if chance.random() < 0.33:
            who.tally.add(*stars(who, chance))


def ranks(values):
    return np.argsort(np.argsort(values))


def test_truly_better_technicians_rise(season):
    means = shown(season)

    seen, true = [means[one.id] for one in season], [one.quality for one in season]

    assert np.corrcoef(ranks(seen), ranks(true))[0, 1] >= 0.8


def test_newcomers_get_at_least_seven_tenths_of_the_usual_work(season):
    usual = median(one.done for one in season)

    assert np.mean([one.done for one in season if one.is_new]) >= 0.7 * usual


def test_three_bad_stars_starve_nobody(season, seed):
    spared = play(seed, bad_stars=0)

    with_them, without = (
        sum(one.done for one in people if one.is_unlucky) for people in (season, spared)
    )

    assert with_them >= 0.7 * without
