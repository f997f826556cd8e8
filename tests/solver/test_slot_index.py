"""Slots by arithmetic: as valid, as dear and as likely as the plan that comes of taking one."""

import math
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import InvalidProblem, Limits, Plan, Problem, check, solve
from solver.insertion.model import Model
from solver.insertion.standing import take_up, to_plan
from solver.problem import Job
from solver.rules import trip
from solver.slots import Slot, SlotIndex, read_job, slots
from solver.slots.index import Pick
from tests.bench.problems import SIZES
from tests.bench.problems import problem as bench_problem
from tests.solver.problems import (
    HOUR,
    document,
    job,
    random_document,
    second,
    seeded,
    technician,
)

DAY = 86_400
WINDOWS = [[d * DAY + h * HOUR, d * DAY + (h + 2) * HOUR] for d in (0, 1) for h in range(7, 19, 2)]
QUICK = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def standing(given: dict[str, Any], iterations: int = 8) -> tuple[Problem, Plan]:
    problem = Problem.from_dict(given)
    return problem, solve(problem, Limits(seconds=30, iterations=iterations))


def taken(problem: Problem, plan: Plan, asked: Job, pick: Pick, index: SlotIndex) -> Plan:
    """The plan with the job in the gap that was picked, made without the index's arithmetic."""
    job = replace(asked, windows=(pick.window,))
    draft = take_up(Model(replace(problem, jobs=(*problem.jobs, job))), plan)
    assert draft is not None
    row, at = int(index.row_of[pick.gap]), int(index.table.gap["at"][pick.gap])
    number = draft.model.job_index[job.id]
    node = draft.model.nodes_of[number][0]
    nodes = draft.routes[row].nodes if draft.routes[row] else ()
    trial = draft.attempt({row: (*nodes[:at], node, *nodes[at:])}, draft.lower, (number,))
    assert trial is not None, "the slot cannot be honoured"
    draft.apply(trial)
    return to_plan(draft)


def picks(index: SlotIndex, asked: Job) -> Iterator[tuple[Slot, Pick]]:
    """Every slot with the gap that it stands for."""
    seen: list[Pick] = []
    original = index._with_chances
    index._with_chances = lambda found: original(seen.extend(found) or found)  # type: ignore
    found = {slot.window: slot for slot in index.query(asked)}
    return ((found[pick.window], pick) for pick in seen)


def start_of(plan: Plan, name: str) -> int:
    return next(v.start for route in plan.routes for v in route.visits if v.job == name)


@QUICK
@given(random=st.randoms(use_true_random=False))
def test_a_slot_on_offer_can_be_honoured_at_its_price(referee: ModuleType, random: Random) -> None:
    document = random_document(random)
    new = document["jobs"].pop() | {"id": "new", "windows": WINDOWS, "penalty": 10_000_000}
    asked = read_job({k: v for k, v in new.items() if k not in ("after", "crew", "pinned")})
    problem, plan = standing(document)
    index = SlotIndex(problem, plan)
    before = take_up(Model(problem), plan)
    assert before is not None

    for slot, pick in picks(index, asked):
        after = taken(problem, plan, asked, pick, index)

        grown = replace(problem, jobs=(*problem.jobs, replace(asked, windows=(pick.window,))))
        assert check(grown, after) == []
        faults, _ = referee.check(grown.to_dict(), after.to_dict())
        assert faults == []
        assert start_of(after, "new") == slot.start
        assert after.cost["total"] - before.total == pytest.approx(slot.cost, abs=0.02)


def test_crews_and_links_are_not_asked_of_the_index() -> None:
    problem, plan = standing(document(job()))
    index = SlotIndex(problem, plan)

    with pytest.raises(InvalidProblem, match="crews"):
        index.query(read_job(job(id="new", crew=[{}, {}])))


def test_a_route_looked_at_again_answers_the_same() -> None:
    problem, plan = standing(document(job(), technicians=[technician()]))
    index = SlotIndex(problem, plan)
    asked = read_job(job(id="new", windows=[[8 * HOUR, 10 * HOUR]]))
    before = [(slot.start, slot.cost) for slot in index.query(asked)]

    index.refresh([0])

    assert [(slot.start, slot.cost) for slot in index.query(asked)] == before


def test_a_window_is_opened_by_moving_what_nobody_was_told() -> None:
    ten = {"windows": [[10 * HOUR, 10 * HOUR + 900]], "duration": 2 * HOUR}
    first = technician(skills=[{"skill": "wood"}])
    problem, plan = standing(
        document(job(technician_costs={"t2": 100}, **ten), technicians=[first, second()])
    )
    asked = read_job(job(id="new", skills=[{"skill": "wood"}], **ten))

    shallow, deep = slots(problem, plan, asked), slots(problem, plan, asked, deeper_seconds=2)

    assert shallow == []
    assert [(slot.technicians, slot.moved) for slot in deep] == [(("t1",), ("j1",))]


def test_what_was_told_is_not_moved_for_a_window() -> None:
    ten = {"windows": [[10 * HOUR, 10 * HOUR + 900]], "duration": 2 * HOUR}
    first = technician(skills=[{"skill": "wood"}])
    told = [{"job": "j1", "technician": "t1", "start": 10 * HOUR}]
    known = job(technician_costs={"t2": 100}, **ten)
    problem, plan = standing(document(known, technicians=[first, second()], incumbent=told))
    asked = read_job(job(id="new", skills=[{"skill": "wood"}], **ten))

    assert slots(problem, plan, asked, deeper_seconds=2) == []


# ── the chance that a slot is kept ──


def test_the_chance_is_calibrated_within_five_points() -> None:
    random, pairs = seeded(7), []
    for seed in range(6):
        document = bench_problem(SIZES["8/40"], seed)
        problem, plan = standing(document, 60)
        index = SlotIndex(problem, plan)
        windows = [[h * HOUR + m, h * HOUR + m + 3600] for h in range(8, 17) for m in (0, 1800)]
        for _ in range(6):
            new = random.choice(document["jobs"]) | {"id": "new", "windows": windows, "skills": []}
            asked = read_job(new | {"location": random.choice(document["locations"])["id"]})
            for slot, pick in picks(index, asked):
                grown = replace(problem, jobs=(*problem.jobs, asked))
                after = taken(problem, plan, asked, pick, index)
                pairs.append((slot.kept, _simulated(grown, after, pick)))
    predicted, happened = np.array(pairs).T

    assert len(pairs) > 200
    for low in np.arange(0.0, 1.0, 0.2):
        chosen = (predicted >= low) & (predicted <= low + 0.2)
        if chosen.sum() >= 10:
            assert abs(predicted[chosen].mean() - happened[chosen].mean()) < 0.05
    assert np.abs(predicted - happened).mean() < 0.05


def _simulated(problem: Problem, plan: Plan, pick: Pick) -> float:
    """How often the visit starts in its window when the route is driven two thousand times."""
    chance = np.random.default_rng(3)
    route = next(r for r in plan.routes if any(v.job == "new" for v in r.visits))
    moment = np.full(2000, float(route.leave))
    for stop, (seconds, _) in zip(route.work, trip(problem, route).legs, strict=True):
        moment = moment + _lognormal(chance, seconds, 0.2)
        if getattr(stop, "job", "") == "new":
            return float(np.mean(moment <= pick.window[1]))
        opens = max((a for a, _ in problem.job[stop.job].windows if a <= stop.start), default=0)
        moment = np.maximum(moment, opens) + _lognormal(chance, stop.finish - stop.start, 0.3)
    raise AssertionError("the visit is not on its route")


def _lognormal(chance: Any, mean: float, variation: float) -> Any:
    if mean <= 0:
        return 0.0
    spread = math.sqrt(math.log(1 + variation**2))
    return chance.lognormal(math.log(mean) - spread**2 / 2, spread, 2000)
