"""The search as a process: bounded in time and memory, without database or environment."""

import os
import time

import pytest

from app.planning import gateways
from app.planning.gateways import SearchFailed, SearchHere, SearchProcess
from solver import Plan, Problem, check

PROBLEM = {
    "format": "planning-problem/1",
    "epoch": "2026-03-02T00:00:00+08:00",
    "locations": [{"id": "site-1", "lat": 23.13, "lon": 113.26}],
    "travel": {"road": {"seconds": [[0]]}},
    "technicians": [
        {"id": "t", "mode": "road", "shifts": [{"id": "s", "start": 28800, "end": 64800}]}
    ],
    "jobs": [{"id": "j", "location": "site-1", "duration": 3600, "penalty": 100000}],
}


def run(search=None, problem=PROBLEM, *, seconds=1, going_on=lambda _: True):
    search = search or SearchProcess(memory_mb=2048)
    return search.run(problem, seconds=seconds, seed=1, going_on=going_on)


def why(**given):
    with pytest.raises(SearchFailed) as error:
        run(**given)
    return error.value.why


@pytest.mark.parametrize("search", [SearchProcess(memory_mb=2048), SearchHere()])
def test_both_kinds_of_search_find_a_valid_plan(search):
    plan = Plan.from_dict(run(search))

    assert check(Problem.from_dict(PROBLEM), plan) == []
    assert [stop.job for stop in plan.routes[0].visits] == ["j"]


def test_a_problem_that_cannot_be_used_is_refused_with_its_faults():
    bad = PROBLEM | {"jobs": [PROBLEM["jobs"][0] | {"location": "nowhere"}]}

    assert "nowhere" in why(problem=bad)


def test_a_search_that_needs_too_much_memory_ends_with_a_reason():
    assert "the search ended with" in why(search=SearchProcess(memory_mb=24))


def test_a_search_that_is_called_off_gives_its_best_so_far():
    begun = time.monotonic()

    plan = run(seconds=60, going_on=lambda gone: gone < 3)

    assert time.monotonic() - begun < 30
    assert Plan.from_dict(plan).routes


def test_a_search_that_does_not_keep_its_time_is_killed(monkeypatch):
    monkeypatch.setattr(
        gateways,
        "BOUNDED",
        "import time, signal\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(60)\n# {memory} {cpu}",
    )
    monkeypatch.setattr(gateways, "KILL_AFTER_SECONDS", 0.2)
    begun = time.monotonic()

    reason = why(search=SearchProcess(memory_mb=2048, grace_seconds=0.0))

    assert "signal 9" in reason
    assert time.monotonic() - begun < 20


def test_a_search_that_writes_no_plan_is_told_apart(monkeypatch):
    monkeypatch.setattr(
        gateways, "BOUNDED", "import sys\n# {memory} {cpu}\nopen(sys.argv[-1], 'w').write('[]')"
    )

    assert why() == "the search wrote no plan"


def test_the_search_sees_nothing_of_our_environment(monkeypatch):
    monkeypatch.setenv("SHIFU_DATABASE_URL", "postgresql://secret")
    monkeypatch.setattr(
        gateways,
        "BOUNDED",
        "import os, sys\n# {memory} {cpu}\nsys.exit('; '.join(sorted(os.environ)))",
    )

    told = why()

    assert "SHIFU" not in told
    assert "PATH" in told
    assert "SHIFU_DATABASE_URL" in os.environ
