"""Who may read and change the catalogue. Pure functions."""

from uuid import UUID

from app.core.policies import Actor, Role

READS_ALL = (Role.ADMINISTRATOR, Role.DISPATCHER, Role.TECHNICIAN, Role.PARTNER)


def reads_every_brand(actor: Actor) -> bool:
    """Brands are walls: a brand's people and keys see their own goods and nobody else's."""
    return actor.has(*READS_ALL)


def reads_pay(actor: Actor) -> bool:
    """What technicians earn is theirs, their partner's and the dispatchers' business."""
    return actor.has(*READS_ALL)


def can_change(actor: Actor) -> bool:
    """Brands, categories, work specs, prices and pay are the administrators' to change."""
    return actor.is_administrator


def can_change_models_of(actor: Actor, brand_id: UUID) -> bool:
    """A brand keeps its own models and bills of goods."""
    return actor.is_administrator or (actor.has(Role.BRAND) and brand_id in actor.brand_ids)
