"""What matters how much to a plan, as money."""

from datetime import UTC, datetime

import pytest

from app.jobs.models import Job
from app.planning.rules import weights
from app.technicians.models import Technician

THEN = datetime(2026, 3, 2, tzinfo=UTC)


def job(**given):
    return Job(**({"work_seconds": 3600, "crew": [{"level": 1}], "priority": 1} | given))


def test_an_ordinary_hour_of_work_is_worth_its_visit_and_its_hour():
    assert weights.penalty(job()) == 80_000


def test_a_promise_counts_double():
    promised = weights.penalty(job(window_confirmed_at=THEN))

    assert promised == 2 * weights.penalty(job())


def test_what_is_due_counts_half_as_much_again():
    assert weights.penalty(job(), is_due=True) == 1.5 * weights.penalty(job())


def test_priority_counts_by_its_square():
    assert weights.penalty(job(priority=3)) == 9 * weights.penalty(job())


def test_work_by_two_is_worth_more_than_work_by_one():
    assert weights.penalty(job(crew=[{"level": 1}] * 2)) > weights.penalty(job())


def test_a_paid_hour_covers_its_driving_and_overtime_costs_half_as_much_again():
    paid = weights.costs(Technician(cost_per_hour_minor=4000, cost_per_km_minor=100))

    assert paid == {
        "per_hour": 4000,
        "per_travel_hour": 0,
        "per_km": 100,
        "per_overtime_hour": 2000,
    }


def test_a_better_rating_is_cheaper_and_a_worse_one_dearer():
    assert weights.rating_cost(4.8, 4.5, 60) < 0 < weights.rating_cost(4.2, 4.5, 60)


@pytest.mark.parametrize("score", [1.0, 5.0])
def test_no_rating_is_worth_more_than_its_bound(score):
    assert abs(weights.rating_cost(score, 3.0)) <= weights.RATING_BOUND


def test_a_newcomer_is_tried_before_somebody_as_usual_and_not_before_somebody_better():
    newcomer = weights.rating_cost(None, 4.3)

    assert weights.rating_cost(5.0, 4.3, 100) < newcomer < weights.rating_cost(4.3, 4.3, 100)


def test_the_bonus_of_a_newcomer_is_used_up_by_ratings():
    costs = [weights.rating_cost(4.5, 4.5, count) for count in (0, 5, 10, 50, 60)]

    assert costs == sorted(costs)
    assert costs[-2:] == [0, 0]


def test_where_nobody_is_rated_nobody_is_compared():
    assert weights.rating_cost(4.5, None) == 0
