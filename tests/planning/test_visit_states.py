"""Which steps a visit may take, whatever order they are asked for in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.planning.models import VisitState
from app.planning.rules.states import ENDED, STEPS, Refusal, refusal

OPEN, SCHEDULED, ON_THE_WAY, ARRIVED, STARTED, COMPLETED, FAILED, CANCELLED = VisitState


@pytest.mark.parametrize("step", range(len(STEPS) - 1))
def test_the_usual_way_is_open_step_by_step(step):
    assert refusal(STEPS[step], STEPS[step + 1]) is None


def test_an_open_visit_is_scheduled_and_nothing_else():
    assert refusal(OPEN, SCHEDULED) is None
    assert refusal(OPEN, ARRIVED) is Refusal.NOT_SCHEDULED
    assert refusal(OPEN, FAILED) is Refusal.NOT_SCHEDULED


def test_a_step_that_a_phone_lost_may_be_skipped():
    assert refusal(SCHEDULED, STARTED) is None
    assert refusal(ON_THE_WAY, COMPLETED) is None


def test_a_step_is_never_taken_back():
    assert refusal(STARTED, ARRIVED) is Refusal.ALREADY_PAST
    assert refusal(ARRIVED, OPEN) is Refusal.ALREADY_PAST


def test_only_what_is_scheduled_is_taken_off_the_schedule():
    assert refusal(SCHEDULED, OPEN) is None
    assert refusal(ON_THE_WAY, OPEN) is Refusal.ALREADY_PAST


@pytest.mark.parametrize("state", [SCHEDULED, ON_THE_WAY, ARRIVED, STARTED])
def test_a_visit_may_fail_at_any_step(state):
    assert refusal(state, FAILED) is None


@pytest.mark.parametrize("state", [OPEN, SCHEDULED, ON_THE_WAY, ARRIVED, STARTED])
def test_a_visit_may_be_cancelled_until_it_has_ended(state):
    assert refusal(state, CANCELLED) is None


@pytest.mark.parametrize("ended", sorted(ENDED))
@pytest.mark.parametrize("wanted", list(VisitState))
def test_what_has_ended_goes_nowhere(ended, wanted):
    assert refusal(ended, wanted) in {Refusal.ENDED, Refusal.ALREADY_THERE}


@given(st.lists(st.sampled_from(list(VisitState))))
def test_however_reports_are_shuffled_a_visit_only_moves_forward(wanted):
    state, order = SCHEDULED, {step: at for at, step in enumerate(STEPS)}
    for one in wanted:
        if one is OPEN or refusal(state, one) is not None:
            continue
        assert one in {FAILED, CANCELLED} or order[one] > order[state]
        state = one
