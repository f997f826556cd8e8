"""What can happen in the catalogue."""

from dataclasses import dataclass
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True, kw_only=True)
class KitChanged(Event):
    """A model's bill of goods is another: what counted as a complete kit may not be one now."""

    model_id: UUID


@dataclass(frozen=True, kw_only=True)
class WorkSpecChanged(Event):
    """What a job type takes, for a model or a category and all below it, is new or another."""

    job_type: str
    model_id: UUID | None
    category_id: UUID | None
