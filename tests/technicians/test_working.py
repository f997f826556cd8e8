"""All that planning asks of a territory's technicians, in one go."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.core.db import db, unit_of_work
from app.technicians import queries, service
from app.technicians.rules import HeldCertificate, HeldLicence
from tests.factories import (
    MONDAY_8AM,
    make_brand,
    make_category,
    make_place,
    make_technician,
    make_territory,
)
from tests.technicians.people import (
    HOUR,
    make_absence,
    make_certificate,
    make_licence,
    make_shift,
)

pytestmark = pytest.mark.usefixtures("app")

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def territory(app):
    return make_territory()


def working(territory, first=MONDAY, last=MONDAY):
    return queries.working(territory.id, first, last)


def test_absences_are_cut_out_of_shifts(territory):
    technician = make_technician(territory)
    make_shift(technician)
    make_absence(technician, MONDAY_8AM + 2 * HOUR, 2)

    [one] = working(territory)

    spans = [(piece.starts_at, piece.ends_at) for piece in one.shifts]
    assert spans == [
        (MONDAY_8AM, MONDAY_8AM + 2 * HOUR),
        (MONDAY_8AM + 4 * HOUR, MONDAY_8AM + 10 * HOUR),
    ]


def test_a_shift_belongs_to_the_local_day_on_which_it_starts(territory):
    technician = make_technician(territory)
    midnight = datetime(2026, 3, 1, 16, tzinfo=UTC)  # Monday 00:00 in Guangzhou
    make_shift(technician, midnight - HOUR, 1)
    first = make_shift(technician, midnight, 2)
    last = make_shift(technician, midnight + 23 * HOUR, 4)
    make_shift(technician, midnight + 27 * HOUR, 4)

    [one] = working(territory)

    assert [piece.shift_id for piece in one.shifts] == [first.id, last.id]


def test_whoever_has_no_shift_is_there_without_one_and_named(territory):
    idle, busy = make_technician(territory, code="a"), make_technician(territory, code="b")
    make_shift(busy)

    assert [(one.technician.code, len(one.shifts)) for one in working(territory)] == [
        ("a", 0),
        ("b", 1),
    ]
    assert queries.without_shifts(territory.id, MONDAY, MONDAY) == [idle]


def test_whoever_is_absent_all_day_counts_as_without_a_shift(territory):
    technician = make_technician(territory)
    make_shift(technician)
    make_absence(technician, MONDAY_8AM - HOUR, 12)

    assert queries.without_shifts(territory.id, MONDAY, MONDAY) == [technician]


def test_only_those_employed_on_some_of_the_days_are_there(territory):
    make_technician(territory, code="left", left_on=MONDAY - timedelta(days=1))
    make_technician(territory, code="joins", joined_on=TUESDAY)
    make_technician(territory, code="leaves", left_on=MONDAY)
    make_technician(code="elsewhere")

    assert [one.technician.code for one in working(territory)] == ["leaves"]
    two_days = working(territory, MONDAY, TUESDAY)
    assert [one.technician.code for one in two_days] == ["joins", "leaves"]


def test_qualifications_home_and_standing_come_along(territory):
    home = make_place(territory)
    technician = make_technician(territory, home_id=home.id, insured_until=TUESDAY)
    brand, category = make_brand(), make_category("flooring")
    certificate = make_certificate(technician, brand, category)
    make_licence(technician)
    with unit_of_work():
        service.record_score(technician.id, None, 4.5, 4.2, 12)
        service.record_score(technician.id, category.id, 4.8, 4.1, 5)

    [one] = working(territory)

    assert one.home.id == home.id
    assert one.standing.insured_until == TUESDAY
    assert one.standing.certificates == (
        HeldCertificate(
            certificate.id,
            brand.id,
            "/flooring/",
            certificate.job_type,
            1,
            certificate.valid_from,
            certificate.valid_until,
        ),
    )
    assert one.standing.licences == (HeldLicence("electrician", date(2026, 1, 1), None),)
    assert (one.scores[None].professional, one.scores[category.id].count) == (4.5, 5)


@contextmanager
def counted():
    seen = []
    engine = db.engine

    def count(_, __, statement, *___):
        if statement.lstrip().upper().startswith("SELECT"):
            seen.append(statement)

    sa.event.listen(engine, "before_cursor_execute", count)
    yield seen
    sa.event.remove(engine, "before_cursor_execute", count)


@pytest.mark.parametrize("people", [1, 12])
def test_it_takes_the_same_queries_however_many_there_are(territory, people):
    brand, category = make_brand(), make_category()
    for _ in range(people):
        technician = make_technician(territory, home_id=make_place(territory).id)
        make_shift(technician)
        make_certificate(technician, brand, category)
    db.session.expunge_all()

    with counted() as seen:
        assert len(working(territory)) == people

    assert len(seen) == 8


def test_a_score_is_kept_once_and_the_last_computation_counts(territory):
    technician = make_technician(territory)
    for professional in (4.0, 4.4):
        with unit_of_work():
            service.record_score(technician.id, None, professional, 4.0, 3)

    [score] = queries.scores_of(technician.id)

    assert score.professional == 4.4
