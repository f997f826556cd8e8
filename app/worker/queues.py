"""Every kind of background task, what runs it, and in which lane."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from app.core import clock, settings
from app.core.db import db, unit_of_work
from app.core.tasks import BackgroundTask, TaskState, require_lease
from app.jobs import tasks as jobs
from app.notifications import tasks as notifications
from app.persons import tasks as persons
from app.places import tasks as places
from app.planning import tasks as planning
from app.ratings import tasks as ratings

Handler = Callable[[BackgroundTask], None]
KEPT = timedelta(days=14)


def prune_tasks(task: BackgroundTask) -> None:
    """Forget tasks that ended more than 14 days ago."""
    ended = sa.delete(BackgroundTask).where(
        BackgroundTask.state.in_([TaskState.DONE, TaskState.CANCELLED, TaskState.FAILED]),
        BackgroundTask.finished_at < clock.now() - KEPT,
    )
    with unit_of_work():
        require_lease(task.id, task.fence)
        db.session.execute(ended.execution_options(synchronize_session=False))


@dataclass(frozen=True)
class Lane:
    """Tasks that share a bound on how many run at once in one worker."""

    name: str
    width: Callable[[], int]
    handlers: dict[str, Handler]


def _search_width() -> int:
    return settings.current().worker_processes


def lanes() -> tuple[Lane, ...]:
    """Return the lanes: searches take minutes and a processor each, the rest is short."""
    return (
        Lane("search", _search_width, SEARCHES),
        Lane("short", lambda: 2, SHORT),
    )


SEARCHES: dict[str, Handler] = {"solve-plan": planning.solve}
SHORT: dict[str, Handler] = {
    "geocode-place": places.geocode_place,
    "review-jobs": jobs.review_jobs,
    "lapse-holds": planning.lapse_holds,
    "recompute-scores": ratings.recompute_scores,
    "follow-up": ratings.follow_up,
    "remind": notifications.remind,
    "prune-outbox": notifications.prune,
    "prune-tasks": prune_tasks,
    "forget-expired": persons.forget_expired,
    "replay-erasures": persons.replay_erasures,
}


def kinds() -> set[str]:
    """Return every kind of task that a worker runs."""
    return {kind for lane in lanes() for kind in lane.handlers}
