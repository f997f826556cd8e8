"""The first arrival with a good position fixes an address for good."""

import pytest

from app.core import clock
from app.core.db import db
from app.customers.models import Customer
from app.jobs.models import Job, JobState
from app.places.models import Place, Precision, Territory
from app.visits.models import Verdict
from tests.factories import (
    MONDAY_8AM,
    make_customer,
    make_job,
    make_place,
    make_technician,
    technician_actor,
)
from tests.visits.made import at, make_visit, tell, territory_of


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def li():
    return make_technician()


@pytest.fixture
def visit(li):
    territory = territory_of(li)
    customer = make_customer()
    place = make_place(
        territory, customer.person, precision=Precision.COMPOUND, radius_m=300, lat=23.13
    )
    return make_visit(li, job=planned_job(territory, customer, place))


def planned_job(territory, customer, place):
    return make_job(territory=territory, customer=customer, place=place, state=JobState.PLANNED)


def place_of(visit):
    job = db.session.get_one(Job, visit.job_id)
    return db.session.get(Place, job.place_id, populate_existing=True)


def test_an_arrival_with_a_good_position_fixes_the_address(li, visit):
    tell(visit, "arrived", position=at(23.1312, 113.2705, 20), actor=technician_actor(li))

    assert place_of(visit).precision is Precision.CONFIRMED
    assert place_of(visit).lat == pytest.approx(23.1312)


def test_a_position_good_to_fifty_metres_is_good_enough(li, visit):
    tell(visit, "arrived", position=at(23.1312, 113.2705, 50), actor=technician_actor(li))

    assert place_of(visit).precision is Precision.CONFIRMED


@pytest.mark.parametrize("accuracy", [51, None])
def test_a_rough_position_or_one_of_unknown_quality_fixes_nothing(li, visit, accuracy):
    tell(visit, "arrived", position=at(23.1312, 113.2705, accuracy), actor=technician_actor(li))

    assert place_of(visit).precision is Precision.COMPOUND


def test_only_arriving_fixes_the_address(li, visit):
    tell(visit, "on-the-way", position=at(23.1312, 113.2705), actor=technician_actor(li))

    assert place_of(visit).precision is Precision.COMPOUND


def test_a_rejected_arrival_fixes_nothing(li, visit):
    tell(visit, "completed", actor=technician_actor(li))

    kept = tell(visit, "arrived", position=at(23.1312, 113.2705), actor=technician_actor(li))

    assert kept.verdict is Verdict.SUPERSEDED
    assert place_of(visit).precision is Precision.COMPOUND


def test_an_address_once_fixed_stays(li, visit):
    tell(visit, "arrived", position=at(23.1312, 113.2705), actor=technician_actor(li))
    later = make_visit(li, job=job_again(visit), hour=3)

    tell(later, "arrived", position=at(23.1399, 113.2799), actor=technician_actor(li))

    assert place_of(visit).lat == pytest.approx(23.1312)


def job_again(visit):
    first = db.session.get_one(Job, visit.job_id)
    return planned_job(
        db.session.get_one(Territory, first.territory_id),
        db.session.get_one(Customer, first.customer_id),
        db.session.get_one(Place, first.place_id),
    )
