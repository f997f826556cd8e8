"""Parcels: what an order's goods come in, and their arrival."""

from datetime import datetime
from uuid import uuid4

from app.core import audit, clock
from app.core.db import db
from app.core.errors import Invalid, problem_of
from app.core.events import record
from app.core.policies import Actor
from app.jobs.events import ParcelArrived
from app.jobs.models import Order, Parcel
from app.jobs.queries import reading
from app.jobs.queries import release as queries
from app.jobs.rules.orders import NewParcel
from app.jobs.service import release


class ArrivalNotValid(Invalid):
    """A parcel cannot arrive in the future."""

    code = "arrival-not-valid"


def arrive(
    tracking: str,
    *,
    actor: Actor,
    brand: str | None = None,
    reference: str | None = None,
    at: datetime | None = None,
    contents: dict[str, int] | None = None,
) -> bool:
    """Record that a parcel is where the work will be; tell whether that was news.

    Records ``ParcelArrived`` and releases the jobs that waited for it alone.

    Args:
        tracking: The carrier's number.
        actor: A dispatcher, or the brand whose order it is.
        brand: The brand's code, where the number may occur twice.
        reference: The order's reference, likewise.
        at: When it arrived; now by default.
        contents: What it really holds, where that is known better now.

    Raises:
        ParcelNotFound: the actor knows no such parcel.
        ArrivalNotValid: it arrives in the future.
    """
    if at is not None and at > clock.now():
        raise ArrivalNotValid(errors=[problem_of("at", "has not come yet", value=at.isoformat())])
    found = reading.parcels(actor, tracking, brand=brand, reference=reference)
    news = [parcel for parcel in found if _note(parcel, at, contents, actor)]
    if news:
        release.review(queries.of_orders(parcel.order_id for parcel in news), actor=actor)
    return bool(news)


def _note(
    parcel: Parcel, at: datetime | None, contents: dict[str, int] | None, actor: Actor
) -> bool:
    is_news = parcel.arrived_at is None
    if is_news:
        parcel.arrived_at = at or clock.now()
        arrived = ParcelArrived(at=clock.now(), parcel_id=parcel.id, order_id=parcel.order_id)
        record(arrived)
    if contents is not None and contents != parcel.contents:
        parcel.contents, is_news = contents, True
    if is_news:
        audit.change("parcel-arrived", parcel, actor=actor)
        db.session.flush()
    return is_news


def add(order: Order, sent: NewParcel, *, actor: Actor) -> None:
    """Add a parcel that an order announces."""
    parcel = Parcel(
        id=uuid4(),
        order_id=order.id,
        tracking=sent.tracking,
        contents=dict(sent.contents),
        expected_at=sent.expected_at,
        arrived_at=clock.now() if sent.has_arrived else None,
    )
    audit.change("add-parcel", parcel, actor=actor)
    db.session.add(parcel)


def learn_arrivals(order: Order, sent: tuple[NewParcel, ...], *, actor: Actor) -> bool:
    """Mark what an order sent again says has arrived since; tell whether that was news."""
    arrived = {parcel.tracking for parcel in sent if parcel.has_arrived}
    news = [
        _note(parcel, None, None, actor)
        for parcel in reading.parcels_of_order(order.id)
        if parcel.tracking in arrived
    ]
    return any(news)


def revise(order: Order, sent: tuple[NewParcel, ...], *, actor: Actor) -> None:
    """Make an order's parcels the ones sent; what has arrived stays, whatever is sent."""
    rows = {parcel.tracking: parcel for parcel in reading.parcels_of_order(order.id)}
    for wanted in sent:
        if wanted.tracking not in rows:
            add(order, wanted, actor=actor)
            continue
        row = rows.pop(wanted.tracking)
        row.contents, row.expected_at = dict(wanted.contents), wanted.expected_at
        if db.session.is_modified(row):
            audit.change("change-parcel", row, actor=actor)
    for row in rows.values():
        if row.arrived_at is None:
            audit.note("remove-parcel", "parcels", row.id, actor=actor, tracking=row.tracking)
            db.session.delete(row)
    db.session.flush()
