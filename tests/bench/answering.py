"""How long a question for slots takes: five days of a town, by thread time, as percentiles.

Beside it stands what it is measured against: the same question answered by timing every gap.
Time that the machine gives to others is left out, but a busy memory is not: run it quietly.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

import numpy as np

from solver import Limits, Plan, Problem, solve
from solver.errors import InvalidPlan
from solver.insertion.model import DAY, HOUR, Model
from solver.insertion.standing import take_up
from solver.problem import Job
from solver.slots import SlotIndex, read_job
from solver.slots.thorough import Thorough
from tests.bench.problems import SIZES, Size, problem

DAYS = 5
QUESTIONS = 500
WARM = 20
THOROUGH = 5
PRICES = {"travel only": {}, "time costs money": {"per_hour": 30.0, "per_travel_hour": 3600.0}}
TARGET = 2.0  # milliseconds, the 99th of a hundred


def answering(size: Size = SIZES["200/1,500"], questions: int = QUESTIONS) -> Iterator[str]:
    """A line for each way to price a route."""
    yield f"{size.name} over {DAYS} days, {questions} questions; at most {TARGET:g} ms wanted\n"
    yield "| cost | median ms | 99th percentile ms | every gap timed, ms | times as fast |"
    yield "| --- | --- | --- | --- | --- |"
    for name, costs in PRICES.items():
        document = over_days(problem(size, 1), costs)
        asked = [read_job(one) for one in _questions(document, questions)]
        standing = Problem.from_dict(document)
        plan = solve(standing, Limits(seconds=300, engine="greedy"))
        yield _line(name, *_measured(standing, plan, asked))


def over_days(document: dict[str, Any], costs: dict[str, float]) -> dict[str, Any]:
    """Every shift on each day, every job on one of them."""
    random = Random(1)  # noqa: S311 - problems, not secrets
    for one in document["technicians"]:
        one["shifts"] = [_on(day, shift) for shift in one["shifts"] for day in range(DAYS)]
        if costs:
            one["costs"] = costs
    for one in document["jobs"]:
        day = random.randrange(DAYS) * DAY
        one["windows"] = [[a + day, b + day] for a, b in one["windows"]]
    return document


def _on(day: int, shift: dict[str, Any]) -> dict[str, Any]:
    times = {name: shift[name] + day * DAY for name in ("start", "end")}
    return shift | times | {"id": f"{shift['id']}-{day}"}


def _questions(document: dict[str, Any], count: int) -> list[dict[str, Any]]:
    random = Random(2)  # noqa: S311 - problems, not secrets
    hours = [day * DAY + hour * HOUR for day in range(DAYS) for hour in (8, 10, 13, 15, 17)]
    windows = [[opens, opens + 2 * HOUR] for opens in hours]
    return [
        random.choice(document["jobs"]) | {"id": "new", "windows": windows} for _ in range(count)
    ]


def _measured(standing: Problem, plan: Plan, asked: list[Job]) -> tuple[list[float], list[float]]:
    """Milliseconds of each question, by the index and by timing every gap."""
    index = SlotIndex(standing, plan)
    for one in asked[:WARM]:
        index.query(one)
    quick = [_milliseconds(partial(index.query, one)) for one in asked]
    return quick, [_thorough(standing, plan, one) for one in asked[:THOROUGH]]


def _thorough(standing: Problem, plan: Plan, asked: Job) -> float:
    grown = replace(standing, jobs=(*standing.jobs, asked))
    draft = take_up(Model(grown), plan)
    if draft is None:
        raise InvalidPlan("the plan cannot be driven in its own order")
    question = Thorough(draft, asked)
    question.slot(asked.windows[0])  # what is worked out once for a plan
    return _milliseconds(lambda: [question.slot(window) for window in asked.windows])


def _milliseconds(act: Callable[[], Any]) -> float:
    begun = time.thread_time()
    act()
    return 1000 * (time.thread_time() - begun)


def _line(name: str, quick: list[float], slow: list[float]) -> str:
    middle, most = np.percentile(quick, [50, 99])
    thorough = float(np.median(slow))
    return f"| {name} | {middle:.2f} | {most:.2f} | {thorough:,.0f} | {thorough / middle:,.0f} |"
