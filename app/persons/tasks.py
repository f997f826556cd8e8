"""Background entry points of persons."""

from functools import partial
from uuid import UUID

import structlog

from app.core.db import transact
from app.core.policies import Actor, system
from app.core.tasks import BackgroundTask, require_lease
from app.persons import service
from app.persons.service import PersonStillNeeded

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
    forgotten = sum(_forget(task, one, system("retention")) for one in due)
    log.info("persons-forgotten", count=forgotten)


def _forget(task: BackgroundTask, person_id: UUID, actor: Actor) -> bool:
    try:
        transact(partial(_forget_one, task, person_id, actor))
    except PersonStillNeeded:
        return False  # they came back meanwhile
    return True


def _forget_one(task: BackgroundTask, person_id: UUID, actor: Actor) -> None:
    require_lease(task.id, task.fence)
    service.forget(person_id, actor=actor, reason="kept as long as the setting says")


def replay_erasures(_: BackgroundTask) -> None:
    """Carry out what the erasure list says and the database does not."""
    again = service.replay(actor=system("erasure-list"))
    if again:
        log.warning("persons-forgotten-again", count=again)
