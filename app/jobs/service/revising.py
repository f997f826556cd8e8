"""Applying to an order's jobs what its sender changed, and nothing else."""

from collections import defaultdict
from dataclasses import dataclass

from app.catalogue.models import Brand
from app.core import audit, clock
from app.core.db import db, lock
from app.core.errors import Conflict
from app.core.events import record
from app.core.policies import Actor
from app.customers import service as customers
from app.customers.models import Customer
from app.jobs.events import JobChanged, OrderChanged
from app.jobs.models import Job, JobState, Order
from app.jobs.queries import reading
from app.jobs.rules.orders import NewJob, NewOrder, canonical, differences
from app.jobs.service import cancelling, parcels, writing
from app.jobs.service.drafting import Draft, Drafter
from app.jobs.service.known import Known

NEEDS = (
    "job_type", "category_id", "model_id", "work_seconds", "setup_seconds", "crew", "tools",
    "licences", "photos", "needs_certificate", "service_days", "parts",
)  # fmt: skip
COLUMNS = {
    "job_type": NEEDS,
    "category": NEEDS,
    "items": NEEDS,
    "work_seconds": NEEDS,
    "place": ("place_id", "territory_id", "setup_seconds"),
    "window": ("window_start", "window_end"),
    "is_confirmed": (),
    "notes": ("notes",),
    "priority": ("priority",),
}
WORK = frozenset({"job_type", "category", "items", "work_seconds"})
GONE = "no longer in the order"


class OrderUnderWay(Conflict):
    """Work on this job of the order has been started; it can no longer be changed."""

    code = "order-under-way"


class CustomerForgotten(Conflict):
    """The consumer's data was erased; send what they ask for now as a new order."""

    code = "customer-forgotten"


@dataclass
class _Revision:
    order: Order
    customer: Customer
    drafter: Drafter
    actor: Actor


def revise(order: Order, sent: NewOrder, *, known: Known, brand: Brand, actor: Actor) -> None:
    """Apply what differs from what was sent before.

    Hand-made changes of what the sender left alone stay. Jobs that are gone are cancelled, new
    ones added. Records ``OrderChanged`` and ``JobChanged`` for each job that changed.

    Raises:
        OrderUnderWay: a job that is to change has been started or ended.
        CustomerForgotten: its customer's data has been erased.
    """
    customer = db.session.get_one(Customer, order.customer_id)
    if customer.person.forgotten_at is not None:
        raise CustomerForgotten(order=order.reference)
    changed = differences(order.content, canonical(sent))
    work = _Revision(order, customer, Drafter(brand, customer, known, actor), actor)
    if "customer" in changed.get("", ()):
        _revise_contact(customer, sent, actor)
    if "parcels" in changed.get("", ()):
        parcels.revise(order, sent.parcels, actor=actor)
    before = _jobs_of(order)
    jobs = {
        wanted.ref: _revise_job(work, wanted, before.pop(wanted.ref, []), changed)
        for wanted in sent.jobs
    }
    for job in (job for parts in before.values() for job in parts):
        _drop(job, actor)
    writing.link(jobs, sent.jobs)
    record(OrderChanged(at=clock.now(), order_id=order.id))


def _revise_contact(customer: Customer, sent: NewOrder, actor: Actor) -> None:
    who = sent.customer
    customers.change_contact(
        customer,
        name=who.name,
        phone=who.phone,
        phone_expires_at=who.phone_expires_at,
        email=who.email,
        actor=actor,
    )


def _jobs_of(order: Order) -> dict[str, list[Job]]:
    found: dict[str, list[Job]] = defaultdict(list)
    rows = reading.jobs_of_order(order.id)
    lock(Job, [job.id for _, job in rows])
    for link, job in rows:
        found[link.ref].append(job)
    return found


def _revise_job(
    work: _Revision, wanted: NewJob, before: list[Job], changed: dict[str, set[str]]
) -> list[Job]:
    """Bring one job, with its parts, to what is wanted; return the parts as they are now."""
    fields = changed.get(wanted.ref, set()) - {"after", "ref"}
    if before and not fields:
        return before
    draft = work.drafter.draft(wanted)
    parts = before if before and not fields & WORK else _resized(work, draft, before)
    added = parts[len(before) :]
    for index, job in enumerate(before[: len(draft.parts)]):
        _change(job, draft, index, fields, work.actor)
    if added or "items" in fields:
        items = writing.items_of(work.customer, draft, actor=work.actor)
        db.session.flush()
        writing.belong(work.order, added, wanted.ref, first_part=len(before) + 1)
        writing.take_items(parts)
        writing.give_items(parts, items)
        db.session.flush()
    return parts


def _resized(work: _Revision, draft: Draft, before: list[Job]) -> list[Job]:
    """Add the parts that longer work needs; drop those that shorter work no longer does."""
    for job in before[len(draft.parts) :]:
        _drop(job, work.actor)
    more = range(len(before), len(draft.parts))
    known, actor = work.drafter.known, work.actor
    added = [
        writing.add_part(
            work.order, work.customer, draft, part, number=known.number(), actor=actor
        )
        for part in more
    ]
    return before[: len(draft.parts)] + added


def _change(job: Job, draft: Draft, index: int, fields: set[str], actor: Actor) -> None:
    if job.state is JobState.CANCELLED:
        return
    values = draft.parts[index]
    names = {name for field in fields for name in COLUMNS[field]}
    differing = {n for n in names if getattr(job, n) != values[n]}
    promised = index == 0 and bool(fields & {"window", "is_confirmed"})
    if not differing and not promised:
        return
    if not job.is_cancellable:
        raise OrderUnderWay(job=job.number, state=job.state.value, fields=sorted(differing))
    for name in differing:
        setattr(job, name, values[name])
    if promised:
        writing.unpromise(job)
        if draft.wanted.is_confirmed:
            writing.promise(job, by=actor.identity)
    audit.change("change-job", job, actor=actor)
    db.session.flush()
    record(JobChanged(at=clock.now(), job_id=job.id, fields=tuple(sorted(differing))))


def _drop(job: Job, actor: Actor) -> None:
    if job.state is JobState.CANCELLED:
        return
    if not job.is_cancellable:
        raise OrderUnderWay(job=job.number, state=job.state.value, fields=[])
    cancelling.call_off(job, reason=GONE, actor=actor)
