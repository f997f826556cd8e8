"""Why this technician: asked of a day as it stands."""

from datetime import timedelta

import pytest

from app.planning import service
from app.planning.service import JobNotExplained
from tests.planning.world import MONDAY


def test_who_does_it_and_what_another_would_cost_is_said(world):
    one, other = world.technician(), world.technician(pace=1.5)
    job = world.job(9, 11)
    world.published()

    found = service.explain(job)

    assert found.technician_id == one.id
    assert found.job_id == job.id
    [instead] = found.alternatives
    assert instead.technician_id == other.id
    assert instead.cost_change_minor > 0
    assert instead.blocked_by is None


def test_whoever_is_not_qualified_is_blocked_by_that(world):
    world.technician()
    world.technician(certified=False)
    job = world.job(9, 11)
    world.published()

    [instead] = service.explain(job).alternatives

    assert instead.blocked_by == "nobody-qualified"
    assert instead.cost_change_minor is None


def test_a_job_left_out_is_explained_by_its_reasons(world):
    world.technician(certified=False)
    job = world.job(9, 11)
    world.plan()

    found = service.explain(job)

    assert found.technician_id is None
    assert [reason["code"] for reason in found.reasons] == ["nobody-qualified"]


def test_a_plan_not_announced_yet_is_explained_as_well(world):
    one = world.technician()
    job = world.job(promised=False, window_start=None, window_end=None)
    world.plan()

    assert service.explain(job).technician_id == one.id


def test_a_job_without_any_day_is_not_explained(world):
    world.technician()
    job = world.job(promised=False, window_start=None, window_end=None)

    with pytest.raises(JobNotExplained) as refused:
        service.explain(job)

    assert refused.value.details["why"] == "no-day"


def test_a_job_that_is_not_to_be_planned_that_day_is_not_explained(world):
    world.technician()
    job = world.job(9, 11)

    with pytest.raises(JobNotExplained) as refused:
        service.explain(job, MONDAY + timedelta(days=1))

    assert refused.value.details["why"] == "not-to-plan"
