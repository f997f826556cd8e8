"""Jobs in the planning format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.core import clock
from app.jobs.models import Job, JobLink, LinkedTechnician
from app.places.rules import permitted_windows
from app.planning.queries.needs import needs_of, needs_of_team
from app.planning.rules import weights
from app.planning.rules.windows import Asked, Timing, Window, timing
from app.planning.translate import prints, skills
from app.planning.translate.facts import Facts
from app.planning.translate.sites import Sites, is_usable
from app.technicians.rules import Needs

Reasons = list[dict[str, Any]]


@dataclass
class Drafted:
    """A job on its way into the problem, or out of it with reasons.

    Attributes:
        seats: What each seat needs; one where a standing team fills them all.
        teams: The standing teams it is given to; ``None``: single technicians.
        only: Technicians it is bound to by an earlier job; ``None``: anybody.
    """

    job: Job
    seats: list[Needs]
    teams: list[str] | None
    timing: Timing
    after: list[dict[str, Any]] = field(default_factory=list)
    only: set[str] | None = None
    never: set[str] = field(default_factory=set)
    reasons: Reasons = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.job.id)


def draft(job: Job, facts: Facts, teams: list[str] | None, slowest: float) -> Drafted:
    """Begin a job: who may do it and when it may start."""
    path = facts.path_of(job)
    if teams is None:
        seats = [needs_of(job, path, seat) for seat in range(len(job.crew))]
    else:
        seats = [needs_of_team(job, path)]
    drafted = Drafted(job, seats, teams, _timing(job, facts, slowest))
    place = facts.places[job.place_id]
    if not is_usable(place, facts.territory):
        drafted.reasons.append({"code": "unreachable", "detail": "place"})
    for link in facts.links_of(job):
        _follow(drafted, link, facts)
    for pin in facts.pins.get(job.id, []):
        if pin.starts_at is not None:
            _admit(drafted.timing, facts.horizon.second(pin.starts_at))
    if not drafted.timing.windows:
        drafted.reasons.append({"code": "window-too-narrow"})
    return drafted


def _timing(job: Job, facts: Facts, slowest: float) -> Timing:
    horizon = facts.horizon
    window = day_end = None
    if (known := facts.window_of(job)) is not None:
        window = (horizon.second(known[0]), horizon.second(known[1]))
        day_end = horizon.bounds(clock.local_day(known[0], horizon.zone))[1]
    asked = Asked(
        window=window,
        promised=job.window_confirmed_at is not None,
        day_end=day_end,
        due=horizon.second(job.due_at) if job.due_at else None,
    )
    found = timing(asked, horizon=(max(0, horizon.second(facts.now)), horizon.seconds))
    work_seconds = job.setup_seconds + round((job.work_seconds or 0) * slowest)
    found.windows[:] = _permitted(found.windows, job, facts, work_seconds)
    return found


def _permitted(windows: list[Window], job: Job, facts: Facts, work_seconds: int) -> list[Window]:
    """Narrow windows to the hours in which work may be done at the place."""
    horizon, hours = facts.horizon, prints.permitted_hours(facts.places[job.place_id], facts)
    asked = [(horizon.instant(begin), horizon.instant(end)) for begin, end in windows]
    allowed = permitted_windows(asked, hours, zone=horizon.zone, work_seconds=work_seconds)
    return [(horizon.second(begin), horizon.second(end)) for begin, end in allowed]


def _admit(when: Timing, start: int) -> None:
    """Let a pinned start through: whoever pinned it answered for the window."""
    if not any(a <= start <= b for a, b in when.windows):
        when.windows.append((start, start))
        when.windows.sort()


def _follow(drafted: Drafted, link: JobLink, facts: Facts) -> None:
    """Tie a job to the one it follows: in the problem, or as it stands outside of it."""
    if any(job.id == link.after_id for job in facts.jobs):
        entry: dict[str, Any] = {"job": str(link.after_id), "min_gap": link.min_gap_seconds}
        if link.max_gap_seconds is not None:
            entry["max_gap"] = link.max_gap_seconds
        drafted.after.append(entry | {"technician": link.technician.value})
        return
    work = facts.linked_work.get(link.after_id)
    if not work:
        drafted.reasons.append({"code": "link-left-out", "job": str(link.after_id)})
        return
    over = facts.horizon.second(max(one.ends_at for one in work))
    latest = None if link.max_gap_seconds is None else over + link.max_gap_seconds
    _clip(drafted.timing, over + link.min_gap_seconds, latest)
    crew = {str(one.technician_id) for one in work}
    if link.technician is LinkedTechnician.SAME:
        drafted.only = {str(work[0].technician_id)}
    elif link.technician is LinkedTechnician.DIFFERENT:
        drafted.never |= crew


def _clip(when: Timing, earliest: int, latest: int | None) -> None:
    clipped = [
        (max(a, earliest), b if latest is None else min(b, latest)) for a, b in when.windows
    ]
    when.windows[:] = [(a, b) for a, b in clipped if a <= b]


def left_out_with(drafts: Mapping[UUID, Drafted]) -> None:
    """Leave out whatever follows a job that is left out, down the chain."""
    pending = True
    while pending:
        pending = False
        for drafted in drafts.values():
            missing = [e["job"] for e in drafted.after if drafts[UUID(e["job"])].reasons]
            if missing and not drafted.reasons:
                drafted.reasons.append({"code": "link-left-out", "job": missing[0]})
                pending = True


def to_format(
    drafted: Drafted, facts: Facts, sites: Sites, teams: list[str], costs: dict[str, int]
) -> dict[str, Any]:
    """Return one of ``jobs`` of the planning format."""
    job, brand = drafted.job, facts.brands[drafted.job.brand_id].code
    found: dict[str, Any] = {
        "id": drafted.name,
        "location": sites.of(facts.places[job.place_id]),
        "duration": job.work_seconds,
        "setup": job.setup_seconds,
        "windows": [list(window) for window in drafted.timing.windows],
        "penalty": weights.penalty(job, is_due=_is_due(job, facts)),
        "tools": sorted(job.tools),
        "parts": dict(job.parts),
        "after": drafted.after,
        "technician_costs": costs,
        "pinned": _pins(drafted, facts),
        **_telling(job),
    }
    if drafted.timing.due is not None:
        found |= {"due": drafted.timing.due, "late_per_hour": drafted.timing.late_per_hour}
    needed = [skills.needed(needs, brand) for needs in drafted.seats]
    found |= (
        {"skills": needed[0]} if len(needed) == 1 else {"crew": [{"skills": n} for n in needed]}
    )
    return found | _allowed(drafted, teams)


def _is_due(job: Job, facts: Facts) -> bool:
    return job.due_at is not None and facts.horizon.second(job.due_at) <= facts.horizon.seconds


def _telling(job: Job) -> dict[str, int]:
    """Return what it costs to change what was announced; a promise counts double."""
    times = 2 if job.window_confirmed_at else 1
    return {"change_cost": weights.CHANGE * times, "move_per_hour": weights.MOVE_PER_HOUR * times}


def _allowed(drafted: Drafted, teams: list[str]) -> dict[str, list[str]]:
    only, never = drafted.only, set(drafted.never)
    if drafted.teams is not None:
        only = set(drafted.teams) if only is None else only & set(drafted.teams)
    elif len(drafted.seats) > 1:
        never |= set(teams)
    found: dict[str, list[str]] = {"never": sorted(never)} if never else {}
    return found | ({"only": sorted(only)} if only is not None else {})


def _pins(drafted: Drafted, facts: Facts) -> list[dict[str, Any]]:
    pins = []
    for pin in facts.pins.get(drafted.job.id, [])[: len(drafted.seats)]:
        entry: dict[str, Any] = {"seat": pin.seat, "technician": str(pin.technician_id)}
        if pin.starts_at is not None:
            entry["start"] = facts.horizon.second(pin.starts_at)
        pins.append(entry)
    return pins
