"""What is to leave the building: rows written with the change, sent after it is committed."""

import json
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, keys
from app.core.db import Model, db


class MessageState(StrEnum):
    """Where a message stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class OutboxMessage(Model):
    """One message to somebody outside, with its stable id.

    The payload is sealed: it holds names, phones and links. ``about`` names what it is about
    for lists and for withdrawal, as ``kind:id``. ``scope`` is the territory whose dispatchers may
    read it in the log; ``None``: administrators alone.
    """

    __tablename__ = "outbox_messages"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    topic: Mapped[str] = mapped_column(sa.String(60))
    about: Mapped[str] = mapped_column(sa.String(80), index=True)
    recipient: Mapped[str] = mapped_column(sa.String(80))
    scope: Mapped[UUID | None] = mapped_column(index=True)
    payload_sealed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    state: Mapped[MessageState] = mapped_column(default=MessageState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(index=True)
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (sa.Index("ix_outbox_messages_due", "state", "not_before"),)

    @property
    def payload(self) -> dict[str, Any]:
        """Open the payload; empty once delivery has removed it."""
        if self.payload_sealed is None:
            return {}
        opened = keys.open_sealed(
            self.payload_sealed, key=keys.derived_key("outbox"), context=str(self.id)
        )
        return dict(json.loads(opened))

    def seal(self, payload: dict[str, Any]) -> None:
        text = json.dumps(payload, ensure_ascii=False, sort_keys=True).encode()
        self.payload_sealed = keys.seal(text, key=keys.derived_key("outbox"), context=str(self.id))


def enqueue(
    topic: str, *, about: str, recipient: str, payload: dict[str, Any], scope: UUID | None = None
) -> OutboxMessage:
    """Write a message that leaves once the unit of work is committed.

    Args:
        topic: Which template renders it, such as ``rate-visit``.
        about: ``kind:id`` of what it is about.
        recipient: ``kind:id`` of who gets it; never a name or number.
        payload: What the template needs, sealed at rest.
        scope: The territory whose dispatchers may read it in the log.
    """
    message = OutboxMessage(
        id=uuid4(), topic=topic, about=about, recipient=recipient, created_at=clock.now()
    )
    message.scope = scope
    message.not_before = message.created_at
    message.seal(payload)
    db.session.add(message)
    return message


def withdraw(about: str, *, topic: str | None = None) -> int:
    """Take back what has not left yet about one thing; return how many."""
    chosen = sa.update(OutboxMessage).where(
        OutboxMessage.about == about, OutboxMessage.state == MessageState.PENDING
    )
    if topic:
        chosen = chosen.where(OutboxMessage.topic == topic)
    done: Any = db.session.execute(chosen.values(state=MessageState.WITHDRAWN))
    return int(done.rowcount)


def hold_back(why: str) -> int:
    """Let nothing leave that waits to, until somebody sends it again; return how many."""
    waits = OutboxMessage.state.in_([MessageState.PENDING, MessageState.SENDING])
    stopped = sa.update(OutboxMessage).where(waits)
    done: Any = db.session.execute(stopped.values(state=MessageState.FAILED, error=why))
    return int(done.rowcount)


def forget_recipient(recipient: str) -> None:
    """Empty every message to somebody; what has not left stays here."""
    theirs = sa.update(OutboxMessage).where(OutboxMessage.recipient == recipient)
    waits = OutboxMessage.state.in_([MessageState.PENDING, MessageState.SENDING])
    db.session.execute(theirs.where(waits).values(state=MessageState.WITHDRAWN))
    db.session.execute(theirs.values(payload_sealed=None))


LEASE = timedelta(seconds=30)


def claim_due(limit: int = 20) -> list[OutboxMessage]:
    """Lease messages that are due; a lease that ran out is due again."""
    now = clock.now()
    due = sa.or_(
        sa.and_(OutboxMessage.state == MessageState.PENDING, OutboxMessage.not_before <= now),
        sa.and_(OutboxMessage.state == MessageState.SENDING, OutboxMessage.lease_until < now),
    )
    chosen = (
        sa.select(OutboxMessage)
        .where(due)
        .order_by(OutboxMessage.not_before)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    messages = list(db.session.scalars(chosen))
    for message in messages:
        message.state = MessageState.SENDING
        message.lease_until = now + LEASE
        message.attempts += 1
    return messages
