"""Who may report from the field and read what was reported."""

from collections.abc import Collection
from uuid import UUID

from app.core.policies import Actor


def can_see(actor: Actor, territory_id: UUID, ever_assigned: Collection[UUID]) -> bool:
    """Dispatchers of the territory, and every technician who ever was to go there."""
    return actor.works_in(territory_id) or actor.technician_id in ever_assigned


def can_reveal(actor: Actor, territory_id: UUID, crew: Collection[UUID]) -> bool:
    """The customer's phone is for those who go there now, and for the dispatchers."""
    return actor.works_in(territory_id) or actor.technician_id in crew
