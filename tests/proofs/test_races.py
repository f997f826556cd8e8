"""Races that real installations lose now and then, run often enough to be sure."""

import time

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Partner
from app.core.db import StaleVersion, db, transact, unit_of_work
from app.planning.models import Assignment, Visit
from app.planning.service.standing import lock_days
from tests.factories import MONDAY_8AM, made, make_job, make_partner
from tests.factories.bookings import book, technician_with_visits
from tests.proofs.scale import scaled
from tests.racing import race

pytestmark = pytest.mark.proof
ROUNDS, RACERS = scaled(1000), 8


def taken(technician, visit):
    lock_days([(technician.id, MONDAY_8AM.date())])
    return book(technician, visit, 9, 11).id


def run_rounds(app, technician, visits):
    """Let every racer book the same hour, round after round; return how each round ended."""

    def booking(round_no):
        def attempt(visit):
            return lambda: transact(lambda: taken(technician, visit))

        ends = race(app, *map(attempt, visits))
        with unit_of_work():
            booked = db.session.scalar(sa.select(sa.func.count()).select_from(Assignment))
            db.session.execute(sa.delete(Assignment))
        return booked, ends

    return [booking(n) for n in range(ROUNDS)]


def test_of_eight_who_book_the_same_technician_one_wins_and_the_others_are_told(app):
    technician, visits = technician_with_visits(RACERS)

    rounds = run_rounds(app, technician, visits)

    assert [booked for booked, _ in rounds] == [1] * ROUNDS
    losers = [end for _, ends in rounds for end in ends if isinstance(end, Exception)]
    assert len(losers) == ROUNDS * (RACERS - 1)
    assert {type(loser) for loser in losers} == {IntegrityError}


def test_without_the_databases_refusal_technicians_are_booked_twice(app):
    """The red control: the same race with the constraint taken away."""
    technician, visits = technician_with_visits(RACERS)
    with unit_of_work():
        taken_away = without_refusal()

    def attempt(visit):
        return lambda: transact(lambda: book(technician, visit, 9, 11))

    try:
        booked = race(app, *map(attempt, visits))
        assert not any(isinstance(end, Exception) for end in booked)
    finally:
        with unit_of_work():
            db.session.execute(sa.delete(Assignment))
            for statement in taken_away:
                db.session.execute(sa.text(statement))


def without_refusal() -> list[str]:
    """Take the refusal of double booking away; return what puts it back."""
    if db.engine.dialect.name == "sqlite":
        triggers = db.session.execute(
            sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for name, _ in triggers:
            db.session.execute(sa.text(f"DROP TRIGGER {name}"))
        return [sql for _, sql in triggers]
    name = "ex_assignments_no_double_booking"
    found = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
    definition = db.session.scalar(found, {"name": name})
    db.session.execute(sa.text(f"ALTER TABLE assignments DROP CONSTRAINT {name}"))
    return [f"ALTER TABLE assignments ADD CONSTRAINT {name} {definition}"]


def test_two_visits_of_one_job_cannot_have_the_same_ordinal(app):
    job = make_job()

    ends = race(app, *[lambda: made(Visit, job_id=job.id, ordinal=1).id] * RACERS)

    assert sum(not isinstance(end, Exception) for end in ends) == 1


# ── lost updates ──


def rename(team_id, line):
    """Read a row, think, and write what was read with a line added."""
    with unit_of_work():
        team = db.session.get(Partner, team_id)
        time.sleep(0.001)
        team.name = f"{team.name}{line}"
        db.session.flush()


def rename_past_versions(team_id, line):
    with unit_of_work():
        name = db.session.get(Partner, team_id).name
        time.sleep(0.001)
        values = {"name": f"{name}{line}"}
        db.session.execute(sa.update(Partner.__table__).values(values))


def renamed_in_races(app, rounds, change=rename):
    """Give how many changes were said to be made in each round, and how many are there."""
    team = make_partner(name="")
    for _ in range(rounds):
        ends = race(app, *[lambda line=line: change(team.id, line) for line in "abcd"])
        claimed = sum(not isinstance(end, Exception) for end in ends)
        assert {type(end) for end in ends if isinstance(end, Exception)} <= {StaleVersion}
        db.session.rollback()
        with unit_of_work():
            kept = db.session.get(Partner, team.id, populate_existing=True)
            length, kept.name = len(kept.name), ""
        yield claimed, length


def test_no_update_of_a_shared_row_is_lost(app):
    assert all(said == kept for said, kept in renamed_in_races(app, scaled(1000)))


def test_without_versions_updates_are_lost(app):
    """The red control, on PostgreSQL: SQLite has one writer at a time, versions or not."""
    if db.engine.dialect.name == "sqlite":
        pytest.skip("one writer at a time")
    rounds = renamed_in_races(app, 30, rename_past_versions)

    assert any(said > kept for said, kept in rounds)
