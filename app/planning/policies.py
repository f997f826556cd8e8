"""Who may do what to plans and visits. Pure functions: an actor, a row, yes or no."""

from collections.abc import Collection
from uuid import UUID

from app.core.policies import Actor
from app.jobs.models import Job


def can_plan(actor: Actor, territory_id: UUID) -> bool:
    """Whoever dispatches the territory plans it, publishes it and moves its visits."""
    return actor.works_in(territory_id)


def can_report(actor: Actor, territory_id: UUID, crew: Collection[UUID]) -> bool:
    """The crew itself says how a visit goes, or a dispatcher to whom they telephoned."""
    return actor.works_in(territory_id) or actor.technician_id in crew


def can_see_day(actor: Actor, territory_id: UUID, technician_id: UUID) -> bool:
    return actor.works_in(territory_id) or actor.technician_id == technician_id


def can_book(actor: Actor, job: Job) -> bool:
    """The consumer whose visit it is chooses its time, or a dispatcher who speaks to them."""
    return actor.works_in(job.territory_id) or actor.customer_id == job.customer_id
