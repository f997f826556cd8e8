"""The demo's files hold what the demo promises; checked without a database."""

from collections import Counter
from datetime import date
from itertools import pairwise, zip_longest

import pytest

from app.catalogue.models import JobType
from app.cli import demo
from app.core.columns import match_headers, read_line
from app.jobs.service.columns import ORDERS

TODAY = date(2026, 11, 22)


def rows(name):
    table = demo.read(name, TODAY)
    return [dict(zip_longest(table.headers, line.cells, fillvalue="")) for line in table.lines]


def parsed(name):
    """The rows of a file of orders as the importer reads them: no cell may be refused."""
    table = demo.read(name, TODAY)
    fields = match_headers(ORDERS, table.headers, {})
    read = [read_line(ORDERS, fields, line) for line in table.lines]
    assert not [errors for _, errors in read if errors]
    return [row for row, _ in read]


@pytest.fixture(scope="module")
def orders():
    return parsed("orders.csv") + parsed("orders-beijifeng.csv")


def test_days_are_counted_from_the_day_of_loading():
    assert demo.read("absences.csv", TODAY).lines[0].cells[2] == "2026-11-23"
    assert rows("history.csv")[0]["started"].startswith("2026-10-23 ")


def test_a_plain_date_stays(orders):
    first = rows("certificates.csv")[0]

    assert first["valid_from"] < "2026"
    assert demo.read("certificates.csv", date(2027, 1, 1)).lines[0].cells[5] == first["valid_from"]


def test_it_has_forty_technicians_ten_brands_two_partners_and_twenty_four_models_with_kits():
    assert len(rows("technicians.csv")) == 40
    assert len(rows("brands.csv")) == 10
    assert len(rows("partners.csv")) == 2
    assert len([model for model in rows("models.csv") if model["kit"]]) == 24


def test_it_has_240_jobs_a_day_for_five_days_from_tomorrow(orders):
    days = Counter(job["date"] for job in orders)

    assert len(orders) == 1200
    assert days.pop(None) == 20
    assert days == {date(2026, 11, day): 236 for day in range(23, 28)}


def test_at_least_a_quarter_of_the_jobs_are_repairs(orders):
    assert sum(job["job_type"] is JobType.REPAIR for job in orders) >= 300


def test_some_jobs_have_an_agreed_window_some_a_proposed_one_some_none(orders):
    kinds = Counter((job["window_start"] is not None, job["confirmed"]) for job in orders)

    assert kinds[True, True] > kinds[True, False] > kinds[False, False] == 20


def test_every_day_has_jobs_whose_goods_or_place_are_missing(orders):
    for day in range(23, 28):
        jobs = [job for job in orders if job["date"] == date(2026, 11, day)]
        late = [job for job in jobs if job["parcels"] and job["parcels_arrived"] is not True]
        nowhere = [job for job in jobs if job["lat"] is None]

        assert len(late) >= 5
        assert len(nowhere) >= 3


def test_every_model_and_technician_named_is_in_the_files(orders):
    models = {(model["brand"], model["code"]) for model in rows("models.csv")}
    people = {person["code"] for person in rows("technicians.csv")}
    history = rows("history.csv")

    assert {(job["brand"], job["model"]) for job in orders + history} <= models
    named = {visit["technician"] for visit in history}
    for name in ("shifts.csv", "absences.csv", "certificates.csv", "licences.csv"):
        named |= {row["technician"] for row in rows(name)}
    assert named == people


def test_certificates_end_before_tomorrow_inside_the_five_days_and_long_after():
    ends = {row["valid_until"] for row in rows("certificates.csv") if row["valid_until"]}

    assert min(ends) == "2026-11-21"
    assert any("2026-11-23" <= end <= "2026-11-27" for end in ends)
    assert max(ends) > "2028"


def test_a_technician_is_at_one_place_at_a_time_in_the_past():
    visits = sorted(rows("history.csv"), key=lambda v: (v["technician"], v["started"]))
    for before, after in pairwise(visits):
        if before["technician"] == after["technician"]:
            assert before["finished"] <= after["started"]


def test_most_but_not_all_finished_visits_are_rated_on_both_axes():
    done = [visit for visit in rows("history.csv") if visit["result"] == "completed"]
    rated = [visit for visit in done if visit["professional"] and visit["attitude"]]

    assert 0.6 < len(rated) / len(done) < 0.9
    assert any(visit["comment"].isascii() for visit in rated if visit["comment"])
    assert any(not visit["comment"].isascii() for visit in rated if visit["comment"])
