"""Finding orders, parcels and jobs."""

import secrets
from datetime import date
from typing import TypedDict
from uuid import UUID

import sqlalchemy as sa

from app.catalogue.models import Brand, JobType
from app.core import clock, settings
from app.core.db import db
from app.core.errors import NotFound
from app.core.policies import Actor, Role
from app.customers import queries as customers
from app.jobs.models import Job, JobState, Order, OrderJob, Parcel
from app.jobs.rules.release import BlockerCode
from app.places.models import Territory


class JobNotFound(NotFound):
    """There is no such job."""

    code = "job-not-found"


class OrderNotFound(NotFound):
    """There is no such order."""

    code = "order-not-found"


class ParcelNotFound(NotFound):
    """There is no such parcel."""

    code = "parcel-not-found"


class JobFilters(TypedDict, total=False):
    """What a list of jobs may be narrowed to; codes, not ids.

    ``q`` is a job's number, an exact phone number or an order's reference.
    """

    state: list[JobState]
    territory: str
    brand: str
    job_type: JobType
    day: date
    blocked: BlockerCode
    q: str


def visible(actor: Actor) -> sa.Select[Job]:
    """Select the jobs that the actor may see."""
    return sa.select(Job) if actor.is_administrator else sa.select(Job).where(_theirs(actor))


def _theirs(actor: Actor) -> sa.ColumnElement[bool]:
    theirs: list[sa.ColumnElement[bool]] = [sa.false()]
    if actor.has(Role.DISPATCHER):
        theirs.append(Job.territory_id.in_(actor.territory_ids))
    if actor.has(Role.BRAND):
        theirs.append(Job.brand_id.in_(actor.brand_ids))
    if actor.customer_id is not None:
        theirs.append(Job.customer_id == actor.customer_id)
    return sa.or_(*theirs)


def get(job_id: UUID, *, actor: Actor, locked: bool = False) -> Job:
    """Return a job, locked and fresh if it is about to change.

    Raises:
        JobNotFound: there is none for this actor.
    """
    chosen = visible(actor).where(Job.id == job_id)
    if locked:
        chosen = chosen.with_for_update(of=Job).execution_options(populate_existing=True)
    job = db.session.scalar(chosen)
    if job is None:
        raise JobNotFound(job_id=str(job_id))
    return job


def by_number(number: str, *, actor: Actor) -> Job:
    """Return the job with this short number, written with or without its dash.

    Raises:
        JobNotFound: there is none for this actor.
    """
    job = db.session.scalar(visible(actor).where(Job.number == _number(number)))
    if job is None:
        raise JobNotFound(number=number)
    return job


def _number(text: str) -> str:
    digits = "".join(c for c in text if c.isdigit())
    return f"{digits[:4]}-{digits[4:]}"


def free_numbers(count: int) -> list[str]:
    """Return job numbers that nobody has: eight digits, easily read out."""
    free: set[str] = set()
    while len(free) < count:
        drawn = {_number(f"{secrets.randbelow(10**8):08d}") for _ in range(count - len(free))}
        with db.session.no_autoflush:
            free |= drawn - set(
                db.session.scalars(sa.select(Job.number).where(Job.number.in_(drawn)))
            )
    return list(free)


def search(actor: Actor, filters: JobFilters) -> sa.Select[Job]:
    """Select the visible jobs that fit every filter."""
    chosen = visible(actor)
    if states := filters.get("state"):
        chosen = chosen.where(Job.state.in_(states))
    if code := filters.get("territory"):
        territory = sa.select(Territory.id).where(Territory.code == code)
        chosen = chosen.where(Job.territory_id.in_(territory))
    if code := filters.get("brand"):
        chosen = chosen.where(Job.brand_id.in_(sa.select(Brand.id).where(Brand.code == code)))
    if job_type := filters.get("job_type"):
        chosen = chosen.where(Job.job_type == job_type)
    if day := filters.get("day"):
        begin, end = clock.day_bounds(day, _zone(filters.get("territory")))
        chosen = chosen.where(Job.window_start >= begin, Job.window_start < end)
    if blocked := filters.get("blocked"):
        chosen = chosen.where(is_blocked_by(blocked))
    if q := filters.get("q"):
        chosen = chosen.where(_matches(q))
    return chosen


def is_blocked_by(code: BlockerCode) -> sa.ColumnElement[bool]:
    """Test the stored blockers for a code, alike on both databases."""
    return sa.cast(Job.blockers, sa.Text).contains(f'"code": "{code.value}"')


def _zone(territory_code: str | None) -> str:
    chosen = sa.select(Territory.timezone).where(Territory.code == territory_code)
    return db.session.scalar(chosen) or settings.current().timezone


def _matches(q: str) -> sa.ColumnElement[bool]:
    ordered = sa.select(OrderJob.job_id).join(Order, Order.id == OrderJob.order_id)
    return sa.or_(
        Job.number == _number(q),
        Job.customer_id.in_(customers.ids_with_phone(q)),
        Job.id.in_(ordered.where(Order.reference == q.strip())),
    )


def visible_orders(actor: Actor) -> sa.Select[Order]:
    """Select the orders that the actor may see: those with a job of theirs, or of their brand."""
    chosen = sa.select(Order)
    if actor.is_administrator:
        return chosen
    with_job = sa.select(OrderJob.order_id).join(Job, Job.id == OrderJob.job_id)
    theirs: sa.ColumnElement[bool] = Order.id.in_(with_job.where(_theirs(actor)))
    if actor.has(Role.BRAND):
        theirs = sa.or_(theirs, Order.brand_id.in_(actor.brand_ids))
    return chosen.where(theirs)


def search_orders(actor: Actor, *, brand: str | None, reference: str | None) -> sa.Select[Order]:
    """Select the visible orders of a brand's code or under a reference."""
    chosen = visible_orders(actor)
    if brand:
        chosen = chosen.where(Order.brand_id.in_(sa.select(Brand.id).where(Brand.code == brand)))
    return chosen.where(Order.reference == reference) if reference else chosen


def get_order(order_id: UUID, *, actor: Actor) -> Order:
    """Return an order.

    Raises:
        OrderNotFound: there is none for this actor.
    """
    order = db.session.scalar(visible_orders(actor).where(Order.id == order_id))
    if order is None:
        raise OrderNotFound(order_id=str(order_id))
    return order


def order_by_reference(brand_id: UUID, reference: str) -> Order | None:
    """Return a brand's order under its own reference, locked, whoever asks."""
    chosen = sa.select(Order).where(Order.brand_id == brand_id, Order.reference == reference)
    return db.session.scalar(chosen.with_for_update(of=Order))


def jobs_of_order(order_id: UUID) -> list[tuple[OrderJob, Job]]:
    """Return an order's jobs in the sender's sequence, the parts of long work in theirs."""
    chosen = sa.select(OrderJob, Job).join(Job, Job.id == OrderJob.job_id)
    chosen = chosen.where(OrderJob.order_id == order_id).order_by(OrderJob.ref, OrderJob.part)
    return [(link, job) for link, job in db.session.execute(chosen)]


def parcels_of_order(order_id: UUID) -> list[Parcel]:
    chosen = sa.select(Parcel).where(Parcel.order_id == order_id).order_by(Parcel.tracking)
    return list(db.session.scalars(chosen))


def parcels(
    actor: Actor, tracking: str, *, brand: str | None, reference: str | None
) -> list[Parcel]:
    """Return the visible parcels with this tracking number, usually one.

    Raises:
        ParcelNotFound: there is none for this actor.
    """
    found_orders = search_orders(actor, brand=brand, reference=reference)
    orders = found_orders.with_only_columns(Order.id)
    chosen = sa.select(Parcel).where(Parcel.tracking == tracking, Parcel.order_id.in_(orders))
    found = list(db.session.scalars(chosen))
    if not found:
        raise ParcelNotFound(field="tracking", value=tracking)
    return found
