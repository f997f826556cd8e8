"""Few stars lean on what is usual; many stand for themselves."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ratings import rules
from app.ratings.rules import Tally

counts = st.lists(st.integers(0, 200), min_size=5, max_size=5)
weights = st.lists(st.floats(0.01, 1), min_size=5, max_size=5)


def prior_of(parts):
    return tuple(part / sum(parts) for part in parts)


def mean_of(shares):
    return sum(star * share for star, share in zip(rules.SCALE, shares, strict=True))


def test_without_ratings_a_technician_stands_where_the_prior_does():
    shrunk = rules.shrink([0, 0, 0, 0, 0])

    assert shrunk.mean == pytest.approx(mean_of(rules.UNKNOWN))
    assert shrunk.count == 0


def test_the_mean_is_that_of_the_stars_and_of_as_many_imagined_ones_as_the_weight():
    shrunk = rules.shrink([0, 0, 0, 0, 2], prior=(0, 0, 1, 0, 0), weight=8)

    assert shrunk.mean == pytest.approx((8 * 3 + 2 * 5) / 10)


def test_three_bad_stars_do_not_make_the_worst_technician():
    three_bad = rules.shrink([3, 0, 0, 0, 0])
    sixty_bad = rules.shrink([60, 0, 0, 0, 0])

    assert three_bad.mean > 3
    assert sixty_bad.mean < 1.5


@given(counts, weights)
def test_the_mean_lies_between_the_prior_and_the_plain_average(given_counts, parts):
    prior = prior_of(parts)

    shrunk = rules.shrink(given_counts, prior=prior)

    total = sum(given_counts)
    plain = mean_of([c / total for c in given_counts]) if total else mean_of(prior)
    low, high = sorted((plain, mean_of(prior)))
    assert low - 1e-9 <= shrunk.mean <= high + 1e-9


@given(counts, weights)
def test_the_interval_holds_the_mean_and_stays_on_the_scale(given_counts, parts):
    shrunk = rules.shrink(given_counts, prior=prior_of(parts))

    assert 1 <= shrunk.low <= shrunk.mean <= shrunk.high <= 5


@given(counts)
def test_the_same_ratings_again_and_again_narrow_the_interval(given_counts):
    few = rules.shrink(given_counts, prior=rules.UNKNOWN)
    many = rules.shrink([c * 50 + 50 for c in given_counts], prior=rules.UNKNOWN)

    assert many.high - many.low < few.high - few.low


@given(counts)
def test_one_more_top_rating_never_lowers_a_technician(given_counts):
    before = rules.shrink(given_counts)
    after = rules.shrink([*given_counts[:4], given_counts[4] + 1])

    assert after.mean >= before.mean


def test_a_category_with_few_ratings_leans_on_all_categories():
    weak, strong, busy, rare = uuid4(), uuid4(), uuid4(), uuid4()
    tallies = {
        (weak, busy): Tally([40, 0, 0, 0, 0], [40, 0, 0, 0, 0]),
        (strong, rare): Tally([0, 0, 0, 0, 1], [0, 0, 0, 0, 1]),
    }

    found = rules.standings(tallies)

    assert found[strong][rare].professional.mean < rules.shrink([0, 0, 0, 0, 1]).mean
    assert found[strong][rare].count == found[strong][None].count == 1


def test_overall_counts_every_category():
    who, doors, floors = uuid4(), uuid4(), uuid4()
    tallies = {
        (who, doors): Tally([0, 0, 0, 0, 3], [0, 0, 0, 3, 0]),
        (who, floors): Tally([0, 0, 2, 0, 0], [0, 0, 0, 0, 2]),
    }

    found = rules.standings(tallies)[who]

    assert found[None].count == 5
    assert found[doors].professional.mean > found[None].professional.mean
    assert found[None].professional.mean > found[floors].professional.mean
