"""Every periodic task, and how it becomes work: one row for each period, whoever makes it."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from sqlalchemy.exc import IntegrityError

from app.core import clock
from app.core.db import db, unit_of_work
from app.core.tasks import BackgroundTask

NAMESPACE = UUID("5b0f7a52-6f0e-4a5c-9a5e-2f8f1d0c7a11")


@dataclass(frozen=True)
class Periodic:
    """A kind of task that is due once in every period."""

    kind: str
    every: timedelta

    def period(self) -> int:
        """Return the number of the present period, counted from the epoch."""
        return int(clock.now().timestamp() // self.every.total_seconds())

    def task_id(self) -> UUID:
        """Return the id of this period's row: the same in every worker."""
        return uuid5(NAMESPACE, f"{self.kind}:{self.period()}")


PERIODIC = (
    Periodic("lapse-holds", timedelta(minutes=1)),
    Periodic("remind", timedelta(minutes=5)),
    Periodic("review-jobs", timedelta(minutes=10)),
    Periodic("follow-up", timedelta(hours=6)),
    Periodic("recompute-scores", timedelta(hours=6)),
    Periodic("prune-outbox", timedelta(days=1)),
    Periodic("prune-tasks", timedelta(days=1)),
    Periodic("forget-expired", timedelta(days=1)),
    Periodic("replay-erasures", timedelta(days=1)),
)


def enqueue_due(periodic: tuple[Periodic, ...] = PERIODIC) -> int:
    """Queue what this period has not queued yet; return how many tasks were new.

    The row's id is made from the kind and the period, so that of several workers one succeeds.
    """
    return sum(_enqueue(one) for one in periodic)


def _enqueue(one: Periodic) -> bool:
    if db.session.get(BackgroundTask, one.task_id()) is not None:
        return False
    now = clock.now()
    task = BackgroundTask(
        id=one.task_id(), kind=one.kind, payload={}, created_at=now, not_before=now
    )
    try:
        with unit_of_work():
            db.session.add(task)
    except IntegrityError:
        return False  # another worker was first
    return True
