"""Technicians from the command line: tables for people, JSON for programs."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from app.cli.technicians import group
from app.core import clock
from app.technicians.queries import TechnicianNotFound
from tests.factories import MONDAY_8AM, make_brand, make_category, make_technician, make_territory
from tests.technicians.people import make_absence, make_certificate, make_licence, make_shift

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def territory(app):
    return make_territory(code="GZ")


@pytest.fixture
def technician(territory):
    return make_technician(territory, code="T01")


def told(*words):
    with clock.frozen(MONDAY_8AM):
        return (
            CliRunner()
            .invoke(group, list(words), catch_exceptions=False, env={"COLUMNS": "200"})
            .output
        )


def test_who_has_no_shift_is_told_clearly(territory, technician):
    make_shift(make_technician(territory, code="T02"))

    lines = told("list", "GZ", "--on", "2026-03-02").splitlines()

    assert ["no shift" in line for line in lines if "T01" in line] == [True]
    assert ["08:00–18:00" in line for line in lines if "T02" in line] == [True]
    assert told("idle", "GZ", "--from", "2026-03-02", "--days", "1").startswith("T01")


def test_a_technician_is_shown_with_certificates_licences_and_time(technician):
    make_certificate(technician, make_brand(code="NORD"), make_category("flooring"))
    make_licence(technician)
    make_shift(technician)
    make_absence(technician, MONDAY_8AM, 2)

    shown = told("show", "T01")

    for word in (
        "陈伟",
        "NORD",
        "flooring",
        "2026-12-31",
        "electrician",
        "Mon 02 Mar 18:00",
        "leave",
    ):
        assert word in shown


def test_who_may_do_a_job_is_told_with_the_reasons_of_the_others(territory, technician):
    brand, category = make_brand(code="NORD"), make_category("flooring")
    make_certificate(technician, brand, category, valid_until=date(2026, 3, 1))
    make_certificate(make_technician(territory, code="T02"), brand, category)
    question = ("GZ", "--job-type", "install", "--brand", "NORD", "--category", "flooring")

    shown = told("qualified", *question)
    plain = json.loads(told("qualified", *question, "--json"))

    assert "2026-03-02: 1 of 2" in shown
    assert "certificate expired on 2026-03-01" in shown
    assert [(one["technician"], one["is_qualified"]) for one in plain] == [
        ("T02", True),
        ("T01", False),
    ]


def test_certificates_about_to_end_are_told(technician):
    make_certificate(
        technician, make_brand(code="NORD"), make_category(), valid_until=date(2026, 3, 9)
    )

    [row] = json.loads(told("expiring", "--days", "7", "--json"))

    assert (row["technician"], row["valid_until"]) == ("T01", "2026-03-09")


def test_an_unknown_technician_is_a_refusal():
    with pytest.raises(TechnicianNotFound):
        told("show", "T99")
