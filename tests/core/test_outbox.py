"""Messages leave only after the commit, and only once due."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock, outbox
from app.core.db import db, unit_of_work
from app.core.outbox import MessageState, OutboxMessage
from tests.factories import MONDAY_8AM

pytestmark = pytest.mark.usefixtures("app")


def enqueue(about="visit:1"):
    return outbox.enqueue(
        "rate-visit", about=about, recipient="customer:1", payload={"link": "secret-link"}
    )


def claim(at=MONDAY_8AM):
    with clock.frozen(at), unit_of_work():
        return outbox.claim_due()


def test_a_message_of_a_change_that_failed_does_not_exist():
    def change_and_fail():
        with unit_of_work():
            enqueue()
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        change_and_fail()

    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 0


def test_the_payload_is_sealed_at_rest_and_opens_for_delivery():
    with unit_of_work():
        message = enqueue()

    assert b"secret-link" not in message.payload_sealed
    assert message.payload == {"link": "secret-link"}


def test_a_message_is_claimed_by_one_sender_until_its_lease_runs_out():
    with clock.frozen(MONDAY_8AM), unit_of_work():
        enqueue()

    assert len(claim()) == 1
    assert claim() == []
    assert len(claim(MONDAY_8AM + outbox.LEASE + timedelta(seconds=1))) == 1


def test_a_withdrawn_message_never_leaves():
    with clock.frozen(MONDAY_8AM), unit_of_work():
        message = enqueue()
    with unit_of_work():
        assert outbox.withdraw("visit:1") == 1

    assert claim() == []
    db.session.refresh(message)
    assert message.state is MessageState.WITHDRAWN
