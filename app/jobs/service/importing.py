"""The import files of jobs: orders, and arrivals of parcels."""

from datetime import datetime, time

from app.core import clock, imports, settings
from app.core.errors import problem_of
from app.core.imports import Context, Importer, Outcome, Row
from app.core.policies import Role
from app.jobs.models import Payer
from app.jobs.rules.orders import (
    NewCustomer,
    NewItem,
    NewJob,
    NewLink,
    NewOrder,
    NewParcel,
    NewPlace,
    OrderNotValid,
)
from app.jobs.service import intake, parcels, release
from app.jobs.service.columns import ARRIVALS, ORDERS
from app.jobs.service.known import Known
from app.places.models import Datum

SAME_IN_ORDER = (
    "customer_name", "phone", "phone_expires", "email", "locale", "payer", "shop",
    "parcels_expected",
)  # fmt: skip


def apply_order(rows: list[Row], context: Context) -> Outcome:
    """Take in one order, given by all the lines with its brand and number."""
    known = context.once("known", lambda: Known(numbers=200, defers_review=True))
    sent = order_of(rows, known)
    return intake.take_order(sent, actor=context.actor, update=context.update, known=known).outcome


def release_orders(context: Context) -> None:
    """Look at the release of all the jobs that a file brought, at once."""
    known: Known | None = context.memo.get("known")
    if known is not None:
        release.review(known.to_review or (), actor=context.actor)


def order_of(rows: list[Row], known: Known) -> NewOrder:
    """Build an order from its lines.

    Raises:
        OrderNotValid: the lines contradict one another or a window is incomplete.
    """
    first = rows[0]
    _check_same(rows)
    expires = first["phone_expires"]
    return NewOrder(
        brand=first["brand"],
        reference=first["order_no"],
        customer=NewCustomer(
            name=first["customer_name"],
            phone=first["phone"],
            phone_expires_at=expires and _local(expires, _zone(first, known)),
            email=first["email"],
            locale=first["locale"],
        ),
        jobs=tuple(_job(row, known) for row in rows),
        parcels=_parcels(rows, known),
        payer=first["payer"] or Payer.BRAND,
        shop=first["shop"],
    )


def _check_same(rows: list[Row]) -> None:
    errors = [
        problem_of(name, "differs between lines of one order", value=row[name])
        for name in SAME_IN_ORDER
        for row in rows[1:]
        if row[name] is not None and row[name] != rows[0][name]
    ]
    if errors:
        raise OrderNotValid(errors=errors)


def _job(row: Row, known: Known) -> NewJob:
    item = NewItem(row["model"] or "", row["quantity"] or 1, row["serial"])
    return NewJob(
        job_type=row["job_type"],
        place=_place(row),
        ref=row["job_ref"] or "1",
        category=None if row["model"] else row["category"],
        items=(item,) if row["model"] else (),
        window=_window(row, known),
        is_confirmed=bool(row["confirmed"]),
        work_seconds=row["minutes"] * 60 if row["minutes"] else None,
        after=tuple(NewLink(ref) for ref in row["after"] or ()),
        priority=row["priority"] or 1,
        notes=row["notes"],
    )


def _place(row: Row) -> NewPlace:
    if (row["lat"] is None) != (row["lon"] is None):
        raise OrderNotValid(errors=[problem_of("lon", "comes with a latitude, or not at all")])
    return NewPlace(
        address=row["address"],
        territory=row["territory"],
        district=row["district"],
        lat=row["lat"],
        lon=row["lon"],
        datum=row["datum"] or Datum.WGS84,
        floor=row["floor"],
        has_lift=row["lift"],
        parking=row["parking"],
        permitted_hours=tuple((start, end) for start, end in row["permitted_hours"] or ()),
    )


def _window(row: Row, known: Known) -> tuple[datetime, datetime] | None:
    given = [row["date"], row["window_start"], row["window_end"]]
    if given == [None, None, None]:
        return None
    if None in given:
        remedy = "give date, start and end, or none of them"
        raise OrderNotValid(errors=[problem_of("date", "is half a window", remedy=remedy)])
    zone = _zone(row, known)
    return clock.at_local(given[0], given[1], zone), clock.at_local(given[0], given[2], zone)


def _parcels(rows: list[Row], known: Known) -> tuple[NewParcel, ...]:
    expected = rows[0]["parcels_expected"]
    at = clock.at_local(expected, time(18), _zone(rows[0], known)) if expected else None
    found: dict[str, NewParcel] = {}
    for row in rows:
        for tracking, contents in (row["parcels"] or {}).items():
            arrived = row["parcels_arrived"]
            has_arrived = tracking in arrived if isinstance(arrived, list) else bool(arrived)
            found[tracking] = NewParcel(tracking, contents, at, has_arrived)
    return tuple(found.values())


def _zone(row: Row, known: Known) -> str:
    return known.territory(row["territory"]).timezone


def _local(moment: datetime, zone: str) -> datetime:
    return clock.at_local(moment.date(), moment.time(), zone)


def apply_arrival(row: Row, context: Context) -> Outcome:
    """Record one parcel's arrival."""
    at = row["arrived"] and _local(row["arrived"], settings.current().timezone)
    is_news = parcels.arrive(
        row["tracking"],
        brand=row["brand"],
        reference=row["order_no"],
        at=at,
        contents=row["contents"],
        actor=context.actor,
    )
    return Outcome.UPDATED if is_news else Outcome.UNCHANGED


SENDERS = (Role.DISPATCHER, Role.BRAND)
IMPORTERS = (
    Importer(
        "orders", ORDERS, apply_order, key=("brand", "order_no", "job_ref"),
        group_by=("brand", "order_no"), roles=SENDERS,
        finish=release_orders,
    ),
    Importer("arrivals", ARRIVALS, apply_arrival, key=("tracking",), roles=SENDERS),
)  # fmt: skip


def register() -> None:
    """Accept these files."""
    for importer in IMPORTERS:
        imports.register(importer)
