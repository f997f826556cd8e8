"""Who may do what to orders and jobs. Pure functions: an actor, a row, yes or no.

Partners and technicians reach jobs through their visits, which planning knows, not here.
"""

from uuid import UUID

from app.core.policies import Actor, Role
from app.jobs.models import Job


def speaks_for(actor: Actor, brand_id: UUID) -> bool:
    return actor.has(Role.BRAND) and brand_id in actor.brand_ids


def can_send_for(actor: Actor, brand_id: UUID) -> bool:
    """Dispatchers take in any brand's orders, a brand its own."""
    return actor.has(Role.ADMINISTRATOR, Role.DISPATCHER) or speaks_for(actor, brand_id)


def dispatches(actor: Actor, job: Job) -> bool:
    return actor.works_in(job.territory_id)


def can_see(actor: Actor, job: Job) -> bool:
    return (
        dispatches(actor, job)
        or speaks_for(actor, job.brand_id)
        or (actor.customer_id is not None and actor.customer_id == job.customer_id)
    )


def can_change(actor: Actor, job: Job) -> bool:
    """What is asked for is changed by dispatchers; a brand sends its order again."""
    return dispatches(actor, job)


def can_cancel(actor: Actor, job: Job) -> bool:
    """A dispatcher, the brand that sent it, or the consumer it is for."""
    return can_see(actor, job)


def can_confirm(actor: Actor, job: Job) -> bool:
    """The consumer, or a dispatcher who spoke to them; never the brand on their behalf."""
    return dispatches(actor, job) or actor.customer_id == job.customer_id


def can_reveal(actor: Actor, job: Job) -> bool:
    """Names, numbers and addresses are opened for dispatchers and the brand that sent them."""
    return dispatches(actor, job) or speaks_for(actor, job.brand_id)
