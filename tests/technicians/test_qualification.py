"""May this technician do this job on this date, and if not, why."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.models import JobType
from app.technicians.models import CertificateState
from app.technicians.rules import (
    HeldCertificate,
    HeldLicence,
    Lack,
    Needs,
    Standing,
    qualification,
)

NORD, OTHER = UUID(int=1), UUID(int=2)
MARCH_2 = date(2026, 3, 2)
NEEDS = Needs(NORD, "/flooring/wood/solid/", JobType.INSTALL)


def held(**given):
    values = {
        "id": uuid4(),
        "brand_id": NORD,
        "category_path": "/flooring/wood/",
        "job_type": JobType.INSTALL,
        "level": 1,
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2026, 12, 31),
    }
    return HeldCertificate(**(values | given))


def lacks(*certificates, needs=NEEDS, on=MARCH_2, **standing):
    found = qualification(Standing(certificates=certificates, **standing), needs, on)
    return [shortfall.code for shortfall in found]


def test_a_certificate_covers_its_category_and_all_below_it():
    assert lacks(held(category_path="/flooring/")) == []
    assert lacks(held(category_path="/flooring/wood/solid/")) == []


@pytest.mark.parametrize(
    "other",
    [
        {"category_path": "/flooring/wood/solid/oak/"},
        {"category_path": "/flooring/wood/laminate/"},
        {"category_path": "/floor/"},
        {"brand_id": OTHER},
        {"job_type": JobType.REPAIR},
    ],
)
def test_another_brand_category_or_job_type_covers_nothing(other):
    assert lacks(held(**other)) == [Lack.NO_CERTIFICATE]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 2, 28), [Lack.CERTIFICATE_NOT_YET]),
        (date(2026, 3, 1), []),
        (date(2026, 3, 31), []),
        (date(2026, 4, 1), [Lack.CERTIFICATE_EXPIRED]),
    ],
)
def test_a_certificate_counts_on_its_first_and_its_last_day(day, expected):
    certificate = held(valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 31))

    assert lacks(certificate, on=day) == expected


def test_an_expired_certificate_says_when_it_ended():
    [shortfall] = qualification(
        Standing(certificates=(held(valid_until=date(2026, 2, 27)),)), NEEDS, MARCH_2
    )

    assert shortfall.detail == {"valid_until": "2026-02-27"}
    assert str(shortfall) == "certificate expired on 2026-02-27"


def test_the_level_must_be_reached():
    demanding = Needs(NORD, "/flooring/wood/solid/", JobType.INSTALL, level=3)

    assert lacks(held(level=2), needs=demanding) == [Lack.LEVEL_TOO_LOW]
    assert lacks(held(level=3), needs=demanding) == []
    assert lacks(held(level=5), needs=demanding) == []


@pytest.mark.parametrize("state", [CertificateState.PENDING, CertificateState.REVOKED])
def test_only_an_approved_certificate_counts(state):
    assert lacks(held(state=state)) == [Lack.NOT_APPROVED]


def test_one_certificate_alone_must_cover_the_job():
    demanding = Needs(NORD, "/flooring/wood/solid/", JobType.INSTALL, level=2)
    expired_master = held(level=2, valid_until=date(2026, 1, 31))

    assert lacks(held(level=1), expired_master, needs=demanding) != []


def test_of_several_certificates_the_nearest_one_tells_what_is_missing():
    far = held(level=1, state=CertificateState.REVOKED, valid_until=date(2026, 1, 31))
    near = held(valid_until=date(2026, 2, 28))

    assert lacks(far, near) == [Lack.CERTIFICATE_EXPIRED]


def test_of_two_expired_certificates_the_later_one_is_told():
    early, late = held(valid_until=date(2026, 1, 31)), held(valid_until=date(2026, 2, 28))

    [shortfall] = qualification(Standing(certificates=(early, late)), NEEDS, MARCH_2)

    assert shortfall.detail == {"valid_until": "2026-02-28"}


def test_a_job_that_needs_no_certificate_asks_for_none():
    assert lacks(needs=Needs(NORD, "/x/", JobType.SURVEY, needs_certificate=False)) == []


@pytest.mark.parametrize(
    ("licences", "expected"),
    [
        ((), [Lack.LICENCE_MISSING]),
        ((HeldLicence("height", date(2025, 1, 1), None),), [Lack.LICENCE_MISSING]),
        (
            (HeldLicence("electrician", date(2025, 1, 1), date(2026, 3, 1)),),
            [Lack.LICENCE_EXPIRED],
        ),
        ((HeldLicence("electrician", date(2026, 3, 3), None),), [Lack.LICENCE_NOT_YET]),
        ((HeldLicence("electrician", MARCH_2, MARCH_2),), []),
        (
            (
                HeldLicence("electrician", date(2025, 1, 1), date(2025, 12, 31)),
                HeldLicence("electrician", date(2026, 1, 1), None),
            ),
            [],
        ),
    ],
)
def test_each_licence_must_be_held_on_the_day(licences, expected):
    needs = Needs(NORD, "/flooring/wood/solid/", JobType.INSTALL, licences=("electrician",))

    assert lacks(held(), needs=needs, licences=licences) == expected


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        ({"identity_until": date(2026, 3, 1)}, [Lack.IDENTITY_CHECK_EXPIRED]),
        ({"identity_until": MARCH_2}, []),
        ({"insured_until": date(2026, 3, 1)}, [Lack.INSURANCE_EXPIRED]),
        ({"insured_until": MARCH_2}, []),
        ({"left_on": date(2026, 3, 1)}, [Lack.LEFT]),
        ({"left_on": MARCH_2}, []),
        ({"joined_on": date(2026, 3, 3)}, [Lack.NOT_YET_JOINED]),
        ({"joined_on": MARCH_2}, []),
    ],
)
def test_checks_and_employment_hold_on_their_last_day(standing, expected):
    assert lacks(held(), **standing) == expected


def test_every_lack_is_told_not_only_the_first():
    needs = Needs(NORD, "/flooring/", JobType.INSTALL, licences=("electrician", "height"))

    assert lacks(needs=needs, insured_until=date(2026, 1, 1)) == [
        Lack.INSURANCE_EXPIRED,
        Lack.NO_CERTIFICATE,
        Lack.LICENCE_MISSING,
        Lack.LICENCE_MISSING,
    ]


days = st.dates(date(2026, 2, 20), date(2026, 3, 10))
paths = st.sampled_from(["/a/", "/a/b/", "/a/b/c/", "/a/bb/", "/z/"])
certificates = st.builds(
    HeldCertificate,
    id=st.uuids(),
    brand_id=st.sampled_from([NORD, OTHER]),
    category_path=paths,
    job_type=st.sampled_from([JobType.INSTALL, JobType.REPAIR]),
    level=st.integers(1, 3),
    valid_from=days,
    valid_until=st.none() | days,
    state=st.sampled_from(CertificateState),
)
licences = st.builds(
    HeldLicence,
    kind=st.sampled_from(["electrician", "height"]),
    valid_from=days,
    valid_until=st.none() | days,
)
standings = st.builds(
    Standing,
    joined_on=st.none() | days,
    left_on=st.none() | days,
    identity_until=st.none() | days,
    insured_until=st.none() | days,
    certificates=st.lists(certificates, max_size=4).map(tuple),
    licences=st.lists(licences, max_size=3).map(tuple),
)
asked = st.builds(
    Needs,
    brand_id=st.sampled_from([NORD, OTHER]),
    category_path=paths,
    job_type=st.sampled_from([JobType.INSTALL, JobType.REPAIR]),
    level=st.integers(1, 3),
    licences=st.lists(st.sampled_from(["electrician", "height"]), max_size=2, unique=True).map(
        tuple
    ),
    needs_certificate=st.booleans(),
)


def with_more(standing, certificate=None, licence=None):
    return Standing(
        **{
            **vars(standing),
            "certificates": standing.certificates + ((certificate,) if certificate else ()),
            "licences": standing.licences + ((licence,) if licence else ()),
        }
    )


@given(standings, asked, days, certificates, licences)
def test_another_certificate_or_licence_never_takes_a_qualification_away(
    standing, needs, on, certificate, licence
):
    if qualification(standing, needs, on) == []:
        assert qualification(with_more(standing, certificate, licence), needs, on) == []


@given(standings, asked, days)
def test_a_lower_level_is_never_harder_to_meet(standing, needs, on):
    if qualification(standing, needs, on) == []:
        easier = Needs(**{**vars(needs), "level": 1})
        assert qualification(standing, easier, on) == []


@given(certificates, asked, st.integers(0, 40))
def test_with_one_certificate_the_qualified_days_are_exactly_its_own(certificate, needs, offset):
    on = date(2026, 2, 10) + timedelta(days=offset)
    needs = Needs(**{**vars(needs), "licences": (), "needs_certificate": True})
    covers = (
        certificate.brand_id == needs.brand_id
        and certificate.job_type is needs.job_type
        and needs.category_path.startswith(certificate.category_path)
        and certificate.level >= needs.level
        and certificate.state is CertificateState.APPROVED
    )
    inside = certificate.valid_from <= on and (
        certificate.valid_until is None or on <= certificate.valid_until
    )

    is_qualified = qualification(Standing(certificates=(certificate,)), needs, on) == []

    assert is_qualified == (covers and inside)


@given(standings, asked, days)
def test_every_shortfall_can_be_told_in_a_sentence(standing, needs, on):
    for shortfall in qualification(standing, needs, on):
        assert str(shortfall)
        assert "{" not in str(shortfall)
