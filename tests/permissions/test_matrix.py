"""Every route, method and way in, on one's own half and the other: who gets an answer.

Two halves of a business are made, each with people, goods, work and planted personal data. Every
asker asks every route for the things of both halves; what may come back is declared in ``cells``.
"""

import importlib

import pytest
import sqlalchemy as sa

from app.http import entry
from app.http.guards import Policy
from tests.permissions.cells import cells, expected, judge, send
from tests.permissions.sides import SIDES, make_askers, make_side
from tests.permissions.trial import taken_back
from tests.planning.world import sunday

LEAST_CELLS = 5000


@pytest.fixture
def matrix(app, database, monkeypatch):
    """Every cell; changes are tried and taken back, so that each finds the same world."""
    if database.startswith("postgresql"):
        pytest.skip("who may do what is the same whatever the database")
    with sunday():
        sides = [make_side(name) for name in SIDES]
        askers = make_askers(app, sides)
        monkeypatch.setattr(entry, "transact", taken_back)
        yield list(cells(app, sides, askers)), sides


def faults(some, sides, *, first=False):
    """Return what is wrong with the answers of some cells, or the first of it."""
    found = []
    for cell in some:
        try:
            fault = judge(cell, send(cell), sides)
        except Exception as error:  # a view that failed has got too far
            fault = repr(error)
        if fault:
            who = f"{cell.asker.name} of {cell.side.name}"
            found.append(f"{cell.method} {cell.rule.rule} by {who}: {fault}")
            if first:
                break
    return found


@pytest.mark.timeout(600)
def test_everybody_gets_what_is_theirs_and_nobody_anything_else(matrix):
    every, sides = matrix

    assert len(every) >= LEAST_CELLS
    assert faults(every, sides) == []


@pytest.mark.timeout(600)
def test_a_route_that_loses_its_policy_is_noticed(matrix, monkeypatch):
    every, sides = matrix
    kept, unnoticed = entry.policy_of, []
    guarded = [cell for cell in every if expected(cell) in {"unknown", "forbidden"}]
    for key in dict.fromkeys((cell.rule.endpoint, cell.method) for cell in guarded):

        def none_here(app, endpoint, method, key=key):
            lost = (endpoint, method) == key
            return Policy(public=True) if lost else kept(app, endpoint, method)

        monkeypatch.setattr(entry, "policy_of", none_here)
        here = [cell for cell in guarded if (cell.rule.endpoint, cell.method) == key]
        if not faults(here, sides, first=True):
            unnoticed.append(key)

    assert unnoticed == []


SELECTING = {
    "app.jobs.queries.reading": ("_theirs", None),
    "app.technicians.queries.people": ("visible", "Technician"),
    "app.places.queries.places": ("visible", "Place"),
    "app.planning.queries.plans": ("visible", "PlanVersion"),
    "app.notifications.queries.messages": ("visible", "OutboxMessage"),
}
"""Where the scope of an area is, and what it selects; without a kind it is a condition."""


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize("module", SELECTING)
def test_a_scope_that_selects_everything_is_noticed(matrix, monkeypatch, module):
    every, sides = matrix
    where, (name, kind) = importlib.import_module(module), SELECTING[module]
    everything = sa.select(getattr(where, kind)) if kind else sa.true()
    monkeypatch.setattr(where, name, lambda *_, **__: everything)

    absent = [cell for cell in every if expected(cell) == "absent"]
    assert faults(absent, sides, first=True)
