"""How a brand's or a partner's jobs went: promises kept, and what consumers said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import load_only

from app.core import clock
from app.core.db import db
from app.core.policies import Actor
from app.jobs import queries as asked
from app.jobs.models import Job, JobState, Order, OrderJob
from app.jobs.queries import JobView
from app.planning.models import Visit
from app.ratings.models import Rating
from app.visits import queries as visits

LOOKED_BACK = timedelta(days=30)


@dataclass(frozen=True)
class Said:
    """What consumers said of one job's visits: means of 1 to 5."""

    professional: float
    attitude: float


@dataclass(frozen=True)
class Outcome:
    """One job and how it went.

    ``kept``: whether somebody came before the promised window closed; ``None``: nothing was
    promised, or it cannot be told yet.
    """

    view: JobView
    arrived_at: datetime | None
    kept: bool | None
    said: Said | None


@dataclass(frozen=True)
class Figures:
    """The last thirty days in four numbers; shares and means are ``None`` where nothing counts."""

    unfinished: int
    done: int
    kept: float | None
    stars: float | None


def visible(actor: Actor) -> sa.Select[Job]:
    """Select a brand's jobs, and those that a partner's people do."""
    sent = asked.visible(actor).with_only_columns(Job.id)
    return sa.select(Job).where(sa.or_(Job.id.in_(sent), Job.id.in_(visits.worked_for(actor))))


def search(actor: Actor, *, states: Sequence[JobState], q: str) -> sa.Select[Job]:
    """Narrow by state, and by a job's number or an order's reference."""
    chosen = visible(actor)
    if states:
        chosen = chosen.where(Job.state.in_(states))
    if q:
        ordered = sa.select(OrderJob.job_id).join(Order, Order.id == OrderJob.order_id)
        chosen = chosen.where(
            sa.or_(Job.number == q, Job.id.in_(ordered.where(Order.reference == q)))
        )
    return chosen


def outcomes(jobs: Sequence[Job]) -> list[Outcome]:
    """Tell how several jobs went, in their order."""
    ids = [job.id for job in jobs]
    arrived, said = visits.arrivals(ids), _said(ids)
    return [
        Outcome(
            view=view,
            arrived_at=arrived.get(view.job.id),
            kept=kept(view.job, arrived.get(view.job.id)),
            said=said.get(view.job.id),
        )
        for view in asked.views(jobs)
    ]


def kept(job: Job, arrived_at: datetime | None) -> bool | None:
    """Tell whether a promise was kept; one that nobody came for is broken once it has passed."""
    if job.window_end is None or job.window_confirmed_at is None:
        return None
    if arrived_at is not None:
        return arrived_at <= job.window_end
    missed = job.window_end < clock.now() and job.state is not JobState.CANCELLED
    return False if missed else None


def figures(actor: Actor) -> Figures:
    """Sum up what was promised for the last thirty days, and what is not finished now."""
    since = clock.now() - LOOKED_BACK
    promised = visible(actor).where(Job.window_end >= since)
    ids = promised.with_only_columns(Job.id)
    needed = load_only(Job.state, Job.window_end, Job.window_confirmed_at)
    recent = db.session.scalars(promised.options(needed)).all()
    arrived = visits.arrivals(ids)
    told = [one for job in recent if (one := kept(job, arrived.get(job.id))) is not None]
    stars = [one.professional + one.attitude for one in _said(ids).values()]
    closed = (JobState.DONE, JobState.CANCELLED)
    waiting = visible(actor).where(Job.state.not_in(closed)).with_only_columns(sa.func.count())
    return Figures(
        unfinished=db.session.scalar(waiting) or 0,
        done=sum(job.state is JobState.DONE for job in recent),
        kept=sum(told) / len(told) if told else None,
        stars=sum(stars) / len(stars) / 2 if stars else None,
    )


def _said(job_ids: Sequence[UUID] | sa.Select[UUID]) -> dict[UUID, Said]:
    means = sa.func.avg(Rating.professional), sa.func.avg(Rating.attitude)
    chosen = sa.select(Visit.job_id, *means).join(Rating, Rating.visit_id == Visit.id)
    chosen = chosen.where(Visit.job_id.in_(job_ids)).group_by(Visit.job_id)
    return {
        job_id: Said(float(professional), float(attitude))
        for job_id, professional, attitude in db.session.execute(chosen)
    }
