"""Reading the format: everything wrong is told at once, and nothing else is refused."""

import json
from typing import Any

import pytest

from solver import InvalidPlan, InvalidProblem, Plan, Problem
from solver.wire import loads
from tests.solver.problems import HOUR, document, job, random_document, seeded, shift, technician

CAR = document()["travel"]["car"]


def faults(given: Any) -> list[str]:
    with pytest.raises(InvalidProblem) as raised:
        Problem.from_dict(given)
    return raised.value.faults


def test_a_problem_is_the_same_after_writing_and_reading() -> None:
    for seed in range(30):
        problem = Problem.from_dict(random_document(seeded(seed)))

        again = Problem.from_dict(json.loads(json.dumps(problem.to_dict())))

        assert again == problem


def test_null_is_the_same_as_absent() -> None:
    empty = dict.fromkeys(("windows", "due", "only", "crew", "after", "late_per_hour"))

    assert Problem.from_dict(document(job(**empty))) == Problem.from_dict(document(job()))


def test_every_fault_is_told_with_field_and_value() -> None:
    given = document(
        job(duration=-1, location="p9"),
        job(id="j2", windows=[[1.5, 2]]),
        technicians=[technician(pace=0, shifts=[shift(breaks=[{"earliest": 1}])])],
    )

    told = "\n".join(faults(given))

    assert "jobs[0].duration: -1" in told
    assert "jobs[1].windows[0]: [1.5, 2]" in told
    assert "technicians[0].pace: 0" in told
    assert "technicians[0].shifts[0].breaks[0].latest: is missing" in told


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ([], "is not an object"),
        ({"format": "planning-problem/2"}, "planning-problem/2"),
        ({}, "locations: is missing"),
        (document(job(), job()), "'j1' stands 2 times"),
        (document(job(location="p9")), "no location 'p9'"),
        (document(job(after=[{"job": "j9"}])), "no job 'j9'"),
        (document(job(pinned=[{"technician": "t9"}])), "no technician 't9'"),
        (document(technicians=[technician(mode="boat")]), "no mode 'boat'"),
        (document(technicians=[technician(), technician(id="t2")]), "'s1' stands 2 times"),
        (document(job(after=[{"job": "j1", "of": "middle"}])), "of is neither"),
        (document(job(duration=True)), "True is not a whole number"),
        (document(job(duration=2**53)), "2**54"),
        (document(job(penalty=float("inf"))), "inf is not a number"),
        (document(job(only="t1")), "'t1' is not a list"),
        (document(epoch="2026-03-02T00:00:00"), "has no offset"),
        (document(epoch="Monday"), "'Monday'"),
        (document(travel={"car": {"seconds": [[0]]}}), "not 6 x 6"),
        (document(travel={"car": {}}), "needs seconds, or speed_kmh"),
        (document(travel={"car": {"speed_kmh": 30}}), "lat and lon"),
        (document(travel={"car": {**CAR, "factors": [[60, 1.0]]}}), "ascend"),
        (document(travel={"car": {**CAR, "factors": [[0, 1], [0, 2]]}}), "ascend"),
        (document(travel={"car": {**CAR, "factors": [[0, 2], [60, 1]]}}), "arrives earlier"),
        (document(travel={"car": {**CAR, "factors": [[0, 1], [60, 1.5]]}}), "arrives earlier"),
    ],
)
def test_a_bad_problem_is_refused(given: Any, words: str) -> None:
    assert any(words in fault for fault in faults(given))


def test_factors_that_keep_the_order_are_taken() -> None:
    slow = {**CAR, "factors": [[0, 1.0], [8 * HOUR, 1.5], [10 * HOUR, 1.0]]}

    assert Problem.from_dict(document(travel={"car": slow}))


def test_other_names_may_be_unknown_and_then_do_not_count() -> None:
    given = document(
        job(never=["t9"], technician_costs={"t9": 1}),
        incumbent=[{"job": "j9", "technician": "t9", "start": 0}],
    )

    assert Problem.from_dict(given).announced


@pytest.mark.parametrize(
    "text",
    ["NaN", '{"a": 1, "a": 2}', "[" * 100_000, "{", '{"a": Infinity}', "1" * 5000, "\ufeff{}"],
)
def test_json_is_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(?!.*\n)"):
        loads(text)


def test_a_misshapen_plan_is_refused() -> None:
    with pytest.raises(InvalidPlan) as raised:
        Plan.from_dict({"routes": [{"technician": 1, "stops": [{"job": "j", "break": 0}]}]})

    assert len(raised.value.faults) >= 4
