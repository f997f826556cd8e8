"""Reading what the release of jobs hangs on, for many at once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from app.catalogue import queries as catalogue
from app.catalogue.models import JobType
from app.core import clock
from app.core.db import db
from app.customers.models import Item
from app.jobs.models import Job, JobItem, JobLink, JobState, OrderJob, Parcel
from app.jobs.rules.release import NEEDS_KIT, Facts, ParcelFacts
from app.places.models import GeocodeState, Place, Territory

Kit = Counter[str]


def facts_of(jobs: Sequence[Job]) -> dict[UUID, Facts]:
    """Return the facts of each job, with a fixed number of queries."""
    ids = [job.id for job in jobs]
    orders = _orders_of(ids)
    parcels = _parcels_of({order_id for of_job in orders.values() for order_id in of_job})
    own, whole = _kits(ids, orders)
    before, places = _before(ids), _places({job.place_id for job in jobs})
    return {
        job.id: Facts(
            job_type=job.job_type,
            work_seconds=job.work_seconds,
            radius_m=places[job.place_id][0],
            is_doubted=places[job.place_id][1],
            window_end=job.window_end,
            parcels=tuple(p for order_id in orders[job.id] for p in parcels[order_id]),
            own_kit=own[job.id],
            whole_kit=sum((whole[order_id] for order_id in orders[job.id]), Kit()),
            before=tuple(before[job.id]),
        )
        for job in jobs
    }


def _orders_of(job_ids: list[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    chosen = sa.select(OrderJob.job_id, OrderJob.order_id).where(OrderJob.job_id.in_(job_ids))
    for job_id, order_id in db.session.execute(chosen):
        found[job_id].append(order_id)
    return found


def _parcels_of(order_ids: set[UUID]) -> dict[UUID, list[ParcelFacts]]:
    found: dict[UUID, list[ParcelFacts]] = defaultdict(list)
    for parcel in db.session.scalars(sa.select(Parcel).where(Parcel.order_id.in_(order_ids))):
        has_arrived = parcel.arrived_at is not None
        facts = ParcelFacts(parcel.tracking, has_arrived, parcel.contents, parcel.expected_at)
        found[parcel.order_id].append(facts)
    return found


def _kits(
    job_ids: list[UUID], orders: dict[UUID, list[UUID]]
) -> tuple[dict[UUID, Kit], dict[UUID, Kit]]:
    """Return what each job's own items are made of, and what each order's goods are together.

    An item counts once for its order, however many parts its installation has.
    """
    chosen = (
        sa.select(OrderJob.order_id, JobItem.job_id, Item.id, Item.model_id)
        .join(JobItem, JobItem.job_id == OrderJob.job_id)
        .join(Item, Item.id == JobItem.item_id)
        .join(Job, Job.id == JobItem.job_id)
        .where(OrderJob.order_id.in_({o for of_job in orders.values() for o in of_job}))
        .where(Job.job_type.in_(NEEDS_KIT), Job.state != JobState.CANCELLED)
    )
    rows = list(db.session.execute(chosen))
    lines = catalogue.kits({model_id for *_, model_id in rows})
    own: dict[UUID, Kit] = defaultdict(Kit)
    whole: dict[UUID, Kit] = defaultdict(Kit)
    counted: set[tuple[UUID, UUID]] = set()
    for order_id, job_id, item_id, model_id in rows:
        kit = Kit({line.sku: line.quantity for line in lines.get(model_id, [])})
        if job_id in job_ids:
            own[job_id] += kit
        if (order_id, item_id) not in counted:
            whole[order_id] += kit
            counted.add((order_id, item_id))
    return own, whole


def _before(job_ids: list[UUID]) -> dict[UUID, list[tuple[str, JobState]]]:
    found: dict[UUID, list[tuple[str, JobState]]] = defaultdict(list)
    chosen = sa.select(JobLink.job_id, Job.number, Job.state).join(Job, Job.id == JobLink.after_id)
    for job_id, number, state in db.session.execute(chosen.where(JobLink.job_id.in_(job_ids))):
        found[job_id].append((number, state))
    return found


def _places(place_ids: set[UUID]) -> dict[UUID, tuple[int | None, bool]]:
    """Return to what radius each place is known, and whether a person has to look at it."""
    chosen = sa.select(Place.id, Place.lat, Place.radius_m, Place.state)
    return {
        place_id: (None if lat is None else radius_m or 0, state is GeocodeState.WAITING)
        for place_id, lat, radius_m, state in db.session.execute(
            chosen.where(Place.id.in_(place_ids))
        )
    }


def followers(job_ids: Iterable[UUID]) -> set[UUID]:
    """Return the jobs that come directly after any of these."""
    chosen = sa.select(JobLink.job_id).where(JobLink.after_id.in_(set(job_ids)))
    return set(db.session.scalars(chosen))


def later_parts(job_id: UUID) -> set[UUID]:
    """Return the parts of the same long work that come after this one."""
    mine = sa.select(OrderJob).where(OrderJob.job_id == job_id)
    found: set[UUID] = set()
    for link in db.session.scalars(mine):
        same = sa.select(OrderJob.job_id).where(OrderJob.order_id == link.order_id)
        found |= set(
            db.session.scalars(same.where(OrderJob.ref == link.ref, OrderJob.part > link.part))
        )
    return found


def plannable(territory_id: UUID, first_day: date, last_day: date) -> list[Job]:
    """Return what may be planned in a territory between two local days, both included.

    Jobs with a window that touches the range, and jobs without any window yet.
    """
    territory = db.session.get_one(Territory, territory_id)
    begin, _ = clock.day_bounds(first_day, territory.timezone)
    _, end = clock.day_bounds(last_day, territory.timezone)
    touches = sa.and_(Job.window_start < end, Job.window_end >= begin)
    chosen = sa.select(Job).where(
        Job.territory_id == territory_id,
        Job.state.in_([JobState.RELEASED, JobState.PLANNED]),
        sa.or_(Job.window_start.is_(None), touches),
    )
    return list(db.session.scalars(chosen.order_by(Job.id)))


def at_place(place_id: UUID) -> list[UUID]:
    """Return the jobs that are to be done at a place and are not over."""
    return _open(Job.place_id == place_id)


def waiting_for_goods(model_id: UUID) -> list[UUID]:
    """Return the jobs on a model's items that are not over."""
    items = sa.select(JobItem.job_id).join(Item, Item.id == JobItem.item_id)
    return _open(Job.id.in_(items.where(Item.model_id == model_id)))


def without_duration(job_type: JobType) -> list[UUID]:
    return _open(sa.and_(Job.work_seconds.is_(None), Job.job_type == job_type))


def to_look_at_again() -> list[UUID]:
    """Return the jobs that only time may have blocked or released."""
    passed = sa.and_(Job.state == JobState.RELEASED, Job.window_end < clock.now())
    return _open(sa.or_(Job.state == JobState.WAITING, passed))


def of_orders(order_ids: Iterable[UUID]) -> list[UUID]:
    """Return the jobs of these orders that are not over."""
    links = sa.select(OrderJob.job_id).where(OrderJob.order_id.in_(set(order_ids)))
    return _open(Job.id.in_(links))


def _open(condition: sa.ColumnElement[bool]) -> list[UUID]:
    states = (JobState.WAITING, JobState.RELEASED, JobState.PLANNED)
    return list(db.session.scalars(sa.select(Job.id).where(condition, Job.state.in_(states))))
