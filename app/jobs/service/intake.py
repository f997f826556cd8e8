"""Taking orders in: one function for the API, the import, the form and the pasted message."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.exc import IntegrityError

from app.catalogue.models import Brand
from app.catalogue.queries import BrandNotFound
from app.core import audit, clock
from app.core.db import db, savepoint
from app.core.errors import Conflict, problem_of
from app.core.events import record
from app.core.failpoints import fail
from app.core.imports import Outcome
from app.core.personal import blind_index
from app.core.policies import Actor
from app.customers import service as customers
from app.customers.models import Customer
from app.jobs import policies
from app.jobs.events import OrderTaken
from app.jobs.models import Order
from app.jobs.queries import reading
from app.jobs.queries import release as queries
from app.jobs.rules.orders import NewOrder, canonical, checked, differences
from app.jobs.service import parcels, release, revising, writing
from app.jobs.service.drafting import Drafter
from app.jobs.service.known import Known, not_known


class OrderDiffers(Conflict):
    """An order with this reference is already here, with other content."""

    code = "order-differs"


@dataclass(frozen=True)
class Taken:
    """What became of an order that was sent: created, updated or unchanged."""

    order: Order
    outcome: Outcome


def take_order(
    sent: NewOrder, *, actor: Actor, update: bool = False, known: Known | None = None
) -> Taken:
    """Take an order in, once, however often it is sent.

    The same order again is unchanged, but for parcels that have arrived since. Records
    ``OrderTaken`` or ``OrderChanged``, and ``JobReleased`` for each job that may be planned.

    Args:
        sent: The order.
        actor: A dispatcher, or the brand itself.
        update: Apply what differs from what was sent before.
        known: Look-ups shared by many orders.

    Raises:
        OrderNotValid: it contradicts itself or names what there is not.
        PhoneNotValid, PhoneExpired: the customer cannot be reached so.
        OrderDiffers: it is here with other content and ``update`` is not set.
        OrderUnderWay: what is to change has been started.
    """
    sent, known = checked(sent), known or Known()
    brand = known.brand(sent.brand)
    if not policies.can_send_for(actor, brand.id):
        raise not_known("brand", BrandNotFound.title(), sent.brand)
    order = reading.order_by_reference(brand.id, sent.reference)
    if order is None:
        order = _first(sent, brand, known, actor)
        if order is not None:
            return Taken(order, Outcome.CREATED)
        order = reading.order_by_reference(brand.id, sent.reference)
        assert order is not None  # noqa: S101  whoever was first has just been seen to be
    return Taken(order, _again(order, sent, known, actor, update=update))


def _first(sent: NewOrder, brand: Brand, known: Known, actor: Actor) -> Order | None:
    """Write the order down; ``None`` when somebody else has done so at the same moment."""
    try:
        with savepoint():
            customer = _customer(sent, actor)
            order = Order(
                id=uuid4(),
                person=customer.person,
                brand_id=brand.id,
                reference=sent.reference,
                customer_id=customer.id,
                received_at=clock.now(),
            )
            fail("take_order.before_insert")
            _write(order, sent, actor, "take-order")
    except IntegrityError:
        return None
    for parcel in sent.parcels:
        parcels.add(order, parcel, actor=actor)
    record(OrderTaken(at=clock.now(), order_id=order.id))
    _add_jobs(order, customer, sent, Drafter(brand, customer, known, actor))
    return order


def _customer(sent: NewOrder, actor: Actor) -> Customer:
    who = sent.customer
    return customers.find_or_create(
        who.name,
        who.phone,
        phone_expires_at=who.phone_expires_at,
        email=who.email,
        locale=who.locale,
        actor=actor,
    )


def _write(order: Order, sent: NewOrder, actor: Actor, action: str) -> None:
    content = canonical(sent)
    order.payer, order.shop = sent.payer, sent.shop
    order.content, order.fingerprint = content, _fingerprint(content)
    db.session.add(order)
    with db.session.no_autoflush:
        audit.change(action, order, actor=actor)
    db.session.flush()


def _fingerprint(content: str) -> str:
    """Keyed, because the content holds names and numbers that could be guessed."""
    return blind_index("order", content)


def _add_jobs(order: Order, customer: Customer, sent: NewOrder, drafter: Drafter) -> None:
    """Write the jobs and items, then what refers to them, with as few flushes as that takes."""
    known, actor = drafter.known, drafter.actor
    drafts = [drafter.draft(wanted) for wanted in sent.jobs]
    jobs = {
        draft.wanted.ref: [
            writing.add_part(order, customer, draft, part, number=known.number(), actor=actor)
            for part in range(len(draft.parts))
        ]
        for draft in drafts
    }
    items = [writing.items_of(customer, draft, actor=actor) for draft in drafts]
    db.session.flush()
    for draft, of_draft in zip(drafts, items, strict=True):
        writing.belong(order, jobs[draft.wanted.ref], draft.wanted.ref)
        writing.give_items(jobs[draft.wanted.ref], of_draft)
    db.session.flush()
    writing.link(jobs, sent.jobs)
    _review([job.id for parts in jobs.values() for job in parts], known, actor)


def _review(job_ids: Iterable[UUID], known: Known, actor: Actor) -> None:
    if known.to_review is None:
        release.review(job_ids, actor=actor)
    else:
        known.to_review.update(job_ids)


def _again(order: Order, sent: NewOrder, known: Known, actor: Actor, *, update: bool) -> Outcome:
    content = canonical(sent)
    differs = order.fingerprint != _fingerprint(content)
    if differs and not update:
        raise OrderDiffers(
            order_id=str(order.id),
            reference=order.reference,
            errors=_told(differences(order.content, content)),
        )
    if differs:
        brand = known.brand(sent.brand)
        revising.revise(order, sent, known=known, brand=brand, actor=actor)
        _write(order, sent, actor, "change-order")
    arrived = parcels.learn_arrivals(order, sent.parcels, actor=actor)
    if differs or arrived:
        _review(queries.of_orders([order.id]), known, actor)
        return Outcome.UPDATED
    return Outcome.UNCHANGED


def _told(found: dict[str, set[str]]) -> list[dict[str, Any]]:
    remedy = "send it with update to apply the difference, or under another reference"
    return [
        problem_of(f"jobs.{ref}.{name}" if ref else name, "differs from before", remedy=remedy)
        for ref, names in sorted(found.items())
        for name in sorted(names)
    ]
