"""The figures of a day, as a dispatcher would work them out by hand."""

from datetime import UTC, datetime, timedelta

from app.planning.rules.measures import Ridden, Served, late_seconds, load, of_day

EIGHT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def after(hours):
    return EIGHT + timedelta(hours=hours)


def ride(*served, returns=8.0):
    return Ridden(
        leaves_at=EIGHT,
        returns_at=after(returns),
        shift_starts_at=EIGHT,
        shift_ends_at=after(8),
        metres=10_000,
        per_hour=4000,
        per_km=100,
        served=list(served),
    )


def served(start, *, latest=None, travel=1200, leads=True):
    return Served(after(start), 3600, latest, travel, leads=leads)


def test_a_start_at_the_last_moment_of_the_window_is_in_time():
    assert late_seconds(after(1), after(1)) == 0
    assert late_seconds(after(1), None) == 0
    assert late_seconds(after(2), after(1)) == 3600


def test_a_day_counts_visits_once_and_travel_for_everybody():
    found = of_day([ride(served(1)), ride(served(1, leads=False))], unplanned=2, shift_seconds=1)

    assert (found["planned"], found["unplanned"]) == (1, 2)
    assert found["travel_seconds_per_job"] == 2400


def test_lateness_lowers_the_share_in_time():
    found = of_day([ride(served(1), served(3, latest=after(2)))], unplanned=0, shift_seconds=1)

    assert (found["late"], found["on_time_share"]) == (1, 0.5)


def test_load_is_the_share_of_the_shift_spent_on_work_and_travel():
    assert load(ride(served(1), served(3))) == round(2 * 4800 / (8 * 3600), 3)


def test_a_route_costs_its_time_its_overtime_and_its_kilometres():
    found = of_day([ride(served(1), returns=10.0)], unplanned=0, shift_seconds=1)

    assert found["overtime_seconds"] == 7200
    assert found["cost_minor"] == 10 * 4000 + 2 * 2000 + 10 * 100


def test_an_empty_day_is_no_error():
    found = of_day([], unplanned=0, shift_seconds=0)

    assert (found["planned"], found["on_time_share"], found["utilisation"]) == (0, 1.0, 0.0)
