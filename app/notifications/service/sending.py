"""What is announced, and what became of its delivery."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from app.core import audit, clock, links, outbox
from app.core.db import db
from app.core.errors import Conflict
from app.core.links import Purpose
from app.core.outbox import MessageState, OutboxMessage
from app.core.policies import Actor
from app.notifications import queries, rules

KEPT = timedelta(days=90)


class MessageNotResendable(Conflict):
    """Only a message that could not be delivered is sent again."""

    code = "message-not-resendable"


def announce(visit_id: UUID, topic: str) -> OutboxMessage | None:
    """Tell the customer about a visit; an older word on it that has not left is taken back.

    Returns ``None`` when nobody ever was assigned to the visit: there is nothing to tell.
    """
    facts = queries.visit_facts(visit_id)
    if facts is None:
        return None
    outbox.withdraw(facts.about)
    secret, _ = links.mint(Purpose.JOB, facts.job_id)
    return outbox.enqueue(
        topic,
        about=facts.about,
        recipient=facts.recipient,
        payload=facts.payload | {"link": links.address(secret)},
        scope=facts.territory_id,
    )


def call_off(visit_id: UUID) -> OutboxMessage | None:
    """Take back what has not left about a visit; tell the customer only if they know of it."""
    about = f"visit:{visit_id}"
    if queries.was_told(about):
        return announce(visit_id, "visit-cancelled")
    outbox.withdraw(about)
    return None


@dataclass(frozen=True)
class Attempt:
    """One try to deliver one message: whoever took the message over meanwhile has another."""

    message_id: UUID
    number: int


def claim(limit: int) -> list[OutboxMessage]:
    """Lease messages that are due to this process."""
    return outbox.claim_due(limit)


def delivered(attempt: Attempt, *, to_masked: str) -> bool:
    """Record that a message left; its secrets and names are removed.

    Returns whether the attempt still held the message.
    """
    message = _held(attempt)
    if message is None:
        return False
    message.state, message.error = MessageState.SENT, None
    message.sent_at, message.lease_until = clock.now(), None
    message.seal(rules.without_secrets(message.payload) | {"to_masked": to_masked})
    return True


def not_delivered(attempt: Attempt, error: str, *, again: bool) -> bool:
    """Record why a message did not leave; ``again``: it is tried for three days.

    Returns whether the attempt still held the message.
    """
    message = _held(attempt)
    if message is None:
        return False
    message.error, message.lease_until = error[:1000], None
    wait = rules.retry_after(message.attempts) if again else None
    if wait is None:
        message.state = MessageState.FAILED
    else:
        message.state, message.not_before = MessageState.PENDING, clock.now() + wait
    return True


def postpone(attempt: Attempt, until: datetime) -> bool:
    """Let a message wait for the end of the quiet hours; that is no failed attempt.

    Returns whether the attempt still held the message.
    """
    message = _held(attempt)
    if message is None:
        return False
    message.state, message.lease_until = MessageState.PENDING, None
    message.not_before, message.attempts = until, message.attempts - 1
    return True


def not_wanted(attempt: Attempt) -> bool:
    """Take back a message of a kind that its consumer has declined.

    Returns whether the attempt still held the message.
    """
    message = _held(attempt)
    if message is None:
        return False
    message.state, message.lease_until = MessageState.WITHDRAWN, None
    message.error = "the consumer wants no such messages"
    message.seal(rules.without_secrets(message.payload))
    return True


def _held(attempt: Attempt) -> OutboxMessage | None:
    chosen = sa.select(OutboxMessage).where(
        OutboxMessage.id == attempt.message_id,
        OutboxMessage.attempts == attempt.number,
        OutboxMessage.state == MessageState.SENDING,
    )
    fresh = chosen.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(fresh)


def resend(message_id: UUID, *, actor: Actor) -> OutboxMessage:
    """Try a failed message again from the start, once what stopped it is mended.

    Raises:
        MessageNotFound: there is none for this actor.
        MessageNotResendable: it has not failed.
    """
    message = queries.get(message_id, actor=actor)
    if message.state is not MessageState.FAILED:
        raise MessageNotResendable(state=message.state.value)
    message.state, message.attempts, message.not_before = MessageState.PENDING, 0, clock.now()
    audit.change("resend-message", message, actor=actor)
    db.session.flush()
    return message


def prune() -> int:
    """Empty what is left of messages that ended more than 90 days ago; return how many."""
    ended = (MessageState.SENT, MessageState.WITHDRAWN, MessageState.FAILED)
    old = sa.select(OutboxMessage).where(
        OutboxMessage.state.in_(ended),
        OutboxMessage.created_at < clock.now() - KEPT,
        OutboxMessage.payload_sealed.is_not(None),
    )
    messages = list(db.session.scalars(old))
    for message in messages:
        message.payload_sealed = None
    return len(messages)
