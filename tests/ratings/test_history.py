"""Finished visits from before are taken over line by line; nobody is told anything."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.core import clock, imports
from app.core.db import db, unit_of_work
from app.core.imports import Context, Outcome
from app.core.outbox import OutboxMessage
from app.core.tabular import Line, Table
from app.core.tasks import BackgroundTask
from app.jobs.models import Job, JobState, Order
from app.planning.models import Assignment, Visit, VisitState
from app.planning.queries import visits
from app.ratings import service
from app.ratings.models import Rating
from app.technicians.models import Score
from app.visits.models import VisitReport
from tests.factories import (
    MONDAY_8AM,
    TEST,
    make_brand,
    make_category,
    make_model,
    make_technician,
    make_territory,
)
from tests.proofs.scale import scaled


@pytest.fixture(autouse=True)
def past(app):
    with clock.frozen(MONDAY_8AM):
        territory, brand = make_territory(code="GZ"), make_brand(code="NORD")
        make_model(brand, make_category("wardrobe"), code="WR-1")
        make_technician(territory, code="T1")
        yield


LINE = {
    "brand": "NORD",
    "order_no": "A-1",
    "job_type": "install",
    "customer_name": "王小明",
    "phone": "13800138000",
    "territory": "GZ",
    "address": "广州市天河区体育西路1号",
    "lat": "23.1322",
    "lon": "113.3211",
    "category": "",
    "model": "WR-1",
    "serial": "S-77",
    "technician": "T1",
    "started": "2026-02-10 09:00",
    "finished": "2026-02-10 10:30",
    "result": "completed",
    "failure": "",
    "professional": "5",
    "attitude": "4",
    "comment": "很好",
    "rated_at": "2026-02-11 08:00",
}


def take_over(*lines, dry_run=False):
    headers = list(LINE)
    table = Table(headers, [Line(n, [one[h] for h in headers]) for n, one in enumerate(lines, 2)])
    with unit_of_work():
        return imports.run("history", table, Context(TEST), dry_run=dry_run)


def outcome_of(**changes):
    (row,) = take_over(LINE | changes).rows
    return row


def count(kind):
    return db.session.scalar(sa.select(sa.func.count()).select_from(kind))


def only(kind):
    return db.session.scalars(sa.select(kind)).one()


def test_a_line_becomes_an_order_a_job_that_is_done_and_a_completed_visit():
    assert outcome_of().outcome is Outcome.CREATED

    assert only(Order).reference == "A-1"
    assert only(Job).state is JobState.DONE
    assert only(Visit).state is VisitState.COMPLETED
    assert only(VisitReport).state is VisitState.COMPLETED


def test_times_are_local_to_the_territory():
    take_over(LINE)

    assert only(Assignment).starts_at == datetime.fromisoformat("2026-02-10T09:00+08:00")
    assert only(Assignment).day == date(2026, 2, 10)
    assert only(Rating).rated_at == datetime.fromisoformat("2026-02-11T08:00+08:00")


def test_the_past_takes_nobodys_time_and_still_says_who_was_there():
    take_over(LINE, LINE | {"order_no": "A-2"})

    assert not any(one.active for one in db.session.scalars(sa.select(Assignment)))
    assert len(visits.crew_of(db.session.scalars(sa.select(Visit)).first().id)) == 1


def test_what_was_said_is_kept_with_its_words_sealed():
    take_over(LINE)

    rating = only(Rating)
    assert (rating.professional, rating.attitude, rating.comment) == (5, 4, "很好")
    assert "很好".encode() not in rating.comment_sealed


def test_nobody_is_told_anything():
    take_over(LINE)

    assert count(OutboxMessage) == 0


def test_scores_are_computed_once_for_the_whole_file():
    take_over(*(LINE | {"order_no": f"A-{n}"} for n in range(5)))

    assert count(BackgroundTask) == 1
    with unit_of_work():
        service.recompute(actor=TEST)
    assert {score.count for score in db.session.scalars(sa.select(Score))} == {5}


def test_the_same_line_again_changes_nothing():
    take_over(LINE)

    assert outcome_of().outcome is Outcome.UNCHANGED
    assert count(Visit) == 1


def test_a_second_visit_of_the_same_job_is_added_to_it():
    failed = {"result": "failed", "failure": "part-missing", "professional": "", "attitude": ""}
    take_over(LINE | failed | {"rated_at": ""})
    later = {"started": "2026-02-12 09:00", "finished": "2026-02-12 09:40", "rated_at": ""}

    assert outcome_of(**later).outcome is Outcome.CREATED

    assert count(Job) == 1
    assert only(Job).state is JobState.DONE
    assert sorted(visit.ordinal for visit in db.session.scalars(sa.select(Visit))) == [1, 2]


def test_a_visit_without_a_rating_stays_without_one():
    take_over(LINE | {"professional": "", "attitude": "", "comment": "", "rated_at": ""})

    assert count(Rating) == 0


def test_a_dry_run_leaves_nothing():
    report = take_over(LINE, dry_run=True)

    assert report.counts["created"] == 1
    assert count(Order) == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"finished": "2026-02-10 08:00"}, "finished"),
        ({"started": "2027-02-10 08:00", "finished": "2027-02-10 09:00"}, "finished"),
        ({"result": "failed"}, "failure"),
        ({"failure": "unsafe"}, "failure"),
        ({"attitude": ""}, "professional"),
        ({"professional": "6"}, "professional"),
        ({"rated_at": "2026-02-09 08:00"}, "rated_at"),
        ({"model": "", "category": ""}, "category"),
        ({"brand": "NOBODY"}, "brand"),
        ({"technician": "T9"}, "technician"),
        ({"model": "WR-9"}, "model"),
        ({"phone": "12"}, "phone"),
        ({"started": "yesterday"}, "started"),
    ],
)
def test_a_line_that_contradicts_itself_or_names_the_unknown_is_refused(changes, field):
    row = outcome_of(**changes)

    assert row.outcome is Outcome.REFUSED
    assert field in {error["field"] for error in row.errors}


def test_a_refused_line_leaves_the_others_alone():
    report = take_over(LINE | {"technician": "T9"}, LINE | {"order_no": "A-2"})

    assert [row.outcome for row in report.rows] == [Outcome.REFUSED, Outcome.CREATED]


def test_an_order_that_is_open_here_has_no_past_to_take_over():
    take_over(LINE)
    with unit_of_work():
        only(Job).state = JobState.PLANNED

    later = {"started": "2026-02-12 09:00", "finished": "2026-02-12 09:40", "rated_at": ""}

    assert outcome_of(**later).outcome is Outcome.CONFLICT


@pytest.mark.proof
def test_two_thousand_lines_come_in_whole():
    start = datetime(2026, 2, 1, 9, 0)  # noqa: DTZ001  a local wall time of the file
    lines = [
        LINE
        | {
            "order_no": f"B-{n}",
            "phone": f"138{n:08d}",
            "serial": f"S{n}",
            "address": f"广州市天河区体育西路{n}号",
            "started": f"{start + timedelta(minutes=n):%Y-%m-%d %H:%M}",
            "finished": f"{start + timedelta(minutes=n + 45):%Y-%m-%d %H:%M}",
        }
        for n in range(scaled(2000))
    ]

    report = take_over(*lines)

    assert report.counts["created"] == len(lines)
