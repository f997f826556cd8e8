"""The benchmark itself: the same problems for ever, and an honest reading of every answer."""

import hashlib
import json

import pytest

from solver import Plan, Problem, check
from tests.bench.answering import answering
from tests.bench.common import Common, planned
from tests.bench.mending import mending
from tests.bench.problems import SIZES, problem
from tests.bench.running import Run
from tests.bench.tables import absolute, ratios

FROZEN = {
    "8/40": "0dc72f30e1af00ad",
    "50/350 tight": "dedc2df17843f628",
}


@pytest.mark.parametrize("name", FROZEN)
def test_a_problem_is_the_same_for_ever(name: str) -> None:
    text = json.dumps(problem(SIZES[name], 1))

    assert hashlib.sha256(text.encode()).hexdigest()[:16] == FROZEN[name]


def test_every_size_is_a_problem() -> None:
    made = Problem.from_dict(problem(SIZES["20/120"], 2))

    assert (len(made.technicians), len(made.jobs)) == (20, 120)


def test_an_order_that_can_be_driven_is_a_valid_plan() -> None:
    common = Common(Problem.from_dict(problem(SIZES["8/40"], 1)))
    technician = common.problem.technicians[0]
    (shift,) = technician.shifts
    able = next(j for j in common.problem.jobs if common.may(technician, j))

    plan = Plan.from_dict(planned(common, {shift.id: [able.id]}))

    assert check(common.problem, plan) == []


def test_an_order_that_cannot_is_not_made_to_look_valid() -> None:
    common = Common(Problem.from_dict(problem(SIZES["8/40"], 1)))
    (shift,) = common.problem.technicians[0].shifts
    everything = [job.id for job in common.problem.jobs]

    plan = Plan.from_dict(planned(common, {shift.id: everything}))

    assert check(common.problem, plan) != []


def test_the_ratio_is_to_the_best_peer_of_the_same_problem() -> None:
    runs = [
        Run("8/40", 1, 1, 2.0, "shifu", 90.0),
        Run("8/40", 1, 1, 2.0, "vroom", 100.0),
        Run("8/40", 1, 1, 2.0, "pyvrp", None, fault="no memory"),
        Run("8/40", 1, 1, 10.0, "vroom", 80.0),
    ]

    *_, short, _ = ratios(runs)

    assert short == "| 8/40 | 2 | 0.900 | 1.125 (10 s) |"


def test_questions_for_slots_are_measured_for_every_way_to_price_a_route() -> None:
    lines = list(answering(SIZES["8/40"], questions=30))

    assert [line.split("|")[1].strip() for line in lines[3:]] == [
        "travel only",
        "time costs money",
    ]


def test_an_engine_that_took_longer_than_all_were_given_is_marked() -> None:
    runs = [
        Run("8/40", 1, 1, 10.0, "vroom", 100_000.0, seconds=13.4),
        Run("8/40", 1, 1, 10.0, "shifu", 90_000.0, seconds=9.9),
    ]

    *_, line = absolute(runs)

    assert line == "| 8/40 | 10 | 100 (took 13.4 s) | 90 |"


def test_repair_is_measured_by_who_is_disturbed_and_what_is_left_out() -> None:
    *_, line = mending(["8/40"], absences=1, anew=0.5)

    size, _seconds, touched, *_, faults = (part.strip() for part in line.strip("|").split("|"))
    assert (size, faults) == ("8/40", "0")
    assert touched.endswith("%")
