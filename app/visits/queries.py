"""Reading visits as those do who make them: the day, one visit, its reports."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa

from app.core import audit, clock
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import NotFound
from app.core.personal import masked
from app.core.policies import Actor, Role
from app.jobs.models import Job
from app.jobs.queries import JobView, views
from app.places.rules import is_approximate
from app.planning import policies as planning_policies
from app.planning.models import Assignment, Pin, Visit, VisitState
from app.planning.queries import visits
from app.planning.queries.visits import VisitNotFound
from app.technicians import queries as technicians
from app.technicians.models import Technician
from app.visits import policies, rules
from app.visits.models import Verdict, VisitReport


@dataclass(frozen=True)
class Known:
    """A visit, its job, who goes there now, and who ever was to."""

    visit: Visit
    job: Job
    crew: list[Assignment]
    ever: frozenset[UUID]

    @property
    def crew_ids(self) -> frozenset[UUID]:
        return frozenset(one.technician_id for one in self.crew)


def known(visit_id: UUID, *, actor: Actor) -> Known:
    """Return a visit that the actor has, or had, to do with.

    Raises:
        VisitNotFound: there is none for this actor.
    """
    visit = visits.get(visit_id)
    job = db.session.get_one(Job, visit.job_id)
    chosen = sa.select(Assignment.technician_id).where(Assignment.visit_id == visit_id)
    ever = frozenset(db.session.scalars(chosen))
    if not policies.can_see(actor, job.territory_id, ever):
        raise VisitNotFound(visit_id=str(visit_id))
    return Known(visit, job, visits.crew_of(visit_id), ever)


def latest_of(job_id: UUID) -> Visit:
    """Return a job's newest visit, whoever asks.

    Raises:
        VisitNotFound: nobody was ever to go there.
    """
    chosen = sa.select(Visit).where(Visit.job_id == job_id).order_by(Visit.ordinal.desc())
    visit = db.session.scalar(chosen.limit(1))
    if visit is None:
        raise VisitNotFound(job_id=str(job_id))
    return visit


def report_numbered(technician_id: UUID, device: str, sequence: int) -> VisitReport | None:
    """Return what this technician's device has sent under this number before."""
    chosen = sa.select(VisitReport).where(
        VisitReport.technician_id == technician_id,
        VisitReport.device == device,
        VisitReport.sequence == sequence,
    )
    return db.session.scalar(chosen)


def reports_of(visit_id: UUID) -> list[VisitReport]:
    """Return everything reported of a visit, as it came in."""
    chosen = sa.select(VisitReport).where(VisitReport.visit_id == visit_id)
    return list(db.session.scalars(chosen.order_by(VisitReport.received_at, VisitReport.id)))


def last_applied(visit_id: UUID) -> VisitReport | None:
    """Return the latest report that moved a visit on."""
    chosen = sa.select(VisitReport).where(
        VisitReport.visit_id == visit_id, VisitReport.verdict == Verdict.APPLIED
    )
    return db.session.scalar(chosen.order_by(VisitReport.happened_at.desc()).limit(1))


@dataclass(frozen=True)
class Companion:
    """One of a visit's crew; seat 0 leads."""

    seat: int
    technician_id: UUID
    name: str


@dataclass(frozen=True)
class Stop:
    """One visit of somebody's day, with all that is needed to make it.

    The customer's name, the address and the notes are open while the visit lasts and masked once
    it has ended; the phone number is always masked.
    """

    assignment: Assignment
    visit: Visit
    view: JobView
    crew: list[Companion]

    @property
    def has_ended(self) -> bool:
        return self.visit.state in rules.ENDED or self.visit.state is VisitState.CANCELLED

    @property
    def customer_name(self) -> str | None:
        customer = self.view.customer
        return masked(customer, "name") if self.has_ended else customer.name

    @property
    def phone(self) -> str | None:
        return masked(self.view.customer, "phone")

    @property
    def address(self) -> str | None:
        place = self.view.place
        return masked(place, "address") if self.has_ended else place.address

    @property
    def notes(self) -> str | None:
        return masked(self.view.job, "notes") if self.has_ended else self.view.job.notes

    @property
    def is_approximate(self) -> bool:
        return is_approximate(self.view.place.radius_m)

    @property
    def payers(self) -> list[str]:
        return sorted({order.payer.value for order, _ in self.view.orders})

    @property
    def next_states(self) -> list[VisitState]:
        return rules.reportable_from(self.visit.state)


class NoDayOfYourOwn(NotFound):
    """You are no technician: there is no day of your own to show."""

    code = "no-day-of-your-own"


def my_today(actor: Actor) -> date:
    """Return the present day where the actor works.

    Raises:
        NoDayOfYourOwn: the actor is no technician.
    """
    if actor.technician_id is None:
        raise NoDayOfYourOwn
    return clock.today(technicians.zone_of(technicians.get(actor.technician_id, actor=actor)))


def my_day(actor: Actor, day: date) -> list[Stop]:
    """Return the actor's own visits of a local day, in the order of the clock.

    Raises:
        NoDayOfYourOwn: the actor is no technician.
    """
    if actor.technician_id is None:
        raise NoDayOfYourOwn
    return day_of(actor.technician_id, day, actor=actor)


def day_of(technician_id: UUID, day: date, *, actor: Actor) -> list[Stop]:
    """Return a technician's visits of a local day, in the order of the clock.

    Raises:
        TechnicianNotFound: there is none whose day the actor may see.
    """
    technician = technicians.get(technician_id, actor=actor)
    if not planning_policies.can_see_day(actor, technician.territory_id, technician_id):
        raise technicians.TechnicianNotFound(technician_id=str(technician_id))
    return _stops(visits.on_days([technician_id], day, day, announced=True))


def stop(visit_id: UUID, *, actor: Actor) -> Stop:
    """Return one visit as those see it who make it; a technician only while it is theirs.

    Raises:
        VisitNotFound: there is none for this actor.
    """
    seen = known(visit_id, actor=actor)
    mine = [one for one in seen.crew if one.technician_id == actor.technician_id]
    theirs = mine or (seen.crew if actor.works_in(seen.job.territory_id) else [])
    if not theirs:
        raise VisitNotFound(visit_id=str(visit_id))
    return _stops([(theirs[0], seen.visit)])[0]


def _stops(planned: Sequence[tuple[Assignment, Visit]]) -> list[Stop]:
    chosen = sa.select(Job).where(Job.id.in_({visit.job_id for _, visit in planned}))
    shown = {view.job.id: view for view in views(list(db.session.scalars(chosen)))}
    crews = _crews([visit.id for _, visit in planned])
    return [
        Stop(assignment, visit, shown[visit.job_id], crews[visit.id])
        for assignment, visit in planned
    ]


def _crews(visit_ids: list[UUID]) -> dict[UUID, list[Companion]]:
    """Name everybody of several visits' crews, the last of each seat where it has ended."""
    chosen = (
        sa.select(Assignment, Technician)
        .join(Technician, Technician.id == Assignment.technician_id)
        .where(Assignment.visit_id.in_(visit_ids))
        .order_by(Assignment.active, Assignment.starts_at)
    )
    seats: dict[UUID, dict[int, Companion]] = defaultdict(dict)
    for assignment, technician in db.session.execute(chosen):
        seats[assignment.visit_id][assignment.seat] = Companion(
            assignment.seat, technician.id, technician.name or ""
        )
    return {key: [found[seat] for seat in sorted(found)] for key, found in seats.items()}


def worked_for(actor: Actor) -> sa.Select[UUID]:
    """Select the ids of jobs that a partner's own people are to do, or have been at."""
    people = sa.select(Technician.id).where(Technician.partner_id.in_(actor.partner_ids))
    standing = sa.select(Assignment.visit_id).where(
        Assignment.technician_id.in_(people), Assignment.active, Assignment.held_until.is_(None)
    )
    reported = sa.select(VisitReport.visit_id).where(
        VisitReport.technician_id.in_(people), VisitReport.verdict == Verdict.APPLIED
    )
    theirs = sa.or_(Visit.id.in_(standing), Visit.id.in_(reported))
    return sa.select(Visit.job_id).where(theirs if actor.has(Role.PARTNER) else sa.false())


def history(job: Job) -> list[AuditEntry]:
    """Return what happened to a job, its visits and who was to make them, oldest first."""
    made = list(db.session.scalars(sa.select(Visit.id).where(Visit.job_id == job.id)))
    seats = sa.select(Assignment.id).where(Assignment.visit_id.in_(made))
    reports = sa.select(VisitReport.id).where(VisitReport.visit_id.in_(made))
    return audit.histories(
        [
            (Job.__tablename__, job.id),
            *((Visit.__tablename__, one) for one in made),
            *((Assignment.__tablename__, one) for one in db.session.scalars(seats)),
            *((VisitReport.__tablename__, one) for one in db.session.scalars(reports)),
            *((Pin.__tablename__, f"{job.id}/{seat}") for seat in range(len(job.crew))),
        ]
    )


def arrivals(job_ids: Sequence[UUID] | sa.Select[UUID]) -> dict[UUID, datetime]:
    """Return when somebody came last to each job; what nobody has come to is left out."""
    there = (VisitState.ARRIVED, VisitState.STARTED, VisitState.COMPLETED)
    chosen = (
        sa.select(Visit.job_id, sa.func.min(VisitReport.happened_at))
        .join(VisitReport, VisitReport.visit_id == Visit.id)
        .where(Visit.job_id.in_(job_ids), VisitReport.state.in_(there))
        .where(VisitReport.verdict == Verdict.APPLIED)
        .group_by(Visit.job_id, Visit.ordinal)
        .order_by(Visit.job_id, Visit.ordinal)
    )
    return {row[0]: row[1] for row in db.session.execute(chosen)}
