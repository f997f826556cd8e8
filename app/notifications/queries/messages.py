"""How somebody is reached, what messages say, and what the log shows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from jinja2 import TemplateNotFound

from app.accounts.models import User
from app.catalogue.models import Brand
from app.core import clock, settings
from app.core.db import db
from app.core.errors import NotFound
from app.core.outbox import MessageState, OutboxMessage
from app.core.personal import FORGOTTEN
from app.core.policies import Actor
from app.customers.models import Customer
from app.jobs.models import Job
from app.notifications import policies, rules
from app.notifications.queries import templates
from app.places.models import Territory
from app.planning.models import Assignment, Visit
from app.planning.queries import visits
from app.technicians.models import Technician


class RecipientNotReachable(NotFound):
    """There is no phone or address left to send this to."""

    code = "recipient-not-reachable"


class MessageNotFound(NotFound):
    """There is no such message."""

    code = "message-not-found"


@dataclass(frozen=True)
class Reach:
    """How somebody is reached, read when a message leaves and not before."""

    name: str
    phone: str | None
    email: str | None
    locale: str
    declines: tuple[str, ...] = ()


def reach(recipient: str) -> Reach:
    """Return how a ``customer:id`` or ``technician:id`` is reached now.

    Raises:
        RecipientNotReachable: there is nobody, or they were forgotten, or their privacy number
            has run out and there is no other way.
    """
    kind, _, key = recipient.partition(":")
    found = {"customer": _customer, "technician": _technician}[kind](UUID(key))
    if found is None or FORGOTTEN in {found.phone, found.email}:
        raise RecipientNotReachable(recipient=recipient)
    if found.phone is None and found.email is None:
        raise RecipientNotReachable(recipient=recipient)
    return found


def _customer(customer_id: UUID) -> Reach | None:
    customer = db.session.get(Customer, customer_id)
    if customer is None:
        return None
    expires = customer.phone_expires_at
    phone = None if expires and expires <= clock.now() else customer.phone
    locale = customer.locale or settings.current().locale
    return Reach(customer.name or "", phone, customer.email, locale, tuple(customer.declines))


def _technician(technician_id: UUID) -> Reach | None:
    technician = db.session.get(Technician, technician_id)
    if technician is None:
        return None
    user = db.session.get(User, technician.user_id) if technician.user_id else None
    locale = (user.locale if user else None) or settings.current().locale
    return Reach(technician.name or "", technician.phone, None, locale)


@dataclass(frozen=True)
class VisitFacts:
    """What messages about a visit say and where they go."""

    visit_id: UUID
    job_id: UUID
    customer_id: UUID
    territory_id: UUID
    payload: dict[str, Any]

    @property
    def about(self) -> str:
        return f"visit:{self.visit_id}"

    @property
    def recipient(self) -> str:
        return f"customer:{self.customer_id}"


def visit_facts(visit_id: UUID) -> VisitFacts | None:
    """Return what a message about a visit needs; ``None`` when nobody ever was assigned to it.

    The window is what was promised or proposed; where a job has none, the planned start and an
    hour after it.
    """
    chosen = (
        sa.select(Job, Territory)
        .join(Visit, Visit.job_id == Job.id)
        .join(Territory, Territory.id == Job.territory_id)
        .where(Visit.id == visit_id)
    )
    found = db.session.execute(chosen).one_or_none()
    crew = _crew(visit_id)
    if found is None or not crew:
        return None
    job, territory = found
    payload = job_payload(job, territory) | _time_payload(job, crew[0][0])
    payload["technicians"] = [technician.name for _, technician in crew]
    return VisitFacts(visit_id, job.id, job.customer_id, territory.id, payload)


def _crew(visit_id: UUID) -> list[tuple[Assignment, Technician]]:
    return [
        (one, db.session.get_one(Technician, one.technician_id))
        for one in visits.crew_of(visit_id)
    ]


def was_told(about: str) -> bool:
    """Tell whether word of a visit's time has left, or is leaving now."""
    gone = sa.select(OutboxMessage.id).where(
        OutboxMessage.about == about,
        OutboxMessage.topic.in_(["visit-booked", "visit-scheduled", "visit-changed"]),
        OutboxMessage.state.in_([MessageState.SENT, MessageState.SENDING]),
    )
    return db.session.scalar(gone.limit(1)) is not None


@dataclass(frozen=True)
class PublishedDay:
    """A technician's day as it stands once published."""

    technician_id: UUID
    payload: dict[str, Any]


def published_days(technician_ids: Collection[UUID], day: date) -> list[PublishedDay]:
    """Return what these technicians do on a day: how many visits, from when until when."""
    chosen = (
        sa.select(Technician.id, Territory.timezone)
        .join(Territory, Territory.id == Technician.territory_id)
        .where(Technician.id.in_(list(technician_ids)))
    )
    planned = visits.on_days(list(technician_ids), day, day, announced=True)
    times: dict[UUID, list[Assignment]] = {}
    for assignment, _ in planned:
        times.setdefault(assignment.technician_id, []).append(assignment)
    return [
        PublishedDay(key, _day_payload(day, zone, times.get(key, [])))
        for key, zone in db.session.execute(chosen.order_by(Technician.code))
    ]


def _day_payload(day: date, zone: str, planned: list[Assignment]) -> dict[str, Any]:
    noon = clock.at_local(day, time(12), zone)
    return {
        "zone": zone,
        "visits": len(planned),
        "starts_at": min((one.starts_at for one in planned), default=noon).isoformat(),
        "ends_at": max((one.ends_at for one in planned), default=noon).isoformat(),
    }


def job_payload(job: Job, territory: Territory) -> dict[str, Any]:
    """Return what every message about a job says."""
    brand = db.session.get_one(Brand, job.brand_id)
    return {
        "job": job.number,
        "job_type": job.job_type.value,
        "brand": brand.name,
        "brand_zh": brand.name_zh or brand.name,
        "zone": territory.timezone,
    }


def _time_payload(job: Job, lead: Assignment) -> dict[str, Any]:
    start, end = job.window_start or lead.starts_at, job.window_end or lead.ends_at
    return {
        "starts_at": lead.starts_at.isoformat(),
        "window_start": start.isoformat(),
        "window_end": end.isoformat(),
        "promised": job.window_confirmed_at is not None,
    }


def visible(actor: Actor) -> sa.Select[OutboxMessage]:
    """Select the messages an actor may see: dispatchers those of their territories."""
    chosen = sa.select(OutboxMessage)
    if policies.reads_every_message(actor):
        return chosen
    return chosen.where(OutboxMessage.scope.in_(actor.territory_ids))


def messages(
    actor: Actor, *, state: MessageState | None = None, topic: str | None = None
) -> sa.Select[OutboxMessage]:
    """Select the log an actor may read, narrowed."""
    chosen = visible(actor)
    if state is not None:
        chosen = chosen.where(OutboxMessage.state == state)
    if topic is not None:
        chosen = chosen.where(OutboxMessage.topic == topic)
    return chosen


def get(message_id: UUID, *, actor: Actor) -> OutboxMessage:
    """Return a message of the log.

    Raises:
        MessageNotFound: there is none for this actor.
    """
    message = db.session.scalar(visible(actor).where(OutboxMessage.id == message_id))
    if message is None:
        raise MessageNotFound(message_id=str(message_id))
    return message


@dataclass(frozen=True)
class LogEntry:
    """A message as the log shows it: what it says with names, addresses and links masked."""

    message: OutboxMessage
    to: str
    subject: str
    text: str


def log_entry(message: OutboxMessage, *, locale: str) -> LogEntry:
    """Show a message to somebody who need not know whom it names."""
    payload = message.payload
    to = payload.get("to_masked", "")
    if not payload:
        return LogEntry(message, to, "", "")
    try:
        wording = templates.wording(message, locale, rules.for_the_log(payload))
    except TemplateNotFound:
        return LogEntry(message, to, message.topic, "")
    return LogEntry(message, to, wording.subject, wording.text)


def as_plain(entry: LogEntry) -> dict[str, Any]:
    """Return a log entry as plain values, for the API and programs."""
    message = entry.message
    return {
        "id": message.id,
        "topic": message.topic,
        "about": message.about,
        "recipient": message.recipient,
        "to": entry.to,
        "state": message.state,
        "attempts": message.attempts,
        "created_at": message.created_at,
        "not_before": message.not_before,
        "sent_at": message.sent_at,
        "error": message.error,
        "subject": entry.subject,
        "text": entry.text,
    }
