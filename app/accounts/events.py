"""What can happen to accounts."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class UserDisabled(Event):
    """A user may no longer enter; their sessions ended at once."""

    user_id: UUID
