"""What can happen to technicians and their time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class TechnicianChanged(Event):
    """What is known of a technician is another: checks, pace, tools, home, leaving."""

    technician_id: UUID


@dataclass(frozen=True, kw_only=True)
class ShiftChanged(Event):
    """A shift was made, moved or taken away.

    ``starts_at`` and ``ends_at`` span the time that it covered before and covers now.
    """

    technician_id: UUID
    shift_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class AbsenceDeclared(Event):
    """A technician will not be there, or for another time than declared before."""

    technician_id: UUID
    absence_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class AbsenceWithdrawn(Event):
    """A technician will be there after all."""

    technician_id: UUID
    absence_id: UUID
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class CertificateChanged(Event):
    """A certificate was added, approved, revoked or given other dates."""

    technician_id: UUID
    certificate_id: UUID


@dataclass(frozen=True, kw_only=True)
class LicenceChanged(Event):
    """A licence was added or given other dates."""

    technician_id: UUID
    licence_id: UUID
