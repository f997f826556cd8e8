"""Jobs of one phone at one address are seen together by whoever holds it, and nobody else."""

import pytest

from app.core import clock, links
from app.core.db import db, unit_of_work
from app.core.links import Purpose
from app.jobs.models import JobState
from tests.factories import (
    MONDAY_8AM,
    brand_bearer,
    make_brand,
    make_customer,
    make_job,
    make_place,
    make_territory,
)


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def home(app):
    """Make a job at one address for one phone; each call another brand's, and another customer."""
    territory = make_territory()

    def make(brand="Nordhem", phone="same", address="home", **given):
        customer = make_customer()
        with unit_of_work():
            customer.phone_index = phone
            db.session.add(customer)
        place = make_place(territory, customer.person, address_index=address)
        return make_job(
            territory=territory,
            customer=customer,
            place=place,
            brand=make_brand(name=brand),
            **given,
        )

    return make


def link_to(job):
    with unit_of_work():
        secret, _ = links.mint(Purpose.JOB, job.id)
    return f"/s/{secret}"


def test_another_brands_job_at_home_is_shown_and_opened_by_a_link_of_its_own(client, home):
    job, other = home(), home("Halden")
    link = link_to(job)
    assert "Halden" in client.get(link).text

    answer = client.post(f"{link}/together/{other.id}")

    opened = client.get(answer.headers["Location"])
    assert other.number in opened.text


@pytest.mark.parametrize(
    "given",
    [{"phone": "other"}, {"address": "elsewhere"}, {"state": JobState.DONE}],
)
def test_of_another_phone_or_address_or_over_it_is_neither_shown_nor_opened(client, home, given):
    job, other = home(), home("Halden", **given)
    link = link_to(job)

    assert "Halden" not in client.get(link).text
    assert client.post(f"{link}/together/{other.id}").status_code == 404


def test_no_brand_sees_the_others(client, home):
    job, other = home(), home("Halden")
    key = brand_bearer(make_brand())

    for one in (job, other):
        assert client.get(f"/api/v1/jobs/{one.id}", headers=key).status_code == 404
