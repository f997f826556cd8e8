"""Technicians, their time and their certificates come in from tables."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from app.core import imports, tabular
from app.core.db import db, unit_of_work
from app.core.imports import Context, Outcome
from app.core.policies import Role
from app.places.models import Place
from app.technicians import queries
from app.technicians.models import Absence, Certificate, CertificateState, Licence, Shift
from tests.factories import (
    administrator,
    make_brand,
    make_category,
    make_partner,
    make_technician,
    make_territory,
    make_user,
)
from tests.technicians.people import partner_of

pytestmark = pytest.mark.usefixtures("app")

CREATED, UPDATED, UNCHANGED = Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED
REFUSED, CONFLICT = Outcome.REFUSED, Outcome.CONFLICT
PEOPLE = (
    "code,name,phone,territory,partner,login,home_address,home_lat,home_lon,team_size,tools,stock,"
    "insured_until,cost_per_hour\n"
)


def imported(kind, text, *, update=False, actor=None):
    table = tabular.read(text.encode())
    with unit_of_work():
        return imports.run(kind, table, Context(actor=actor or administrator(), update=update))


def outcomes(report):
    return [row.outcome for row in report.rows]


@pytest.fixture
def territory(app):
    return make_territory(code="GZ")


@pytest.fixture
def technician(territory):
    return make_technician(territory, code="T01")


def test_a_technician_comes_in_with_employer_user_and_home(territory):
    partner, user = make_partner(code="PRF"), make_user(Role.TECHNICIAN, login="t01")

    report = imported(
        "technicians",
        PEOPLE + "T01,陈伟,139 0013 9000,GZ,PRF,t01,广州市天河区体育西路1号,23.1305,113.3218,2,"
        "ladder;drill,PIPE*20,2027-06-30,45.50",
    )

    assert outcomes(report) == [CREATED], report.rows
    one = queries.by_code("T01", actor=administrator())
    assert (one.name, one.phone, one.team_size) == ("陈伟", "+8613900139000", 2)
    assert (one.partner_id, one.user_id) == (partner.id, user.id)
    assert (one.tools, one.stock) == (["ladder", "drill"], {"PIPE": 20})
    assert (one.insured_until, one.cost_per_hour_minor) == (date(2027, 6, 30), 4550)
    assert db.session.get(Place, one.home_id).lat == pytest.approx(23.1305)


def test_the_same_people_twice_stay_as_they_are(territory):
    text = PEOPLE + "T01,陈伟,13900139000,GZ,,,体育西路1号,23.1305,113.3218,,,,,"
    imported("technicians", text)

    assert outcomes(imported("technicians", text)) == [UNCHANGED]


def test_another_phone_or_home_is_a_conflict_until_updating_is_asked_for(territory):
    imported("technicians", PEOPLE + "T01,陈伟,13900139000,GZ,,,体育西路1号,,,,,,,")
    moved = PEOPLE + "T01,陈伟,13900139000,GZ,,,中山路2号,,,,,,,"
    renumbered = PEOPLE + "T01,陈伟,13800138000,GZ,,,,,,,,,,"

    assert outcomes(imported("technicians", moved)) == [CONFLICT]
    assert outcomes(imported("technicians", renumbered)) == [CONFLICT]
    assert outcomes(imported("technicians", moved, update=True)) == [UPDATED]
    assert outcomes(imported("technicians", renumbered, update=True)) == [UPDATED]
    one = queries.by_code("T01", actor=administrator())
    assert one.phone == "+8613800138000"
    assert db.session.get(Place, one.home_id).address == "中山路2号"


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ("T01,陈伟,12,GZ,,,,,,,,,,", "phone"),
        ("T01,陈伟,13900139000,SZ,,,,,,,,,,", "territory"),
        ("T01,陈伟,13900139000,GZ,NOBODY,,,,,,,,,", "partner"),
        ("T01,陈伟,13900139000,GZ,,nobody,,,,,,,,", "login"),
        ("T01,陈伟,13900139000,GZ,,,体育西路1号,23.1,,,,,,", "home_lat"),
        ("T01,陈伟,13900139000,GZ,,,,,,,,,2026-13-01,", "insured_until"),
        ("T01,陈伟,13900139000,GZ,,,,,,,,,,1.234", "cost_per_hour"),
    ],
)
def test_a_bad_cell_is_named_with_its_field(territory, cells, field):
    report = imported("technicians", PEOPLE + cells)

    assert outcomes(report) == [REFUSED]
    assert report.rows[0].errors[0]["field"] == field


SHIFTS = "technician,date,start,end,overtime_minutes,break_earliest,break_latest,break_minutes\n"


def test_a_shift_comes_in_with_local_times(technician):
    line = "T01,2026-03-02,08:30,18:00,60,11:30,13:00,60"

    assert outcomes(imported("shifts", SHIFTS + line)) == [CREATED]
    assert outcomes(imported("shifts", SHIFTS + line)) == [UNCHANGED]
    [shift] = queries.shifts_of(technician, date(2026, 3, 2), date(2026, 3, 2))
    assert shift.starts_at == datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    assert shift.breaks == [
        {
            "earliest": "2026-03-02T03:30:00+00:00",
            "latest": "2026-03-02T05:00:00+00:00",
            "minutes": 60,
        }
    ]


def test_a_shift_given_another_end_needs_updating(technician):
    imported("shifts", SHIFTS + "T01,2026-03-02,08:30,18:00,,,,")
    longer = SHIFTS + "T01,2026-03-02,08:30,20:00,,11:30,13:00,60"

    assert outcomes(imported("shifts", longer)) == [CONFLICT]
    assert outcomes(imported("shifts", longer, update=True)) == [UPDATED]


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("T99,2026-03-02,08:30,18:00,,,,", REFUSED),
        ("T01,2026-03-02,18:00,08:30,,,,", REFUSED),
        ("T01,2026-03-02,08:30,18:00,,11:30,,", REFUSED),
        ("T01,2026-03-02,08:30,18:00,,17:30,17:45,60", REFUSED),
        ("T01,2026-03-04,12:00,20:00,,,,", CONFLICT),
    ],
)
def test_a_shift_that_cannot_be_is_refused_and_the_others_stand(technician, line, outcome):
    first, last = "T01,2026-03-04,08:30,18:00,,,,\n", "\nT01,2026-03-05,9:00,18:00,,,,"

    report = imported("shifts", SHIFTS + first + line + last)

    assert outcomes(report) == [CREATED, outcome, CREATED]


def test_an_absence_of_whole_days_lasts_until_the_end_of_its_last(technician):
    text = "technician,kind,start,end\nT01,休假,2026-03-02,2026-03-03"

    assert outcomes(imported("absences", text)) == [CREATED]
    assert outcomes(imported("absences", text)) == [UNCHANGED]
    [absence] = db.session.scalars(sa.select(Absence))
    assert absence.starts_at == datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert absence.ends_at == datetime(2026, 3, 3, 16, tzinfo=UTC)


def test_certificates_and_licences_come_in_with_dates_and_evidence(technician):
    make_brand(code="NORD")
    make_category("flooring")
    header = "technician,brand,category,job_type,level,valid_from,valid_until,evidence,state\n"
    text = (
        header + "T01,NORD,flooring,安装,2,2026-01-01,2026-12-31,N-1,\n"
        "T01,NORD,flooring,repair,2,2026-01-01,,N-2,待审核\n"
        "T01,NORD,floor,install,2,2026-01-01,,N-3,\n"
        "T01,NORD,flooring,install,9,2026-01-01,,N-4,"
    )

    assert outcomes(imported("certificates", text)) == [CREATED, CREATED, REFUSED, REFUSED]
    states = {row.evidence: row.state for row in db.session.scalars(sa.select(Certificate))}
    assert states == {"N-1": CertificateState.APPROVED, "N-2": CertificateState.PENDING}

    licences = "technician,kind,number,valid_from\nT01,electrician,E-1,2026-01-01"
    assert outcomes(imported("licences", licences)) == [CREATED]
    assert outcomes(imported("licences", licences)) == [UNCHANGED]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Licence)) == 1


def test_a_partner_imports_for_its_own_people_only(territory, technician):
    partner = make_partner()
    make_technician(territory, code="T02", partner_id=partner.id)
    text = SHIFTS + "T01,2026-03-02,08:30,18:00,,,,\nT02,2026-03-02,08:30,18:00,,,,"

    report = imported("shifts", text, actor=partner_of(partner))

    assert outcomes(report) == [REFUSED, CREATED]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Shift)) == 1
