"""Background entry points of persons."""

from functools import partial
from uuid import UUID

import structlog

from app.core.db import transact
from app.core.policies import system
from app.core.tasks import BackgroundTask, require_lease
from app.persons import service

log = structlog.get_logger()


def forget_expired(task: BackgroundTask) -> None:
    """Forget whom we have not dealt with for as long as the setting says.

    When they are more than a night brings, nobody is: a clock far ahead would empty the
    database. A person looks, and says ``shifu person expire``.
    """
    due = service.expired()
    if service.is_alarming(due):
        log.error("persons-too-many-to-forget", count=len(due), how="shifu person expire")
        return
    forgotten = sum(transact(partial(_expire, task, one)) for one in due)
    log.info("persons-forgotten", count=forgotten)


def _expire(task: BackgroundTask, person_id: UUID) -> bool:
    require_lease(task.id, task.fence)
    return service.expire(person_id, actor=system("retention"))


def replay_erasures(_: BackgroundTask) -> None:
    """Carry out what the erasure list says and the database does not."""
    again = service.replay(actor=system("erasure-list"))
    if again:
        log.warning("persons-forgotten-again", count=again)
