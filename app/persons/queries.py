"""Reading what is held of a person, and who saw it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.core import personal
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import NotFound
from app.core.personal import Person, Personal
from app.core.phones import Phone, parse
from app.core.policies import Actor, require
from app.customers import queries as customers
from app.jobs.models import Job
from app.persons import policies
from app.technicians.models import Technician

SEEING = ("reveal%", "export%")


class PersonNotFound(NotFound):
    """There is no such person."""

    code = "person-not-found"


def get(person_id: UUID, *, actor: Actor) -> Person:
    """Return a person.

    Raises:
        Forbidden: the actor does not answer for personal data.
        PersonNotFound: there is none.
    """
    require(policies.can_answer_for(actor), "answer-for-persons")
    person = db.session.get(Person, person_id)
    if person is None:
        raise PersonNotFound(person_id=str(person_id))
    return person


def with_phone(text: str, *, actor: Actor) -> list[UUID]:
    """Return the ids of everybody who is reached by this number: consumers and technicians.

    Raises:
        Forbidden: the actor does not answer for personal data.
        PhoneNotValid: this is no phone number.
    """
    require(policies.can_answer_for(actor), "answer-for-persons")
    phone = parse(text)
    found = [one.person_id for one in customers.with_phone(phone)]
    return list(dict.fromkeys(found + _technicians_with(phone)))


def _technicians_with(phone: Phone) -> list[UUID]:
    everybody = db.session.scalars(sa.select(Technician))
    return [one.person_id for one in everybody if one.phone == str(phone)]


def find(phone_or_job: str, *, actor: Actor) -> list[UUID]:
    """Return the ids of a job's consumer by its number, else of everybody reached by a phone's.

    Raises:
        Forbidden: the actor does not answer for personal data.
        PhoneNotValid: this is neither.
    """
    require(policies.can_answer_for(actor), "answer-for-persons")
    of_job = sa.select(Job.person_id).where(Job.number == phone_or_job)
    return list(db.session.scalars(of_job)) or with_phone(phone_or_job, actor=actor)


def rows_of(person_id: UUID) -> list[Personal]:
    """Return every row of every table that holds data of this person."""
    return [
        row
        for kind in personal.holders()
        for row in db.session.scalars(sa.select(kind).where(kind.person_id == person_id))
    ]


def still_needed(rows: Sequence[Personal]) -> list[dict[str, str]]:
    """Say what keeps a person from being forgotten."""
    return [{"kind": kind_of(row), "id": key_of(row)} for row in rows if row.still_needed]


def seen(person_id: UUID, *, actor: Actor) -> list[AuditEntry]:
    """Return every recorded act by which somebody read this person's data, oldest first.

    Raises:
        Forbidden: the actor does not answer for personal data.
        PersonNotFound: there is none.
    """
    get(person_id, actor=actor)
    subjects = [(kind_of(row), key_of(row)) for row in rows_of(person_id)]
    subjects.append((Person.__tablename__, str(person_id)))
    entry = sa.tuple_(AuditEntry.subject_kind, AuditEntry.subject_id)
    chosen = sa.select(AuditEntry).where(
        entry.in_(subjects), sa.or_(*[AuditEntry.action.like(act) for act in SEEING])
    )
    return list(db.session.scalars(chosen.order_by(AuditEntry.at)))


def told(rows: Sequence[Personal]) -> dict[str, list[dict[str, Any]]]:
    """Return what is held in these rows, opened, by table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(kind_of(row), []).append(_told(row))
    return found


def _told(row: Personal) -> dict[str, Any]:
    sealed = [
        name for name, value in vars(type(row)).items() if isinstance(value, personal.Sealed)
    ]
    values = {name: _plain(getattr(row, name)) for name in (*row.TOLD, *sealed)}
    return {"id": key_of(row)} | values


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def kind_of(row: Personal) -> str:
    """Return the table a row is of, as the audit names it."""
    return str(type(row).__tablename__)  # type: ignore[attr-defined]


def key_of(row: Personal) -> str:
    """Return a row's key as the audit names it."""
    return "/".join(str(value) for value in sa.inspect(row).identity or ())


def expired(before: datetime) -> list[UUID]:
    """Return whom we dealt with, and not since this moment."""
    dated = [kind for kind in personal.holders() if kind.DEALT_AT]
    earlier = sa.or_(*[_dealt(kind, before, later=False) for kind in dated])
    later = sa.or_(*[_dealt(kind, before, later=True) for kind in dated])
    chosen = sa.select(Person.id).where(Person.forgotten_at.is_(None), earlier, ~later)
    return list(db.session.scalars(chosen.order_by(Person.id)))


def held() -> int:
    """Count who is not forgotten."""
    counted = sa.select(sa.func.count()).select_from(Person)
    return db.session.scalar(counted.where(Person.forgotten_at.is_(None))) or 0


def _dealt(kind: type[Any], moment: datetime, *, later: bool) -> sa.ColumnElement[bool]:
    column = getattr(kind, kind.DEALT_AT)
    limit = moment.date() if column.type.python_type is date else moment
    compared = column >= limit if later else column < limit
    return sa.exists().where(kind.person_id == Person.id, compared)


def recipients(rows: Sequence[Personal]) -> list[str]:
    """Return how messages name these persons as their recipients."""
    kinds = {"customers": "customer", "technicians": "technician"}
    return [f"{kinds[kind_of(row)]}:{key_of(row)}" for row in rows if kind_of(row) in kinds]
