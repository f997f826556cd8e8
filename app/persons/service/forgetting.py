"""Exporting and forgetting a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog

from app.core import audit, clock, erasures, links, outbox, settings
from app.core.db import db, lock, transact
from app.core.erasures import Erasure
from app.core.errors import Conflict
from app.core.failpoints import fail
from app.core.links import Purpose
from app.core.personal import Person
from app.core.policies import Actor
from app.jobs.models import Job
from app.persons import queries

log = structlog.get_logger()

ORDINARY = 100  # so many may be due in one night, however few are held
LARGEST_SHARE = 0.1


class PersonStillNeeded(Conflict):
    """This person cannot be forgotten while they wait for us, work for us or may sign in."""

    code = "person-still-needed"


@dataclass(frozen=True)
class Export:
    """What is held of a person, as they may ask to have it."""

    person_id: UUID
    forgotten: bool
    data: dict[str, list[dict[str, Any]]]


def export(person_id: UUID, *, actor: Actor, reason: str) -> Export:
    """Open everything that is held of a person; that it was is recorded.

    Raises:
        Forbidden: the actor does not answer for personal data.
        PersonNotFound: there is none.
    """
    person = queries.get(person_id, actor=actor)
    audit.note("export-person", Person.__tablename__, person_id, actor=actor, reason=reason)
    data = queries.told(queries.rows_of(person_id))
    return Export(person_id, person.forgotten_at is not None, data)


def forget(person_id: UUID, *, actor: Actor, reason: str) -> None:
    """Destroy a person's key and what is held open of them, for good.

    Raises:
        Forbidden: the actor does not answer for personal data.
        PersonNotFound: there is none.
        PersonStillNeeded: a job of theirs is open, they work here, or may sign in.
    """
    queries.get(person_id, actor=actor)
    person = lock(Person, {person_id})[person_id]
    needed = queries.still_needed(queries.rows_of(person_id))
    if needed:
        raise PersonStillNeeded(person_id=str(person_id), needed=needed)
    if person.forgotten_at is None:
        erasures.add(Erasure(person_id, clock.now()))
        fail("forget.after_list")
    _forget(person, actor, reason)


def _forget(person: Person, actor: Actor, reason: str) -> None:
    rows = queries.rows_of(person.id)
    for row in rows:
        row.forget()
        if isinstance(row, Job):
            links.revoke(Purpose.JOB, row.id)
    for recipient in queries.recipients(rows):
        outbox.forget_recipient(recipient)
    person.wrapped_key = None
    person.forgotten_at = person.forgotten_at or clock.now()
    audit.note("forget-person", "persons", person.id, actor=actor, reason=reason, rows=len(rows))
    db.session.flush()


def replay(*, actor: Actor) -> int:
    """Forget again whoever is on the erasure list and is not forgotten; return how many.

    Whatever has been opened for them since is no reason to wait: the decision was taken.
    """
    return sum(transact(partial(_again, one, actor)) for one in erasures.read())


def _again(erasure: Erasure, actor: Actor) -> bool:
    person = lock(Person, {erasure.person_id}).get(erasure.person_id)
    if person is None or person.wrapped_key is None:
        return False
    _forget(person, actor, f"on the erasure list since {erasure.at.isoformat()}")
    return True


def expired() -> list[UUID]:
    """Return whom we have not dealt with for as long as data is kept, and need no longer."""
    days = settings.current().keep_personal_days
    if days <= 0:
        return []
    ids = queries.expired(clock.now() - timedelta(days=days))
    return [one for one in ids if not queries.still_needed(queries.rows_of(one))]


def expire(person_id: UUID, *, actor: Actor) -> bool:
    """Forget somebody whose time is over, unless they came back meanwhile; tell whether."""
    try:
        forget(person_id, actor=actor, reason="kept as long as the setting says")
    except PersonStillNeeded:
        return False
    return True


def is_alarming(due: Sequence[UUID]) -> bool:
    """Tell whether so many are due at once that the clock or the setting may be wrong."""
    return len(due) > max(ORDINARY, LARGEST_SHARE * queries.held())
