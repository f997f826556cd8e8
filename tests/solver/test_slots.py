"""Slots on offer for a new job against a plan that stands."""

import pytest

from solver import InvalidProblem, Limits, Plan, Problem, check, solve
from solver.slots import Slot, read_job, slots
from tests.solver.problems import HOUR, document, job, random_document, second, seeded, technician

TEN, NOON = 10 * HOUR, 12 * HOUR


def standing(*jobs, **given) -> tuple[Problem, Plan]:
    problem = Problem.from_dict(document(*jobs, **given))
    return problem, solve(problem, Limits(iterations=20))


def offered(problem: Problem, plan: Plan, **given) -> list[Slot]:
    return slots(problem, plan, read_job(job(id="new", **given)))


def test_every_window_that_fits_is_offered_cheapest_first() -> None:
    problem, plan = standing(job(location="p5", windows=[[NOON, NOON]]))

    early, late, never = [9 * HOUR, TEN], [NOON, NOON + 2 * HOUR], [0, HOUR]

    found = offered(problem, plan, location="p4", windows=[late, never, early])

    assert [slot.cost for slot in found] == sorted(slot.cost for slot in found)
    assert {slot.window for slot in found} == {tuple(early), tuple(late)}


def test_a_window_that_is_taken_is_not_offered() -> None:
    problem, plan = standing(job(windows=[[TEN, TEN]]))

    found = offered(problem, plan, windows=[[TEN, TEN], [14 * HOUR, 15 * HOUR]])

    assert [slot.window for slot in found] == [(14 * HOUR, 15 * HOUR)]


def test_nothing_is_offered_without_the_certificate() -> None:
    problem, plan = standing(job())

    assert offered(problem, plan, skills=[{"skill": "wood"}]) == []


def test_the_cost_is_what_the_plan_grows_by() -> None:
    problem, plan = standing()

    (slot,) = offered(problem, plan, windows=[[TEN, TEN]])

    assert slot.cost == 1200
    assert slot.technicians == ("t1",)
    assert slot.start == TEN


def test_a_first_stop_with_time_to_spare_is_surely_kept() -> None:
    problem, plan = standing()

    (slot,) = offered(problem, plan, windows=[[TEN, NOON]])

    assert slot.kept > 0.99


def test_a_tight_second_stop_is_kept_half_the_time() -> None:
    problem, plan = standing(job(windows=[[TEN, TEN]], location="p1"))

    (slot,) = offered(problem, plan, windows=[[TEN + HOUR, TEN + HOUR]], location="p1")

    assert 0.4 < slot.kept < 0.7


def test_both_of_a_crew_must_be_there() -> None:
    problem, plan = standing(technicians=[technician(), second()])

    (slot,) = offered(problem, plan, crew=[{"skills": []}, {"skills": []}], windows=[[TEN, NOON]])

    assert set(slot.technicians) == {"t1", "t2"}


def test_a_job_that_is_planned_is_offered_anew() -> None:
    problem, plan = standing(job(windows=[[TEN, TEN]]))

    (slot,) = slots(problem, plan, read_job(job(windows=[[TEN, TEN]])))

    assert slot.start == TEN


def test_a_job_without_windows_is_offered_the_whole_horizon() -> None:
    problem, plan = standing()

    (slot,) = offered(problem, plan)

    assert slot.window == (8 * HOUR, 16 * HOUR)


def test_a_bad_job_is_refused() -> None:
    with pytest.raises(InvalidProblem, match="duration"):
        read_job({"id": "new", "location": "p1"})
    problem, plan = standing()
    with pytest.raises(InvalidProblem, match="p9"):
        offered(problem, plan, location="p9")


@pytest.mark.parametrize("seed", range(12))
def test_a_slot_on_offer_can_be_honoured(seed: int) -> None:
    given = random_document(seeded(seed), jobs=8)
    new = given["jobs"].pop()
    new["penalty"] = 10_000_000
    new.pop("after", None)
    given["jobs"] = [one | {"after": []} for one in given["jobs"]]
    problem = Problem.from_dict(given)
    plan = solve(problem, Limits(iterations=10))

    for slot in slots(problem, plan, read_job(new)):
        pinned = {"technician": slot.technicians[0], "start": slot.start}
        asked = given | {"jobs": [*given["jobs"], new | {"pinned": [pinned]}]}
        again = Problem.from_dict(asked)
        assert check(again, solve(again, Limits(iterations=2))) == []
