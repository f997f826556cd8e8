"""A range of days as seconds, and where the clocks forbid it."""

from datetime import UTC, date, datetime

import pytest

from app.planning.translate.horizon import ClockChangeInRange, Horizon

DAY = 86_400


def test_second_0_is_local_midnight_of_the_first_day():
    horizon = Horizon(date(2026, 3, 2), date(2026, 3, 3), "Asia/Shanghai")

    assert horizon.epoch_text == "2026-03-02T00:00:00+08:00"
    assert horizon.second(datetime(2026, 3, 2, 1, tzinfo=UTC)) == 9 * 3600
    assert horizon.instant(9 * 3600) == datetime(2026, 3, 2, 1, tzinfo=UTC)
    assert horizon.bounds(date(2026, 3, 3)) == (DAY, 2 * DAY)


def test_a_range_across_a_change_of_clocks_is_refused_with_the_two_ranges_to_plan():
    with pytest.raises(ClockChangeInRange) as refused:
        Horizon(date(2026, 3, 28), date(2026, 3, 30), "Europe/Berlin")

    [fault] = refused.value.details["errors"]
    assert fault["remedy"] == "plan up to 2026-03-28, then from 2026-03-29"


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_range_may_begin_on_the_day_of_the_change_and_is_right_in_its_working_hours(day):
    horizon = Horizon(day, day, "Europe/Berlin")
    offset = 2 if day.month == 3 else 1

    nine = datetime(day.year, day.month, day.day, 9 - offset, tzinfo=UTC)

    assert horizon.second(nine) % DAY == 9 * 3600


def test_a_range_where_clocks_never_change_may_be_long():
    assert len(Horizon(date(2026, 3, 20), date(2026, 4, 2), "Asia/Shanghai").days) == 14
