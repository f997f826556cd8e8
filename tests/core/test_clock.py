"""Wall times, and the two nights a year when they lie."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.core import clock

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
BERLIN = "Europe/Berlin"


def test_a_wall_time_is_resolved_in_its_zone():
    assert clock.at_local(date(2026, 3, 2), time(8), "Asia/Shanghai") == datetime(
        2026, 3, 2, 0, tzinfo=UTC
    )


def test_a_time_the_clocks_skip_is_refused():
    with pytest.raises(clock.NoSuchLocalTime):
        clock.at_local(SPRING, time(2, 30), BERLIN)


def test_a_time_the_clocks_show_twice_must_be_said_which():
    with pytest.raises(clock.AmbiguousLocalTime):
        clock.at_local(AUTUMN, time(2, 30), BERLIN)

    assert clock.at_local(AUTUMN, time(2, 30, fold=1), BERLIN) == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (date(2026, 7, 1), 24)])
def test_a_local_day_is_as_long_as_it_is(day, hours):
    begin, end = clock.day_bounds(day, BERLIN)

    assert end - begin == timedelta(hours=hours)
