"""The best plan so far, whenever it is asked for."""

import time
from itertools import pairwise

from solver import Limits, Problem, check, solve
from tests.solver.problems import document, random_document, seeded


def crowded() -> Problem:
    return Problem.from_dict(random_document(seeded(5), jobs=40))


def test_the_same_seed_and_rounds_give_the_same_plan() -> None:
    first, again = (solve(crowded(), Limits(60, seed=7, iterations=60)) for _ in range(2))

    assert first.to_dict() == again.to_dict()


def test_another_seed_may_take_another_way() -> None:
    plans = [solve(crowded(), Limits(60, seed=seed, iterations=30)) for seed in range(4)]

    assert len({str(plan.routes) for plan in plans}) > 1


def test_the_time_is_kept() -> None:
    begun = time.monotonic()

    plan = solve(crowded(), Limits(seconds=1))

    assert time.monotonic() - begun < 2
    assert check(crowded(), plan) == []


def test_hardly_any_time_gives_a_valid_plan() -> None:
    plan = solve(crowded(), Limits(seconds=1e-6))

    assert check(crowded(), plan) == []
    assert all(left_out.reasons for left_out in plan.unassigned)


def test_stopping_gives_the_best_plan_so_far() -> None:
    asked = iter(range(10_000))

    plan = solve(crowded(), Limits(seconds=60), stop=lambda: next(asked) > 300)

    assert check(crowded(), plan) == []


def test_progress_is_told() -> None:
    told = []

    solve(crowded(), Limits(seconds=1), progress=told.append)

    assert told
    assert all(later.cost <= before.cost for before, later in pairwise(told))


def test_a_problem_without_jobs_or_technicians_has_an_empty_plan() -> None:
    for given in (document(technicians=[]), document()):
        plan = solve(Problem.from_dict(given), Limits(iterations=3))

        assert plan.routes == ()
        assert plan.cost["total"] == 0


def test_jobs_without_technicians_are_left_out() -> None:
    given = random_document(seeded(1)) | {"technicians": [], "incumbent": []}

    plan = solve(Problem.from_dict(given), Limits(iterations=3))

    assert len(plan.unassigned) == len(given["jobs"])
