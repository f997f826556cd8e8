"""What can happen to plans and visits."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PlanReady(Event):
    """A search has ended with a valid plan."""

    plan_id: UUID
    territory_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlanPublished(Event):
    """A territory-day was announced; ``technician_ids`` are those whose day it changes."""

    plan_id: UUID
    territory_id: UUID
    day: date
    technician_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class VisitScheduled(Event):
    """A visit was given its crew and time for the first time.

    ``promised``: the consumer has agreed to the window; otherwise it is a proposal.
    """

    visit_id: UUID
    job_id: UUID
    starts_at: datetime
    promised: bool


@dataclass(frozen=True, kw_only=True)
class VisitChanged(Event):
    """A visit that had been announced has another crew or another start."""

    visit_id: UUID
    job_id: UUID
    started_at: datetime
    starts_at: datetime
    promised: bool


@dataclass(frozen=True, kw_only=True)
class VisitUnscheduled(Event):
    """A visit that had been announced has no time any more; its job waits to be planned."""

    visit_id: UUID
    job_id: UUID


@dataclass(frozen=True, kw_only=True)
class VisitProgressed(Event):
    """A visit went a step on: on the way, arrived, started, completed, failed, cancelled."""

    visit_id: UUID
    job_id: UUID
    state: str


@dataclass(frozen=True, kw_only=True)
class VisitBooked(Event):
    """A consumer has agreed to a window of a day that is not announced yet.

    ``moved``: they had been told of another time before.
    """

    visit_id: UUID
    job_id: UUID
    moved: bool
