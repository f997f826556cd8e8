"""Who fills a crew: technicians who meet there, or a standing team that comes in one van.

The planning format knows seats filled by different technicians, and a standing team is one
technician to it. So each job of several seats is given to one of both kinds beforehand: to teams
where too few single technicians are qualified, then to teams as long as they have time, those jobs
first for which single technicians are scarcest. A job given to teams has one seat, open to them
alone; a job given to single technicians is closed to teams.
"""

from collections import defaultdict
from datetime import date
from uuid import UUID

from app.core import clock
from app.jobs.models import Job
from app.planning.queries.needs import needs_of, needs_of_team
from app.planning.translate.facts import Facts
from app.technicians.queries import Working
from app.technicians.rules import qualification

SHARE_FOR_CREWS = 0.85  # of a team's time: the rest is breaks and waiting
TRAVEL_SECONDS = 1800  # what a visit costs a team besides its work


def team_jobs(facts: Facts) -> dict[UUID, list[str]]:
    """Return the jobs given to standing teams, each with the teams that may do it."""
    teams = [one for one in facts.working if one.technician.team_size > 1]
    crewed = [job for job in facts.jobs if len(job.crew) > 1] if teams else []
    left = {one.technician.id: _seconds_by_day(one, facts) for one in teams}
    given: dict[UUID, list[str]] = {}
    for job in sorted(crewed, key=lambda job: (_singles(job, facts), job.number)):
        fitting = [one for one in teams if _fits(one, job, facts)]
        if fitting and _goes_to_teams(job, fitting, facts, left):
            given[job.id] = [str(one.technician.id) for one in fitting]
    return given


def team_names(facts: Facts) -> list[str]:
    return [str(one.technician.id) for one in facts.working if one.technician.team_size > 1]


def _goes_to_teams(
    job: Job, fitting: list[Working], facts: Facts, left: dict[UUID, dict[date, float]]
) -> bool:
    pinned = {pin.technician_id for pin in facts.pins.get(job.id, [])}
    if pinned:
        return pinned <= {one.technician.id for one in fitting}
    cost = (job.work_seconds or 0) + job.setup_seconds + TRAVEL_SECONDS
    for one in fitting:
        for day in days_of(job, facts):
            if left[one.technician.id][day] >= cost:
                left[one.technician.id][day] -= cost
                return True
    return _singles(job, facts) < len(job.crew)


def _singles(job: Job, facts: Facts) -> int:
    """Count the single technicians who may fill a seat of a job on its days."""
    days, path = days_of(job, facts), facts.path_of(job)
    return sum(
        any(
            not qualification(one.standing, needs_of(job, path, seat), day)
            for seat in range(len(job.crew))
            for day in days
        )
        for one in facts.working
        if one.technician.team_size == 1
    )


def _fits(team: Working, job: Job, facts: Facts) -> bool:
    needs = needs_of_team(job, facts.path_of(job))
    return team.technician.team_size >= len(job.crew) and any(
        not qualification(team.standing, needs, day) for day in days_of(job, facts)
    )


def days_of(job: Job, facts: Facts) -> list[date]:
    """Return the days of the horizon on which a job may be done."""
    if (known := facts.window_of(job)) is None:
        return facts.horizon.days
    zone = facts.horizon.zone
    first, last = (clock.local_day(at, zone) for at in known)
    return [day for day in facts.horizon.days if first <= day <= last]


def _seconds_by_day(team: Working, facts: Facts) -> dict[date, float]:
    found: dict[date, float] = defaultdict(float)
    for time in team.shifts:
        day = clock.local_day(time.starts_at, facts.horizon.zone)
        found[day] += (time.ends_at - time.starts_at).total_seconds() * SHARE_FOR_CREWS
    return found
