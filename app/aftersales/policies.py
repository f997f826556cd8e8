"""Who may do what to a case. Pure functions: an actor, a row, yes or no."""

from app.aftersales.models import Case
from app.core.policies import Actor, Role
from app.jobs.models import Job


def can_open(actor: Actor, job: Job) -> bool:
    """The consumer whose job it is, or a dispatcher to whom they telephoned."""
    return actor.works_in(job.territory_id) or actor.customer_id == job.customer_id


def can_see(actor: Actor, case: Case) -> bool:
    """Dispatchers of the territory, and the brand whose goods they are."""
    if actor.works_in(case.territory_id):
        return True
    return actor.has(Role.BRAND) and case.brand_id in actor.brand_ids


def can_settle(actor: Actor, case: Case) -> bool:
    """Answering and resolving is for whoever dispatches the territory."""
    return actor.works_in(case.territory_id)
