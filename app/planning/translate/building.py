"""A territory's days as a planning problem."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from statistics import fmean
from typing import Any
from uuid import UUID

from app.core import clock
from app.places import queries as place_queries
from app.places import service as places
from app.places.rules import factor_at
from app.places.service import Travel
from app.planning.models import VisitState
from app.planning.rules import weights
from app.planning.translate import crews, people, prints, skills, work
from app.planning.translate.facts import Facts
from app.planning.translate.people import MODE, Piece
from app.planning.translate.sites import Sites
from app.technicians.models import Score
from app.technicians.rules import Needs

Factors = list[list[float]]


@dataclass(frozen=True)
class JobPrint:
    """What storing a plan needs to know of a job once the facts are gone."""

    job: str
    place: str
    pins: str
    latest: datetime | None
    days: tuple[date, ...]


@dataclass
class Translation:
    """A problem and what turns its plan back into rows; plain values that outlive a transaction.

    Attributes:
        problem: In the planning format.
        left_out: Jobs that are not even put to the search, with reasons.
        pieces: Working times by the names of the problem's shifts.
        shift_prints: Their fingerprints' part, by the same names.
        job_prints: What stops rest on, and how they are measured, by job.
        travel: Free-flow travel between the locations, with the quality of each leg.
        shift_seconds: All working time of each day.
        rates: Cost per hour and per kilometre of each technician.
    """

    problem: dict[str, Any]
    left_out: dict[str, work.Reasons]
    pieces: dict[str, Piece]
    shift_prints: dict[str, str]
    job_prints: dict[str, JobPrint]
    travel: Travel
    shift_seconds: dict[date, float] = field(default_factory=dict)
    rates: dict[UUID, tuple[int, int]] = field(default_factory=dict)


def build(facts: Facts) -> Translation:
    """Translate the facts; nothing is searched for."""
    sites = Sites()
    drafts = _drafts(facts)
    wanted = _wanted(drafts, facts)
    technicians, pieces = people.technicians(facts, wanted, sites)
    _check_pins(drafts, facts, pieces)
    work.left_out_with(drafts)
    jobs = _jobs(drafts, technicians, facts, sites)
    travel = places.travel_between(
        facts.territory, sites.points, sites.approximate, radii_m=sites.radii_m
    )
    problem = {
        "format": "planning-problem/1",
        "name": f"{facts.territory.code} {facts.horizon.first_day}..{facts.horizon.last_day}",
        "epoch": facts.horizon.epoch_text,
        "locations": sites.locations(),
        "travel": {MODE: _mode(travel, _factors(facts))},
        "technicians": technicians,
        "jobs": jobs,
        "incumbent": _incumbent(drafts, facts),
    }
    return Translation(
        problem=problem,
        left_out={one.name: one.reasons for one in drafts.values() if one.reasons},
        pieces=pieces,
        shift_prints=_shift_prints(facts),
        job_prints={one.name: _job_print(one, facts) for one in drafts.values()},
        travel=travel,
        shift_seconds=_shift_seconds(facts),
        rates={
            one.technician.id: (
                one.technician.cost_per_hour_minor,
                one.technician.cost_per_km_minor,
            )
            for one in facts.working
        },
    )


def _drafts(facts: Facts) -> dict[UUID, work.Drafted]:
    given = crews.team_jobs(facts)
    slowest = max((one.technician.pace for one in facts.working), default=1.0)
    return {job.id: work.draft(job, facts, given.get(job.id), slowest) for job in facts.jobs}


def _wanted(drafts: dict[UUID, work.Drafted], facts: Facts) -> dict[tuple[str, int], Needs]:
    found: dict[tuple[str, int], Needs] = {}
    for drafted in drafts.values():
        for needs in drafted.seats:
            found |= skills.rights(needs, facts.brands[drafted.job.brand_id].code)
    return found


def _jobs(
    drafts: dict[UUID, work.Drafted],
    technicians: list[dict[str, Any]],
    facts: Facts,
    sites: Sites,
) -> list[dict[str, Any]]:
    teams = crews.team_names(facts)
    liked = _rating_costs(facts)
    present = {one["id"]: {skill["skill"] for skill in one["skills"]} for one in technicians}
    found = []
    for drafted in drafts.values():
        if drafted.reasons:
            continue
        brand = facts.brands[drafted.job.brand_id].code
        needed = {one["skill"] for one in skills.needed(drafted.seats[0], brand)}
        costs = {
            name: cost
            for name, cost in liked(drafted.job.category_id).items()
            if cost and needed <= present.get(name, set())
        }
        found.append(work.to_format(drafted, facts, sites, teams, costs))
    return found


def _rating_costs(facts: Facts) -> Callable[[UUID], dict[str, int]]:
    """Return what each technician costs by their rating, for a category; computed once each."""
    known: dict[UUID, dict[str, int]] = {}

    def of(category_id: UUID) -> dict[str, int]:
        if category_id not in known:
            scores = {
                str(one.technician.id): one.scores.get(category_id) or one.scores.get(None)
                for one in facts.working
            }
            rated = [_score(score) for score in scores.values() if score is not None]
            usual = fmean(rated) if rated else None
            known[category_id] = {
                name: weights.rating_cost(
                    _score(score) if score else None, usual, score.count if score else 0
                )
                for name, score in scores.items()
            }
        return known[category_id]

    return of


def _score(score: Score) -> float:
    return (score.professional + score.attitude) / 2


def _check_pins(drafts: dict[UUID, work.Drafted], facts: Facts, pieces: dict[str, Piece]) -> None:
    """Leave out jobs whose pin nobody can keep, so that one of them does not sink the plan."""
    at_work: dict[UUID, list[Piece]] = {}
    for piece in pieces.values():
        at_work.setdefault(piece.technician_id, []).append(piece)
    for drafted in drafts.values():
        for pin in facts.pins.get(drafted.job.id, [])[: len(drafted.seats)]:
            times = [piece.time for piece in at_work.get(pin.technician_id, [])]
            inside = [
                time
                for time in times
                if pin.starts_at is None or time.starts_at <= pin.starts_at < time.ends_at
            ]
            if not inside:
                drafted.reasons.append(
                    {"code": "no-shift", "technicians": [str(pin.technician_id)], "pinned": True}
                )


def _incumbent(drafts: dict[UUID, work.Drafted], facts: Facts) -> list[dict[str, Any]]:
    """Return what was announced for the jobs of this problem."""
    told = []
    for assignment, visit in facts.taken:
        drafted = drafts.get(visit.job_id)
        known = drafted is not None and not drafted.reasons
        if known and visit.state is VisitState.SCHEDULED and assignment.held_until is None:
            told.append(
                {
                    "job": str(visit.job_id),
                    "seat": assignment.seat,
                    "technician": str(assignment.technician_id),
                    "start": facts.horizon.second(assignment.starts_at),
                }
            )
    return told


def _mode(travel: Travel, factors: Factors) -> dict[str, Any]:
    mode: dict[str, Any] = {
        "seconds": travel.seconds.tolist(),
        "metres": travel.metres.tolist(),
    }
    return mode | ({"factors": factors} if factors else {})


def _factors(facts: Facts) -> Factors:
    """Return the time-of-day factors; where days differ, the slower one at every moment.

    The planning format has one table for all days. The greater of two tables keeps the order of
    arrivals that each of them keeps.
    """
    tables = [place_queries.speed_factors(facts.territory.id, day) for day in facts.horizon.days]
    moments = sorted({int(point[0]) for table in tables for point in table})
    return [
        [moment, max(factor_at(table, moment) for table in tables if table)] for moment in moments
    ]


def _shift_prints(facts: Facts) -> dict[str, str]:
    return {
        people.piece_name(time): prints.of_shift(one, time)
        for one in facts.working
        for time in one.shifts
    }


def _job_print(drafted: work.Drafted, facts: Facts) -> JobPrint:
    job = drafted.job
    return JobPrint(
        job=prints.of_job(job),
        place=prints.of_place(facts.places.get(job.place_id), facts),
        pins=prints.of_pins(facts.pins.get(job.id, [])),
        latest=job.window_end or job.due_at,
        days=tuple(crews.days_of(job, facts)),
    )


def _shift_seconds(facts: Facts) -> dict[date, float]:
    found = dict.fromkeys(facts.horizon.days, 0.0)
    for one in facts.working:
        for time in one.shifts:
            day = clock.local_day(time.starts_at, facts.horizon.zone)
            found[day] = found.get(day, 0.0) + (time.ends_at - time.starts_at).total_seconds()
    return found
