"""Compiled kernels say of every route and plan what the plain rules say."""

import math
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solver import Problem, check
from solver.budgets import Rounds
from solver.insertion.model import FOREVER, Model, Row
from solver.insertion.standing import to_plan
from solver.insertion.timing import time_route
from tests.solver.problems import random_document, seeded

pytest.importorskip("numba")

from solver.compiled.blocks import Block
from solver.compiled.filling import tables_of
from solver.compiled.making import new_state, room_for_stops
from solver.compiled.state import BACK, BEGIN, LEAVE
from solver.compiled.team import Team
from solver.compiled.timing import time_stops
from solver.engines import drawn, is_compiled

pytestmark = pytest.mark.skipif(
    not is_compiled(), reason="the search is not compiled here: python -m solver compile"
)

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
RANDOM = st.randoms(use_true_random=False)


def some_stops(random: Random, model: Model, row: Row) -> tuple[int, ...]:
    may = [node for node in range(model.first_depot) if model.may_ever(node, row.who)]
    stops = random.sample(may, random.randint(0, min(5, len(may))))
    if model.problem.depots and stops and random.random() < 0.3:
        stops.insert(random.randint(0, len(stops)), random.choice(list(model.depot_nodes)))
    return tuple(stops)


@QUICK
@given(random=RANDOM)
def test_a_route_is_timed_and_priced_alike(random: Random) -> None:
    model = Model(Problem.from_dict(random_document(random, jobs=14)))
    tables = tables_of(model)
    state = new_state(tables, room_for_stops(tables) + 10, seed=1)
    for row in model.rows:
        stops = some_stops(random, model, row)
        lower = {stop: random.randint(7, 30) * 3600 for stop in stops if random.random() < 0.2}
        state.lower[:] = -FOREVER
        for stop, bound in lower.items():
            state.lower[stop] = bound
        state.stop[: len(stops)] = stops
        if not stops:
            continue

        bounds = (row.opens, FOREVER)
        cost = time_stops(Block(tables), Block(state), row.index, len(stops), bounds)

        plain = time_route(model, row, stops, lower, bounds)
        if plain is None:
            assert cost == math.inf
            continue
        assert cost == pytest.approx(plain.cost, abs=1e-6)
        assert (state.sum[LEAVE], state.sum[BACK]) == (plain.leave, plain.back)
        assert state.desk[: len(stops), BEGIN].tolist() == plain.starts


@QUICK
@given(random=RANDOM)
def test_the_best_plan_found_is_valid_and_costs_what_is_said(random: Random) -> None:
    problem = Problem.from_dict(random_document(random, jobs=16))
    model = Model(problem)
    team = Team(model, seed=3)
    team.construct(lambda: False)

    team.search(Rounds(200, lambda: False))

    draft = drawn(model, team)
    plan = to_plan(draft)
    assert check(problem, plan) == []
    assert draft.total == pytest.approx(team.best.cost, abs=1e-3)
    assert plan.cost["total"] == pytest.approx(team.best.cost, abs=1e-3)


def test_searching_never_ends_dearer_than_it_began() -> None:
    for seed in range(20):
        team = Team(Model(Problem.from_dict(random_document(seeded(seed), jobs=30))), seed)
        team.construct(lambda: False)
        before = team.best.cost

        team.search(Rounds(100, lambda: False))

        assert team.best.cost <= before + 1e-6


def test_the_same_rounds_on_two_threads_give_the_same_plan() -> None:
    def found() -> dict[int, tuple[int, ...]]:
        team = Team(Model(Problem.from_dict(random_document(seeded(5), jobs=60))), 7)
        team.construct(lambda: False)
        team.search(Rounds(300, lambda: False))
        return team.stops()

    assert found() == found()
