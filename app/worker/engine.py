"""The engine: claims tasks, runs each in a thread, keeps their leases, gives back on stopping."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.core import clock, sealing, tasks
from app.core.db import db, transact
from app.core.errors import DomainError, Unavailable
from app.core.tasks import BackgroundTask, LeaseLost
from app.notifications import tasks as notifications
from app.worker import queues, schedule
from app.worker.queues import Handler, Lane

log = structlog.get_logger()

POLL_SECONDS = 1.0
BEAT_SECONDS = 10.0
GRACE_SECONDS = 10.0


@dataclass
class Running:
    """A task that this worker holds, and the thread that works on it."""

    task: BackgroundTask
    lane: Lane
    thread: threading.Thread | None = None
    beaten_at: float = field(default_factory=time.monotonic)

    @property
    def key(self) -> tuple[UUID, int]:
        return self.task.id, self.task.fence


def take(kinds: list[str]) -> BackgroundTask | None:
    """Claim a task and part it from the session: its fence stays the one it was claimed with."""
    task = transact(lambda: tasks.claim(kinds))
    if task is not None:
        db.session.expunge(task)
    return task


def run_one(task: BackgroundTask, handler: Handler) -> None:
    """Run a claimed task and record how it ended; call it in an application context.

    What cannot help by trying again (a domain error) fails at once; anything else is tried again
    with growing delay. If the lease was lost meanwhile, what became of it is the other worker's.
    """
    log.info("task-begins", kind=task.kind, id=str(task.id), attempt=task.attempts)
    try:
        handler(task)
    except LeaseLost:
        log.warning("task-taken-over", kind=task.kind, id=str(task.id))
    except DomainError as error:
        log.warning("task-refused", kind=task.kind, id=str(task.id), code=error.code)
        again = isinstance(error, Unavailable)
        _record(
            task, partial(_give_up, task, error.details.get("why") or error.title(), again=again)
        )
    except Exception as error:
        log.exception("task-failed", kind=task.kind, id=str(task.id))
        _record(task, partial(_give_up, task, type(error).__name__, again=True))
    else:
        _record(task, partial(tasks.finish, task.id, task.fence))


def _give_up(task: BackgroundTask, why: str, *, again: bool) -> None:
    tasks.give_up(task.id, task.fence, why, again=again)


def _record(task: BackgroundTask, end: Callable[[], None]) -> None:
    try:
        transact(end)
    except LeaseLost:
        log.info("task-not-held", kind=task.kind, id=str(task.id))


class Worker:
    """One worker process: a loop that claims and beats, and a loop that drains the outbox."""

    def __init__(
        self, app: Flask, lanes: Iterable[Lane] | None = None, *, parent: int | None = None
    ) -> None:
        self.app = app
        self.parent = parent
        self.lanes = tuple(lanes if lanes is not None else queues.lanes())
        self.stopping = threading.Event()
        self.running: dict[tuple[UUID, int], Running] = {}
        self._guard = threading.Lock()
        self._unsealed = ""

    def run(self) -> None:
        """Work until a signal says stop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.stopping.set())
        log.info("worker-ready", kinds=sorted(queues.kinds()))
        post = threading.Thread(target=self._drain_outbox, name="outbox", daemon=True)
        post.start()
        while not self.stopping.wait(POLL_SECONDS):
            self._guarded(self.turn)
            if self.parent is not None and os.getppid() != self.parent:
                self.stopping.set()
        self.give_back()
        post.join(GRACE_SECONDS)
        log.info("worker-stopped")

    def turn(self) -> None:
        """Do once what the loop does every second: seal, queue what is due, claim, beat."""
        self._seal()
        schedule.enqueue_due()
        for lane in self.lanes:
            self._fill(lane)
        self._beat()

    def _seal(self) -> None:
        """Seal the audit; what hinders it is told once and holds up no other work."""
        try:
            sealing.seal()
        except (DomainError, OSError, ValueError) as error:
            why = str(error.details) if isinstance(error, DomainError) else str(error)
            if why != self._unsealed:
                log.error("audit-not-sealed", error=type(error).__name__, why=why)  # noqa: TRY400
            self._unsealed = why
        else:
            self._unsealed = ""

    def _guarded(self, work: Callable[[], Any]) -> None:
        """Let no failure end the loop: the database may be back in a second."""
        with self.app.app_context():
            try:
                work()
            except DBAPIError as error:
                log.warning("database-not-answering", error=type(error).__name__)
            except Exception:
                log.exception("turn-failed")

    def _fill(self, lane: Lane) -> None:
        if not lane.handlers:
            return
        busy = sum(1 for one in self._held() if one.lane is lane)
        for _ in range(lane.width() - busy):
            task = take(list(lane.handlers))
            if task is None:
                return
            self._start(Running(task, lane))

    def _start(self, held: Running) -> None:
        with self._guard:
            self.running[held.key] = held
        held.thread = threading.Thread(target=self._work, args=(held,), daemon=True)
        held.thread.start()

    def _work(self, held: Running) -> None:
        try:
            with self.app.app_context():
                run_one(held.task, held.lane.handlers[held.task.kind])
        except Exception:
            log.exception("task-not-recorded", id=str(held.task.id))
        finally:
            with self._guard:
                self.running.pop(held.key, None)

    def _held(self) -> list[Running]:
        with self._guard:
            return list(self.running.values())

    def _beat(self) -> None:
        for held in self._held():
            if time.monotonic() - held.beaten_at < BEAT_SECONDS:
                continue
            held.beaten_at = time.monotonic()
            _record(held.task, partial(_extend, held.task))

    def _drain_outbox(self) -> None:
        while not self.stopping.wait(POLL_SECONDS):
            self._guarded(notifications.deliver)

    def give_back(self) -> None:
        """Give the running tasks a moment, then give them back to be done by another worker."""
        until = time.monotonic() + GRACE_SECONDS
        for held in self._held():
            if held.thread is not None:
                held.thread.join(max(0.0, until - time.monotonic()))
        for held in self._held():
            self._guarded(partial(_record, held.task, partial(_give_back, held.task)))


def _extend(task: BackgroundTask) -> None:
    tasks.heartbeat(task.id, task.fence)


def _give_back(task: BackgroundTask) -> None:
    _give_up(task, f"its worker stopped at {clock.now().isoformat()}", again=True)
