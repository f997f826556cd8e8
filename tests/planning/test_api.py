"""Planning by the API: ask, look, publish, pin."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.core import clock
from app.core.db import db
from app.core.policies import Role
from app.planning.gateways import SearchHere
from app.planning.models import PlanVersion
from tests.factories import bearer, brand_bearer, make_user
from tests.planning.world import SUNDAY_NOON, at, run, seats


@pytest.fixture
def call(client, world):
    headers = bearer(make_user(Role.DISPATCHER, territory_ids=[world.territory.id]))

    def call(method, path, *, headers=headers, **given):
        extra = given.pop("extra", {})
        return client.open(f"/api/v1{path}", method=method, headers={**headers, **extra}, **given)

    return call


@pytest.fixture
def planned(world, call):
    """A job, and the plan of its day, asked for by the API."""
    world.technician()
    job = world.job()
    answer = ask(call, world)
    run_it(world, answer.json["id"])
    return job, answer.json["id"]


def ask(call, world, **given):
    body = {"territory": world.territory.code, "first_day": "2026-03-02", "seconds": 1}
    return call("POST", "/plans", json=body | given)


def run_it(world, plan_id):
    run(db.session.get_one(PlanVersion, UUID(plan_id)), SearchHere())


def day_of(world):
    return f"/territories/{world.territory.code}/days/2026-03-02"


def test_a_plan_is_asked_for_and_followed(call, world, planned):
    _, plan_id = planned

    answer = call("GET", f"/plans/{plan_id}")

    assert answer.status_code == 200
    assert answer.json["state"] == "ready"
    assert answer.json["territory"] == world.territory.code
    assert answer.json["measures"]["planned"] == 1
    assert answer.json["unplanned"] == []


def test_a_plan_being_searched_is_accepted_not_ready(call, world):
    world.technician()
    world.job()

    answer = ask(call, world)

    assert answer.status_code == 202
    assert answer.json["state"] == "queued"


def test_plans_are_listed_newest_first(call, world, planned):
    with clock.frozen(SUNDAY_NOON + timedelta(hours=1)):
        ask(call, world)

    answer = call("GET", f"/plans?territory={world.territory.code}")

    assert [plan["number"] for plan in answer.json["items"]] == [2, 1]
    assert call("GET", "/plans?state=ready").json["items"][0]["number"] == 1


def test_a_day_without_jobs_is_a_problem_with_a_code(call, world):
    world.technician()

    answer = ask(call, world)

    assert (answer.status_code, answer.json["code"]) == (409, "no-jobs-in-range")


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_day": "2026-02-30"},
        {"first_day": "2020-01-01"},
        {"last_day": "2026-03-01"},
        {"seconds": 0},
        {"seconds": "ten"},
        {"surprise": 1},
    ],
)
def test_what_is_wrong_with_a_request_is_said(call, world, wrong):
    world.technician()
    world.job()

    answer = ask(call, world, **wrong)

    assert answer.status_code == 422
    assert answer.json["errors"]


def test_an_unknown_territory_is_not_found(call, world):
    assert ask(call, world, territory="NOWHERE").status_code == 404


def test_the_problem_is_given_in_the_planning_format(call, planned):
    answer = call("GET", f"/plans/{planned[1]}/problem")

    assert answer.json["format"] == "planning-problem/1"


def test_a_day_is_published_once(call, world, planned):
    job, plan_id = planned
    path, body = f"/plans/{plan_id}/publication", {"day": "2026-03-02"}

    answer = call("POST", path, json=body)

    assert (answer.status_code, answer.json["refused"]) == (201, [])
    assert len(seats(job)) == 1
    again = call("POST", path, json=body)
    assert (again.status_code, again.json["code"]) == (409, "plan-already-published")


def test_the_same_request_sent_twice_is_one_publication(call, planned):
    path, body = f"/plans/{planned[1]}/publication", {"day": "2026-03-02"}
    key = {"Idempotency-Key": "publish-monday"}

    first = call("POST", path, json=body, extra=key)
    second = call("POST", path, json=body, extra=key)

    assert first.json == second.json
    assert second.status_code == 201


def test_a_day_is_shown_with_who_goes_where(call, world, planned):
    job, plan_id = planned

    answer = call("GET", day_of(world))

    assert answer.status_code == 200
    assert answer.json["plan"]["id"] == plan_id
    [technician] = answer.json["technicians"]
    assert [stop["job_number"] for stop in technician["stops"]] == [job.number]
    assert 0 < technician["load"] < 1


def test_a_day_that_is_none_is_refused(call, world):
    answer = call("GET", f"/territories/{world.territory.code}/days/tomorrow")

    assert answer.status_code == 422


def test_two_plans_are_compared(call, world, planned):
    _, before = planned
    world.job(13, 15)
    after = ask(call, world).json["id"]
    run_it(world, after)

    answer = call("GET", f"/plans/{after}/comparison?before={before}")

    assert "added" in {one["kind"] for one in answer.json["items"]}


def test_a_pin_needs_what_it_was_decided_on(call, world, planned):
    job, _ = planned
    path = f"/jobs/{job.id}/pins"
    body = {
        "technician": world.technicians[0].code,
        "starts_at": at(10).isoformat(),
        "reason": "asked for ten",
    }
    tag = call("GET", path).headers["ETag"]

    assert call("PUT", path, json=body).status_code == 428
    done = call("PUT", path, json=body, extra={"If-Match": tag})
    assert done.status_code == 200
    assert [pin["seat"] for pin in done.json["items"]] == [0]
    assert call("PUT", path, json=body, extra={"If-Match": tag}).status_code == 412
    gone = call("DELETE", path, extra={"If-Match": done.headers["ETag"]})
    assert gone.status_code == 204
    assert call("GET", path).json["items"] == []


def test_a_move_that_cannot_be_is_refused_with_its_reasons(call, world, planned):
    job, _ = planned
    unable = world.technician(certified=False)
    path = f"/jobs/{job.id}/pins"
    tag = call("GET", path).headers["ETag"]

    answer = call(
        "PUT",
        path,
        json={"technician": unable.code, "reason": "nobody else"},
        extra={"If-Match": tag},
    )

    assert (answer.status_code, answer.json["code"]) == (409, "move-refused")
    assert answer.json["reasons"][0]["code"] == "not-qualified"


def test_a_search_is_called_off(call, world):
    world.technician()
    world.job()
    plan_id = ask(call, world).json["id"]

    answer = call("POST", f"/plans/{plan_id}/cancellation")

    assert (answer.status_code, answer.json["state"]) == (202, "failed")
    assert call("POST", f"/plans/{plan_id}/cancellation").status_code == 409


def test_a_visit_is_read_with_its_crew(call, planned, world):
    job, plan_id = planned
    call("POST", f"/plans/{plan_id}/publication", json={"day": "2026-03-02"})
    day = call("GET", day_of(world)).json
    visit_id = day["technicians"][0]["stops"][0]["visit_id"]

    answer = call("GET", f"/visits/{visit_id}")

    assert answer.json["job_id"] == str(job.id)
    assert [one["seat"] for one in answer.json["crew"]] == [0]


def test_a_dispatcher_of_elsewhere_finds_none_of_it(client, call, world, planned):
    _, plan_id = planned
    stranger = bearer(make_user(Role.DISPATCHER))

    for path in (f"/plans/{plan_id}", f"/plans/{plan_id}/problem", day_of(world)):
        assert call("GET", path, headers=stranger).status_code == 404
    assert call("GET", "/plans", headers=stranger).json["items"] == []


def test_brands_and_passers_by_see_no_plan(call, world):
    assert call("GET", "/plans", headers=brand_bearer(world.brand)).status_code == 403
    assert call("GET", "/plans", headers={}).status_code == 401
    assert call("GET", f"/visits/{uuid4()}").status_code == 404


def test_slots_of_a_job_are_read(call, world):
    one = world.technician()
    job = world.job(promised=False, window_start=None, window_end=None)

    answer = call("GET", f"/jobs/{job.id}/slots?first_day=2026-03-02&days=1")

    assert answer.status_code == 200
    assert len(answer.json["items"]) == 4
    assert answer.json["items"][0]["technician_ids"] == [str(one.id)]


def test_slots_of_somebody_elses_job_are_not_found(client, world):
    stranger = bearer(make_user(Role.DISPATCHER))
    job = world.job()

    assert client.get(f"/api/v1/jobs/{job.id}/slots", headers=stranger).status_code == 404
    assert client.get(f"/api/v1/jobs/{job.id}/explanation", headers=stranger).status_code == 404


def test_why_a_technician_is_read(call, world, planned):
    job, _ = planned

    answer = call("GET", f"/jobs/{job.id}/explanation")

    assert answer.status_code == 200
    assert answer.json["technician_id"] == str(world.technicians[0].id)
    assert answer.json["alternatives"] == []


def test_a_day_is_mended_and_who_must_be_told_is_read(call, world, planned):
    _, plan_id = planned
    call("POST", f"/plans/{plan_id}/publication", json={"day": "2026-03-02"})
    urgent = world.job(12, 13)

    answer = call("POST", f"{day_of(world)}/repair", json={"seconds": 1})
    run_it(world, answer.json["id"])
    changes = call("GET", f"/plans/{answer.json['id']}/changes").json["items"]

    assert answer.status_code == 202
    assert [(one["job_number"], one["kind"]) for one in changes] == [(urgent.number, "added")]
