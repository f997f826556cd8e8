"""Making a plan: from a territory's days to routes, and to the reason why there are none."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.core import tasks
from app.core.db import db, transact, unit_of_work
from app.core.failpoints import armed
from app.core.policies import Actor
from app.core.tasks import LeaseLost, TaskState
from app.jobs import service as jobs
from app.jobs.models import JobState
from app.places.queries import TerritoryNotFound
from app.planning import service
from app.planning import tasks as planning_tasks
from app.planning.gateways import SearchFailed, SearchHere
from app.planning.models import PlanState, PlanVersion
from app.planning.queries import plans
from app.planning.service import NoJobsInRange, NoShiftsInRange, RangeNotPlannable
from app.planning.tasks import PlanFailed
from app.planning.translate.horizon import ClockChangeInRange
from tests.factories import make_place, make_territory
from tests.planning.world import MONDAY, TUESDAY, run


class Answering:
    """A search that answers with what a test makes of a good plan."""

    def __init__(self, spoil):
        self.spoil = spoil

    def run(self, problem, **given):
        return self.spoil(SearchHere().run(problem, **given))


def failing(_):
    raise SearchFailed(why="the search ended with signal 9: it was killed")


def ask(world, first=MONDAY, last=MONDAY, *, seconds=1, actor=None):
    with unit_of_work():
        return service.request_plan(world.territory.id, first, last, seconds, actor or world.actor)


def reasons(plan):
    return {
        row.job_id: [reason["code"] for reason in row.reasons] for row in plans.unplanned(plan)
    }


def test_a_job_goes_to_whoever_is_certified_inside_its_window(world):
    world.technician(certified=False)
    able = world.technician()
    job = world.job(9, 11)

    plan = world.plan()

    assert plan.state is PlanState.READY
    [(route, stop)] = plans.visits_of(plan.id)
    assert (route.technician_id, stop.job_id) == (able.id, job.id)
    assert job.window_start <= stop.starts_at <= job.window_end
    assert plans.unplanned(plan.id) == []
    assert plan.measures["whole"]["planned"] == 1
    assert plan.cost_minor > 0
    assert plan.estimated_share == 1.0


def test_plans_of_a_territory_are_numbered_and_kept(world):
    world.technician()
    world.job()

    numbers = [world.plan().number, world.plan().number]

    assert numbers == [1, 2]


def test_a_job_nobody_may_do_is_left_out_with_its_reason(world):
    world.technician(certified=False)
    job = world.job()

    plan = world.plan()

    assert reasons(plan.id) == {job.id: ["nobody-qualified"]}


def test_a_certificate_that_has_run_out_is_said_to_have(world):
    one = world.technician(certified=False)
    world.certificate(one, valid_until=MONDAY - timedelta(days=10))
    job = world.job()

    plan = world.plan()

    assert reasons(plan.id) == {job.id: ["certificate-expired"]}


def test_a_job_whose_place_is_hardly_known_is_left_out_not_lost(world):
    world.technician()
    job = world.job(place=make_place(world.territory, lat=23.13, lon=113.27, radius_m=20_000))

    plan = world.plan()

    assert reasons(plan.id) == {job.id: ["unreachable"]}


def test_the_problem_is_kept_for_whoever_wants_to_replay_it(world):
    world.technician()
    world.job()

    problem = plans.problem_of(world.plan())

    assert problem["format"] == "planning-problem/1"
    assert len(problem["jobs"]) == 1


def test_a_range_without_jobs_is_refused(world):
    world.technician()

    with pytest.raises(NoJobsInRange):
        ask(world)


def test_a_range_without_shifts_is_refused_naming_the_technicians(world):
    idle = world.technician(works=False)
    world.job()

    with pytest.raises(NoShiftsInRange) as refused:
        ask(world)

    assert refused.value.details["technicians"] == [idle.code]


@pytest.mark.parametrize(
    ("first", "last", "seconds", "field"),
    [
        (TUESDAY, MONDAY, 1, "last_day"),
        (MONDAY - timedelta(days=2), MONDAY, 1, "first_day"),
        (MONDAY, MONDAY + timedelta(days=14), 1, "last_day"),
        (MONDAY, MONDAY, 0, "seconds"),
        (MONDAY, MONDAY, 3601, "seconds"),
    ],
)
def test_a_range_that_cannot_be_planned_is_refused_field_by_field(
    world, first, last, seconds, field
):
    with pytest.raises(RangeNotPlannable) as refused:
        ask(world, first, last, seconds=seconds)

    assert [fault["field"] for fault in refused.value.details["errors"]] == [field]


def test_a_range_across_a_change_of_clocks_is_refused(world):
    berlin = make_territory(timezone="Europe/Berlin")

    with pytest.raises(ClockChangeInRange), unit_of_work():
        service.request_plan(
            berlin.id,
            MONDAY + timedelta(days=25),
            MONDAY + timedelta(days=28),
            1,
            Actor(via="system", name="test", roles=world.actor.roles, territory_ids={berlin.id}),
        )


def test_the_territory_of_another_dispatcher_does_not_exist(world):
    stranger = Actor(user_id=uuid4(), via="session", roles=world.actor.roles)

    with pytest.raises(TerritoryNotFound):
        ask(world, actor=stranger)


def test_a_search_that_dies_leaves_its_reason_and_the_plan_announced_before(world):
    world.technician()
    world.job()
    standing = world.published()
    plan = world.asked()

    with pytest.raises(PlanFailed):
        run(plan, Answering(failing))

    failed = db.session.get_one(PlanVersion, plan.id)
    assert failed.state is PlanState.FAILED
    assert failed.error == "the search ended with signal 9: it was killed"
    assert plans.newest_for(world.territory.id, MONDAY).id == standing.id


@pytest.mark.parametrize(
    "spoil",
    [
        lambda plan: plan | {"routes": []},
        lambda plan: plan | {"routes": [plan["routes"][0] | {"leave": 0}]},
        lambda plan: plan | {"unassigned": [{"job": "another", "reasons": []}]},
        lambda plan: plan | {"cost": {"total": 1}},
        lambda _: {"format": "plan/1"},
        lambda _: {"format": "plan/1", "routes": 5, "unassigned": None},
    ],
)
def test_a_plan_that_breaks_a_rule_is_refused_whoever_found_it(world, spoil):
    world.technician()
    world.job()
    plan = world.asked()

    with pytest.raises(PlanFailed) as refused:
        run(plan, Answering(spoil))

    assert "is not valid" in refused.value.details["why"]
    assert plans.routes(plan.id) == []


def test_a_worker_that_lost_its_lease_stores_nothing(world):
    world.technician()
    world.job()
    plan = world.asked()
    task = transact(lambda: tasks.claim([planning_tasks.SOLVE]))

    def take_over():
        with unit_of_work():
            tasks.get(task.id).fence += 1

    with armed("solve.before_storing", take_over), pytest.raises(LeaseLost):
        planning_tasks.solve(task, SearchHere())

    assert plans.routes(plan.id) == []
    assert db.session.get_one(PlanVersion, plan.id).state is PlanState.SOLVING


def test_a_task_run_again_after_it_had_stored_its_plan_changes_nothing(world):
    world.technician()
    world.job()
    plan = world.asked()
    task = transact(lambda: tasks.claim([planning_tasks.SOLVE]))

    planning_tasks.solve(task, SearchHere())
    planning_tasks.solve(task, SearchHere())

    assert len(plans.routes(plan.id)) == 1


def test_calling_off_a_search_that_has_begun_keeps_the_best_so_far(world):
    world.technician()
    world.job()
    plan = world.asked()
    asked = []

    class Stopped:
        def run(self, problem, **given):
            with unit_of_work():
                service.cancel_plan(plan.id, world.actor)
            asked.append(given["going_on"](5.0))
            return SearchHere().run(problem, **given)

    run(plan, Stopped())

    assert asked == [False]
    assert db.session.get_one(PlanVersion, plan.id).state is PlanState.READY


def test_calling_off_a_search_before_it_begins_ends_it(world):
    world.technician()
    world.job()
    plan = world.asked()

    with unit_of_work():
        service.cancel_plan(plan.id, world.actor)

    assert tasks.get(plan.task_id).state is TaskState.CANCELLED
    assert db.session.get_one(PlanVersion, plan.id).state is PlanState.FAILED


def test_the_search_holds_no_transaction(world):
    world.technician()
    world.job()
    held = []

    class Looking:
        def run(self, problem, **given):
            held.append(db.session().in_transaction())
            return SearchHere().run(problem, **given)

    world.plan(search=Looking())

    assert held == [False]


def test_a_job_called_off_during_the_search_does_not_hinder_the_plan(world):
    world.technician()
    world.job()
    job = world.job(13, 15)

    class Slow:
        def run(self, problem, **given):
            with unit_of_work():
                jobs.cancel(job.id, reason="moved house", actor=world.actor)
            return SearchHere().run(problem, **given)

    plan = world.plan(search=Slow())

    assert plan.state is PlanState.READY
    assert job.state is JobState.CANCELLED


def test_what_is_announced_for_a_day_outside_the_range_is_left_alone(world):
    one = world.technician()
    world.shift(one, day=TUESDAY)
    world.job(window_start=None, window_end=None, window_confirmed_at=None)
    world.published()

    with pytest.raises(NoJobsInRange):
        ask(world, TUESDAY, TUESDAY)
