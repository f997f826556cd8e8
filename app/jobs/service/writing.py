"""Writing the rows of an order's jobs."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.core import audit, clock
from app.core.db import db
from app.core.policies import Actor
from app.customers import service as customers
from app.customers.models import Customer, Item
from app.jobs.models import Job, JobItem, JobLink, LinkedTechnician, Order, OrderJob
from app.jobs.rules.orders import NewJob
from app.jobs.rules.requirements import NIGHT_SECONDS
from app.jobs.service.drafting import Draft


def add_part(
    order: Order, customer: Customer, draft: Draft, part: int, *, number: str, actor: Actor
) -> Job:
    """Add one trip's job of an order, not yet flushed; ``part`` counts from 0."""
    job = Job(
        id=uuid4(),
        person=customer.person,
        number=number,
        brand_id=order.brand_id,
        customer_id=customer.id,
        created_at=clock.now(),
    )
    for name, value in draft.parts[part].items():
        setattr(job, name, value)
    if part == 0 and draft.wanted.is_confirmed:
        promise(job, by=actor.identity)
    with db.session.no_autoflush:
        db.session.add(job)
        audit.change("add-job", job, actor=actor)
    return job


def belong(order: Order, jobs: list[Job], ref: str, *, first_part: int = 1) -> None:
    """Write down that these jobs, flushed before, are parts of one job of an order."""
    db.session.add_all(
        OrderJob(order_id=order.id, job_id=job.id, ref=ref, part=part)
        for part, job in enumerate(jobs, start=first_part)
    )


def promise(job: Job, *, by: str) -> None:
    """Write down that the window is agreed."""
    job.window_confirmed_at, job.window_confirmed_by = clock.now(), by[:120]


def unpromise(job: Job) -> None:
    """A changed window is a proposal again."""
    job.window_confirmed_at = job.window_confirmed_by = None


def items_of(customer: Customer, draft: Draft, *, actor: Actor) -> list[Item]:
    """Return the items a draft is about, made where they are new, not yet flushed."""
    return [
        item
        for model, wanted in draft.items
        for item in customers.items_for(
            customer,
            model.id,
            quantity=wanted.quantity,
            place_id=draft.parts[0]["place_id"],
            serial=wanted.serial,
            actor=actor,
        )
    ]


def give_items(jobs: list[Job], items: list[Item]) -> None:
    """Write down that these jobs, the parts of one work, are about these items."""
    db.session.add_all(JobItem(job_id=job.id, item_id=item.id) for job in jobs for item in items)


def take_items(jobs: list[Job]) -> None:
    """Forget what these jobs were about."""
    ids = [job.id for job in jobs]
    db.session.execute(sa.delete(JobItem).where(JobItem.job_id.in_(ids)))


def link(jobs: dict[str, list[Job]], wanted: Iterable[NewJob]) -> None:
    """Make the order's links the ones wanted: between parts, and between jobs as sent."""
    if len([job for parts in jobs.values() for job in parts]) == 1:
        return
    ids = {job.id for parts in jobs.values() for job in parts}
    links = {
        (one.job_id, one.after_id): one
        for one in db.session.scalars(
            sa.select(JobLink).where(JobLink.job_id.in_(ids), JobLink.after_id.in_(ids))
        )
    }
    due = _links(jobs, wanted)
    for key in links.keys() - due.keys():
        db.session.delete(links[key])
    for key, values in due.items():
        row = links.get(key) or JobLink(job_id=key[0], after_id=key[1])
        for name, value in values.items():
            setattr(row, name, value)
        db.session.add(row)
    db.session.flush()


def _links(
    jobs: dict[str, list[Job]], wanted: Iterable[NewJob]
) -> dict[tuple[UUID, UUID], dict[str, Any]]:
    due: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    for one in wanted:
        parts = jobs[one.ref]
        for earlier, later in pairwise(parts):
            due[later.id, earlier.id] = {
                "min_gap_seconds": NIGHT_SECONDS,
                "max_gap_seconds": None,
                "technician": LinkedTechnician.SAME,
            }
        for before in one.after:
            due[parts[0].id, jobs[before.ref][-1].id] = {
                "min_gap_seconds": before.min_gap_seconds,
                "max_gap_seconds": before.max_gap_seconds,
                "technician": before.technician,
            }
    return due
