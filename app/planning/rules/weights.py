"""What matters how much to a plan, in minor units of the installation's currency.

One cost unit of the solver is one minor unit, so that each figure can be argued about as money.
"""

from math import copysign, sqrt

from app.jobs.models import Job
from app.technicians.models import Technician

VISIT_WORTH = 60_000  # what an ordinary visit is worth to get done, before its length
WORTH_PER_HOUR = 20_000  # and for each technician's hour in it, so that long work is not starved
PROMISE = 2.0  # a promise broken costs as much again
DUE = 1.5  # leaving out what the brand's deadline asks for in these days
LATE_PER_HOUR = 6_000  # starting after a proposed window: an evening stays below a visit's worth
OVERDUE_PER_HOUR = 200  # starting after the deadline: two weeks stay below a visit's worth
OVERTIME_PREMIUM = 0.5  # on top of the hour itself: half as much again
CHANGE = 2_000  # another technician than the consumer was told
MOVE_PER_HOUR = 1_500  # another hour than the consumer was told
RATING_POINT = 1_500  # a point better on a scale of 5 is worth this much of a detour
EXPLORATION = 800  # trying somebody whom nobody has rated yet, as much as eight kilometres
EXPLORED = 50  # ratings from which somebody is known
PRIOR = 9  # ratings that the prior is worth, and one: stars spread by about one
RATING_BOUND = 2_000  # and never more, so that nobody is driven across the city for stars


def penalty(job: Job, *, is_due: bool = False) -> float:
    """Cost of leaving a job out: by its work, its priority squared, a promise and its deadline.

    It is above every cost of lateness, so that nothing is left out for being late.
    """
    hours = (job.work_seconds or 0) * max(1, len(job.crew)) / 3600
    worth = VISIT_WORTH + WORTH_PER_HOUR * hours
    promise = PROMISE if job.window_confirmed_at else 1.0
    return round(worth * job.priority**2 * promise * (DUE if is_due else 1.0))


def costs(technician: Technician) -> dict[str, float]:
    """What a technician's route costs, by the planning format's terms.

    An hour is paid from leaving to return, driving included, so driving costs nothing again.
    """
    hourly = technician.cost_per_hour_minor
    return {
        "per_hour": hourly,
        "per_travel_hour": 0,
        "per_km": technician.cost_per_km_minor,
        "per_overtime_hour": round(hourly * OVERTIME_PREMIUM),
    }


def rating_cost(score: float | None, usual: float | None, count: int = 0) -> int:
    """Cost of a technician for a job by how they are rated; negative is better.

    A difference counts as far as it is more than one standard error, in part while ratings are
    few; and as far as somebody is not known they get a bonus:
    newcomers are tried, and a few bad stars starve nobody, which would keep them from ever
    being outweighed. With nobody to compare to it is 0.

    Args:
        score: Their standing, 1 to 5; ``None``: nobody has rated them.
        usual: What is usual among those at work; ``None``: nobody is rated.
        count: How many ratings the standing rests on.
    """
    if usual is None:
        return 0
    known = min(1.0, count / EXPLORED)
    worse = usual - (usual if score is None else score)
    sure = copysign(max(0.0, abs(worse) - 1 / sqrt(count + PRIOR)), worse)
    cost = known * sure * RATING_POINT - (1 - known) * EXPLORATION
    return round(max(-RATING_BOUND, min(RATING_BOUND, cost)))
