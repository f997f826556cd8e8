"""Background work as rows: the truth of what runs, whoever runs it.

A task is claimed with a lease and a fencing token; a worker that dies loses its lease and the
task is run again, so every task must be safe to run twice. Results of a worker that lost its
lease are refused by the token.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Json, Model, db
from app.core.errors import Conflict, NotFound

LEASE = timedelta(seconds=30)
MAX_ATTEMPTS = 5


class TaskState(StrEnum):
    """Where a task stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class BackgroundTask(Model):
    """One piece of background work.

    ``payload`` holds ids and options only; ``progress`` is what people are shown meanwhile.
    """

    __tablename__ = "background_tasks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str] = mapped_column(sa.String(60))
    payload: Mapped[Json]
    state: Mapped[TaskState] = mapped_column(default=TaskState.QUEUED)
    progress: Mapped[Json] = mapped_column(default=dict)
    error: Mapped[str | None] = mapped_column(sa.Text)
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (sa.Index("ix_background_tasks_due", "state", "not_before"),)


class TaskNotFound(NotFound):
    """There is no such background task."""

    code = "task-not-found"


class LeaseLost(Conflict):
    """Another worker has taken this task over."""

    code = "lease-lost"


def enqueue(kind: str, payload: dict[str, Any]) -> BackgroundTask:
    """Queue work that starts once the unit of work is committed."""
    now = clock.now()
    task = BackgroundTask(id=uuid4(), kind=kind, payload=payload, created_at=now, not_before=now)
    db.session.add(task)
    return task


def get(task_id: UUID) -> BackgroundTask:
    """Return a task.

    Raises:
        TaskNotFound: there is none.
    """
    task = db.session.get(BackgroundTask, task_id, populate_existing=True)
    if task is None:
        raise TaskNotFound(task_id=str(task_id))
    return task


def claim(kinds: list[str], *, only: UUID | None = None) -> BackgroundTask | None:
    """Lease the oldest due task of these kinds, or ``only`` that one if it is due.

    A task whose lease ran out is due again.
    """
    now = clock.now()
    due = sa.or_(
        sa.and_(BackgroundTask.state == TaskState.QUEUED, BackgroundTask.not_before <= now),
        sa.and_(BackgroundTask.state == TaskState.RUNNING, BackgroundTask.lease_until < now),
    )
    chosen = sa.select(BackgroundTask).where(BackgroundTask.kind.in_(kinds), due)
    if only is not None:
        chosen = chosen.where(BackgroundTask.id == only)
    chosen = chosen.order_by(BackgroundTask.created_at).limit(1).with_for_update(skip_locked=True)
    task = db.session.scalar(chosen)
    if task is None:
        return None
    if task.attempts >= MAX_ATTEMPTS:
        _end(task, TaskState.FAILED, "gave up after repeated failures")
        return None
    task.state, task.lease_until = TaskState.RUNNING, now + LEASE
    task.attempts, task.fence = task.attempts + 1, task.fence + 1
    return task


def heartbeat(task_id: UUID, fence: int, progress: dict[str, Any] | None = None) -> bool:
    """Extend the lease, show progress; tell whether the task should go on.

    Raises:
        LeaseLost: another worker has taken the task.
    """
    task = _held(task_id, fence)
    task.lease_until = clock.now() + LEASE
    if progress is not None:
        task.progress = progress
    return not task.cancel_requested


def finish(task_id: UUID, fence: int) -> None:
    """Record that the task is done.

    Raises:
        LeaseLost: another worker has taken the task.
    """
    _end(_held(task_id, fence), TaskState.DONE, None)


def give_up(task_id: UUID, fence: int, error: str, *, again: bool) -> None:
    """Record a failure; ``again`` queues another attempt with growing delay."""
    task = _held(task_id, fence)
    if again and task.attempts < MAX_ATTEMPTS:
        task.state, task.error, task.lease_until = TaskState.QUEUED, error, None
        task.not_before = clock.now() + timedelta(seconds=2**task.attempts)
        return
    _end(task, TaskState.FAILED, error)


def cancel(task_id: UUID) -> BackgroundTask:
    """Ask a task to stop; one that has not started is stopped at once."""
    task = get(task_id)
    task.cancel_requested = True
    if task.state is TaskState.QUEUED:
        _end(task, TaskState.CANCELLED, None)
    return task


def require_lease(task_id: UUID, fence: int) -> None:
    """Refuse the result of a worker that lost its lease; call it in the storing transaction.

    Raises:
        LeaseLost: another worker has taken the task.
    """
    _held(task_id, fence)


def _held(task_id: UUID, fence: int) -> BackgroundTask:
    chosen = sa.select(BackgroundTask).where(BackgroundTask.id == task_id).with_for_update()
    task = db.session.scalar(chosen.execution_options(populate_existing=True))
    if task is None or task.fence != fence or task.state is not TaskState.RUNNING:
        raise LeaseLost(task_id=str(task_id))
    return task


def _end(task: BackgroundTask, state: TaskState, error: str | None) -> None:
    task.state, task.error = state, error
    task.finished_at, task.lease_until = clock.now(), None
