"""Why this technician and not that one."""

from solver import Limits, Problem, solve
from solver.explain import explain
from tests.solver.problems import HOUR, document, job, second, shift, technician

TEN = 10 * HOUR


def explained(name: str, *jobs, **given):
    problem = Problem.from_dict(document(*jobs, **given))
    return explain(problem, solve(problem, Limits(iterations=30)), name)


def test_the_chosen_technician_is_told_with_start_and_cost() -> None:
    answer = explained("j1", job(windows=[[TEN, TEN]]))

    assert answer["chosen"] == {"technician": "t1", "start": TEN, "cost": 1200.0}
    assert answer["alternatives"] == []


def test_another_technician_is_priced_by_forcing() -> None:
    far = second(shifts=[shift(id="s2", start_location="p5", end_location="p5")])

    answer = explained("j1", job(), technicians=[technician(), far])

    assert answer["alternatives"] == [
        {
            "technician": "t2",
            "cost_change": 3600.0,
            "travel_seconds_change": 3600,
            "lateness_seconds_change": 0,
            "moved": [],
        }
    ]


def test_who_else_would_move_is_told() -> None:
    answer = explained(
        "j1",
        job(windows=[[TEN, TEN]], technician_costs={"t2": 100}),
        job(id="j2", windows=[[TEN, TEN]], technician_costs={"t1": 100}),
        technicians=[technician(), second()],
    )

    (other,) = answer["alternatives"]
    assert other["moved"] == ["j2"]
    assert other["cost_change"] == 200


def test_what_blocks_a_technician_is_told() -> None:
    skilled = technician(skills=[{"skill": "wood"}])
    barred = technician(id="t3", skills=[{"skill": "wood"}], shifts=[shift(id="s3")])

    answer = explained(
        "j1",
        job(skills=[{"skill": "wood"}], never=["t3"]),
        technicians=[skilled, second(), barred],
    )

    blocked = {one["technician"]: one["blocked_by"] for one in answer["alternatives"]}
    assert blocked == {"t2": "nobody-qualified", "t3": "excluded"}


def test_a_job_left_out_is_answered_with_its_reasons() -> None:
    answer = explained("j1", job(only=[]))

    assert answer["reasons"][0]["code"] == "excluded"
