"""Who may manage accounts."""

from app.core.policies import Actor


def can_manage(actor: Actor) -> bool:
    return actor.is_administrator
