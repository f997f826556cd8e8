"""Who answers for personal data. Pure functions."""

from app.core.policies import Actor


def can_answer_for(actor: Actor) -> bool:
    """Administrators answer what persons ask of their data, and carry it out."""
    return actor.is_administrator
