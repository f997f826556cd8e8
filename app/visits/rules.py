"""Pure computation of visits: what a report from the field is worth."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.planning.models import VisitState
from app.visits.models import Verdict

REPORTABLE = (
    VisitState.ON_THE_WAY,
    VisitState.ARRIVED,
    VisitState.STARTED,
    VisitState.COMPLETED,
    VisitState.FAILED,
)
PROGRESS = {
    VisitState.SCHEDULED: 0,
    VisitState.ON_THE_WAY: 1,
    VisitState.ARRIVED: 2,
    VisitState.STARTED: 3,
    VisitState.COMPLETED: 4,
    VisitState.FAILED: 4,
}
ENDED = frozenset({VisitState.COMPLETED, VisitState.FAILED})

OLDEST_BELIEVED = timedelta(hours=48)
ARRIVAL_ACCURACY_M = 50
USUAL_SKEW = timedelta(minutes=2)


@dataclass(frozen=True)
class Decision:
    """What the server makes of a report; ``reason`` is a code that its author is shown."""

    verdict: Verdict
    reason: str | None = None

    @property
    def applies(self) -> bool:
        return self.verdict is Verdict.APPLIED


def decide(current: VisitState, reported: VisitState, *, assigned: bool) -> Decision:
    """Judge a report against the visit as it stands.

    A visit only moves forward. What is reported late is superseded, a state may be skipped (its
    report was lost or comes later), and nothing follows the end: so the same reports in any
    order and number end in the same state.

    Args:
        current: The visit's state.
        reported: What the technician says it is.
        assigned: Whether the visit is still theirs.
    """
    far = PROGRESS.get(current, 0)
    doubts = (
        (not assigned, Verdict.REJECTED, "visit-reassigned"),
        (current is VisitState.CANCELLED, Verdict.REJECTED, "visit-cancelled"),
        (current not in PROGRESS, Verdict.REJECTED, "visit-not-published"),
        (current is reported, Verdict.SUPERSEDED, "already-so"),
        ({current, reported} == ENDED, Verdict.REJECTED, f"already-{current.value}"),
        (PROGRESS[reported] <= far, Verdict.SUPERSEDED, "already-further"),
    )
    found = (Decision(verdict, reason) for holds, verdict, reason in doubts if holds)
    return next(found, Decision(Verdict.APPLIED))


def set_right(reported: datetime, sent: datetime | None, received: datetime) -> datetime:
    """Return when a thing happened by our clock, of a device whose own clock is wrong.

    What a device's clock said on sending shows how far it is off; minutes are not corrected, for
    sending takes time. All are instants.
    """
    if sent is None or reported > sent or abs(received - sent) < USUAL_SKEW:
        return reported
    return reported + (received - sent)


def believed_time(
    reported: datetime, received: datetime, *, not_before: datetime | None
) -> datetime:
    """Return when a reported thing happened, as far as the client's clock can be trusted.

    The client's time counts unless it lies in the future or is older than 48 hours; it never
    precedes what was applied before. All are instants.
    """
    plausible = received - OLDEST_BELIEVED <= reported <= received
    chosen = reported if plausible else received
    return max(chosen, not_before) if not_before else chosen


def fixes_address(accuracy_m: int | None) -> bool:
    """Tell whether a device was sure enough of its position on arrival to fix the address."""
    return accuracy_m is not None and accuracy_m <= ARRIVAL_ACCURACY_M


def reportable_from(current: VisitState) -> list[VisitState]:
    """List what may be reported next of a visit, the usual step first."""
    return [state for state in REPORTABLE if decide(current, state, assigned=True).applies]
