"""Finding, entering, changing, confirming, revealing, pinning and cancelling jobs on pages."""

from datetime import timedelta

import pytest

from app.core import audit
from app.core.db import db, unit_of_work
from app.jobs import service
from app.jobs.models import Job, JobState, Order, Parcel
from app.jobs.rules.orders import NewCustomer, NewJob, NewOrder, NewParcel, NewPlace
from app.places.models import Place, Precision
from tests.factories import MONDAY_8AM, TEST, made, make_customer
from tests.planning.world import at


def entered(world, **given):
    """Return the form of one job as a dispatcher fills it in."""
    values = {
        "customer_name": "王小明",
        "phone": "138 0013 8000",
        "address": "广州市天河区体育西路1号",
        "job_type": "install",
        "brand": world.brand.code,
        "category": world.category.code,
        "quantity": "1",
        "priority": "1",
        "minutes": "60",
        "date": "2026-03-02",
        "window_start": "09:00",
        "window_end": "11:00",
    }
    return values | given


def the_job():
    db.session.rollback()
    return db.session.scalar(db.select(Job))


def test_a_job_is_entered_with_one_form(world, desk):
    answer = desk.post("/jobs/new", data=entered(world, confirmed="1"))

    job = the_job()
    assert answer.location == f"/jobs/{job.id}"
    assert job.window_start == at(9)
    assert job.window_confirmed_at is not None
    assert job.work_seconds == 3600
    assert f"Job {job.number} was taken in." in desk.get(answer.location).text


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("phone", "12", "is not a phone number"),
        ("customer_name", "", "is missing"),
        ("brand", "", "is missing"),
        ("minutes", "soon", "is not a whole number"),
        ("window_end", "", "needs a day, a start and an end together"),
        ("window_end", "08:00", "is not after the window&#39;s start"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_the_reason_and_nothing_lost(
    world, desk, field, value, said
):
    answer = desk.post("/jobs/new", data=entered(world, notes="三楼有狗") | {field: value})

    assert answer.status_code == 422
    assert said in answer.text
    assert "三楼有狗" in answer.text
    assert the_job() is None


def test_an_order_number_is_taken_once(world, desk):
    desk.post("/jobs/new", data=entered(world, order_no="A-1"))

    answer = desk.post("/jobs/new", data=entered(world, order_no="A-1", notes="other"))

    assert answer.status_code == 422
    assert len(list(db.session.scalars(db.select(Order)))) == 1


def test_a_pasted_message_fills_the_form_and_keeps_nothing(world, desk):
    message = "李女士 13800138000 广州市海珠区江南大道中99号 明天下午 维修"

    answer = desk.post("/jobs/paste", data={"message": message})

    assert answer.status_code == 200
    assert "13800138000" in answer.text
    assert "江南大道中99号" in answer.text
    assert '<option value="repair" selected>' in answer.text
    assert the_job() is None


def test_the_list_shows_what_is_not_finished_and_finds_by_number_and_phone(world, desk):
    customer = make_customer(phone="+8613912345678")
    job = world.job(customer=customer)
    done = world.job(state=JobState.DONE)

    assert job.number in desk.get("/jobs").text
    assert done.number not in desk.get("/jobs").text
    assert done.number in desk.get("/jobs?state=all").text
    assert job.number in desk.get(f"/jobs?q={job.number}").text
    assert done.number not in desk.get(f"/jobs?state=all&q={job.number}").text
    assert desk.get("/jobs?day=never").status_code == 200


def test_names_and_numbers_are_masked_until_asked_for_and_asking_is_recorded(world, desk):
    job = world.job()

    masked = desk.get(f"/jobs/{job.id}").text
    shown = desk.post(f"/jobs/{job.id}/reveal").text

    assert "王小明" not in masked
    assert "+8613800138000" not in masked
    assert "王小明" in shown
    assert "+8613800138000" in shown
    assert "reveal" in [entry.action for entry in audit.history("jobs", job.id)]


def test_another_territorys_job_does_not_exist(world, elsewhere):
    job = world.job()

    for path in ("", "/edit"):
        assert elsewhere.get(f"/jobs/{job.id}{path}").status_code == 404
    for path in ("/reveal", "/edit", "/confirm", "/cancel", "/arrived", "/pin"):
        answer = elsewhere.post(f"/jobs/{job.id}{path}", data={"reason": "x", "lat": 1, "lon": 1})
        assert answer.status_code == 404


def edited(job, **given):
    values = {
        "version": str(job.version),
        "date": "2026-03-02",
        "window_start": "13:00",
        "window_end": "15:00",
        "priority": "3",
    }
    return values | given


def test_a_job_is_changed_and_its_new_window_is_only_proposed(world, desk):
    job = world.job()
    page = desk.get(f"/jobs/{job.id}/edit")
    assert 'value="09:00"' in page.text

    answer = desk.post(f"/jobs/{job.id}/edit", data=edited(job))

    assert answer.status_code == 303
    db.session.expire_all()
    assert the_job().window_start == at(13)
    assert the_job().priority == 3
    assert the_job().window_confirmed_at is None


def test_a_job_that_somebody_else_changed_meanwhile_is_not_overwritten(world, desk):
    job = world.job()
    stale = edited(job)
    desk.post(f"/jobs/{job.id}/edit", data=edited(job, priority="2"))

    answer = desk.post(f"/jobs/{job.id}/edit", data=stale)

    assert answer.status_code == 409
    assert "Somebody else has changed this job" in answer.text
    assert the_job().priority == 2


def test_a_window_is_promised_once_the_consumer_agrees(world, desk):
    job = world.job(promised=False)
    assert "They agree" in desk.get(f"/jobs/{job.id}").text

    desk.post(f"/jobs/{job.id}/confirm")

    assert the_job().window_confirmed_at is not None
    assert "They agree" not in desk.get(f"/jobs/{job.id}").text


def test_a_job_is_cancelled_with_a_reason_only(world, desk):
    job = world.job()

    assert desk.post(f"/jobs/{job.id}/cancel", data={"reason": " "}).status_code == 422
    desk.post(f"/jobs/{job.id}/cancel", data={"reason": "ordered twice"})

    assert the_job().state is JobState.CANCELLED
    assert the_job().cancel_reason == "ordered twice"


def test_a_parcel_is_recorded_as_arrived(world, desk):
    place = NewPlace("广州市天河区体育西路1号", territory=world.territory.code)
    wanted = NewJob(job_type="install", place=place, category=world.category.code)
    sent = NewOrder(
        world.brand.code,
        "A-2",
        NewCustomer("王小明", "13800138000"),
        (wanted,),
        (NewParcel("SF1", expected_at=MONDAY_8AM + timedelta(days=1)),),
    )
    with unit_of_work():
        service.take_order(sent, actor=TEST)
    job = the_job()
    assert "Parcels have not all arrived" in desk.get(f"/jobs/{job.id}").text

    desk.post(f"/jobs/{job.id}/arrived", data={"tracking": "SF1"})

    db.session.rollback()
    assert db.session.scalar(db.select(Parcel)).arrived_at is not None
    assert "Parcels have not all arrived" not in desk.get(f"/jobs/{job.id}").text


def test_a_pin_is_dropped_where_the_place_is(world, desk):
    job = world.job()

    desk.post(f"/jobs/{job.id}/pin", data={"lat": "23.14", "lon": "113.28"})

    db.session.rollback()
    place = db.session.get(Place, job.place_id, populate_existing=True)
    assert (place.lat, place.lon) == (23.14, 113.28)
    assert place.precision is Precision.PIN


@pytest.mark.parametrize(("lat", "lon"), [("north", "1"), ("95", "10"), ("40.0", "116.4")])
def test_a_pin_that_is_nowhere_here_is_refused(world, desk, lat, lon):
    job = world.job()

    answer = desk.post(f"/jobs/{job.id}/pin", data={"lat": lat, "lon": lon})

    assert answer.status_code == 422
    assert db.session.get(Place, job.place_id, populate_existing=True).lat == 23.135


def test_what_waits_is_listed_with_the_fix(world, desk):
    made(Job, **(_columns(world.job()) | {"number": "9999-0001"}))

    page = desk.get("/waiting").text

    assert "Place not found" in page
    assert "Drop a pin, or correct the address." in page
    assert "9999-0001" in page


def _columns(job):
    """Return a like job that waits for its place."""
    names = ("person_id", "job_type", "brand_id", "category_id", "customer_id", "place_id")
    values = {name: getattr(job, name) for name in (*names, "territory_id", "created_at")}
    return values | {"state": JobState.WAITING, "blockers": [{"code": "no-place"}]}
