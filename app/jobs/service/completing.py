"""Giving jobs a duration once the catalogue knows it."""

from collections import Counter
from uuid import UUID

from app.catalogue import queries as catalogue
from app.catalogue.models import JobType, WorkSpec
from app.core import audit, clock
from app.core.db import db, lock
from app.core.events import record
from app.core.policies import system
from app.jobs.events import JobChanged
from app.jobs.models import Job
from app.jobs.queries import release as queries
from app.jobs.queries.views import JobView, views
from app.jobs.rules.requirements import combined
from app.jobs.service import release
from app.jobs.service.drafting import extra_seconds, requirement_columns

CATALOGUE = system("catalogue")


def complete_requirements(job_type: JobType) -> None:
    """Give jobs of this type that lack a duration what the catalogue now says they take.

    Jobs that have one keep what they asked for when they were taken in.
    """
    waiting = lock(Job, queries.without_duration(job_type))
    done: list[UUID] = []
    for shown in views(list(waiting.values())):
        needs = combined(_specs(shown))
        if needs.work_seconds is None:
            continue
        columns = requirement_columns(needs, extra_seconds(shown.place))
        for name, value in (columns | {"work_seconds": needs.work_seconds}).items():
            setattr(shown.job, name, value)
        audit.change("complete-job", shown.job, actor=CATALOGUE)
        record(JobChanged(at=clock.now(), job_id=shown.job.id, fields=("work_seconds",)))
        done.append(shown.job.id)
    db.session.flush()
    release.review(done)


def _specs(shown: JobView) -> list[tuple[WorkSpec | None, int]]:
    kind = shown.job.job_type
    if not shown.items:
        spec = catalogue.spec_for(kind, model_id=None, category_id=shown.job.category_id)
        return [(spec, 1)]
    counts = Counter((model.id, model.category_id) for _, model in shown.items)
    return [
        (catalogue.spec_for(kind, model_id=model_id, category_id=category_id), count)
        for (model_id, category_id), count in counts.items()
    ]
