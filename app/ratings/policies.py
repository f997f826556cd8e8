"""Who may read what consumers said."""

from app.core.policies import Actor
from app.technicians.models import Technician


def reads_comments(actor: Actor, technician: Technician) -> bool:
    """The consumer's own words are for the dispatchers and for whom they are about."""
    return actor.works_in(technician.territory_id) or actor.technician_id == technician.id


def may_hide(actor: Actor, technician: Technician) -> bool:
    """Abuse is hidden by whoever dispatches the technician, never by whom it is about."""
    return actor.works_in(technician.territory_id)
