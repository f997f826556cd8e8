"""Reading customers and what they own."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa

from app.core import phones
from app.core.db import db
from app.core.errors import NotFound
from app.core.personal import blind_index
from app.core.phones import Phone, PhoneNotValid
from app.core.policies import Actor, Role
from app.customers import policies
from app.customers.models import Customer, Item


class CustomerNotFound(NotFound):
    """There is no such customer."""

    code = "customer-not-found"


def visible(actor: Actor) -> sa.Select[Customer]:
    """Select the customers whom the actor may see."""
    chosen = sa.select(Customer)
    if actor.has(Role.ADMINISTRATOR, Role.DISPATCHER):
        return chosen
    return chosen.where(Customer.id == actor.customer_id)


def get(customer_id: UUID, *, actor: Actor) -> Customer:
    """Return a customer.

    Raises:
        CustomerNotFound: there is none for this actor.
    """
    customer = db.session.get(Customer, customer_id)
    if customer is None or not policies.can_see(actor, customer):
        raise CustomerNotFound(customer_id=str(customer_id))
    return customer


def index_of(phone: Phone) -> str:
    """Return what a number is found by."""
    return blind_index("phone", str(phone))


def ids_with_phone(text: str) -> sa.Select[UUID]:
    """Select the ids of customers with exactly this number; none when it is no number."""
    try:
        index = index_of(phones.parse(text))
    except PhoneNotValid:
        return sa.select(Customer.id).where(sa.false())
    return sa.select(Customer.id).where(Customer.phone_index == index)


def with_phone(phone: Phone) -> list[Customer]:
    """Return everybody who gave this number: a family may share one."""
    return list(
        db.session.scalars(sa.select(Customer).where(Customer.phone_index == index_of(phone)))
    )


def items(item_ids: Iterable[UUID]) -> dict[UUID, Item]:
    """Return several items at once, by id."""
    chosen = sa.select(Item).where(Item.id.in_(set(item_ids)))
    return {item.id: item for item in db.session.scalars(chosen)}


def items_of(customer_ids: Iterable[UUID]) -> dict[UUID, list[Item]]:
    """Return what each customer owns."""
    found: dict[UUID, list[Item]] = defaultdict(list)
    chosen = sa.select(Item).where(Item.customer_id.in_(set(customer_ids)))
    for item in db.session.scalars(chosen):
        found[item.customer_id].append(item)
    return found
