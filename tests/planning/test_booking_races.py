"""Two consumers and one place: one gets it, the other is told the next."""

import time

import sqlalchemy as sa

from app.core.db import db, transact
from app.core.failpoints import armed
from app.core.policies import Actor, Role
from app.planning import service
from app.planning.models import Assignment
from app.planning.service import WindowTaken, booking
from tests.planning.world import at
from tests.racing import race

EIGHT, TEN = (at(8), at(10)), (at(10), at(12))


def rivals(world):
    """Make two jobs so long that one technician takes only one of them in a window."""
    world.technician()
    empty = {"promised": False, "window_start": None, "window_end": None, "work_seconds": 9000}
    return [
        (job.id, Actor(via="link", roles=frozenset({Role.CONSUMER}), customer_id=job.customer_id))
        for job in (world.job(**empty), world.job(**empty))
    ]


def both_hold(app, world):
    def hold(one):
        return lambda: transact(lambda: service.hold(one[0], EIGHT, actor=one[1]))

    with armed("unit_of_work.before_commit", lambda: time.sleep(0.3)):
        return race(app, *map(hold, rivals(world)))


def starts():
    db.session.rollback()
    return db.session.scalars(sa.select(Assignment.starts_at).where(Assignment.active)).all()


def test_of_two_who_want_the_last_place_one_holds_it_and_the_other_is_told_the_next(app, world):
    ends = both_hold(app, world)

    refused = [end for end in ends if isinstance(end, Exception)]
    assert [type(end) for end in refused] == [WindowTaken]
    assert refused[0].details["next"] == [moment.isoformat() for moment in TEN]
    assert len(starts()) == 1


def test_without_the_locked_day_the_loser_would_not_know_what_is_next(app, world, monkeypatch):
    """The red control: both look before either has taken; the constraint alone is left."""
    monkeypatch.setattr(booking.standing, "lock_days", lambda _: None)

    ends = both_hold(app, world)

    refused = [end for end in ends if isinstance(end, Exception)]
    assert [type(end) for end in refused] == [WindowTaken]
    if db.engine.dialect.name == "postgresql":  # SQLite has one writer, locks or not
        assert refused[0].details["next"] is None
    assert len(starts()) == 1


def test_of_two_agreements_to_one_hold_one_counts(app, world):
    key, actor = rivals(world)[0]
    transact(lambda: service.hold(key, EIGHT, actor=actor))

    def agree():
        return transact(lambda: service.book(key, actor=actor))

    ends = race(app, agree, agree)

    assert [type(end) for end in ends if isinstance(end, Exception)] == [service.HoldLapsed]
    assert len(starts()) == 1
