"""What a consumer sees of their job: each field only while it is theirs to know."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.aftersales import queries as cases
from app.catalogue import queries as catalogue
from app.catalogue.models import Price
from app.core import clock, links
from app.core.db import db
from app.core.links import Purpose
from app.core.personal import masked
from app.core.policies import Actor, Role
from app.jobs.models import Charge, ChargeState, Job, JobState, Payer
from app.jobs.queries import JobView, charges, view
from app.places.rules import coefficients_of, estimate
from app.planning.models import Assignment, Visit, VisitState
from app.planning.queries import visits
from app.ratings import queries as ratings
from app.ratings.models import FollowUp
from app.technicians import queries as technicians
from app.technicians.models import Score, Technician
from app.technicians.rules import Needs, qualification
from app.visits import queries as evidence
from app.visits.models import VisitReport
from app.web.shared.formats import local_time

FEWEST_RATINGS = 5
"""A standing on fewer ratings than this says more of those who gave them than of the person."""
LATE = timedelta(minutes=10)


class Stage(StrEnum):
    """Where a job is, as the consumer knows it."""

    WAITING = "waiting"
    PROPOSED = "proposed"
    AGREED = "agreed"
    PLANNED = "planned"
    COMING = "coming"
    HERE = "here"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


STAGES = {
    VisitState.SCHEDULED: Stage.PLANNED,
    VisitState.ON_THE_WAY: Stage.COMING,
    VisitState.ARRIVED: Stage.HERE,
    VisitState.STARTED: Stage.HERE,
    VisitState.COMPLETED: Stage.DONE,
    VisitState.FAILED: Stage.FAILED,
}
ENDED = frozenset({VisitState.COMPLETED, VisitState.FAILED})
"""A job that is to be visited once more waits for that, whatever became of the last visit."""
ANNOUNCED = frozenset({Stage.PLANNED, Stage.COMING, Stage.HERE, Stage.DONE})


@dataclass(frozen=True)
class Person:
    """Somebody who comes, as the consumer is shown them.

    Attributes:
        certified: They may do this work for this brand on the day of the visit.
        professional, attitude: Their standing; ``None`` while too few have rated them.
    """

    technician_id: UUID
    name: str
    certified: bool
    professional: float | None = None
    attitude: float | None = None
    ratings: int = 0


@dataclass(frozen=True)
class Approach:
    """Where somebody on the way was last, and when they should be there."""

    lat: float
    lon: float
    seen_at: datetime
    arrives_at: datetime


@dataclass(frozen=True)
class Line:
    """One line of what the work costs; ``payer`` says whose bill it is on."""

    what: Price | Charge
    payer: Payer


@dataclass(frozen=True)
class Followed:
    """A job as its consumer sees it now; what is not theirs to know yet, or any more, is None."""

    view: JobView
    stage: Stage
    address: str | None
    window: tuple[datetime, datetime] | None = None
    is_promised: bool = False
    visit_id: UUID | None = None
    day_of_visit: datetime | None = None
    crew: tuple[Person, ...] = ()
    approach: Approach | None = None
    late_until: datetime | None = None
    finished_at: datetime | None = None
    report: str | None = None
    costs: tuple[Line, ...] = ()
    may_complain: bool = False
    asks_if_good: FollowUp | None = None

    @property
    def job(self) -> Job:
        return self.view.job

    @property
    def may_confirm(self) -> bool:
        undecided = self.stage in {Stage.PROPOSED, Stage.PLANNED}
        return undecided and self.window is not None and not self.is_promised

    @property
    def may_change(self) -> bool:
        return self.job.is_cancellable and self.stage not in {Stage.COMING, Stage.HERE}

    @property
    def may_rate(self) -> bool:
        asked_until = self.finished_at and self.finished_at + links.LIFE[Purpose.RATING]
        return asked_until is not None and clock.now() < asked_until

    def state(self) -> dict[str, Any]:
        """Return what a page that follows compares: a tag of what needs a fresh page, and ETA."""
        shown = (self.stage, self.window, self.is_promised, self.day_of_visit, self.crew)
        tag = hashlib.sha256(repr((shown, self.late_until)).encode()).hexdigest()[:16]
        eta = self.approach.arrives_at if self.approach else None
        return {
            "page": tag,
            "stage": self.stage.value,
            "arrives_at": eta.isoformat() if eta else None,
            "arrives_text": local_time(eta) if eta else None,
        }


def holder(job: Job) -> Actor:
    """Return who acts through a job's link: its consumer."""
    return Actor(
        via="link", roles=frozenset({Role.CONSUMER}), customer_id=job.customer_id, name="consumer"
    )


def job_of(secret: str) -> Job:
    """Return the job that a link is for.

    Raises:
        LinkNotValid: the link does not work, or is for something else.
    """
    job = db.session.get(Job, links.find(secret, Purpose.JOB).subject_id)
    if job is None:
        raise links.LinkNotValid
    return job


def follow(job: Job) -> Followed:
    """Show a job to its consumer as it stands now."""
    shown = view(job)
    visit = _newest_visit(job.id)
    stage = _stage(job, visit)
    found = Followed(
        view=shown,
        stage=stage,
        address=masked(shown.place, "address"),
        window=_window(job, stage),
        is_promised=job.window_confirmed_at is not None,
        costs=_costs(shown),
        may_complain=cases.last_visit(job.id) is not None,
    )
    return found if visit is None or stage not in ANNOUNCED else _with_visit(found, visit)


def _newest_visit(job_id: UUID) -> Visit | None:
    chosen = sa.select(Visit).where(Visit.job_id == job_id).order_by(Visit.ordinal.desc())
    return db.session.scalar(chosen.limit(1))


def _stage(job: Job, visit: Visit | None) -> Stage:
    if job.state is JobState.CANCELLED:
        return Stage.CANCELLED
    is_to_come = visit is not None and visit.state in ENDED and job.is_cancellable
    if visit is not None and visit.state in STAGES and not is_to_come:
        return STAGES[visit.state]
    if job.window_start is None:
        return Stage.WAITING
    return Stage.AGREED if job.window_confirmed_at else Stage.PROPOSED


def _window(job: Job, stage: Stage) -> tuple[datetime, datetime] | None:
    if job.window_start is None or job.window_end is None or stage is Stage.CANCELLED:
        return None
    return job.window_start, job.window_end


def _with_visit(found: Followed, visit: Visit) -> Followed:
    crew = visits.crew_of(visit.id)
    if not crew:
        return found
    approach = _approach(found, visit) if found.stage is Stage.COMING else None
    window = found.window
    return replace(
        found,
        visit_id=visit.id,
        day_of_visit=crew[0].starts_at,
        window=window or (crew[0].starts_at, crew[0].ends_at),
        crew=tuple(_people(found.view, crew)),
        approach=approach,
        late_until=_late_until(found, crew[0], approach),
        finished_at=visit.finished_at if found.stage is Stage.DONE else None,
        report=_report(visit) if found.stage is Stage.DONE else None,
        asks_if_good=ratings.follow_up(visit.id) if found.stage is Stage.DONE else None,
    )


def _people(shown: JobView, crew: list[Assignment]) -> list[Person]:
    chosen = sa.select(Technician).where(Technician.id.in_([one.technician_id for one in crew]))
    people = {one.id: one for one in db.session.scalars(chosen)}
    standings = technicians.standings(list(people.values()))
    scores = technicians.overall_scores(list(people))
    return [
        _person(shown, one, people[one.technician_id], standings, scores.get(one.technician_id))
        for one in crew
    ]


def _person(
    shown: JobView,
    seat: Assignment,
    technician: Technician,
    standings: dict[UUID, technicians.Standing],
    score: Score | None,
) -> Person:
    job = shown.job
    needs = Needs(
        brand_id=job.brand_id,
        category_path=shown.category.path,
        job_type=job.job_type,
        level=job.crew[seat.seat]["level"] if seat.seat < len(job.crew) else 1,
    )
    certified = not qualification(standings[technician.id], needs, seat.day)
    person = Person(technician.id, technician.name or "", certified)
    if score is None or score.count < FEWEST_RATINGS:
        return person
    return replace(
        person,
        professional=score.professional,
        attitude=score.attitude,
        ratings=score.count,
    )


def _approach(found: Followed, visit: Visit) -> Approach | None:
    told = [one for one in evidence.reports_of(visit.id) if one.state is visit.state]
    report = next((one for one in reversed(told) if one.lat is not None), None)
    if report is None or report.lat is None or report.lon is None:
        return None
    return Approach(report.lat, report.lon, report.happened_at, _arrival(found.view, report))


def _arrival(shown: JobView, report: VisitReport) -> datetime:
    """Estimate when somebody who reported a position on the way is at the door."""
    place, city = shown.place, coefficients_of(shown.territory)
    if report.lat is None or report.lon is None or place.lat is None or place.lon is None:
        return report.happened_at
    driving, _ = estimate([(report.lat, report.lon)], [(place.lat, place.lon)], city)
    seconds = int(driving[0][0]) + city.access_seconds
    return max(report.happened_at + timedelta(seconds=seconds), clock.now())


def _late_until(found: Followed, lead: Assignment, approach: Approach | None) -> datetime | None:
    """Return when they will come if that is after what was promised; told before it is felt."""
    if found.window is None or found.stage not in {Stage.PLANNED, Stage.COMING}:
        return None
    expected = max(approach.arrives_at if approach else lead.starts_at, clock.now())
    return expected if expected > found.window[1] + LATE else None


def _report(visit: Visit) -> str | None:
    told = [one.note for one in evidence.reports_of(visit.id) if one.state is visit.state]
    return next((note for note in reversed(told) if note), None)


def _costs(shown: JobView) -> tuple[Line, ...]:
    job = shown.job
    day = clock.local_day(job.window_start or clock.now(), shown.territory.timezone)
    price = catalogue.price_for(
        "visit",
        brand_id=job.brand_id,
        category_id=job.category_id,
        job_type=job.job_type,
        on=day,
    )
    payer = next((order.payer for order, _ in shown.orders), Payer.BRAND)
    extras = [one for one in charges(job.id) if one.state is ChargeState.AGREED]
    visit = [Line(price, payer)] if price is not None else []
    return (*visit, *(Line(one, Payer.CONSUMER) for one in extras))
