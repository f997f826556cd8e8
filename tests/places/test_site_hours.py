"""When work may be done at a place, and how floor, lift and parking lengthen it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places.models import Landmark, Place
from app.places.rules import permitted_windows, site_adjustments
from app.places.rules.hours import common_hours

ZONE = "Asia/Shanghai"
QUIET_NOON = [["08:00", "12:00"], ["14:00", "18:00"]]
HOUR = 3_600


def local(hour, minute=0, day=2):
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def narrowed(*windows, hours=QUIET_NOON, work_seconds=HOUR):
    return permitted_windows(windows, hours, zone=ZONE, work_seconds=work_seconds)


def test_without_permitted_hours_the_window_stays():
    assert narrowed((local(9), local(17)), hours=[]) == [(local(9), local(17))]


def test_work_must_end_before_the_quiet_noon():
    assert narrowed((local(9), local(17))) == [
        (local(9), local(11)),
        (local(14), local(17)),
    ]


def test_a_window_inside_the_quiet_hours_leaves_nothing():
    assert narrowed((local(12, 15), local(13, 30))) == []


def test_a_window_that_touches_the_last_possible_start_keeps_that_moment():
    assert narrowed((local(11), local(13))) == [(local(11), local(11))]


def test_a_window_over_several_days_is_narrowed_on_each():
    found = narrowed((local(16), local(9, day=3)))

    assert found == [(local(16), local(17)), (local(8, day=3), local(9, day=3))]


def test_work_longer_than_every_stretch_pauses_over_noon_and_ends_by_the_close():
    found = narrowed((local(7), local(18)), work_seconds=6 * HOUR)

    assert found == [(local(8), local(12))]


def test_work_longer_than_the_whole_day_fits_nowhere():
    assert narrowed((local(7), local(18)), work_seconds=11 * HOUR) == []


hours = st.integers(0, 47).map(lambda half: f"{half // 2:02}:{30 * (half % 2):02}")
spans = st.lists(
    st.tuples(hours, hours).filter(lambda s: s[0] < s[1]).map(list), min_size=1, max_size=3
)


@given(st.integers(0, 40), st.integers(0, 40), spans, st.integers(60, 4 * HOUR))
def test_what_is_left_lies_inside_the_window_and_starts_in_permitted_hours(a, length, some, work):
    window = (local(0) + timedelta(hours=a), local(0) + timedelta(hours=a + length))

    for start, end in narrowed(window, hours=some, work_seconds=work):
        assert window[0] <= start <= end <= window[1]
        wall = f"{start + timedelta(hours=8):%H:%M}"
        assert any(span[0] <= wall <= span[1] for span in some)


def test_hours_are_resolved_where_the_clocks_change():
    window = (datetime(2026, 3, 29, 0, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC))

    [(start, _)] = permitted_windows(
        [window], [["08:00", "18:00"]], zone="Europe/Berlin", work_seconds=HOUR
    )

    assert start == datetime(2026, 3, 29, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ([], [], []),
        (QUIET_NOON, [], QUIET_NOON),
        ([], QUIET_NOON, QUIET_NOON),
        ([["09:00", "15:00"]], QUIET_NOON, [["09:00", "12:00"], ["14:00", "15:00"]]),
        ([["12:00", "14:00"]], QUIET_NOON, [["12:00", "14:00"]]),
    ],
)
def test_a_places_hours_apply_inside_its_compounds(one, other, both):
    assert common_hours(one, other) == both


@pytest.mark.parametrize(
    ("facts", "seconds"),
    [
        ({}, 0),
        ({"floor": 1}, 0),
        ({"floor": 5, "has_lift": False}, 480),
        ({"floor": 5, "has_lift": True}, 0),
        ({"floor": 5}, 480),
        ({"floor": 7}, 0),
        ({"floor": 18}, 0),
        ({"floor": -1}, 0),
        ({"parking": "无"}, 480),
        ({"parking": "None"}, 480),
        ({"parking": "basement, P2"}, 0),
        ({"floor": 3, "has_lift": False, "parking": "no"}, 720),
    ],
)
def test_floor_lift_and_parking_lengthen_a_visit(facts, seconds):
    assert site_adjustments(Place(permitted_hours=[], **facts)).extra_seconds == seconds


def test_the_compounds_hours_come_with_the_site():
    compound = Landmark(permitted_hours=QUIET_NOON)

    adjusted = site_adjustments(Place(permitted_hours=[["09:00", "18:00"]]), compound)

    assert adjusted.permitted_hours == [["09:00", "12:00"], ["14:00", "18:00"]]
