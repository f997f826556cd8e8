"""Dispatchers read what was said to whom in their territory, masked."""

import pytest

from app.core import clock, outbox
from app.core.db import unit_of_work
from app.core.policies import Role
from app.notifications import tasks
from tests.factories import (
    MONDAY_8AM,
    bearer,
    make_customer,
    make_technician,
    make_territory,
    make_user,
)
from tests.notifications.test_delivering import PAYLOAD, Recorded


@pytest.fixture
def territory(app):
    return make_territory()


@pytest.fixture
def dispatcher(territory):
    return make_user(Role.DISPATCHER, territory_ids=frozenset({territory.id}))


@pytest.fixture
def message(territory):
    customer = make_customer(name="王芳", phone="+8613800138000")
    with clock.frozen(MONDAY_8AM), unit_of_work():
        return outbox.enqueue(
            "rate-visit",
            about="visit:1",
            recipient=f"customer:{customer.id}",
            payload=PAYLOAD,
            scope=territory.id,
        )


def log_of(client, user, query=""):
    return client.get(f"/api/v1/outbox{query}", headers=bearer(user))


def test_the_log_shows_state_and_words_without_names_numbers_or_links(client, dispatcher, message):
    tasks.deliver(Recorded())

    (entry,) = log_of(client, dispatcher).json["items"]

    assert entry["state"] == "sent"
    assert entry["to"].endswith("8000")
    assert "installation" in entry["subject"]
    whole = str(entry)
    assert not any(part in whole for part in ("王芳", "李明", "very-secret", "+86138001"))


def test_a_message_that_has_not_left_is_masked_too(client, dispatcher, message):
    (entry,) = log_of(client, dispatcher).json["items"]

    assert entry["state"] == "pending"
    assert not any(part in str(entry) for part in ("李明", "very-secret"))


def test_the_log_is_narrowed_by_state_and_topic(client, dispatcher, message):
    assert len(log_of(client, dispatcher, "?state=pending&topic=rate-visit").json["items"]) == 1
    assert log_of(client, dispatcher, "?state=failed").json["items"] == []
    assert log_of(client, dispatcher, "?state=lost").status_code == 422


def test_another_territorys_log_is_not_shown(client, message):
    other = make_user(Role.DISPATCHER, territory_ids=frozenset({make_territory().id}))

    assert log_of(client, other).json["items"] == []


def test_an_administrator_reads_every_territorys_log(client, message):
    assert len(log_of(client, make_user(Role.ADMINISTRATOR)).json["items"]) == 1


def test_a_technician_reads_no_log(client, message):
    make_technician()

    assert log_of(client, make_user(Role.TECHNICIAN)).status_code == 403


def test_a_message_of_another_territory_cannot_be_sent_again(client, message):
    other = make_user(Role.DISPATCHER, territory_ids=frozenset({make_territory().id}))

    answer = client.post(f"/api/v1/outbox/{message.id}/resending", headers=bearer(other))

    assert answer.status_code == 404


def test_only_a_failed_message_is_sent_again(client, dispatcher, message):
    answer = client.post(f"/api/v1/outbox/{message.id}/resending", headers=bearer(dispatcher))

    assert (answer.status_code, answer.json["code"]) == (409, "message-not-resendable")
