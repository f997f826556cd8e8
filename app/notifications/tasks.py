"""Background entry points of notifications."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial

import structlog
from jinja2 import TemplateError

from app.core import clock, outbox, settings
from app.core.db import db, transact, unit_of_work
from app.core.errors import DomainError, Unavailable
from app.core.outbox import OutboxMessage
from app.core.tasks import BackgroundTask, require_lease
from app.notifications import gateways, queries, rules, service
from app.notifications.gateways import Gateway, Letter
from app.notifications.service import Attempt

log = structlog.get_logger()
BATCH = 20


@dataclass(frozen=True)
class Drained:
    """What became of the messages that were due."""

    sent: int = 0
    failed: int = 0
    left: int = 0


class Outcome(Enum):
    """What became of one message; ``LEFT``: it waits for the morning, or is not wanted."""

    SENT = "sent"
    FAILED = "failed"
    LEFT = "left"


def deliver(gateway: Gateway | None = None, *, limit: int = BATCH) -> Drained:
    """Send what is due and record what became of it, each message by itself.

    Nothing is held while a message is under way: no transaction, no lock, only its lease.
    """
    way = gateway or gateways.chosen()
    with unit_of_work():
        claimed = service.claim(limit)
    if not claimed:
        return Drained()
    half_gone = clock.now() + outbox.LEASE / 2
    ended: Counter[Outcome] = Counter()
    for message in claimed:
        if clock.now() > half_gone:
            break  # its lease may run out under way; it is due again then
        ended[_deliver_one(way, message)] += 1
    return Drained(ended[Outcome.SENT], ended[Outcome.FAILED], ended[Outcome.LEFT])


def _deliver_one(gateway: Gateway, message: OutboxMessage) -> Outcome:
    attempt = Attempt(message.id, message.attempts)
    try:
        letter = _letter(message)
        if _is_left(attempt, message, letter):
            return Outcome.LEFT
        db.session.rollback()  # ends the reading transaction before the network is waited for
        gateway.send(letter)
    except Exception as error:
        return _not_delivered(attempt, *_fault(message, error))
    with unit_of_work():
        masked = rules.masked_address(letter.to.phone, letter.to.email)
        service.delivered(attempt, to_masked=masked)
    return Outcome.SENT


def _fault(message: OutboxMessage, error: Exception) -> tuple[str, bool]:
    """Say what went wrong, and whether another try may help."""
    if isinstance(error, Unavailable):
        return error.title(), True
    if isinstance(error, DomainError):
        return error.details.get("why") or error.title(), False
    if isinstance(error, TemplateError):
        return f"no words for it: {error}", False
    log.error("delivery-failed", message=str(message.id), exc_info=error)
    return type(error).__name__, True


def _is_left(attempt: Attempt, message: OutboxMessage, letter: Letter) -> bool:
    """Leave out what its reader has declined, and what may wait for the end of the night."""
    if not message.recipient.startswith("customer:"):
        return False
    if rules.is_declined(message.topic, letter.to.declines):
        with unit_of_work():
            return service.not_wanted(attempt)
    hours = settings.current().quiet_hours
    until = rules.quiet_until(hours, message.payload["zone"], clock.now())
    if until is None or not rules.may_wait(message.topic, message.payload, clock.now()):
        return False
    with unit_of_work():
        return service.postpone(attempt, until)


def _not_delivered(attempt: Attempt, error: str, again: bool) -> Outcome:
    log.warning("not-delivered", message=str(attempt.message_id), error=error, again=again)
    with unit_of_work():
        service.not_delivered(attempt, error, again=again)
    return Outcome.FAILED


def _letter(message: OutboxMessage) -> Letter:
    to = queries.reach(message.recipient)
    values = message.payload | {"name": to.name}
    wording = queries.wording(message, to.locale, values)
    return Letter(message.id, message.topic, to, wording, clock.now())


def prune(task: BackgroundTask) -> None:
    """Empty the payloads of messages that ended long ago."""
    with unit_of_work():
        require_lease(task.id, task.fence)
        service.prune()


def remind(task: BackgroundTask) -> None:
    """Remind consumers of tomorrow's visits, and tell those whose window will pass."""
    key, fence = task.id, task.fence

    def say(work: Callable[[], object]) -> None:
        def leased() -> None:
            require_lease(key, fence)
            work()

        transact(leased)

    for visit_id, start in queries.to_remind():
        say(partial(service.remind, visit_id, start))
    for visit_id in queries.late():
        say(partial(service.say_it_is_late, visit_id))
