"""The technician's phone: the day in order, what a visit needs, one step at a time."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest

from app.core import clock, settings
from app.core.db import db
from app.core.policies import Role
from app.planning.models import Visit, VisitState
from app.visits.events import FailureReason
from app.visits.models import VisitReport
from tests.factories import (
    MONDAY_8AM,
    make_brand,
    make_partner,
    make_technician,
    make_territory,
    make_user,
)
from tests.visits.made import make_visit
from tests.web.signed_in import browser, signed_in


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def person():
    return make_user(Role.TECHNICIAN)


@pytest.fixture
def technician(person):
    return make_technician(make_territory(), user_id=person.id, name="陈伟")


@pytest.fixture
def phone(app, person, technician):
    return signed_in(app, person)


def report(visit, state, **given):
    return {"form_id": str(uuid4()), "state": state, "at": MONDAY_8AM.isoformat()} | given


def state_of(visit):
    db.session.rollback()
    return db.session.get(Visit, visit.id, populate_existing=True).state


def reports():
    db.session.rollback()
    return list(db.session.scalars(db.select(VisitReport)))


def test_the_day_lists_my_visits_in_the_order_of_the_clock(phone, technician):
    later, sooner = make_visit(technician, hour=4), make_visit(technician, hour=1)
    make_visit(make_technician(make_territory()), hour=2)

    page = phone.get("/field").text

    linked = re.findall(r"/field/visits/([0-9a-f-]{36})", page)
    assert linked == [str(sooner.id), str(later.id)]
    assert "09:00" in page


def test_a_visit_shows_where_to_go_and_keeps_the_number_back(phone, technician):
    visit = make_visit(technician)

    page = phone.get(f"/field/visits/{visit.id}").text

    assert "体育西路1号" in page
    assert 'href="geo:23.13' in page
    assert "+8613800138000" not in page


def test_the_number_is_shown_by_asking(phone, technician):
    visit = make_visit(technician)

    page = phone.post(f"/field/visits/{visit.id}/contact").text

    assert 'href="tel:+8613800138000"' in page


def test_a_visit_goes_from_step_to_step(phone, technician):
    visit = make_visit(technician)

    for state in ("on-the-way", "arrived", "started", "completed"):
        page = phone.get(f"/field/visits/{visit.id}").text
        assert f'name="state" value="{state}"' in page
        phone.post(f"/field/visits/{visit.id}/report", data=report(visit, state))
        assert state_of(visit) is VisitState(state)

    assert len(reports()) == 4


def test_a_report_carries_place_and_note(phone, technician):
    visit = make_visit(technician)
    sent = report(
        visit, "arrived", lat="23.1301", lon="113.2702", accuracy_m="12", note="按铃三次"
    )

    phone.post(f"/field/visits/{visit.id}/report", data=sent)

    [kept] = reports()
    assert (kept.lat, kept.lon, kept.accuracy_m) == (23.1301, 113.2702, 12)
    assert kept.note == "按铃三次"


def test_the_same_form_sent_twice_is_one_report(phone, technician):
    visit = make_visit(technician)
    sent = report(visit, "on-the-way")

    for _ in range(2):
        phone.post(f"/field/visits/{visit.id}/report", data=sent)

    assert len(reports()) == 1


def test_a_failed_visit_needs_its_reason(phone, technician):
    visit = make_visit(technician)
    path = f"/field/visits/{visit.id}/report"

    assert phone.post(path, data=report(visit, "failed")).status_code == 422
    phone.post(path, data=report(visit, "failed", failure="nobody-home"))

    assert state_of(visit) is VisitState.FAILED
    assert reports()[0].failure is FailureReason.NOBODY_HOME


@pytest.mark.parametrize(
    "broken",
    [
        {"form_id": "1"},
        {"at": "noon"},
        {"at": "2026-03-02T08:00:00"},
        {"lat": "x", "lon": "1"},
        {"state": "dancing"},
    ],
)
def test_what_cannot_be_read_changes_nothing(phone, technician, broken):
    visit = make_visit(technician)

    answer = phone.post(
        f"/field/visits/{visit.id}/report", data=report(visit, "on-the-way") | broken
    )

    assert answer.status_code == 422
    assert state_of(visit) is VisitState.SCHEDULED


def test_a_step_back_is_kept_but_changes_nothing(phone, technician):
    visit = make_visit(technician, state=VisitState.STARTED)

    answer = phone.post(
        f"/field/visits/{visit.id}/report", data=report(visit, "on-the-way"), follow_redirects=True
    )

    assert "the visit stands elsewhere already" in answer.text
    assert state_of(visit) is VisitState.STARTED


def test_somebody_elses_visit_does_not_exist(phone, technician):
    visit = make_visit(make_technician(make_territory()))

    assert phone.get(f"/field/visits/{visit.id}").status_code == 404
    assert phone.post(f"/field/visits/{visit.id}/contact").status_code == 404
    sent = report(visit, "on-the-way")
    assert phone.post(f"/field/visits/{visit.id}/report", data=sent).status_code == 404


def test_the_phone_is_for_technicians_alone(app, client):
    assert client.get("/field").status_code == 303
    owners = {
        Role.DISPATCHER: {},
        Role.BRAND: {"brand_id": make_brand().id},
        Role.PARTNER: {"partner_id": make_partner().id},
    }
    for role, owner in owners.items():
        assert browser(app, role, **owner).get("/field").status_code == 403


def test_a_technician_starts_on_their_day(phone):
    assert phone.get("/").location == "/field"


def test_a_sign_in_without_a_technician_behind_it_is_told_so(app):
    assert browser(app, Role.TECHNICIAN).get("/field").status_code == 404


def test_amap_gets_its_own_coordinates(phone, technician, app):
    visit = make_visit(technician)
    settings.use(replace(settings.current(), map_link="amap"))

    page = phone.get(f"/field/visits/{visit.id}").text

    [lon, lat] = re.search(r"position=([\d.]+),([\d.]+)", page).groups()
    assert 0.004 < float(lon) - 113.27 < 0.008
    assert lat != "23.130000"


def test_masked_again_once_it_is_over(phone, technician):
    visit = make_visit(technician, state=VisitState.COMPLETED)

    page = phone.get(f"/field/visits/{visit.id}").text

    assert "体育西路1号" not in page
    assert "data-report" not in page
