"""Absences do not overlap; declaring and withdrawing them is announced."""

import pytest

from app.core.db import unit_of_work
from app.core.events import collected
from app.technicians import queries, service
from app.technicians.events import AbsenceDeclared, AbsenceWithdrawn
from app.technicians.models import Absence, AbsenceKind
from app.technicians.service.absences import AbsenceNotValid, AbsenceOverlaps
from tests.factories import MONDAY_8AM, dispatcher, make_technician, make_territory
from tests.technicians.people import HOUR, make_absence

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


def absent(start, hours):
    return {
        "kind": AbsenceKind.SICK,
        "starts_at": MONDAY_8AM + start * HOUR,
        "ends_at": MONDAY_8AM + (start + hours) * HOUR,
    }


def test_an_absence_is_announced_with_its_time(technician, actor):
    with unit_of_work(), collected() as announced:
        service.declare_absence(technician.id, absent(0, 4), actor=actor)

    [event] = announced
    assert isinstance(event, AbsenceDeclared)
    assert (event.technician_id, event.starts_at) == (technician.id, MONDAY_8AM)


def test_an_absence_that_overlaps_another_is_refused(technician, actor):
    make_absence(technician, MONDAY_8AM, 4)

    with unit_of_work(), pytest.raises(AbsenceOverlaps):
        service.declare_absence(technician.id, absent(3, 4), actor=actor)


def test_an_absence_may_follow_another_at_once(technician, actor):
    make_absence(technician, MONDAY_8AM, 4)

    with unit_of_work():
        service.declare_absence(technician.id, absent(4, 4), actor=actor)


def test_an_absence_ends_after_it_starts(technician, actor):
    with unit_of_work(), pytest.raises(AbsenceNotValid):
        service.declare_absence(technician.id, absent(4, -1), actor=actor)


def test_an_absence_may_be_shortened_without_meeting_itself(technician, actor):
    absence = make_absence(technician, MONDAY_8AM, 8)

    with unit_of_work():
        shorter = {"ends_at": MONDAY_8AM + 4 * HOUR}
        service.change_absence(technician.id, absence.id, shorter, actor=actor)

    kept = queries.owned(Absence, absence.id, technician=technician)
    assert kept.ends_at == MONDAY_8AM + 4 * HOUR


def test_a_withdrawn_absence_is_announced(technician, actor):
    absence = make_absence(technician, MONDAY_8AM, 4)

    with unit_of_work(), collected() as announced:
        service.withdraw_absence(technician.id, absence.id, actor=actor)

    assert [type(event) for event in announced] == [AbsenceWithdrawn]
