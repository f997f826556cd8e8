"""What can happen to places."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PlaceLocated(Event):
    """A place has a position it can be planned with, or a better one."""

    place_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlaceWaiting(Event):
    """Nothing finds a place: a person has to drop a pin."""

    place_id: UUID
