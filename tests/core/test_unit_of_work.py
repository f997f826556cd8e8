"""One place commits, and nothing is written anywhere else."""

import threading
import time

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from app.accounts.models import Partner
from app.core import events
from app.core.clock import now
from app.core.db import StaleVersion, db, lock, savepoint, transact, unit_of_work
from app.core.events import Event
from app.core.failpoints import armed
from tests.factories import make_partner


def announce(event):
    with unit_of_work():
        events.record(event)


def partners():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Partner))


def test_what_a_block_writes_is_there_afterwards(app):
    make_partner(code="A")

    assert partners() == 1


def test_a_failure_leaves_nothing_of_the_block(app):
    with armed("unit_of_work.before_commit", lambda: 1 / 0), pytest.raises(ZeroDivisionError):
        make_partner(code="A")

    assert partners() == 0


def test_writing_outside_a_unit_of_work_is_refused_by_the_database(app):
    db.session.add(Partner(code="A", name="A"))

    with pytest.raises(DBAPIError):
        db.session.flush()


def test_units_of_work_do_not_nest(app):
    with unit_of_work(), pytest.raises(RuntimeError), unit_of_work():
        pass


def test_a_bad_row_is_undone_alone(app):
    with unit_of_work():
        for code in ("A", "A", "B"):
            try:
                with savepoint():
                    db.session.add(Partner(code=code, name=code))
                    db.session.flush()
            except sa.exc.IntegrityError:
                pass

    assert partners() == 2


def test_subscribers_write_in_the_same_transaction_as_what_they_react_to(app):
    class Happened(Event):
        """Something a test made happen."""

    def react(_):
        db.session.add(Partner(code="reaction", name="reaction"))

    events.subscribe(Happened, react)
    with armed("unit_of_work.before_commit", lambda: 1 / 0), pytest.raises(ZeroDivisionError):
        announce(Happened(at=now()))

    assert partners() == 0
    announce(Happened(at=now()))
    assert partners() == 1


def test_what_the_database_asks_to_try_again_is_tried_again(app):
    tries = []

    class Serialisation(Exception):
        sqlstate = "40001"

    def work():
        tries.append(1)
        if len(tries) < 3:
            raise OperationalError("UPDATE", {}, Serialisation())
        return "done"

    assert transact(work) == "done"
    assert len(tries) == 3


def test_the_loser_of_a_race_for_a_row_is_told(app):
    partner = make_partner(code="A")

    def rename_after_somebody_else():
        with unit_of_work():
            mine = db.session.get(Partner, partner.id)
            db.session.execute(
                sa.update(Partner).values(version=Partner.version + 1),
                execution_options={"synchronize_session": False},
            )
            mine.name = "mine"

    with pytest.raises(StaleVersion):
        rename_after_somebody_else()


def count_to_forty(app, read):
    """Let four threads add one ten times each to a number they read, and return the sum."""
    partner_id = make_partner(code="A", name="0").id

    def one_more():
        count = int(read(partner_id).name) + 1
        time.sleep(0.002)
        renamed = sa.update(Partner).where(Partner.id == partner_id).values(name=str(count))
        db.session.execute(renamed)

    def add():
        with app.app_context():
            for _ in range(10):
                transact(one_more, attempts=20)
            db.session.remove()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return int(db.session.get(Partner, partner_id).name)


def test_read_and_write_under_the_lock_loses_no_update(app):
    assert count_to_forty(app, lambda key: lock(Partner, [key])[key]) == 40


def test_without_the_lock_updates_are_lost_on_postgresql(app):
    """The red control: SQLite has one writer at a time whatever is locked."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")

    assert count_to_forty(app, lambda key: db.session.get(Partner, key)) < 40
