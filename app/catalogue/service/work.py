"""Changing what each kind of job takes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.catalogue import policies, queries
from app.catalogue.events import WorkSpecChanged
from app.catalogue.models import WorkSpec
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, Invalid, problem_of
from app.core.events import record
from app.core.policies import Actor, require
from app.core.saving import save


class WorkSpecExists(Conflict):
    """What this job takes is described already."""

    code = "work-spec-exists"


class WorkSpecScopeNotValid(Invalid):
    """A work spec is for one model or for one category."""

    code = "work-spec-scope-not-valid"


def add_work_spec(values: Mapping[str, Any], *, actor: Actor) -> WorkSpec:
    """Say what a job type takes for a model, or for a category and all below it.

    Records ``WorkSpecChanged``: jobs that waited for a duration may go.

    Raises:
        WorkSpecScopeNotValid: it names both a model and a category, or neither.
        WorkSpecExists: this scope has one for the job type.
    """
    require(policies.can_change(actor), "add-work-spec")
    model_id, category_id = values.get("model_id"), values.get("category_id")
    if (model_id is None) == (category_id is None):
        message = "give either a model with its brand, or a category"
        raise WorkSpecScopeNotValid(errors=[problem_of("category", message)])
    if of_scope(values["job_type"], model_id, category_id) is not None:
        raise WorkSpecExists(job_type=values["job_type"])
    spec = WorkSpec()
    db.session.add(spec)
    save("add-work-spec", spec, values, actor=actor)
    _announce(spec)
    return spec


def change_work_spec(spec_id: UUID, changes: Mapping[str, Any], *, actor: Actor) -> WorkSpec:
    """Change what a job type takes; jobs taken in before keep what they were taken in with.

    Raises:
        WorkSpecNotFound: there is none for this actor.
    """
    spec = queries.get(WorkSpec, spec_id, actor=actor, locked=True)
    require(policies.can_change(actor), "change-work-spec")
    if save("change-work-spec", spec, changes, actor=actor):
        _announce(spec)
    return spec


def of_scope(job_type: str, model_id: UUID | None, category_id: UUID | None) -> WorkSpec | None:
    """Return the spec of exactly this model or category, without looking further up."""
    chosen = sa.select(WorkSpec).where(
        WorkSpec.job_type == job_type,
        WorkSpec.model_id == model_id,
        WorkSpec.category_id == category_id,
    )
    return db.session.scalar(chosen)


def _announce(spec: WorkSpec) -> None:
    record(
        WorkSpecChanged(
            at=clock.now(),
            job_type=spec.job_type,
            model_id=spec.model_id,
            category_id=spec.category_id,
        )
    )
