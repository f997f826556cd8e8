"""Changing customers and what they own."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa

from app.core import audit, clock, phones
from app.core.db import db, lock
from app.core.errors import Invalid, problem_of
from app.core.personal import Person
from app.core.phones import Phone
from app.core.policies import Actor
from app.customers import queries
from app.customers.models import Customer, Item

MAX_NAME = 120
KINDS = ("reminders", "ratings")
"""Messages that a customer may decline; what they need to be at home is none of these."""


class PhoneExpired(Invalid):
    """This privacy number no longer works."""

    code = "phone-expired"


class MessageKindNotKnown(Invalid):
    """There is no such kind of message."""

    code = "message-kind-not-known"


def find_or_create(
    name: str,
    phone: str,
    *,
    actor: Actor,
    phone_expires_at: datetime | None = None,
    email: str | None = None,
    locale: str | None = None,
) -> Customer:
    """Return the customer with this number and name, known already or new.

    What is said now and was not known is added; a later expiry of a privacy number replaces the
    earlier one.

    Raises:
        PhoneNotValid: this is no phone number.
        PhoneExpired: a privacy number that has run out already.
    """
    number = phones.parse(phone)
    if phone_expires_at is not None and phone_expires_at <= clock.now():
        raise PhoneExpired(errors=[_expired(phone_expires_at)])
    name = " ".join(name.split())[:MAX_NAME]
    known = _known(name, number)
    customer = known or _new(name, number)
    _learn(customer, phone_expires_at=phone_expires_at, email=email, locale=locale)
    _keep("add-customer" if known is None else "change-customer", customer, actor)
    return customer


def _known(name: str, number: Phone) -> Customer | None:
    """Find a customer, locked against being forgotten before this is committed."""
    same = [one for one in queries.with_phone(number) if one.name == name]
    held = lock(Person, {one.person_id for one in same})
    return next((one for one in same if held[one.person_id].forgotten_at is None), None)


def change_contact(
    customer: Customer,
    *,
    actor: Actor,
    name: str | None = None,
    phone: str | None = None,
    phone_expires_at: datetime | None = None,
    email: str | None = None,
) -> bool:
    """Correct how a customer is reached; tell whether that changed anything.

    Raises:
        PhoneNotValid: this is no phone number.
        PhoneExpired: a privacy number that has run out already.
    """
    if phone_expires_at is not None and phone_expires_at <= clock.now():
        raise PhoneExpired(errors=[_expired(phone_expires_at)])
    if name is not None:
        customer.name = " ".join(name.split())[:MAX_NAME]
    if phone is not None:
        number = phones.parse(phone)
        if str(number) != customer.phone:
            customer.phone_expires_at = None
        customer.phone, customer.phone_index = str(number), queries.index_of(number)
    _learn(customer, phone_expires_at=phone_expires_at, email=email, locale=None)
    return _keep("change-customer", customer, actor)


def choose_messages(customer: Customer, *, declines: Iterable[str], actor: Actor) -> bool:
    """Write down which kinds of messages a customer does not want; tell whether that is new.

    Raises:
        MessageKindNotKnown: there is no such kind.
    """
    wanted = sorted(set(declines))
    if strange := [kind for kind in wanted if kind not in KINDS]:
        fault = problem_of("declines", "is no kind of message", value=strange[0])
        raise MessageKindNotKnown(errors=[fault])
    if customer.declines != wanted:
        customer.declines = wanted
    return _keep("choose-messages", customer, actor)


def _new(name: str, number: Phone) -> Customer:
    person = Person.new()
    db.session.add(person)
    customer = Customer(id=uuid4(), person=person, phone_index=queries.index_of(number))
    customer.name, customer.phone = name, str(number)
    db.session.add(customer)
    return customer


def _learn(
    customer: Customer, *, phone_expires_at: datetime | None, email: str | None, locale: str | None
) -> None:
    if phone_expires_at is not None and customer.phone_expires_at != phone_expires_at:
        customer.phone_expires_at = phone_expires_at
    if email is not None:
        customer.email = email
    if locale is not None and customer.locale != locale:
        customer.locale = locale


def _keep(action: str, row: Customer | Item, actor: Actor) -> bool:
    if row not in db.session.new and not db.session.is_modified(row):
        return False
    audit.change(action, row, actor=actor)
    db.session.flush()
    return True


def _expired(at: datetime) -> dict[str, object]:
    remedy = "ask the shop for a number that still works"
    return problem_of("phone_expires_at", "has passed", value=at.isoformat(), remedy=remedy)


def items_for(
    customer: Customer,
    model_id: UUID,
    *,
    quantity: int,
    place_id: UUID | None,
    actor: Actor,
    serial: str | None = None,
) -> list[Item]:
    """Return ``quantity`` items of a model that the customer owns, known already or new.

    An item with a serial is that very one; items without are new ones.
    """
    if serial:
        same = sa.select(Item).where(Item.serial == serial, Item.model_id == model_id)
        known = db.session.scalar(same.where(Item.customer_id == customer.id))
        if known is not None:
            return [known]
    return [_new_item(customer, model_id, place_id, serial, actor) for _ in range(quantity)]


def _new_item(
    customer: Customer, model_id: UUID, place_id: UUID | None, serial: str | None, actor: Actor
) -> Item:
    item = Item(id=uuid4(), person=customer.person, customer_id=customer.id, model_id=model_id)
    item.place_id, item.serial = place_id, serial
    db.session.add(item)
    audit.change("add-item", item, actor=actor)
    return item
