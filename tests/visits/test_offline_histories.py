"""Reports delivered late, twice or in any order end in the same state, each with a verdict."""

from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import clock
from app.core.db import db, unit_of_work
from app.planning.models import Visit, VisitState
from app.visits import queries, rules, service
from app.visits.events import FailureReason
from app.visits.models import Verdict
from app.visits.service import Evidence
from tests.factories import MONDAY_8AM, make_technician, technician_actor
from tests.visits.made import make_visit

STEPS = ["on-the-way", "arrived", "started"]
ENDS = ["completed", "failed"]
HOURS = count(1)


@dataclass(frozen=True)
class Sent:
    sequence: int
    state: VisitState


@st.composite
def histories(draw):
    """A true history with any steps left out, delivered shuffled and with repeats."""
    steps = [step for step in STEPS if draw(st.booleans())]
    ending = draw(st.lists(st.sampled_from(ENDS), max_size=1))
    told = [Sent(n, VisitState(state)) for n, state in enumerate([*steps, *ending])]
    repeats = draw(st.lists(st.sampled_from(told), max_size=4)) if told else []
    return told, draw(st.permutations([*told, *repeats]))


@given(histories())
def test_any_order_and_number_of_reports_ends_where_the_true_history_does(history):
    told, delivered = history
    state = VisitState.SCHEDULED
    for sent in delivered:
        if rules.decide(state, sent.state, assigned=True).applies:
            state = sent.state

    assert state is (told[-1].state if told else VisitState.SCHEDULED)


@given(st.sampled_from(list(VisitState)), st.sampled_from(rules.REPORTABLE), st.booleans())
def test_every_report_gets_a_verdict_and_all_but_the_applied_a_reason(current, told, mine):
    decision = rules.decide(current, told, assigned=mine)

    assert decision.verdict in Verdict
    assert (decision.reason is None) is (decision.verdict is Verdict.APPLIED)


@given(st.sampled_from(list(VisitState)), st.sampled_from(rules.REPORTABLE))
def test_what_ended_stays_as_it_ended(current, told):
    if current in rules.ENDED | {VisitState.CANCELLED}:
        assert not rules.decide(current, told, assigned=True).applies


@pytest.fixture
def li(app):
    with clock.frozen(MONDAY_8AM):
        yield make_technician()


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=histories())
def test_a_shuffled_queue_delivered_with_repeats_loses_nothing(li, history):
    told, delivered = history
    hour = next(HOURS)
    visit = make_visit(li, hour=hour)
    for sent in delivered:
        failure = FailureReason.NOBODY_HOME if sent.state is VisitState.FAILED else None
        with unit_of_work():
            service.report(
                visit.id,
                sent.state,
                Evidence(MONDAY_8AM, f"phone-{visit.id}", sent.sequence, failure=failure),
                actor=technician_actor(li),
            )

    kept = queries.reports_of(visit.id)
    assert sorted(one.sequence for one in kept) == [one.sequence for one in told]
    final = db.session.get(Visit, visit.id, populate_existing=True).state
    assert final is (told[-1].state if told else VisitState.SCHEDULED)
