"""By hand on an announced day: a job is placed, taken off, and put back as it was."""

import pytest

from app.core import clock
from app.core.db import db, unit_of_work
from app.core.errors import Forbidden
from app.jobs.models import JobState
from app.jobs.queries import JobNotFound
from app.planning import queries, service
from app.planning.models import Pin, VisitState
from app.planning.queries import visits
from app.planning.service import MoveRefused, VisitNotOnDay
from tests.factories import dispatcher
from tests.planning.test_moving import move
from tests.planning.test_seeing_a_day import view, visit_stops
from tests.planning.world import MONDAY, at, reread, seats


def take_off(world, job, actor=None):
    with unit_of_work():
        return service.take_off(job.id, "she rang", actor or world.actor)


def put_back(world, job, before):
    with unit_of_work():
        service.put_back(job.id, before, "undone", world.actor)


def listed(world):
    return [job["job_number"] for job in view(world)["unplanned"]]


def test_a_job_that_came_later_is_placed_on_an_announced_day_at_once(world):
    one = world.technician()
    world.job(9, 11)
    world.published()
    late = world.job(13, 15)

    move(world, late, one, 14)

    assert seats(late) == [(one, at(14))]
    assert reread(late).state is JobState.PLANNED
    assert listed(world) == []


def test_half_a_crew_is_only_pinned_until_the_other_half_is_known(world):
    one, two = world.technician(), world.technician()
    world.job(9, 11)
    world.published()
    late = world.job(13, 15, crew=[{"level": 1}, {"level": 1}])

    move(world, late, one, 14)
    assert seats(late) == []
    move(world, late, two, 14, seat=1)

    assert seats(late) == [(one, at(14)), (two, at(14))]


def test_a_visit_taken_off_is_listed_and_its_time_is_free(world):
    one = world.technician()
    job, other = world.job(9, 11), world.job(9, 15)
    world.published()
    [(_, when)] = seats(job)

    visit = take_off(world, job)

    assert visit.state is VisitState.OPEN
    assert seats(job) == []
    assert reread(job).state is JobState.RELEASED
    assert listed(world) == [job.number]
    assert move(world, other, one, when.hour + 8)


def test_what_is_on_no_announced_day_or_under_way_is_not_taken_off(world):
    world.technician()
    job = world.job()
    world.plan()
    with pytest.raises(VisitNotOnDay):
        take_off(world, job)
    world.published()
    visit = visits.current_of([job.id])[job.id]
    with unit_of_work():
        service.transition(visit.id, VisitState.ON_THE_WAY, clock.now(), world.actor)

    with pytest.raises(VisitNotOnDay) as error:
        take_off(world, job)

    assert error.value.details["state"] == "on-the-way"


def test_another_territorys_visit_does_not_exist(world):
    world.technician()
    job = world.job()
    world.published()

    with pytest.raises((JobNotFound, Forbidden)):
        take_off(world, job, actor=dispatcher())


def test_what_was_moved_is_put_back_without_a_pin(world):
    one, two = world.technician(), world.technician()
    job = world.job(9, 15)
    world.published()
    [(who, when)] = seats(job)
    before = service.placed(job.id)
    move(world, job, two if who == one else one, 14)

    put_back(world, job, before)

    assert seats(job) == [(who, when)]
    assert db.session.get(Pin, (job.id, 0)) is None


def test_what_was_placed_is_taken_off_again_and_what_was_taken_off_is_placed(world):
    one = world.technician()
    world.job(9, 11)
    world.published()
    late = world.job(13, 15)
    nowhere = service.placed(late.id)
    move(world, late, one, 14)
    there = service.placed(late.id)

    put_back(world, late, nowhere)
    assert seats(late) == []
    put_back(world, late, there)

    assert seats(late) == [(one, at(14))]


def test_what_has_lost_its_place_meanwhile_is_not_put_back(world):
    one, two = world.technician(), world.technician()
    job, other = world.job(9, 15), world.job(9, 15)
    world.published()
    before = service.placed(job.id)
    [(who, when)] = seats(job)
    move(world, job, two if who == one else one, 14.75)
    move(world, other, who, when.hour + 8)

    with pytest.raises(MoveRefused):
        put_back(world, job, before)


def test_a_draft_shows_a_visit_where_it_was_moved(world):
    one, two = world.technician(), world.technician()
    job = world.job(9, 15)
    plan = world.plan()
    [holder] = [each["id"] for each in view(world, plan)["technicians"] if each["stops"]]
    other = two if str(one.id) == holder else one

    move(world, job, other, 13)

    seen = view(world, plan)
    [stop] = visit_stops(seen)
    assert [each["id"] for each in seen["technicians"] if each["stops"]] == [str(other.id)]
    assert (stop["start"], stop["by_hand"]) == (at(13).isoformat(), True)


def test_a_draft_shows_a_job_of_the_list_where_it_was_pinned(world):
    one = world.technician()
    world.job(9, 11)
    plan = world.plan()
    late = world.job(13, 15)

    move(world, late, one, 14)

    stops = visit_stops(view(world, plan))
    assert [stop["by_hand"] for stop in stops if stop["job_number"] == late.number] == [True]
    assert listed(world) == []


def test_candidates_say_who_lacks_what_and_what_driving_a_job_adds(world):
    able, unable, off = (
        world.technician(),
        world.technician(certified=False),
        world.technician(works=False),
    )
    job = world.job()
    plan = world.plan()
    db.session.rollback()

    found = {one.technician_id: one for one in queries.candidates(job, 0, MONDAY, plan)}

    assert not found[able.id].lacks
    assert found[able.id].added_seconds > 0
    assert [lack.code.value for lack in found[unable.id].lacks] == ["no-certificate"]
    assert not found[off.id].works


def test_a_job_next_door_adds_hardly_any_driving(world):
    one = world.technician()
    place = world.job(9, 11)
    plan = world.plan()
    near = world.job(9, 15, place=None)
    db.session.rollback()

    [candidate] = queries.candidates(near, 0, MONDAY, plan)

    assert candidate.technician_id == one.id
    assert candidate.added_seconds <= world.territory.access_seconds
    assert place.number
