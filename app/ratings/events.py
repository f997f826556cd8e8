"""What can happen to ratings."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class VisitRated(Event):
    """A consumer said what they think of the technicians of one visit."""

    visit_id: UUID
    technician_ids: tuple[UUID, ...]
