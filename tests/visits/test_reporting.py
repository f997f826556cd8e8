"""A technician reports how a visit goes; the server keeps it and decides what it is worth."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.jobs.models import Job, JobState
from app.planning.models import Visit, VisitState
from app.planning.queries.visits import VisitNotFound
from app.visits import queries, rules
from app.visits.events import FailureReason
from app.visits.models import Verdict
from app.visits.service import ReportNotValid, ReportNumberReused
from tests.factories import (
    MONDAY_8AM,
    TEST,
    dispatcher,
    make_job,
    make_technician,
    make_territory,
    technician_actor,
)
from tests.visits.made import assign, make_crew, make_visit, tell, territory_of


@pytest.fixture(autouse=True)
def at_eight(app):
    with clock.frozen(MONDAY_8AM):
        yield


@pytest.fixture
def li():
    return make_technician()


@pytest.fixture
def visit(li):
    return make_visit(li)


def state_of(visit):
    return db.session.get(Visit, visit.id, populate_existing=True).state


def job_of(visit):
    return db.session.get(Job, visit.job_id, populate_existing=True)


@pytest.mark.parametrize("state", ["on-the-way", "arrived", "started", "completed", "failed"])
def test_a_report_of_the_assigned_technician_moves_the_visit(li, visit, state):
    kept = tell(visit, state, actor=technician_actor(li))

    assert kept.verdict is Verdict.APPLIED
    assert state_of(visit) is VisitState(state)


def test_a_completed_visit_makes_the_job_done(li, visit):
    tell(visit, "completed", actor=technician_actor(li))

    assert job_of(visit).state is JobState.DONE


def test_a_failed_visit_leaves_the_job_waiting_for_a_decision_with_its_reason(li, visit):
    tell(visit, "failed", failure=FailureReason.GOODS_DAMAGED, actor=technician_actor(li))

    assert job_of(visit).state is JobState.FAILED
    assert job_of(visit).blockers == [{"code": "visit-failed", "reason": "goods-damaged"}]


def test_a_failure_without_a_reason_is_refused(visit, li):
    with pytest.raises(ReportNotValid):
        tell(visit, "failed", failure=None, actor=technician_actor(li))


def test_a_reason_for_failing_with_any_other_state_is_refused(visit, li):
    with pytest.raises(ReportNotValid):
        tell(visit, "arrived", failure=FailureReason.UNSAFE, actor=technician_actor(li))


def test_nobody_reports_that_a_visit_is_cancelled(visit, li):
    with pytest.raises(ReportNotValid) as refused:
        tell(visit, "cancelled", actor=technician_actor(li))

    assert refused.value.details["errors"][0]["field"] == "state"


def test_a_technician_who_never_had_the_visit_is_told_there_is_none(visit):
    stranger = make_technician(make_territory())

    with pytest.raises(VisitNotFound):
        tell(visit, "arrived", actor=technician_actor(stranger))
    assert queries.reports_of(visit.id) == []


def test_a_dispatcher_of_another_territory_is_told_there_is_none(visit):
    with pytest.raises(VisitNotFound):
        tell(visit, "arrived", actor=dispatcher(make_territory()))


def test_a_dispatcher_who_was_telephoned_reports_for_the_lead(li, visit):
    kept = tell(visit, "arrived", actor=dispatcher(territory_of(li)))

    assert kept.technician_id == li.id
    assert kept.verdict is Verdict.APPLIED


def test_the_same_number_of_the_same_device_again_is_the_same_report(li, visit):
    first = tell(visit, "arrived", device="pixel", sequence=7, actor=technician_actor(li))

    again = tell(visit, "arrived", device="pixel", sequence=7, actor=technician_actor(li))

    assert again.id == first.id
    assert len(queries.reports_of(visit.id)) == 1


def test_a_number_used_for_another_report_is_refused(li, visit):
    tell(visit, "arrived", device="pixel", sequence=7, actor=technician_actor(li))

    with pytest.raises(ReportNumberReused):
        tell(visit, "completed", device="pixel", sequence=7, actor=technician_actor(li))


def test_the_same_number_of_another_technicians_device_is_another_report():
    li, chen = make_crew()
    one, other = make_visit(li), make_visit(chen)

    first = tell(one, "arrived", device="pixel", sequence=7, actor=technician_actor(li))
    second = tell(other, "arrived", device="pixel", sequence=7, actor=technician_actor(chen))

    assert first.id != second.id


def test_what_comes_late_is_kept_and_superseded(li, visit):
    tell(visit, "started", actor=technician_actor(li))

    kept = tell(visit, "arrived", actor=technician_actor(li))

    assert (kept.verdict, kept.verdict_reason) == (Verdict.SUPERSEDED, "already-further")
    assert state_of(visit) is VisitState.STARTED


def test_the_second_of_a_crew_to_report_the_same_is_superseded():
    li, chen = make_crew()
    visit = make_visit(li)
    assign(visit, chen, seat=1)
    tell(visit, "arrived", actor=technician_actor(li))

    kept = tell(visit, "arrived", actor=technician_actor(chen))

    assert (kept.verdict, kept.verdict_reason) == (Verdict.SUPERSEDED, "already-so")


def test_after_a_completion_a_failure_is_rejected(li, visit):
    tell(visit, "completed", actor=technician_actor(li))

    kept = tell(visit, "failed", actor=technician_actor(li))

    assert (kept.verdict, kept.verdict_reason) == (Verdict.REJECTED, "already-completed")
    assert job_of(visit).state is JobState.DONE


def test_who_lost_the_visit_to_another_is_told_so_and_what_they_saw_is_kept():
    li, chen = make_crew()
    visit = make_visit(chen)
    assign(visit, li, active=False)

    kept = tell(visit, "arrived", note="nobody opened", actor=technician_actor(li))

    assert (kept.verdict, kept.verdict_reason) == (Verdict.REJECTED, "visit-reassigned")
    assert kept.note == "nobody opened"
    assert state_of(visit) is VisitState.SCHEDULED


def test_a_report_of_a_cancelled_visit_is_rejected_and_kept(li):
    visit = make_visit(li, state=VisitState.CANCELLED)

    kept = tell(visit, "arrived", actor=technician_actor(li))

    assert (kept.verdict, kept.verdict_reason) == (Verdict.REJECTED, "visit-cancelled")


def test_the_phones_time_counts_when_it_can_be_true(li, visit):
    told = MONDAY_8AM - timedelta(hours=3)

    kept = tell(visit, "arrived", at=told, actor=technician_actor(li))

    assert kept.happened_at == told


@pytest.mark.parametrize("off", [timedelta(hours=1), timedelta(hours=-49)])
def test_a_phones_clock_that_cannot_be_right_is_kept_and_not_believed(li, visit, off):
    kept = tell(visit, "completed", at=MONDAY_8AM + off, actor=technician_actor(li))

    assert kept.reported_at == MONDAY_8AM + off
    assert kept.happened_at == MONDAY_8AM
    assert db.session.get(Visit, visit.id).finished_at == MONDAY_8AM


def test_nothing_is_believed_to_have_happened_before_what_went_before_it(li, visit):
    tell(visit, "arrived", at=MONDAY_8AM - timedelta(hours=1), actor=technician_actor(li))

    kept = tell(visit, "started", at=MONDAY_8AM - timedelta(hours=5), actor=technician_actor(li))

    assert kept.happened_at == MONDAY_8AM - timedelta(hours=1)


def test_what_is_written_about_a_home_is_sealed_at_rest(li, visit):
    kept = tell(visit, "arrived", note="the key is under the mat", actor=technician_actor(li))

    assert b"mat" not in kept.note_sealed
    assert kept.note == "the key is under the mat"


def test_the_system_may_report_for_the_lead(li, visit):
    assert tell(visit, "arrived", actor=TEST).technician_id == li.id


def test_a_job_that_will_not_follow_leaves_the_report_kept_and_rejected(li):
    job = make_job(territory=territory_of(li), state=JobState.CANCELLED)
    visit = make_visit(li, job=job)

    kept = tell(visit, "completed", note="done anyway", actor=technician_actor(li))

    assert (kept.verdict, kept.verdict_reason) == (Verdict.REJECTED, "job-move-refused")
    assert kept.note == "done anyway"
    assert state_of(visit) is VisitState.SCHEDULED


@pytest.mark.parametrize("off", [timedelta(hours=36), -timedelta(hours=36)])
def test_a_wrong_clock_is_set_right_by_what_it_says_on_sending(off):
    told, sent = MONDAY_8AM + off - timedelta(hours=1), MONDAY_8AM + off

    right = rules.set_right(told, sent, MONDAY_8AM)

    assert right == MONDAY_8AM - timedelta(hours=1)


@pytest.mark.parametrize(
    "sent", [None, MONDAY_8AM - timedelta(seconds=90), MONDAY_8AM - timedelta(hours=2)]
)
def test_a_clock_that_is_right_or_says_nothing_is_left_as_it_is(sent):
    told = MONDAY_8AM - timedelta(hours=1)

    assert rules.set_right(told, sent, MONDAY_8AM) == told
