"""Mending a day that events have overtaken."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db, unit_of_work
from app.places.queries import TerritoryNotFound
from app.planning import service
from app.planning.gateways import SearchHere
from app.planning.models import PlanVersion, VisitState
from app.planning.queries import plans, telling, visits
from app.technicians.models import Absence, AbsenceKind
from tests.factories import dispatcher, make_territory
from tests.planning.world import MONDAY, at, run, seats


def repaired(world):
    with unit_of_work():
        plan = service.request_repair(world.territory.id, MONDAY, 1, world.actor)
    run(plan, SearchHere())
    return db.session.get_one(PlanVersion, plan.id)


def absent(one, start=0, end=24):
    away = Absence(technician_id=one.id, kind=AbsenceKind.SICK)
    away.starts_at, away.ends_at = at(start), at(end)
    with unit_of_work():
        db.session.add(away)


def by_job(plan):
    return {
        stop.job_id: (route.technician_id, stop.starts_at)
        for route, stop in plans.visits_of(plan.id)
    }


def test_an_absent_technicians_visits_go_to_another_and_the_rest_stays(world):
    one, other = world.technician(), world.technician()
    jobs = [world.job(9, 11), world.job(9, 11)]
    world.published()
    told = {job.id: seats(job)[0] for job in jobs}
    gone = told[jobs[0].id][0]
    absent(gone)

    plan = repaired(world)

    left = other if gone.id == one.id else one
    assert {who for who, _ in by_job(plan).values()} == {left.id}
    for job in jobs:
        if told[job.id][0].id == left.id:
            assert by_job(plan)[job.id] == (left.id, told[job.id][1])


def test_who_must_be_told_is_listed(world):
    one = world.technician()
    job = world.job(9, 11)
    world.published()
    absent(one)
    other = world.technician()

    [change] = telling.to_tell(repaired(world))

    assert change.change.job_id == job.id
    assert change.change.kind == "reassigned"
    assert change.customer
    assert set(change.technician_ids) == {one.id, other.id}


def test_an_urgent_job_is_put_in_without_moving_what_was_told(world):
    world.technician()
    told = world.job(9, 9)
    world.published()
    urgent = world.job(10, 17, promised=False, priority=5)

    plan = repaired(world)

    changes = telling.to_tell(plan)
    assert [(one.change.job_id, one.change.kind) for one in changes] == [(urgent.id, "added")]
    assert by_job(plan)[told.id][1] == seats(told)[0][1]


def test_what_is_under_way_stays_and_an_overrun_pushes_the_rest(world):
    one, other = world.technician(), world.technician(works=False)
    world.shift(other, start=12, end=18)
    first, second = world.job(8, 8.5), world.job(10.5, 11.5)
    world.published()
    assert {who.id for job in (first, second) for who, _ in seats(job)} == {one.id}
    visit = visits.current_of([first.id])[first.id]
    with unit_of_work():
        db.session.get_one(type(visit), visit.id).state = VisitState.STARTED

    with clock.frozen(at(11.25)):
        plan = repaired(world)

    assert first.id not in by_job(plan)
    assert by_job(plan)[second.id][1] >= at(11.25)


def test_only_whoever_dispatches_the_territory_may_ask(world):
    world.technician()
    world.job()
    stranger = dispatcher(make_territory())

    with unit_of_work(), pytest.raises(TerritoryNotFound):
        service.request_repair(world.territory.id, MONDAY, 1, stranger)


def test_a_day_that_is_over_is_not_mended(world):
    with unit_of_work(), pytest.raises(service.RangeNotPlannable):
        service.request_repair(world.territory.id, MONDAY - timedelta(days=2), 1, world.actor)
