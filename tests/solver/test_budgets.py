"""How long a search may go on."""

from solver.budgets import SETTLED, Time


def test_a_handful_of_jobs_is_settled_long_before_its_time():
    budget = Time(lambda: 0.0, lambda: False, seconds=60, jobs=2)

    assert budget(4 * SETTLED - 1) < 1
    assert budget(4 * SETTLED) == 1


def test_a_day_of_jobs_is_searched_until_its_time_is_over():
    budget = Time(lambda: 0.3, lambda: False, seconds=60, jobs=240)

    assert budget(10**8) == 0.3
