"""Who may read the log of messages, and say how they are worded."""

from app.core.policies import Actor


def reads_every_message(actor: Actor) -> bool:
    """Administrators read the log of every territory, dispatchers that of their own."""
    return actor.is_administrator


def can_word(actor: Actor) -> bool:
    return actor.is_administrator
