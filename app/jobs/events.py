"""What can happen to an order and its jobs."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderTaken(Event):
    """An order came in for the first time."""

    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class OrderChanged(Event):
    """An order came again with other content, and that was applied."""

    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class ParcelArrived(Event):
    """A parcel is where the work will be."""

    parcel_id: UUID
    order_id: UUID


@dataclass(frozen=True, kw_only=True)
class JobReleased(Event):
    """A job may be planned from now on."""

    job_id: UUID


@dataclass(frozen=True, kw_only=True)
class JobBlocked(Event):
    """Something keeps a job from being planned, or from being done as planned."""

    job_id: UUID
    codes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class JobChanged(Event):
    """What a job asks for is another; ``fields`` names what changed."""

    job_id: UUID
    fields: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class WindowConfirmed(Event):
    """A proposed window has become a promise."""

    job_id: UUID


@dataclass(frozen=True, kw_only=True)
class JobCancelled(Event):
    """A job was called off before anyone started it."""

    job_id: UUID
    reason: str
