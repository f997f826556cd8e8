"""Travel by time of day: peaks, days of rest, and tables that nobody can overtake in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places.rules import check_factors, day_class, default_factors, factor_at
from app.places.rules.profile import DAY_CLASSES, FactorsNotUsable

TWO_HOURS = 7_200


def at(hour, minute=0):
    return hour * 3600 + minute * 60


def test_the_morning_and_evening_of_a_workday_are_slow():
    workday = default_factors("workday")

    assert factor_at(workday, at(3)) == 1.0
    assert factor_at(workday, at(8, 30)) == 1.5
    assert factor_at(workday, at(18)) == 1.65
    assert factor_at(workday, at(13)) < 1.3


def test_a_day_of_rest_has_no_morning_peak():
    assert factor_at(default_factors("rest_day"), at(8)) == 1.0


def test_between_half_hours_the_factor_is_interpolated():
    assert factor_at([[0, 1.0], [1800, 2.0]], 900) == 1.5


def test_after_the_last_point_the_factor_stays_and_the_next_day_begins_anew():
    table = [[0, 1.0], [1800, 1.2], [3600, 1.0]]

    assert factor_at(table, at(20)) == 1.0
    assert factor_at(table, 86_400 + 1800) == 1.2


@pytest.mark.parametrize("kind", DAY_CLASSES)
def test_the_products_own_tables_can_be_used_for_legs_of_four_hours(kind):
    check_factors(default_factors(kind), longest_seconds=4 * 3600)


@given(
    st.sampled_from(DAY_CLASSES),
    st.integers(0, 86_400),
    st.integers(0, 3_600),
    st.integers(0, 4 * 3600),
)
def test_leaving_later_never_arrives_earlier(kind, leave, wait, leg):
    table = default_factors(kind)

    first = leave + leg * factor_at(table, leave)
    later = leave + wait + leg * factor_at(table, leave + wait)

    assert later >= first - 1e-6


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([], "empty"),
        ([[0]], "pairs"),
        ([[1800, 1.0]], "second 0"),
        ([[0, 1.0], [3600, 1.1], [1800, 1.0]], "ascend"),
        ([[0, 1.0], [0, 1.0]], "ascend"),
        ([[0, 1.0], [86_400, 1.0]], "second of the day"),
        ([[0, 1.0], [0.5, 1.0]], "second of the day"),
        ([[0, 0.0]], "between"),
        ([[0, -1.0]], "between"),
        ([[0, float("nan")]], "between"),
        ([[0, 1.0], [3600, 1.5]], "next day"),
        ([[0, 1.0], [3600, 2.0], [5400, 1.0]], "earlier"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_where_it_breaks(table, message):
    with pytest.raises(FactorsNotUsable) as error:
        check_factors(table, longest_seconds=TWO_HOURS)

    assert message in error.value.details["errors"][0]["message"]


def test_the_same_fall_is_fine_for_shorter_legs():
    check_factors([[0, 1.0], [3600, 2.0], [5400, 1.0]], longest_seconds=1_800)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 3, 2), "workday"),
        (date(2026, 3, 7), "rest_day"),
        (date(2026, 10, 1), "rest_day"),
        (date(2026, 10, 10), "workday"),
    ],
)
def test_chinas_holidays_and_make_up_days_are_known(day, kind):
    assert day_class(day, "CN") == kind


def test_a_country_without_a_calendar_rests_at_the_weekend():
    assert day_class(date(2026, 3, 7), "XX") == "rest_day"
    assert day_class(date(2026, 3, 6), "XX") == "workday"
