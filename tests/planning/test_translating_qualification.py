"""The translated problem and the product's own answer to "who may do it" are always the same."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.models import JobType
from app.planning.translate import skills
from app.planning.translate.horizon import Horizon
from app.technicians.models import CertificateState
from app.technicians.rules import (
    HeldCertificate,
    HeldLicence,
    Needs,
    Standing,
    qualification,
)
from solver.problem import reading
from solver.problem.values import Technician
from solver.rules import holds
from solver.wire import Fields

FIRST = date(2026, 3, 2)
HORIZON = Horizon(FIRST, FIRST + timedelta(days=3), "Asia/Shanghai")
BRANDS = {UUID(int=1): "A", UUID(int=2): "B"}
PATHS = ("/floor/", "/floor/wood/", "/floor/wood/solid/", "/door/")
HOUR = 3600

brands = st.sampled_from(sorted(BRANDS))
paths = st.sampled_from(PATHS)
types = st.sampled_from([JobType.INSTALL, JobType.REPAIR])
levels = st.integers(1, 3)
days = st.integers(-2, 6).map(lambda day: FIRST + timedelta(days=day))
ends = st.none() | days
kinds = st.sampled_from(["electrician", "height"])
certificates = st.builds(
    HeldCertificate,
    id=st.just(UUID(int=9)),
    brand_id=brands,
    category_path=paths,
    job_type=types,
    level=levels,
    valid_from=days,
    valid_until=ends,
    state=st.sampled_from([CertificateState.APPROVED, CertificateState.REVOKED]),
)
licences = st.builds(HeldLicence, kind=kinds, valid_from=days, valid_until=ends)
standings = st.builds(
    Standing,
    joined_on=ends,
    left_on=ends,
    identity_until=ends,
    insured_until=ends,
    certificates=st.lists(certificates, max_size=4).map(tuple),
    licences=st.lists(licences, max_size=3).map(tuple),
)
needs_of_seats = st.builds(
    Needs,
    brand_id=brands,
    category_path=paths,
    job_type=types,
    level=levels,
    licences=st.lists(kinds, unique=True).map(lambda found: tuple(sorted(found))),
    needs_certificate=st.booleans(),
)


def translated(standing, wanted):
    """Return the technician as the solver has them, for all needs at once."""
    rights = {}
    for needs in wanted:
        rights |= skills.rights(needs, BRANDS[needs.brand_id])
    listed = skills.held(standing, rights, HORIZON)
    document = {"id": "t", "mode": "road", "skills": listed, "shifts": []}
    faults = []
    technician: Technician = reading.technician(Fields(document, "", faults))
    assert faults == []
    return technician


def seat_skills(needs):
    listed = skills.needed(needs, BRANDS[needs.brand_id])
    return reading.each(Fields({"skills": listed}, "", []), "skills", reading.need)


@given(standings, st.lists(needs_of_seats, min_size=1, max_size=4), st.integers(0, 23))
def test_whoever_may_do_a_job_on_a_day_may_do_it_in_the_problem_and_nobody_else(
    standing, wanted, hour
):
    technician = translated(standing, wanted)

    for needs in wanted:
        for day in HORIZON.days:
            start = HORIZON.bounds(day)[0] + hour * HOUR
            answer = holds(technician, seat_skills(needs), start, start + HOUR)
            assert answer == (not qualification(standing, needs, day))


def certified(**given):
    values = {
        "id": UUID(int=9),
        "brand_id": UUID(int=1),
        "category_path": "/floor/",
        "job_type": JobType.INSTALL,
        "level": 2,
        "valid_from": date(2025, 1, 1),
        "valid_until": None,
    }
    return Standing(certificates=(HeldCertificate(**(values | given)),))


NEEDS = Needs(UUID(int=1), "/floor/wood/", JobType.INSTALL, level=2)


def test_a_certificate_for_the_whole_range_has_no_dates():
    listed = skills.held(certified(), skills.rights(NEEDS, "A"), HORIZON)

    assert {"skill": "certificate:A:/floor/wood/:install", "level": 2} in listed


def test_a_certificate_ends_with_its_last_day():
    standing = certified(valid_until=FIRST)
    [entry] = [
        one
        for one in skills.held(standing, skills.rights(NEEDS, "A"), HORIZON)
        if one["skill"].startswith("certificate")
    ]

    assert entry["until"] == 24 * HOUR


def test_a_certificate_that_ran_out_before_is_listed_so_that_the_search_can_say_so():
    standing = certified(valid_until=FIRST - timedelta(days=3))
    [entry] = [
        one
        for one in skills.held(standing, skills.rights(NEEDS, "A"), HORIZON)
        if one["skill"].startswith("certificate")
    ]

    assert entry["until"] == -2 * 24 * HOUR


def test_a_certificate_of_too_low_a_level_is_not_listed():
    listed = skills.held(certified(level=1), skills.rights(NEEDS, "A"), HORIZON)

    assert [one["skill"] for one in listed] == ["fit"]
