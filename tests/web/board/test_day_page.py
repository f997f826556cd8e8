"""The day: planned, shown, published and changed by hand on one page."""

import html
import json
import re

from app.core.db import db
from app.core.tasks import BackgroundTask
from app.planning.models import Pin, PlanVersion, Publication
from tests.planning.world import TUESDAY, at, make_world, run


def island(page, name="day"):
    found = re.search(
        rf'<script type="application/json" id="{name}">(.*?)</script>', page.text, re.DOTALL
    )
    return json.loads(found[1])


def address(world, step=""):
    return f"/day/{world.territory.code}/2026-03-02{step}"


def test_the_page_holds_the_routes_of_the_day(world, desk):
    technician = world.technician(name="陈伟")
    job = world.job()
    world.plan()

    page = desk.get(address(world))

    assert page.status_code == 200
    [row] = island(page)["technicians"]
    assert row["id"] == str(technician.id)
    assert row["name"] == "陈伟"
    assert [stop["job_number"] for stop in row["stops"] if stop["kind"] == "visit"] == [job.number]


def test_what_is_not_planned_is_listed_with_its_reason_in_the_readers_language(world, desk):
    world.technician(certified=False)
    job = world.job()
    world.plan()

    english = desk.get(address(world)).text
    desk.post("/language", data={"language": "zh", "next": "/"})
    chinese = desk.get(address(world)).text

    assert f"#{job.number}" in english
    assert "Nobody holds the certificate it needs." in english
    assert "没有人持有所需资质。" in chinese


def test_asking_for_a_plan_starts_a_search_that_the_page_follows(world, desk):
    world.technician()
    world.job()

    answer = desk.post(address(world, "/plan"))

    assert answer.status_code == 303
    [plan] = db.session.scalars(db.select(PlanVersion))
    follow = f"/plans/{plan.id}/progress"
    assert follow in desk.get(address(world)).text
    assert desk.get(follow).json["finished"] is False
    run(plan, None)
    assert desk.get(follow).json["finished"] is True


def test_a_day_without_jobs_is_not_planned_and_says_why(world, desk):
    world.technician()

    answer = desk.post(address(world, "/plan"))

    assert answer.status_code == 409
    assert "There is no job to plan on these days." in answer.text
    assert db.session.scalar(db.select(BackgroundTask)) is None


def test_publishing_announces_the_day(world, desk):
    world.technician()
    world.job()
    plan = world.plan()

    answer = desk.post(address(world, "/publish"), data={"plan_id": str(plan.id)})

    assert answer.status_code == 303
    assert db.session.scalar(db.select(Publication)).plan_id == plan.id
    assert "Published: the technicians see their day." in desk.get(address(world)).text


def test_a_plan_whose_grounds_have_changed_is_not_published_but_explained(world, desk):
    world.technician()
    steady, changed = world.job(), world.job()
    plan = world.plan()
    changed_number = changed.number
    desk.post(f"/jobs/{changed.id}/cancel", data={"reason": "ordered twice"})

    answer = desk.post(address(world, "/publish"), data={"plan_id": str(plan.id)})

    assert answer.status_code == 409
    assert f"#{changed_number}" in answer.text
    assert "the job cannot be planned any more" in answer.text
    assert db.session.scalar(db.select(Publication)) is None
    rest = desk.post(address(world, "/publish"), data={"plan_id": str(plan.id), "accept": "1"})
    assert rest.status_code == 303
    assert db.session.scalar(db.select(Publication)) is not None
    assert steady.number


def test_a_visit_is_moved_and_stays_there(world, desk):
    world.technician()
    other = world.technician()
    job = world.job(9, 15)
    world.plan()
    form = {"job_id": job.id, "seat": 0, "technician_id": other.id, "start": "14:00"}

    answer = desk.post(address(world, "/move"), data=form)

    assert answer.status_code == 303
    pin = db.session.get(Pin, (job.id, 0), populate_existing=True)
    assert pin.technician_id == other.id
    assert pin.starts_at == at(14)


def test_a_move_to_somebody_who_may_not_do_it_is_refused_with_the_reason(world, desk):
    unable = world.technician(certified=False)
    job = world.job()
    form = {"job_id": job.id, "seat": 0, "technician_id": unable.id, "start": "10:00"}

    answer = desk.post(address(world, "/move"), data=form)

    assert answer.status_code == 409
    assert "no certificate of this brand" in answer.text
    assert db.session.get(Pin, (job.id, 0)) is None


def test_a_pinned_visit_is_left_to_planning_again(world, desk):
    technician = world.technician()
    job = world.job()
    form = {"job_id": job.id, "seat": 0, "technician_id": technician.id}
    desk.post(address(world, "/move"), data=form)

    desk.post(address(world, "/move"), data=form | {"unpin": "1"})

    db.session.expire_all()
    assert db.session.get(Pin, (job.id, 0)) is None


def test_another_territorys_day_does_not_exist(world, elsewhere):
    assert elsewhere.get(address(world)).status_code == 404
    assert elsewhere.post(address(world, "/plan")).status_code == 404


def test_another_territorys_plan_is_not_published_from_here(world, desk):
    stranger = make_world()
    stranger.technician()
    stranger.job()
    plan = stranger.plan()

    desk.post(address(world, "/publish"), data={"plan_id": str(plan.id)})

    assert db.session.scalar(db.select(Publication)) is None


def test_the_board_opens_on_tomorrow_until_today_has_a_plan(world, desk):
    assert desk.get("/day").location == f"/day/{world.territory.code}/2026-03-02"


def test_a_newer_draft_is_shown_with_a_way_back_to_what_is_announced(world, desk):
    world.technician()
    world.job()
    world.published()
    world.plan()

    page = desk.get(address(world))

    assert "This plan is newer than what is announced." in page.text
    announced = desk.get(address(world, "?announced=1"))
    assert island(announced)["plan"]["published"] is True


def test_a_day_that_is_no_day_is_refused(world, desk):
    assert desk.get(f"/day/{world.territory.code}/soon").status_code == 422


def test_a_day_without_shifts_says_so(world, desk):
    page = desk.get(f"/day/{world.territory.code}/{TUESDAY}")

    assert "Nobody has a shift on this day." in page.text


def test_a_dispatcher_without_a_territory_is_told_what_to_do(elsewhere):
    assert "You dispatch no territory yet." in elsewhere.get("/day").text


def test_several_are_moved_at_once_and_each_refusal_is_said(world, desk):
    able, unable = world.technician(), world.technician(certified=False)
    first, second = world.job(9, 15), world.job(9, 15)
    world.plan()
    moves = [
        {"job_id": str(first.id), "seat": 0, "technician_id": str(able.id), "start": "12:00"},
        {"job_id": str(second.id), "seat": 0, "technician_id": str(unable.id), "start": "14:00"},
    ]

    answer = desk.post(address(world, "/move"), data={"moves": json.dumps(moves)})
    page = desk.get(answer.headers["Location"])

    assert "no certificate of this brand" in page.text
    assert "Undo the last move" in page.text
    db.session.expire_all()
    assert db.session.get(Pin, (first.id, 0)).starts_at == at(12)
    assert db.session.get(Pin, (second.id, 0)) is None


def test_a_move_is_undone(world, desk):
    world.technician()
    other = world.technician()
    job = world.job(9, 15)
    world.plan()
    form = {"job_id": job.id, "seat": 0, "technician_id": other.id, "start": "14:00"}
    page = desk.get(desk.post(address(world, "/move"), data=form).headers["Location"])
    before = html.unescape(re.search(r'name="before" value="(.*?)"', page.text)[1])

    answer = desk.post(address(world, "/undo"), data={"before": before})

    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.get(Pin, (job.id, 0)) is None


def test_a_visit_is_taken_off_an_announced_day_and_listed(world, desk):
    world.technician()
    job = world.job()
    world.published()

    desk.post(address(world, "/move"), data={"job_id": job.id, "seat": 0, "take_off": "1"})

    assert [each["job_number"] for each in island(desk.get(address(world)))["unplanned"]] == [
        job.number
    ]


def test_rows_learn_who_could_take_a_job(world, desk, elsewhere):
    able, unable = world.technician(), world.technician(certified=False)
    job = world.job()
    world.plan()
    asked = address(world, f"/candidates?job_id={job.id}&seat=0")

    found = desk.get(asked).json["candidates"]

    assert found[str(able.id)]["lacks"] == []
    assert found[str(able.id)]["minutes"] > 0
    assert "no certificate" in found[str(unable.id)]["lacks"][0]
    assert elsewhere.get(asked).status_code == 404


def test_moves_that_cannot_be_read_are_refused(world, desk):
    for form in (
        {"moves": "{}"},
        {"moves": "[]"},
        {"moves": "[1]"},
        {"moves": "?"},
        {"job_id": "x"},
    ):
        assert desk.post(address(world, "/move"), data=form).status_code in {409, 422}
    for before in ("", "[1]", '[{"job_id": 3}]'):
        assert desk.post(address(world, "/undo"), data={"before": before}).status_code == 422
