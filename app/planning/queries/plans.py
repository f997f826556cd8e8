"""Plan versions, their routes and what they leave out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.core import audit
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import NotFound
from app.core.policies import Actor
from app.places.models import Territory
from app.places.queries import TerritoryNotFound
from app.planning.models import (
    PlanState,
    PlanVersion,
    Publication,
    Route,
    Stop,
    StopKind,
    Unplanned,
)


class PlanNotFound(NotFound):
    """There is no such plan, or you may not know of it."""

    code = "plan-not-found"


class ProblemNotFound(NotFound):
    """This plan has no problem yet: it is still waiting to be translated."""

    code = "problem-not-found"


def visible(actor: Actor) -> sa.Select[PlanVersion]:
    """Select the plans of the territories that the actor dispatches."""
    chosen = sa.select(PlanVersion)
    if actor.is_administrator:
        return chosen
    mine = actor.territory_ids if actor.works_in(None) else frozenset()
    return chosen.where(PlanVersion.territory_id.in_(mine))


def territories(actor: Actor) -> sa.Select[Territory]:
    """Select the territories that the actor dispatches."""
    chosen = sa.select(Territory)
    if actor.is_administrator:
        return chosen
    mine = actor.territory_ids if actor.works_in(None) else frozenset()
    return chosen.where(Territory.id.in_(mine))


def territory(code: str, *, actor: Actor) -> Territory:
    """Return a territory that the actor dispatches.

    Raises:
        TerritoryNotFound: there is none of this code for this actor.
    """
    chosen = territories(actor).where(sa.func.upper(Territory.code) == code.strip().upper())
    found = db.session.scalar(chosen)
    if found is None:
        raise TerritoryNotFound(field="territory", value=code)
    return found


def get(plan_id: UUID, *, actor: Actor) -> PlanVersion:
    """Return a plan.

    Raises:
        PlanNotFound: there is none for this actor.
    """
    plan = db.session.scalar(visible(actor).where(PlanVersion.id == plan_id))
    if plan is None:
        raise PlanNotFound(plan_id=str(plan_id))
    return plan


def by_number(territory_id: UUID, number: int | None, *, actor: Actor) -> PlanVersion:
    """Return a territory's plan by its number, or its newest.

    Raises:
        PlanNotFound: there is none for this actor.
    """
    chosen = visible(actor).where(PlanVersion.territory_id == territory_id)
    if number is not None:
        chosen = chosen.where(PlanVersion.number == number)
    plan = db.session.scalar(chosen.order_by(PlanVersion.number.desc()).limit(1))
    if plan is None:
        raise PlanNotFound(number=number)
    return plan


def problem_of(plan: PlanVersion) -> dict[str, Any]:
    """Return the planning problem that a plan was solved from, in the planning format.

    Raises:
        ProblemNotFound: it was not translated yet.
    """
    problem = plan.problem
    if problem is None:
        raise ProblemNotFound(plan_id=str(plan.id), state=plan.state.value)
    return problem


def routes(plan_id: UUID, day: date | None = None) -> list[Route]:
    chosen = sa.select(Route).where(Route.plan_id == plan_id)
    if day is not None:
        chosen = chosen.where(Route.day == day)
    return list(db.session.scalars(chosen.order_by(Route.day, Route.leaves_at, Route.id)))


def stops(route_ids: Iterable[UUID]) -> dict[UUID, list[Stop]]:
    """Return the stops of routes, in order, by route."""
    found: dict[UUID, list[Stop]] = {}
    chosen = sa.select(Stop).where(Stop.route_id.in_(list(route_ids)))
    for stop in db.session.scalars(chosen.order_by(Stop.route_id, Stop.sequence)):
        found.setdefault(stop.route_id, []).append(stop)
    return found


def visits_of(plan_id: UUID, day: date | None = None) -> list[tuple[Route, Stop]]:
    """Return the visits of a plan with their routes."""
    chosen = (
        sa.select(Route, Stop)
        .join(Stop, Stop.route_id == Route.id)
        .where(Route.plan_id == plan_id, Stop.kind == StopKind.VISIT)
        .order_by(Route.id, Stop.sequence)
    )
    if day is not None:
        chosen = chosen.where(Route.day == day)
    return [(route, stop) for route, stop in db.session.execute(chosen)]


def unplanned(plan_id: UUID) -> list[Unplanned]:
    chosen = sa.select(Unplanned).where(Unplanned.plan_id == plan_id)
    return list(db.session.scalars(chosen.order_by(Unplanned.job_id)))


def publication(territory_id: UUID, day: date) -> Publication | None:
    """Return the publication of a territory-day that stands."""
    chosen = sa.select(Publication).where(
        Publication.territory_id == territory_id, Publication.day == day
    )
    return db.session.scalar(chosen.order_by(Publication.number.desc()).limit(1))


def history(plan: PlanVersion) -> list[AuditEntry]:
    """Return what happened to a plan and what was published of it, oldest first."""
    published = sa.select(Publication.id).where(Publication.plan_id == plan.id)
    ids = db.session.scalars(published)
    return audit.histories([("plan_versions", plan.id), *(("publications", one) for one in ids)])


def published_days(plan_ids: Iterable[UUID]) -> dict[UUID, list[date]]:
    """Return the days of each plan that were announced from it."""
    found: dict[UUID, list[date]] = {}
    chosen = sa.select(Publication.plan_id, Publication.day).where(
        Publication.plan_id.in_(list(plan_ids))
    )
    for plan_id, day in db.session.execute(chosen.order_by(Publication.day)):
        found.setdefault(plan_id, []).append(day)
    return found


def newest_for(territory_id: UUID, day: date) -> PlanVersion | None:
    """Return the plan that the day is announced from, else the newest that is ready for it."""
    if standing := publication(territory_id, day):
        return db.session.get(PlanVersion, standing.plan_id)
    chosen = sa.select(PlanVersion).where(
        PlanVersion.territory_id == territory_id,
        PlanVersion.state == PlanState.READY,
        PlanVersion.first_day <= day,
        PlanVersion.last_day >= day,
    )
    return db.session.scalar(chosen.order_by(PlanVersion.number.desc()).limit(1))


def planned_day(job_id: UUID) -> date | None:
    """Return the day of a job in the newest plan that has it."""
    chosen = (
        sa.select(Route.day)
        .join(Stop, Stop.route_id == Route.id)
        .join(PlanVersion, PlanVersion.id == Route.plan_id)
        .where(Stop.job_id == job_id)
    )
    return db.session.scalar(chosen.order_by(PlanVersion.created_at.desc()).limit(1))


@dataclass(frozen=True)
class Seat:
    """Who fills a seat of a job, and when."""

    technician_id: UUID
    starts_at: Any


@dataclass(frozen=True)
class Difference:
    """What is another in a later plan: ``before`` and ``after`` by seat; empty: left out."""

    job_id: UUID
    before: dict[int, Seat]
    after: dict[int, Seat]

    @property
    def kind(self) -> str:
        if not self.before:
            return "added"
        if not self.after:
            return "dropped"
        same = all(
            self.after.get(seat) and self.after[seat].technician_id == was.technician_id
            for seat, was in self.before.items()
        )
        return "moved" if same else "reassigned"


def compare(before_id: UUID, after_id: UUID) -> list[Difference]:
    """Return the jobs that two plans treat differently."""
    before, after = seats(before_id), seats(after_id)
    return [
        Difference(job_id, before.get(job_id, {}), after.get(job_id, {}))
        for job_id in sorted({*before, *after}, key=str)
        if before.get(job_id) != after.get(job_id)
    ]


def seats(plan_id: UUID) -> dict[UUID, dict[int, Seat]]:
    """Return who fills which seat of each job in a plan, and when."""
    found: dict[UUID, dict[int, Seat]] = {}
    for route, stop in visits_of(plan_id):
        assert stop.job_id is not None  # noqa: S101  a visit has a job
        found.setdefault(stop.job_id, {})[stop.seat] = Seat(route.technician_id, stop.starts_at)
    return found
