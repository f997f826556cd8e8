"""Mending a plan that events have overtaken."""

from random import Random
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import InvalidProblem, Limits, Plan, Problem, check, solve
from solver.repair import Disruption, changes, disturbed, repair
from solver.slots import read_job
from tests.solver.problems import HOUR, document, job, random_document, second, technician

TEN, NOON = 10 * HOUR, 12 * HOUR
QUICK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def announced(*jobs, **given) -> tuple[Problem, Plan]:
    problem = Problem.from_dict(document(*jobs, **given))
    return problem, solve(problem, Limits(iterations=20))


def mended(problem: Problem, plan: Plan, **events) -> tuple[Problem, Plan]:
    now = disturbed(problem, plan, Disruption(**{"now": 8 * HOUR, **events}))
    return now, repair(now, plan, Limits(iterations=20))


def starts(plan: Plan) -> dict[str, tuple[str, int]]:
    return {v.job: (r.technician, v.start) for r in plan.routes for v in r.visits}


def test_nothing_happened_nothing_changes() -> None:
    problem, plan = announced(job(), job(id="j2", location="p3"))

    _, again = mended(problem, plan)

    assert starts(again) == starts(plan)
    assert again.kpis["changed"] == []


def test_the_visits_of_who_is_absent_go_to_another() -> None:
    problem, plan = announced(job(only=["t1", "t2"]), technicians=[technician(), second()])
    (gone, start) = starts(plan)["j1"]

    _, again = mended(problem, plan, absent=frozenset({gone}))

    other = ({"t1", "t2"} - {gone}).pop()
    assert starts(again)["j1"][0] == other
    assert again.kpis["changed"][0]["before"] == {"technician": gone, "start": start}


def test_what_has_started_is_taken_out_and_the_rest_goes_on_from_there() -> None:
    problem, plan = announced(job(windows=[[9 * HOUR, 9 * HOUR]]), job(id="j2", location="p2"))

    now, again = mended(problem, plan, now=9 * HOUR + 1)

    assert list(now.job) == ["j2"]
    assert now.technicians[0].shifts[0].start_location == "p1"
    assert starts(again)["j2"][1] >= TEN


def test_an_overrun_pushes_what_follows() -> None:
    first = job(windows=[[9 * HOUR, 9 * HOUR]])
    problem, plan = announced(first, job(id="j2", windows=[[TEN, 14 * HOUR]]))

    _, again = mended(problem, plan, now=9 * HOUR + 1, longer={"j1": HOUR})

    assert starts(again)["j2"][1] == 11 * HOUR


def test_late_goods_put_a_job_off() -> None:
    problem, plan = announced(job())

    _, again = mended(problem, plan, ready={"j1": NOON})

    assert starts(again)["j1"][1] >= NOON


def test_an_urgent_job_comes_in_without_moving_what_was_told() -> None:
    problem, plan = announced(job(windows=[[TEN, TEN]]))
    urgent = read_job(job(id="new", location="p2"))

    _, again = mended(problem, plan, urgent=(urgent,))

    assert starts(again)["j1"] == starts(plan)["j1"]
    assert "new" in starts(again)


def test_a_link_to_what_has_started_holds() -> None:
    follower = job(id="j2", after=[{"job": "j1", "min_gap": HOUR, "technician": "same"}])
    problem, plan = announced(
        job(windows=[[9 * HOUR, 9 * HOUR]]), follower, technicians=[technician(), second()]
    )

    now, again = mended(problem, plan, now=9 * HOUR + 1)

    assert now.job["j2"].after == ()
    assert starts(again)["j2"][0] == starts(plan)["j1"][0]
    assert starts(again)["j2"][1] >= 11 * HOUR


def test_a_small_gain_does_not_move_what_was_told_at_a_price() -> None:
    dear = {"change_cost": 10_000, "move_per_hour": 10_000}
    jobs = [job(id=f"j{n}", location=f"p{n}", windows=[[TEN, NOON]], **dear) for n in (1, 4)]
    problem, plan = announced(*jobs, technicians=[technician(), second()])

    _, again = mended(problem, plan, absent=frozenset())

    assert changes(problem, again) == []


def test_an_event_that_names_what_there_is_not_is_refused() -> None:
    problem, plan = announced(job())

    with pytest.raises(InvalidProblem, match="t9"):
        mended(problem, plan, absent=frozenset({"t9"}))


@QUICK
@given(random=st.randoms(use_true_random=False))
def test_whatever_happens_the_mended_plan_is_valid(referee: ModuleType, random: Random) -> None:
    problem = Problem.from_dict(random_document(random))
    plan = solve(problem, Limits(seconds=30, iterations=5))
    moments = sorted(visit.start for route in plan.routes for visit in route.visits) or [0]
    events = {
        "now": random.choice(moments) + random.choice([0, 600]),
        "absent": frozenset(random.sample(sorted(problem.technician), random.randint(0, 1))),
        "longer": {random.choice(problem.jobs).id: random.randint(-600, 7200)},
        "ready": {random.choice(problem.jobs).id: random.choice(moments)},
    }

    now, again = mended(problem, plan, **events)

    assert check(now, again) == []
    faults, _ = referee.check(now.to_dict(), again.to_dict())
    assert faults == []
