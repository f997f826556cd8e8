"""Who may see and change what of a technician. Pure functions."""

from app.core.policies import Actor, Role
from app.technicians.models import Certificate, Technician


def employs(actor: Actor, technician: Technician) -> bool:
    return actor.has(Role.PARTNER) and technician.partner_id in actor.partner_ids


def dispatches(actor: Actor, technician: Technician) -> bool:
    return actor.works_in(technician.territory_id)


def is_self(actor: Actor, technician: Technician) -> bool:
    return actor.technician_id is not None and actor.technician_id == technician.id


def can_change(actor: Actor, technician: Technician) -> bool:
    """Dispatchers of the territory keep everybody, partners their own people."""
    return dispatches(actor, technician) or employs(actor, technician)


def can_approve(actor: Actor, technician: Technician) -> bool:
    """What a partner hands in counts once a dispatcher of the territory has approved it."""
    return dispatches(actor, technician)


def vouches(actor: Actor, certificate: Certificate) -> bool:
    """A brand says whether what is handed in for its own goods is worth anything."""
    return actor.has(Role.BRAND) and certificate.brand_id in actor.brand_ids


def can_reveal(actor: Actor, technician: Technician) -> bool:
    return can_change(actor, technician) or is_self(actor, technician)


def sees_openly(actor: Actor, technician: Technician) -> bool:
    """Tell whether names and phones are shown unmasked without asking."""
    return dispatches(actor, technician) or is_self(actor, technician)
