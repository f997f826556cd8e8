"""A day as people see it: planned, announced, changed by hand, and what is left out of it."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import db, unit_of_work
from app.core.policies import system
from app.planning import queries, service
from app.planning.models import VisitState
from app.planning.queries import people, visits
from app.planning.rules.reasons import told
from tests.factories import make_place
from tests.planning.world import MONDAY, at


def view(world, plan=None):
    db.session.rollback()
    return queries.day_view(world.territory, MONDAY, plan, actor=world.actor)


def visit_stops(seen):
    return [
        stop for one in seen["technicians"] for stop in one["stops"] if stop["kind"] == "visit"
    ]


def test_before_there_is_a_plan_every_job_is_listed_as_not_in_one(world):
    world.technician()
    job = world.job()

    seen = view(world)

    assert seen["plan"] is None
    [left] = seen["unplanned"]
    assert left["job_number"] == job.number
    assert [reason["code"] for reason in left["reasons"]] == ["not-in-plan"]


def test_a_plan_that_is_ready_is_shown_before_it_is_announced(world):
    one = world.technician(works=False)
    noon = {"earliest": at(12).isoformat(), "latest": at(13).isoformat(), "minutes": 45}
    world.shift(one, breaks=[noon])
    job = world.job()
    world.plan()

    seen = view(world)

    assert (seen["plan"]["number"], seen["plan"]["published"]) == (1, False)
    [technician] = seen["technicians"]
    assert technician["name"] == "陈伟"
    assert technician["initials"] == "陈"
    assert [stop["kind"] for stop in technician["stops"]] == ["visit", "break"]
    stop = technician["stops"][0]
    assert (stop["job_number"], stop["state"], stop["visit_id"]) == (job.number, "planned", None)
    assert stop["travel_seconds"] > 0
    assert stop["travel_estimated"]
    assert seen["measures"]["planned"] == 1
    assert 0 < technician["load"] < 1


def test_an_announced_day_shows_how_its_visits_stand(world):
    world.technician()
    job = world.job(9, 9)
    world.published()
    visit = visits.current_of([job.id])[job.id]
    with clock.frozen(at(9)), unit_of_work():
        service.transition(visit.id, VisitState.ARRIVED, at(9), world.actor)

    seen = view(world)

    assert seen["plan"]["published"]
    [stop] = visit_stops(seen)
    assert (stop["state"], stop["visit_id"]) == ("arrived", str(visit.id))


def test_a_visit_moved_by_hand_is_shown_where_it_is_now(world):
    one, two = world.technician(), world.technician()
    world.job()
    world.published()
    [before] = visit_stops(view(world))
    holder = next(t for t in view(world)["technicians"] if t["stops"])["id"]
    other = two if str(one.id) == holder else one
    with unit_of_work():
        service.move(UUID(before["job_id"]), 0, other.id, None, "she asked for her", world.actor)

    seen = view(world)

    [technician] = [t for t in seen["technicians"] if t["stops"]]
    assert technician["id"] == str(other.id)
    assert technician["stops"][0]["pinned"]


def test_a_flagged_visit_is_shown_at_risk(world):
    world.technician()
    job = world.job()
    world.published()
    with unit_of_work():
        service.review_job(job.id, "job-changed")

    [stop] = visit_stops(view(world))

    assert stop["at_risk"] == "job-changed"


def test_a_job_left_out_comes_with_reason_sentence_and_remedy(world):
    world.technician(certified=False)
    world.job()
    world.plan()

    [left] = view(world)["unplanned"]

    [reason] = left["reasons"]
    assert reason["code"] == "nobody-qualified"
    assert reason["text"].endswith(".")
    assert reason["remedies"][0]["kind"] == "certificate"


def test_an_order_that_came_after_the_plan_is_not_lost(world):
    world.technician()
    world.job()
    world.published()
    late_comer = world.job(14, 16)

    [left] = view(world)["unplanned"]

    assert left["job_number"] == late_comer.number
    assert left["reasons"][0]["remedies"][0]["kind"] == "plan-again"


def test_what_waits_for_release_is_counted_by_its_reason(world):
    world.technician()
    world.job(state="waiting", blockers=[{"code": "parcels-missing"}])

    assert view(world)["waiting"] == {"parcels-missing": 1}


def test_a_coarse_place_is_shown_as_approximate(world):
    world.technician()
    world.job(place=make_place(world.territory, lat=23.14, lon=113.28, radius_m=2000))
    world.plan()

    [stop] = visit_stops(view(world))

    assert stop["approximate"]


def test_a_day_in_chinese_names_things_in_chinese(world):
    world.technician()
    with unit_of_work():
        db.session.merge(world.brand).name_zh = "北境家居"
    world.job()
    world.plan()
    actor = system("test")

    seen = queries.day_view(
        world.territory, MONDAY, actor=type(actor)(**{**vars(actor), "locale": "zh"})
    )

    assert visit_stops(seen)[0]["brand"] == "北境家居"


def test_a_day_takes_as_many_queries_for_twelve_jobs_as_for_two(world):
    world.technician(), world.technician()
    world.job(9, 11), world.job(13, 15)
    world.published()
    few = queries_of(world)
    for hour in range(8, 18):
        world.job(hour, hour + 1)
    world.published()

    assert queries_of(world) <= few + 2


def queries_of(world):
    counted = []

    def count(*_):
        counted.append(1)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        view(world)
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    return len(counted)


@pytest.mark.parametrize(
    ("name", "letters"), [("陈伟", "陈"), ("Ada Byron", "AB"), ("Nguyen Van Duc", "ND"), ("", "")]
)
def test_initials_stand_for_a_name_in_any_script(name, letters):
    assert people.initials(name) == letters


def test_a_remedy_of_the_search_keeps_its_cost():
    shown = told({"code": "crowded-out", "remedy": {"kind": "overtime", "cost": 1234.4}})

    assert shown["remedies"] == [
        {"kind": "overtime", "text": "Allow overtime.", "cost_minor": 1234}
    ]


def test_a_pin_nobody_keeps_is_to_be_removed():
    shown = told({"code": "no-shift", "pinned": True})

    assert [remedy["kind"] for remedy in shown["remedies"]] == ["unpin"]
