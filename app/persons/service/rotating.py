"""Putting a new master key in the place of the old one."""

import secrets
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.core import audit, checkpoint, clock, keys
from app.core.db import db, transact
from app.core.errors import Conflict
from app.core.failpoints import fail
from app.core.idempotency import IdempotencyClaim
from app.core.outbox import OutboxMessage
from app.core.personal import Person, blind_index
from app.core.policies import Actor
from app.customers.models import Customer
from app.jobs.models import Order
from app.places import queries as places
from app.places.models import GeocodeAnswer, Place, Territory
from app.ratings.models import Rating

TOUCHED = (Person, Customer, Place, Order, Rating, OutboxMessage, IdempotencyClaim, GeocodeAnswer)


class KeyUnderWay(Conflict):
    """The data is under neither the master key nor the one that is to follow it."""

    code = "master-key-unknown"


def rotate(*, actor: Actor) -> Path:
    """Seal everything under a new master key; return the file that keeps the old one.

    Nothing else may run meanwhile. Interrupted anywhere, it is carried to its end by running it
    again: the new key lies beside the old until all of the data is under it.

    Raises:
        KeyUnderWay: neither key opens what is stored.
    """
    path = keys.master_key_path()
    old, following = keys.master_key(), path.with_name(path.name + ".next")
    if not following.exists():
        keys.write_key(following, secrets.token_bytes(32))
    new = keys.read_key(following)
    if not _opens(new):
        if not _opens(old) and not _is_empty():
            raise KeyUnderWay(master_key_file=str(path))
        transact(partial(_seal_anew, old, new, actor))
    fail("rotate.before_files")
    _sign_anew(old, new)
    kept = path.with_name(f"{path.name}.{clock.now():%Y%m%dT%H%M%S}")
    keys.write_key(kept, old)
    following.replace(path)
    keys.forget_cached()
    return kept


def _opens(master: bytes) -> bool:
    """Tell whether what is stored is under this key, by one person's."""
    person = db.session.scalar(sa.select(Person).where(Person.wrapped_key.is_not(None)).limit(1))
    with keys.using(master):
        return person is not None and person.opens()


def _is_empty() -> bool:
    kept = sa.select(Person.id).where(Person.wrapped_key.is_not(None)).limit(1)
    return db.session.scalar(kept) is None


def _seal_anew(old: bytes, new: bytes, actor: Actor) -> None:
    if db.engine.dialect.name == "postgresql":
        names = ", ".join(kind.__tablename__ for kind in TOUCHED)
        db.session.execute(sa.text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    _wrap_anew(old, new)
    _seal_messages_anew(old, new)
    with keys.using(new):
        _index_anew()
    audit.note("rotate-master-key", Person.__tablename__, "all", actor=actor)


def _wrap_anew(old: bytes, new: bytes) -> None:
    for person in db.session.scalars(sa.select(Person).where(Person.wrapped_key.is_not(None))):
        with keys.using(old):
            key = person.key()
        if key is not None:
            with keys.using(new):
                person.wrap(key)
    db.session.flush()


def _seal_messages_anew(old: bytes, new: bytes) -> None:
    sealed = sa.select(OutboxMessage).where(OutboxMessage.payload_sealed.is_not(None))
    for message in db.session.scalars(sealed):
        with keys.using(old):
            payload = message.payload
        with keys.using(new):
            message.seal(payload)
    answered = sa.select(IdempotencyClaim).where(IdempotencyClaim.answer_sealed.is_not(None))
    for claim in db.session.scalars(answered):
        with keys.using(old):
            answer = claim.answer
        with keys.using(new):
            claim.store(claim.status or 0, claim.headers, answer)


def _index_anew() -> None:
    """Make every blind index again from what it is of; what cannot be is emptied."""
    territories = {one.id: one for one in db.session.scalars(sa.select(Territory))}
    for customer in _all(Customer, "phone_sealed"):
        _put(customer, "phone_index", blind_index("phone", customer.phone))
    for place in _all(Place, "address_sealed"):
        index = places.address_index(territories[place.territory_id], place.address)
        _put(place, "address_index", index)
    for order in _all(Order, "content_sealed"):
        _put(order, "fingerprint", blind_index("order", order.content))
    ratings: Any = Rating.__table__
    db.session.execute(sa.update(ratings).values(source_index=None))
    db.session.execute(sa.delete(GeocodeAnswer))


def _all(kind: Any, sealed: str) -> Iterable[Any]:
    remembered = kind.person.has(Person.wrapped_key.is_not(None))
    known = getattr(kind, sealed).is_not(None)
    return db.session.scalars(sa.select(kind).where(remembered, known)).all()


def _put(row: Any, column: str, index: str) -> None:
    """Write past the row's version: for those who edit it nothing has changed."""
    table = row.__table__
    db.session.execute(table.update().where(table.c.id == row.id).values({column: index}))


def _sign_anew(old: bytes, new: bytes) -> None:
    with keys.using(old):
        try:
            end = checkpoint.read()
        except ValueError:  # signed with the new key before an interruption, or not by us
            return
    if end is not None:
        with keys.using(new):
            checkpoint.renew(end)
