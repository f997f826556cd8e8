"""Travel without a map: distance, the city's coefficients, and roughly known places."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places.rules import (
    Coefficients,
    approximate_allowance,
    distance_m,
    estimate,
    great_circle,
    longest_leg_seconds,
)

points = st.tuples(st.floats(-89, 89), st.floats(-179, 179))
CANTON_TOWER = (23.1065, 113.3245)
EAST_STATION = (23.1494, 113.3249)


def test_a_degree_of_latitude_is_111_km():
    assert distance_m((23, 113), (24, 113)) == pytest.approx(111_195, rel=1e-4)


def test_a_metre_apart_is_a_metre():
    assert distance_m((23, 113), (23.000009, 113)) == pytest.approx(1.0, abs=0.01)


@given(points, points)
def test_distance_is_the_same_both_ways_and_at_most_half_the_globe(a, b):
    assert distance_m(a, b) == pytest.approx(distance_m(b, a), abs=0.01)
    assert 0 <= distance_m(a, b) <= 20_015_200


@given(points, points, points)
def test_a_detour_is_never_shorter(a, b, c):
    assert distance_m(a, c) <= distance_m(a, b) + distance_m(b, c) + 0.01


def test_many_distances_are_measured_at_once():
    rng = np.random.default_rng(1)
    many = list(zip(rng.uniform(22.8, 23.4, 1_700), rng.uniform(113, 113.6, 1_700), strict=True))

    assert great_circle(many, many).shape == (1_700, 1_700)


def test_a_leg_takes_the_fitted_minutes():
    seconds, metres = estimate([CANTON_TOWER], [EAST_STATION], Coefficients(detour=1.0))

    km = distance_m(CANTON_TOWER, EAST_STATION) / 1000
    assert seconds[0, 0] == round(60 * 3.11 * km**0.741)
    assert metres[0, 0] == round(km * 1000)


def test_a_slower_city_takes_longer():
    slow, _ = estimate([CANTON_TOWER], [EAST_STATION], Coefficients(minutes=4.0))
    usual, _ = estimate([CANTON_TOWER], [EAST_STATION], Coefficients())

    assert slow[0, 0] > usual[0, 0]


@given(st.floats(0, 1), st.floats(0, 1))
def test_farther_never_takes_less(step, more):
    near, far = (23.0 + step, 113.0), (23.0 + step + more, 113.0)

    seconds, _ = estimate([(23.0, 113.0)], [near, far], Coefficients())

    assert seconds[0, 0] <= seconds[0, 1]


def test_the_longest_leg_crosses_the_service_area():
    assert longest_leg_seconds(60, Coefficients()) == pytest.approx(
        60 * 3.11 * 120**0.741 + 120, abs=2
    )


@pytest.mark.parametrize(
    ("radius_m", "seconds"),
    [(0, 0), (500, 0), (501, 100), (1_500, 300), (3_000, 600), (9_000, 600), (None, 600)],
)
def test_a_roughly_known_place_takes_longer_to_find(radius_m, seconds):
    assert approximate_allowance(radius_m, limit_m=3_000, seconds=600) == seconds
