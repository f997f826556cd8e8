"""Shifts do not overlap, hold their breaks, and tell planning when they change."""

import threading
from datetime import timedelta

import pytest

from app.core import audit
from app.core.db import db, transact, unit_of_work
from app.core.errors import Forbidden
from app.core.events import collected
from app.technicians import queries, service
from app.technicians.events import ShiftChanged
from app.technicians.service.shifts import ShiftNotValid, ShiftOverlaps
from tests.factories import (
    MONDAY_8AM,
    dispatcher,
    make_partner,
    make_technician,
    make_territory,
    technician_actor,
)
from tests.technicians.people import HOUR, make_shift, partner_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def territory(app):
    return make_territory()


@pytest.fixture
def technician(territory):
    return make_technician(territory)


@pytest.fixture
def actor(territory):
    return dispatcher(territory)


def times(start, hours):
    return {"starts_at": start, "ends_at": start + hours * HOUR}


def test_a_new_shift_is_announced_and_audited(technician, actor):
    with unit_of_work(), collected() as announced:
        shift = service.add_shift(technician.id, times(MONDAY_8AM, 10), actor=actor)

    assert [type(event) for event in announced] == [ShiftChanged]
    assert announced[0].starts_at == MONDAY_8AM
    [entry] = audit.history("shifts", shift.id)
    assert (entry.action, entry.actor) == ("add-shift", actor.identity)


@pytest.mark.parametrize(("start", "hours"), [(-1, 2), (1, 1), (9, 5), (-1, 12)])
def test_a_shift_that_overlaps_another_is_refused(technician, actor, start, hours):
    make_shift(technician)

    with unit_of_work(), pytest.raises(ShiftOverlaps) as error:
        service.add_shift(technician.id, times(MONDAY_8AM + start * HOUR, hours), actor=actor)

    assert error.value.details["starts_at"] == MONDAY_8AM


def test_shifts_may_touch_and_other_peoples_do_not_count(technician, actor, territory):
    make_shift(technician)
    make_shift(make_technician(territory), MONDAY_8AM + 10 * HOUR)

    with unit_of_work():
        service.add_shift(technician.id, times(MONDAY_8AM + 10 * HOUR, 4), actor=actor)


def test_two_overlapping_shifts_made_at_once_do_not_both_stand(app, technician, actor):
    start = threading.Barrier(2)
    refused = []

    def add(offset):
        with app.app_context():
            start.wait()
            try:
                transact(
                    lambda: service.add_shift(
                        technician.id, times(MONDAY_8AM + offset * HOUR, 4), actor=actor
                    )
                )
            except ShiftOverlaps as error:
                refused.append(error)
            db.session.remove()

    threads = [threading.Thread(target=add, args=(offset,)) for offset in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1


@pytest.mark.parametrize("hours", [0, -2, 25])
def test_a_shift_ends_after_it_starts_and_within_a_day(technician, actor, hours):
    with unit_of_work(), pytest.raises(ShiftNotValid):
        service.add_shift(technician.id, times(MONDAY_8AM, hours), actor=actor)


@pytest.mark.parametrize(("earliest", "latest"), [(-1, 2), (4, 3), (4, 9.5)])
def test_a_break_lies_inside_its_shift(technician, actor, earliest, latest):
    rest = {
        "earliest": MONDAY_8AM + earliest * HOUR,
        "latest": MONDAY_8AM + latest * HOUR,
        "minutes": 60,
    }

    with unit_of_work(), pytest.raises(ShiftNotValid):
        service.add_shift(technician.id, times(MONDAY_8AM, 10) | {"breaks": [rest]}, actor=actor)


def test_moving_a_shift_announces_the_time_before_and_after(technician, actor):
    shift = make_shift(technician)

    with unit_of_work(), collected() as announced:
        later = times(MONDAY_8AM + 2 * HOUR, 10)
        service.change_shift(technician.id, shift.id, later, actor=actor)

    [event] = announced
    assert (event.starts_at, event.ends_at) == (MONDAY_8AM, MONDAY_8AM + 12 * HOUR)


def test_a_shift_that_stays_as_it_is_announces_nothing(technician, actor):
    shift = make_shift(technician)

    with unit_of_work(), collected() as announced:
        service.change_shift(technician.id, shift.id, times(MONDAY_8AM, 10), actor=actor)

    assert list(announced) == []


def test_a_shift_taken_away_is_gone_and_announced(technician, actor):
    shift = make_shift(technician)

    with unit_of_work(), collected() as announced:
        service.remove_shift(technician.id, shift.id, reason="fair cancelled", actor=actor)

    assert [type(event) for event in announced] == [ShiftChanged]
    with pytest.raises(queries.ShiftNotFound):
        queries.owned(type(shift), shift.id, technician=technician)


def test_a_partner_keeps_the_shifts_of_its_own_people_only(territory):
    partner = make_partner()
    own = make_technician(territory, partner_id=partner.id)
    actor = partner_of(partner)

    with unit_of_work():
        service.add_shift(own.id, times(MONDAY_8AM, 4), actor=actor)

    with unit_of_work(), pytest.raises(queries.TechnicianNotFound):
        service.add_shift(make_technician(territory).id, times(MONDAY_8AM, 4), actor=actor)


def test_a_dispatcher_of_another_territory_learns_nothing(technician):
    with unit_of_work(), pytest.raises(queries.TechnicianNotFound):
        service.add_shift(technician.id, times(MONDAY_8AM, 4), actor=dispatcher(make_territory()))


def test_technicians_see_their_shifts_but_do_not_make_them(technician):
    with unit_of_work(), pytest.raises(Forbidden):
        service.add_shift(
            technician.id,
            times(MONDAY_8AM + timedelta(days=1), 4),
            actor=technician_actor(technician),
        )
