"""Taking technicians on and changing what is known of them."""

from datetime import date
from uuid import uuid4

import pytest
import sqlalchemy as sa

from app.core import audit
from app.core.db import db, unit_of_work
from app.core.errors import Forbidden
from app.core.events import collected
from app.core.policies import Role
from app.places.models import Place
from app.technicians import queries, service
from app.technicians.events import TechnicianChanged
from app.technicians.models import Technician
from app.technicians.service.people import LeavesBeforeJoining, TechnicianExists, UserTaken
from tests.factories import (
    administrator,
    brand_key,
    dispatcher,
    make_brand,
    make_partner,
    make_technician,
    make_territory,
    make_user,
    technician_actor,
)
from tests.technicians.people import partner_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def territory(app):
    return make_territory()


def new(territory, **given):
    values = {"code": "T01", "name": "陈伟", "phone": "+8613900139000"}
    return values | {"territory_id": territory.id} | given


def test_a_technician_is_taken_on_with_a_home(territory):
    home = service.Home("广州市天河区体育西路1号", (23.1305, 113.3218))

    with unit_of_work(), collected() as announced:
        technician = service.add_technician(new(territory), home=home, actor=dispatcher(territory))

    place = db.session.get(Place, technician.home_id)
    assert (place.address, place.person_id) == (home.address, technician.person_id)
    assert TechnicianChanged in [type(event) for event in announced]


def test_a_home_without_a_position_does_not_hold_anything_up(territory):
    with unit_of_work():
        technician = service.add_technician(
            new(territory), home=service.Home("某地1号"), actor=dispatcher(territory)
        )

    assert db.session.get(Place, technician.home_id).lat is None


def test_names_and_phones_never_reach_the_database_or_the_audit_in_clear(territory):
    with unit_of_work():
        technician = service.add_technician(new(territory), actor=dispatcher(territory))

    row = db.session.execute(sa.text("SELECT name_sealed, phone_sealed FROM technicians")).one()
    assert all("陈伟".encode() not in bytes(value) for value in row)
    [entry] = audit.history("technicians", technician.id)
    assert "陈伟" not in str(entry.after)
    assert "139" not in str(entry.after["phone_sealed"])[:3]


def test_a_code_is_used_once_and_a_user_is_one_technician(territory):
    user = make_user(Role.TECHNICIAN)
    make_technician(territory, code="T01", user_id=user.id)

    with unit_of_work(), pytest.raises(TechnicianExists):
        service.add_technician(new(territory), actor=dispatcher(territory))
    with unit_of_work(), pytest.raises(UserTaken):
        service.add_technician(
            new(territory, code="T02", user_id=user.id), actor=dispatcher(territory)
        )


def test_a_technician_who_stays_as_they_are_is_not_announced(territory):
    technician = make_technician(territory, name="陈伟", vehicle="van", tools=["drill"])

    with unit_of_work(), collected() as announced:
        same = {"name": "陈伟", "vehicle": "van", "tools": ["drill"]}
        service.change_technician(technician.id, same, actor=dispatcher(territory))

    assert list(announced) == []
    assert audit.history("technicians", technician.id) == []


def test_nobody_leaves_before_joining(territory):
    technician = make_technician(territory, joined_on=date(2026, 3, 1))

    with unit_of_work(), pytest.raises(LeavesBeforeJoining):
        service.change_technician(
            technician.id, {"left_on": date(2026, 2, 1)}, actor=dispatcher(territory)
        )


def test_a_partner_takes_on_its_own_people_only(territory):
    partner, other = make_partner(), make_partner()
    actor = partner_of(partner)

    with unit_of_work():
        service.add_technician(new(territory, partner_id=partner.id), actor=actor)
    for foreign in (other.id, None):
        with unit_of_work(), pytest.raises(Forbidden):
            service.add_technician(new(territory, code="T02", partner_id=foreign), actor=actor)


@pytest.mark.parametrize(
    "decided",
    [{"pace": 0.5}, {"identity_until": date(2030, 1, 1)}, {"cost_per_hour_minor": 1}],
)
def test_a_partner_does_not_set_what_dispatchers_decide(territory, decided):
    partner = make_partner()
    technician = make_technician(territory, partner_id=partner.id)
    actor = partner_of(partner)

    with unit_of_work():
        service.change_technician(technician.id, {"vehicle": "bike"}, actor=actor)
    with unit_of_work(), pytest.raises(Forbidden):
        service.change_technician(technician.id, decided, actor=actor)


def test_everybody_sees_exactly_their_people(territory):
    partner = make_partner()
    own = make_technician(territory, code="own", partner_id=partner.id)
    make_technician(territory, code="staff")
    make_technician(code="far")

    def seen(actor):
        chosen = queries.visible(actor).order_by(Technician.code)
        return [technician.code for technician in db.session.scalars(chosen)]

    assert seen(administrator()) == ["far", "own", "staff"]
    assert seen(dispatcher(territory)) == ["own", "staff"]
    assert seen(partner_of(partner)) == ["own"]
    assert seen(technician_actor(own)) == ["own"]
    assert seen(brand_key(make_brand())) == []


def test_showing_somebodys_data_openly_is_kept_with_its_reason(territory):
    partner = make_partner()
    technician = make_technician(territory, partner_id=partner.id)
    actor = partner_of(partner)

    with unit_of_work():
        shown = service.reveal(technician.id, reason="call about keys", actor=actor)

    assert shown.phone == "+8613900139000"
    [entry] = audit.history("technicians", technician.id)
    assert (entry.action, entry.reason, entry.actor) == (
        "reveal",
        "call about keys",
        actor.identity,
    )


def test_a_signed_in_user_is_recognised_as_their_technician(territory):
    user = make_user(Role.TECHNICIAN)
    technician = make_technician(territory, user_id=user.id)
    actor = technician_actor(technician)

    known = queries.identity_of(type(actor)(user_id=user.id, via="session", roles=actor.roles))
    nobody = queries.identity_of(type(actor)(user_id=uuid4(), roles=actor.roles))

    assert known == {"technician_id": technician.id}
    assert nobody == {"technician_id": None}
