"""The state machine of a visit: the server decides, whatever order reports arrive in."""

from enum import StrEnum

from app.planning.models import VisitState

STEPS = (
    VisitState.SCHEDULED,
    VisitState.ON_THE_WAY,
    VisitState.ARRIVED,
    VisitState.STARTED,
    VisitState.COMPLETED,
)
ENDED = frozenset({VisitState.COMPLETED, VisitState.FAILED, VisitState.CANCELLED})
UNDER_WAY = frozenset({VisitState.ON_THE_WAY, VisitState.ARRIVED, VisitState.STARTED})


class Refusal(StrEnum):
    """Why a visit does not go where somebody wants it."""

    NOT_SCHEDULED = "not-scheduled"
    ALREADY_THERE = "already-there"
    ALREADY_PAST = "already-past"
    ENDED = "ended"


def refusal(now: VisitState, wanted: VisitState) -> Refusal | None:
    """Say why a visit may not go from one state to another; ``None``: it may.

    A step may be skipped forward, because a phone without signal may lose one; it is never taken
    back. Only what is scheduled is taken off the schedule, and nothing ended goes on.
    """
    if now is wanted:
        return Refusal.ALREADY_THERE
    if now in ENDED:
        return Refusal.ENDED
    if wanted is VisitState.CANCELLED:
        return None
    return _step(now, wanted)


def _step(now: VisitState, wanted: VisitState) -> Refusal | None:
    if wanted is VisitState.OPEN:
        return None if now is VisitState.SCHEDULED else Refusal.ALREADY_PAST
    if now is VisitState.OPEN:
        return None if wanted is VisitState.SCHEDULED else Refusal.NOT_SCHEDULED
    if wanted is VisitState.FAILED or STEPS.index(wanted) > STEPS.index(now):
        return None
    return Refusal.ALREADY_PAST
