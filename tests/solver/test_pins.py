"""Pins are kept exactly, or the problem is at fault."""

import pytest

from solver import InvalidProblem, Limits, Problem, solve
from solver.plan import Visit
from tests.solver.problems import HOUR, document, job, second, shift, technician

TEN = 10 * HOUR


def visits(plan) -> dict[str, tuple[str, int]]:
    return {
        stop.job: (route.technician, stop.start)
        for route in plan.routes
        for stop in route.stops
        if isinstance(stop, Visit)
    }


def test_a_pinned_visit_keeps_technician_and_start() -> None:
    pin = {"seat": 0, "technician": "t2", "start": TEN}
    given = document(
        job(pinned=[pin], technician_costs={"t2": 9999}), technicians=[technician(), second()]
    )

    plan = solve(Problem.from_dict(given), Limits(iterations=20))

    assert visits(plan) == {"j1": ("t2", TEN)}


def test_a_pin_without_start_keeps_the_technician_alone() -> None:
    given = document(
        job(pinned=[{"technician": "t2"}], windows=[[TEN, TEN + HOUR]]),
        technicians=[technician(), second()],
    )

    assert visits(solve(Problem.from_dict(given), Limits(iterations=20)))["j1"][0] == "t2"


def test_a_pinned_job_is_never_left_out_for_its_cost() -> None:
    given = document(job(pinned=[{"technician": "t1"}], penalty=0))

    assert "j1" in visits(solve(Problem.from_dict(given), Limits(iterations=20)))


def test_what_a_pinned_job_is_linked_after_is_planned_too() -> None:
    given = document(
        job(pinned=[{"technician": "t1"}], after=[{"job": "j0"}]), job(id="j0", penalty=0)
    )

    assert set(visits(solve(Problem.from_dict(given), Limits(iterations=20)))) == {"j0", "j1"}


def test_one_seat_of_a_crew_may_be_pinned() -> None:
    crew = [{"skills": []}, {"skills": []}]
    given = document(
        job(crew=crew, pinned=[{"seat": 1, "technician": "t1", "start": TEN}]),
        technicians=[technician(), second()],
    )

    plan = solve(Problem.from_dict(given), Limits(iterations=20))

    assert {stop.start for route in plan.routes for stop in route.visits} == {TEN}


def test_pins_are_kept_when_there_is_hardly_any_time() -> None:
    given = document(job(pinned=[{"technician": "t1"}]))

    assert "j1" in visits(solve(Problem.from_dict(given), Limits(seconds=1e-9)))


PIN = {"technician": "t1", "start": TEN}


@pytest.mark.parametrize(
    ("jobs", "words"),
    [
        ([job(pinned=[PIN], windows=[[0, TEN - 1]])], "j1"),
        ([job(pinned=[PIN], skills=[{"skill": "wood"}])], "nobody-qualified"),
        ([job(pinned=[PIN], never=["t1"])], "excluded"),
        ([job(pinned=[{"technician": "t1", "start": 20 * HOUR}])], "j1"),
        ([job(pinned=[PIN]), job(id="j2", pinned=[PIN])], "j"),
        ([job(pinned=[PIN], after=[{"job": "j0"}]), job(id="j0", only=[])], "j0"),
        ([job(pinned=[PIN, {"technician": "t9"}])], "t9"),
        ([job(pinned=[{"technician": "t1", "seat": 1}])], "seat 1"),
        ([job(pinned=[PIN, {"technician": "t1", "start": TEN + 1}])], "two starts"),
    ],
)
def test_pins_that_no_plan_keeps_are_a_fault_of_the_problem(jobs, words: str) -> None:
    with pytest.raises(InvalidProblem, match=words):
        solve(Problem.from_dict(document(*jobs)), Limits(iterations=20))


def test_a_pin_at_overtime_is_kept() -> None:
    given = document(
        job(pinned=[{"technician": "t1", "start": 16 * HOUR}]),
        technicians=[technician(shifts=[shift(overtime=2 * HOUR)])],
    )

    assert visits(solve(Problem.from_dict(given), Limits(iterations=5))) == {
        "j1": ("t1", 16 * HOUR)
    }
