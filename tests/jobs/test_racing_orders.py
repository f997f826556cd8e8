"""The same order sent twice at the same moment."""

import threading

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.db import db, transact
from app.core.failpoints import armed
from app.jobs import service
from app.jobs.models import Job, Order
from tests.factories import administrator
from tests.jobs.sent import NOW, Shop, order

SENDERS = 4


@pytest.fixture
def outcomes(app):
    """What became of an order that several senders had all found missing."""
    Shop()
    found, meeting = [], threading.Barrier(SENDERS)

    def wait():
        try:
            meeting.wait(timeout=2)
        except threading.BrokenBarrierError:
            return  # one writer at a time: the others have not come in yet

    def send():
        with app.app_context():
            taken = transact(lambda: service.take_order(order(), actor=administrator()))
            found.append(taken.outcome.value)
            db.session.remove()

    threads = [threading.Thread(target=send) for _ in range(SENDERS)]
    with clock.frozen(NOW), armed("take_order.before_insert", wait):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return sorted(found)


def test_it_is_one_order_with_one_job_and_every_sender_learns_so(outcomes):
    assert outcomes == ["created", *["unchanged"] * (SENDERS - 1)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 1
