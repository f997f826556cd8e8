"""The same report sent twice at the same moment is one report, and moves the visit once."""

import pytest

from app.core.db import db, transact
from app.planning.models import VisitState
from app.visits import queries, service
from app.visits.models import FailureReason, Verdict
from app.visits.service import Evidence
from tests.factories import MONDAY_8AM, make_technician, technician_actor
from tests.racing import race
from tests.visits.made import make_visit


@pytest.fixture
def li(app):
    return make_technician()


def report_at_once(app, *works):
    ends = race(app, *(lambda work=work: transact(work) for work in works))
    db.session.rollback()  # ends the reading that began before the others wrote
    return ends


def test_one_number_sent_four_times_at_once_is_one_report(app, li):
    visit_id, actor = make_visit(li).id, technician_actor(li)
    evidence = Evidence(MONDAY_8AM, "phone", 1)

    def send():
        return service.report(visit_id, VisitState.ARRIVED, evidence, actor=actor).id

    assert len(set(report_at_once(app, *[send] * 4))) == 1
    assert len(queries.reports_of(visit_id)) == 1


def test_of_two_different_ends_at_once_one_applies_and_the_other_is_kept_rejected(app, li):
    visit_id, actor = make_visit(li).id, technician_actor(li)

    def complete():
        told = Evidence(MONDAY_8AM, "phone", 1)
        return service.report(visit_id, VisitState.COMPLETED, told, actor=actor).verdict

    def fail():
        told = Evidence(MONDAY_8AM, "tablet", 1, failure=FailureReason.NOBODY_HOME)
        return service.report(visit_id, VisitState.FAILED, told, actor=actor).verdict

    assert sorted(report_at_once(app, complete, fail)) == [Verdict.APPLIED, Verdict.REJECTED]
    assert len(queries.reports_of(visit_id)) == 2
