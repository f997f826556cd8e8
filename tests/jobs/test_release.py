"""When a job may be planned, and why it may not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.catalogue.models import JobType
from app.core import clock
from app.core.db import unit_of_work
from app.jobs import queries, service
from app.jobs.models import JobState
from app.jobs.rules.orders import NewItem, NewLink
from app.jobs.rules.release import Facts, ParcelFacts, blockers
from app.places import service as places
from tests.factories import administrator, brand_key, dispatcher, make_brand, make_territory
from tests.jobs.sent import NOW, TOMORROW, Shop, codes, job, jobs_of, order, parcel, place, take

FACTS = Facts(JobType.INSTALL, 3600, 0, window_end=TOMORROW[1])


def found(facts):
    return [one["code"] for one in blockers(facts, coarsest_m=3000, now=NOW)]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(FACTS, [], id="nothing in the way"),
        pytest.param(
            replace(FACTS, work_seconds=None), ["no-duration"], id="nobody says how long"
        ),
        pytest.param(replace(FACTS, radius_m=None), ["no-place"], id="address not found"),
        pytest.param(replace(FACTS, is_doubted=True), ["no-place"], id="position doubted"),
        pytest.param(replace(FACTS, radius_m=3000), [], id="coarse, but near enough"),
        pytest.param(replace(FACTS, radius_m=3001), ["place-too-coarse"], id="too coarse"),
        pytest.param(replace(FACTS, window_end=NOW), ["window-passed"], id="window over"),
        pytest.param(
            replace(FACTS, before=(("1234-5678", JobState.WAITING),)),
            ["waiting-for-job"],
            id="the job before waits itself",
        ),
        pytest.param(
            replace(FACTS, before=(("1234-5678", JobState.DONE),)), [], id="the job before is done"
        ),
    ],
)
def test_each_blocker_bites_and_lets_go(facts, expected):
    assert found(facts) == expected


def parcels(*contents, arrived=True):
    return tuple(ParcelFacts(f"P{i}", arrived, held) for i, held in enumerate(contents))


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(parcels({"IDU": 1}, {"ODU": 1}), [], id="complete"),
        pytest.param(parcels({"IDU": 1, "ODU": 1, "GIFT": 1}), [], id="with an extra"),
        pytest.param(parcels({"IDU": 2}), ["kit-mismatch"], id="two indoor units, no outdoor"),
        pytest.param(parcels({"IDU": 1}, {}), [], id="one parcel does not say what it holds"),
        pytest.param((), [], id="no parcels: the goods are there"),
        pytest.param(
            parcels({"IDU": 1, "ODU": 1}, arrived=False), ["parcels-missing"], id="on the way"
        ),
    ],
)
def test_an_installation_needs_its_parcels_and_a_kit_that_matches(sent, expected):
    kit = {"IDU": 1, "ODU": 1}

    assert found(replace(FACTS, parcels=sent, own_kit=kit, whole_kit=kit)) == expected


def test_taking_the_old_away_waits_for_no_parcel():
    facts = replace(FACTS, job_type=JobType.REMOVE, parcels=parcels({}, arrived=False))

    assert found(facts) == []


app_needed = pytest.mark.usefixtures("app")


@app_needed
def test_a_job_is_released_when_its_last_parcel_arrives():
    Shop()
    sent = order(parcels=(parcel("P1", {"IDU-35": 1}), parcel("P2", {"ODU-35": 1})))
    [waiting] = jobs_of(take(sent))
    assert codes(waiting) == ["parcels-missing"]

    for tracking in ("P1", "P2"):
        with clock.frozen(NOW), unit_of_work():
            service.arrive(tracking, actor=administrator())

    assert (waiting.state, waiting.blockers) == (JobState.RELEASED, [])


@app_needed
def test_a_kit_counts_for_all_the_items_of_an_order():
    Shop()
    sent = (parcel("P1", {"IDU-35": 3, "ODU-35": 2}, has_arrived=True),)

    [found_job] = jobs_of(take(order(job(items=(NewItem("NW-35", 3),)), parcels=sent)))

    assert found_job.blockers == [
        {"code": "kit-mismatch", "missing": {"ODU-35": 1}, "unexpected": {}}
    ]


@app_needed
def test_what_a_parcel_really_holds_may_be_known_only_when_it_arrives():
    Shop()
    [waiting] = jobs_of(take(order(parcels=(parcel("P1", {"IDU-35": 2}),))))

    with clock.frozen(NOW), unit_of_work():
        service.arrive("P1", contents={"IDU-35": 1, "ODU-35": 1}, actor=administrator())

    assert waiting.state is JobState.RELEASED


@app_needed
def test_a_job_without_a_position_is_released_by_a_pin():
    shop = Shop()
    [waiting] = jobs_of(take(order(job(place=place(lat=None, lon=None)))))
    assert codes(waiting) == ["no-place"]

    with clock.frozen(NOW), unit_of_work():
        places.drop_pin(waiting.place_id, lat=23.13, lon=113.32, actor=dispatcher(shop.territory))

    assert waiting.state is JobState.RELEASED


@app_needed
def test_a_job_without_a_duration_is_released_once_the_catalogue_knows_it():
    shop = Shop()
    repair = job(job_type=JobType.REPAIR)
    [waiting] = jobs_of(take(order(repair)))
    assert codes(waiting) == ["no-duration"]

    with clock.frozen(NOW), unit_of_work():
        shop.spec(JobType.REPAIR, work_seconds=2700)
        service.complete_requirements(JobType.REPAIR)

    assert (waiting.state, waiting.work_seconds) == (JobState.RELEASED, 2700)


@app_needed
def test_a_job_waits_for_the_one_before_it_and_goes_with_it():
    shop = Shop()
    shop.spec(JobType.SURVEY)
    survey = job(
        ref="s", job_type=JobType.SURVEY, place=place(lat=None, lon=None, address="别处1号")
    )
    install = job(after=(NewLink("s"),))

    first, second = jobs_of(take(order(survey, install)))[::-1]
    assert codes(second) == ["waiting-for-job"]
    with clock.frozen(NOW), unit_of_work():
        places.drop_pin(first.place_id, lat=23.13, lon=113.32, actor=dispatcher(shop.territory))

    assert {first.state, second.state} == {JobState.RELEASED}


@app_needed
def test_a_window_that_passes_unplanned_makes_the_job_wait():
    Shop()
    [released] = jobs_of(take(order()))

    with clock.frozen(TOMORROW[1] + timedelta(minutes=1)), unit_of_work():
        service.review([released.id])

    assert codes(released) == ["window-passed"]


@app_needed
def test_a_job_that_is_planned_stays_planned_and_shows_what_is_in_the_way():
    Shop()
    [planned] = jobs_of(take(order()))
    with clock.frozen(NOW), unit_of_work():
        service.mark(planned.id, JobState.PLANNED, actor=administrator())

    with clock.frozen(TOMORROW[1] + timedelta(minutes=1)), unit_of_work():
        service.review([planned.id])

    assert (planned.state, codes(planned)) == (JobState.PLANNED, ["window-passed"])


@app_needed
def test_what_waits_is_listed_by_reason_with_the_fix_to_those_it_concerns():
    shop = Shop()
    take(order(parcels=(parcel(),)))

    mine = queries.waiting(dispatcher(shop.territory))
    brands = queries.waiting(brand_key(shop.brand))

    assert [(one.code, one.count) for one in mine] == [("parcels-missing", 1)]
    assert "parcels" in mine[0].fix
    assert [one.code for one in brands] == ["parcels-missing"]
    assert queries.waiting(dispatcher(make_territory())) == []
    assert queries.waiting(brand_key(make_brand())) == []


@app_needed
def test_a_window_nobody_agreed_to_is_listed_to_be_confirmed():
    shop = Shop()
    [released] = jobs_of(take(order()))

    [group] = queries.waiting(dispatcher(shop.territory))

    assert (group.code, group.jobs[0].job.id) == ("unconfirmed", released.id)


@app_needed
def test_what_may_be_planned_are_released_jobs_whose_window_touches_the_days():
    shop = Shop()
    [today] = jobs_of(take(order()))
    take(order(job(window=tuple(at + timedelta(days=9) for at in TOMORROW)), reference="later"))
    [anytime] = jobs_of(take(order(job(window=None), reference="any")))
    take(order(reference="blocked", parcels=(parcel(),)))
    day = clock.local_day(TOMORROW[0], "Asia/Shanghai")

    found_jobs = queries.plannable(shop.territory.id, day, day)

    assert {one.id for one in found_jobs} == {today.id, anytime.id}
