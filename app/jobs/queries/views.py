"""Jobs as they are shown: each with what it hangs together with, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.catalogue.models import Brand, Category, ProductModel
from app.core.db import Base, db
from app.core.policies import Actor
from app.customers.models import Customer, Item
from app.jobs.models import Job, JobItem, JobLink, JobState, Order, OrderJob, Parcel
from app.jobs.queries.reading import is_blocked_by, visible
from app.jobs.rules.release import FIXES, BlockerCode
from app.places.models import Place, Territory

Row = TypeVar("Row", bound=Base)
UNCONFIRMED = "unconfirmed"
SHOWN = 50


@dataclass(frozen=True)
class JobView:
    """A job with everything its page shows."""

    job: Job
    brand: Brand
    category: Category
    model: ProductModel | None
    customer: Customer
    place: Place
    territory: Territory
    orders: list[tuple[Order, OrderJob]] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    items: list[tuple[Item, ProductModel]] = field(default_factory=list)
    after: list[tuple[JobLink, Job]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Name the job in a few words: what is done to what."""
        return f"{self.job.job_type.value} {self.model.name if self.model else self.category.name}"


@dataclass(frozen=True)
class OrderView:
    """An order with what it led to."""

    order: Order
    brand: Brand
    customer: Customer
    parcels: list[Parcel]
    jobs: list[tuple[OrderJob, Job]]


@dataclass(frozen=True)
class Waiting:
    """One reason why jobs wait, what to do about it, and the first of them."""

    code: str
    fix: str
    count: int
    jobs: list[JobView]


def views(jobs: Sequence[Job]) -> list[JobView]:
    """Show several jobs, in their order."""
    ids = [job.id for job in jobs]
    brands = _by_id(Brand, {job.brand_id for job in jobs})
    categories = _by_id(Category, {job.category_id for job in jobs})
    models = _by_id(ProductModel, {job.model_id for job in jobs if job.model_id})
    customers = _by_id(Customer, {job.customer_id for job in jobs})
    places = _by_id(Place, {job.place_id for job in jobs})
    territories = _by_id(Territory, {job.territory_id for job in jobs})
    orders, items, after = _orders(ids), _items(ids), _after(ids)
    parcels = _parcels({order.id for found in orders.values() for order, _ in found})
    return [
        JobView(
            job=job,
            brand=brands[job.brand_id],
            category=categories[job.category_id],
            model=models[job.model_id] if job.model_id else None,
            customer=customers[job.customer_id],
            place=places[job.place_id],
            territory=territories[job.territory_id],
            orders=orders[job.id],
            parcels=[p for order, _ in orders[job.id] for p in parcels[order.id]],
            items=items[job.id],
            after=after[job.id],
        )
        for job in jobs
    ]


def view(job: Job) -> JobView:
    """Show one job."""
    return views([job])[0]


def order_views(orders: Sequence[Order]) -> list[OrderView]:
    """Show several orders, in their order."""
    ids = {order.id for order in orders}
    brands = _by_id(Brand, {order.brand_id for order in orders})
    customers = _by_id(Customer, {order.customer_id for order in orders})
    parcels = _parcels(ids)
    jobs: dict[UUID, list[tuple[OrderJob, Job]]] = defaultdict(list)
    chosen = sa.select(OrderJob, Job).join(Job, Job.id == OrderJob.job_id)
    chosen = chosen.where(OrderJob.order_id.in_(ids)).order_by(OrderJob.ref, OrderJob.part)
    for link, job in db.session.execute(chosen):
        jobs[link.order_id].append((link, job))
    return [
        OrderView(o, brands[o.brand_id], customers[o.customer_id], parcels[o.id], jobs[o.id])
        for o in orders
    ]


def blocked(actor: Actor, code: BlockerCode | None = None) -> list[Job]:
    """Return the jobs that something keeps from being planned or done, most urgent first."""
    states = (JobState.WAITING, JobState.PLANNED, JobState.FAILED)
    has_blocker = sa.cast(Job.blockers, sa.Text) != "[]"
    chosen = visible(actor).where(Job.state.in_(states), has_blocker)
    if code is not None:
        chosen = chosen.where(is_blocked_by(code))
    return list(db.session.scalars(chosen.order_by(Job.priority.desc(), Job.created_at)))


def unconfirmed(actor: Actor) -> sa.Select[Job]:
    """Select the released jobs whose window nobody has agreed to."""
    states = (JobState.RELEASED, JobState.PLANNED)
    return visible(actor).where(Job.state.in_(states), Job.window_confirmed_at.is_(None))


def waiting(actor: Actor, code: str | None = None, shown: int = SHOWN) -> list[Waiting]:
    """Group what waits by reason, with the fix; a job with two reasons is in both."""
    groups: dict[str, list[Job]] = {blocker.value: [] for blocker in BlockerCode}
    for job in blocked(actor):
        for blocker in job.blockers:
            groups[blocker["code"]].append(job)
    found = [
        Waiting(name, FIXES[BlockerCode(name)], len(jobs), views(jobs[:shown]))
        for name, jobs in groups.items()
        if code in {None, name} and jobs
    ]
    if code in {None, UNCONFIRMED} and (group := _unconfirmed(actor, shown)).count:
        found.append(group)
    return found


def _unconfirmed(actor: Actor, shown: int) -> Waiting:
    chosen = unconfirmed(actor)
    count = db.session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
    first = db.session.scalars(chosen.order_by(Job.window_or_never, Job.id).limit(shown))
    fix = "Ask the consumer and confirm; until then the window is only proposed."
    return Waiting(UNCONFIRMED, fix, count, views(list(first)))


def _by_id(kind: type[Row], ids: Iterable[UUID]) -> dict[UUID, Row]:
    key: Any = sa.inspect(kind).primary_key[0]
    rows = db.session.scalars(sa.select(kind).where(key.in_(set(ids))))
    return {row.id: row for row in rows}  # type: ignore[attr-defined]


def _orders(job_ids: list[UUID]) -> dict[UUID, list[tuple[Order, OrderJob]]]:
    found: dict[UUID, list[tuple[Order, OrderJob]]] = defaultdict(list)
    chosen = sa.select(Order, OrderJob).join(OrderJob, OrderJob.order_id == Order.id)
    for order, link in db.session.execute(chosen.where(OrderJob.job_id.in_(job_ids))):
        found[link.job_id].append((order, link))
    return found


def _parcels(order_ids: set[UUID]) -> dict[UUID, list[Parcel]]:
    found: dict[UUID, list[Parcel]] = defaultdict(list)
    chosen = sa.select(Parcel).where(Parcel.order_id.in_(order_ids)).order_by(Parcel.tracking)
    for parcel in db.session.scalars(chosen):
        found[parcel.order_id].append(parcel)
    return found


def _items(job_ids: list[UUID]) -> dict[UUID, list[tuple[Item, ProductModel]]]:
    found: dict[UUID, list[tuple[Item, ProductModel]]] = defaultdict(list)
    chosen = (
        sa.select(JobItem.job_id, Item, ProductModel)
        .join(Item, Item.id == JobItem.item_id)
        .join(ProductModel, ProductModel.id == Item.model_id)
        .where(JobItem.job_id.in_(job_ids))
    )
    for job_id, item, model in db.session.execute(chosen):
        found[job_id].append((item, model))
    return found


def _after(job_ids: list[UUID]) -> dict[UUID, list[tuple[JobLink, Job]]]:
    found: dict[UUID, list[tuple[JobLink, Job]]] = defaultdict(list)
    chosen = sa.select(JobLink, Job).join(Job, Job.id == JobLink.after_id)
    for link, job in db.session.execute(chosen.where(JobLink.job_id.in_(job_ids))):
        found[link.job_id].append((link, job))
    return found


def together(job: Job) -> list[JobView]:
    """Return the other jobs of the same phone at the same address that are not over.

    They may be of other brands: only whoever holds the phone is shown them, never a brand.
    """
    customer, place = aliased(Customer), aliased(Place)
    same_phone = sa.select(Customer.phone_index).where(Customer.id == job.customer_id)
    same_address = sa.select(Place.address_index).where(Place.id == job.place_id)
    chosen = (
        sa.select(Job)
        .join(customer, customer.id == Job.customer_id)
        .join(place, place.id == Job.place_id)
        .where(
            Job.id != job.id,
            Job.state.not_in([JobState.DONE, JobState.CANCELLED]),
            customer.phone_index == same_phone.scalar_subquery(),
            place.address_index == same_address.scalar_subquery(),
        )
        .order_by(Job.window_or_never, Job.number)
        .limit(SHOWN)
    )
    return views(list(db.session.scalars(chosen)))
