"""What can happen to a case."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class CaseOpened(Event):
    """A consumer is not content, or a dispatcher wrote down that they are not."""

    case_id: UUID
    job_id: UUID


@dataclass(frozen=True, kw_only=True)
class CaseAnswered(Event):
    """Whoever looks after a case has said something to its consumer, or settled it."""

    case_id: UUID
    job_id: UUID
