"""A brand's systems follow what happens to its jobs: nothing skipped, nothing twice."""

import base64

import pytest

from app.core import sealing, settings
from app.core.db import unit_of_work
from app.jobs import service
from tests.factories import TEST, brand_bearer, make_brand, make_job


@pytest.fixture(autouse=True)
def checkpoint(app):
    path = settings.current().instance / "audit-checkpoint.json"
    path.unlink(missing_ok=True)
    yield
    path.unlink(missing_ok=True)


@pytest.fixture
def brand(app):
    return make_brand()


@pytest.fixture
def read(client, brand):
    headers = brand_bearer(brand)
    return lambda **asked: client.get("/api/v1/changes", headers=headers, query_string=asked)


def cancelled(*jobs):
    for job in jobs:
        with unit_of_work():
            service.cancel(job.id, reason="not needed", actor=TEST)
    sealing.seal()


def numbers(answer):
    assert answer.status_code == 200
    return [change["number"] for change in answer.json["items"]]


def test_changes_come_in_their_order_with_the_state_of_now(brand, read):
    first, second = make_job(brand=brand), make_job(brand=brand)
    cancelled(second, first)

    answer = read()

    assert numbers(answer) == [second.number, first.number]
    assert {change["state"] for change in answer.json["items"]} == {"cancelled"}
    assert answer.json["more"] is False


def test_asking_on_gives_what_is_new_and_nothing_twice(brand, read):
    first, second = make_job(brand=brand), make_job(brand=brand)
    cancelled(first)
    place = read().json["next"]
    cancelled(second)

    assert numbers(read(after=place)) == [second.number]
    assert numbers(read(after=read(after=place).json["next"])) == []


def test_a_long_list_is_read_in_pieces(brand, read):
    jobs = [make_job(brand=brand) for _ in range(3)]
    cancelled(*jobs)

    one = read(limit=2)
    two = read(limit=2, after=one.json["next"])

    assert one.json["more"] is True
    assert numbers(one) + numbers(two) == [job.number for job in jobs]


def test_another_brands_changes_are_neither_told_nor_counted(brand, read):
    cancelled(make_job(), make_job(), make_job())
    mine = make_job(brand=brand)
    cancelled(mine)

    answer = read()

    assert numbers(answer) == [mine.number]
    assert base64.urlsafe_b64decode(answer.json["next"]) != b"4"
    assert read().json["next"] != answer.json["next"]


def test_what_is_not_sealed_yet_comes_later(brand, read):
    job = make_job(brand=brand)
    with unit_of_work():
        service.cancel(job.id, reason="not needed", actor=TEST)
    place = read().json["next"]

    sealing.seal()

    assert numbers(read(after=place)) == [job.number]


@pytest.mark.parametrize("place", ["0", "4", "é", "AAAA", "x" * 120])
def test_a_place_that_was_not_given_here_is_refused(brand, read, place):
    answer = read(after=place)

    assert answer.status_code == 422
    assert answer.json["code"] == "changes-cursor-not-valid"
