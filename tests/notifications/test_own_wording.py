"""Messages are worded by brand, channel and language, tried before they are used."""

from dataclasses import replace

import pytest

from app.core import outbox, settings
from app.core.db import db, unit_of_work
from app.core.policies import Role
from app.notifications import queries, rules
from tests.factories import bearer, make_brand, make_customer, make_job, make_user

PATH = "/api/v1/outbox/templates"
OURS = {
    "topic": "visit-booked",
    "locale": "en",
    "subject": "Booked for {{ window_start | day }}",
    "text": "{{ name }}: {{ link }}",
}


@pytest.fixture
def administrator(app):
    return bearer(make_user(Role.ADMINISTRATOR))


def add(client, administrator, **given):
    return client.post(PATH, json=OURS | given, headers=administrator)


def said(job, locale="en"):
    with unit_of_work():
        message = outbox.enqueue(
            "visit-booked",
            about="visit:1",
            recipient=f"customer:{job.customer_id}",
            payload=dict(rules.EXAMPLE) | {"job": job.number},
        )
    return queries.wording(message, locale, message.payload).subject


def test_the_brands_own_words_come_before_everybodys_and_the_channels_before_any(
    client, administrator
):
    brand = make_brand()
    theirs, other = make_job(brand=brand, customer=make_customer()), make_job()
    add(client, administrator, subject="everybody")
    add(client, administrator, subject="by mail", channel="email")
    add(client, administrator, subject="brand", brand_id=str(brand.id))

    assert (said(theirs), said(other)) == ("brand", "everybody")
    settings.use(replace(settings.current(), delivery="smtp"))
    assert (said(theirs), said(other)) == ("brand", "by mail")
    assert said(theirs, "zh").startswith("北居")


@pytest.mark.parametrize(
    "given",
    [
        {"topic": "nothing"},
        {"text": "{{ price }}"},
        {"text": "{% if %}"},
        {"subject": "{{ name.__class__.__mro__ }}"},
        {"locale": "fr"},
        {"text": ""},
        {"colour": "red"},
    ],
)
def test_a_wording_that_would_fail_or_reach_further_is_refused(client, administrator, given):
    assert add(client, administrator, **given).status_code == 422


def test_the_same_wording_twice_is_a_conflict(client, administrator):
    assert add(client, administrator).status_code == 201

    assert add(client, administrator).json["code"] == "template-exists"


def test_a_wording_is_changed_by_whoever_read_it_and_removed(client, administrator):
    made = add(client, administrator).json
    where = f"{PATH}/{made['id']}"
    tag = {"If-Match": client.get(where, headers=administrator).headers["ETag"]}

    changed = client.patch(where, json={"subject": "New"}, headers=administrator | tag)
    stale = client.patch(where, json={"subject": "Old"}, headers=administrator | tag)
    fresh = {"If-Match": client.get(where, headers=administrator).headers["ETag"]}
    removed = client.delete(where, headers=administrator | fresh)

    assert (changed.status_code, stale.status_code, removed.status_code) == (200, 412, 204)
    assert changed.json["subject"] == "New"
    assert client.get(where, headers=administrator).status_code == 404


def test_only_administrators_word_messages(client):
    dispatcher = bearer(make_user(Role.DISPATCHER))

    assert client.post(PATH, json=OURS, headers=dispatcher).status_code == 403
    assert client.get(PATH, headers=dispatcher).status_code == 403
    db.session.rollback()
