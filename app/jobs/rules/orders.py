"""An order as somebody sends it, whichever way in it takes: plain values, checked when built."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from app.catalogue.models import JobType
from app.core import phones
from app.core.errors import Invalid, problem_of
from app.jobs.models import LinkedTechnician, Payer
from app.places.models import Datum

MAX_JOBS = 20
MAX_QUANTITY = 50
MAX_PARCELS = 100


class OrderNotValid(Invalid):
    """This order contradicts itself."""

    code = "order-not-valid"


@dataclass(frozen=True)
class NewCustomer:
    """Whom the work is for. The phone may be a privacy number with its extension."""

    name: str
    phone: str
    phone_expires_at: datetime | None = None
    email: str | None = None
    locale: str | None = None


@dataclass(frozen=True)
class NewPlace:
    """Where the work is. Without a position the address is looked up in the background.

    Attributes:
        territory: Its code; ``None`` where the installation has only one.
        datum: What the position came in.
        permitted_hours: ``(("08:00", "12:00"), ...)`` local.
    """

    address: str
    territory: str | None = None
    district: str | None = None
    lat: float | None = None
    lon: float | None = None
    datum: Datum = Datum.WGS84
    floor: int | None = None
    has_lift: bool | None = None
    parking: str | None = None
    permitted_hours: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class NewItem:
    """So many of a brand's model, or the one with this serial."""

    model: str
    quantity: int = 1
    serial: str | None = None


@dataclass(frozen=True)
class NewParcel:
    """One parcel; ``contents``: part number to count, as far as the sender declares it."""

    tracking: str
    contents: dict[str, int] = field(default_factory=dict)
    expected_at: datetime | None = None
    has_arrived: bool = False


@dataclass(frozen=True)
class NewLink:
    """This job starts only after another one of the order is finished."""

    ref: str
    min_gap_seconds: int = 0
    max_gap_seconds: int | None = None
    technician: LinkedTechnician = LinkedTechnician.ANY


@dataclass(frozen=True)
class NewJob:
    """One job of an order, under the sender's ``ref``.

    Attributes:
        category: Its code, where no model is known.
        window: When the visit may start: the earliest and the latest instant.
        is_confirmed: Whether the consumer has agreed to the window already.
        work_seconds: Overrides what the catalogue says.
    """

    job_type: JobType
    place: NewPlace
    ref: str = "1"
    category: str | None = None
    items: tuple[NewItem, ...] = ()
    window: tuple[datetime, datetime] | None = None
    is_confirmed: bool = False
    work_seconds: int | None = None
    after: tuple[NewLink, ...] = ()
    priority: int = 1
    notes: str | None = None


@dataclass(frozen=True)
class NewOrder:
    """An order under the sender's reference."""

    brand: str
    reference: str
    customer: NewCustomer
    jobs: tuple[NewJob, ...]
    parcels: tuple[NewParcel, ...] = ()
    payer: Payer = Payer.BRAND
    shop: str | None = None


def checked(order: NewOrder) -> NewOrder:
    """Return the order with its phone normalised and its jobs in the order they are done.

    Raises:
        OrderNotValid: with every fault of the order.
        PhoneNotValid: the customer's phone is none.
    """
    faults = [
        *_count_faults(order),
        *_ref_faults(order.jobs),
        *(fault for job in order.jobs for fault in _job_faults(job)),
    ]
    if faults:
        raise OrderNotValid(errors=faults)
    phone = str(phones.parse(order.customer.phone))
    customer = replace(order.customer, phone=phone, name=" ".join(order.customer.name.split()))
    return replace(order, customer=customer, jobs=tuple(_in_sequence(order.jobs)))


def _count_faults(order: NewOrder) -> Iterable[dict[str, Any]]:
    if not order.jobs:
        yield problem_of("jobs", "is empty", remedy="say what is to be done")
    if len(order.jobs) > MAX_JOBS:
        yield problem_of("jobs", f"has more than {MAX_JOBS} jobs", value=len(order.jobs))
    if len(order.parcels) > MAX_PARCELS:
        yield problem_of("parcels", f"has more than {MAX_PARCELS}", value=len(order.parcels))
    for tracking in _repeated(parcel.tracking for parcel in order.parcels):
        yield problem_of("parcels", "names a parcel twice", value=tracking)


def _ref_faults(jobs: tuple[NewJob, ...]) -> Iterable[dict[str, Any]]:
    refs = {job.ref for job in jobs}
    for ref in _repeated(job.ref for job in jobs):
        yield problem_of("job_ref", "names two jobs of the order", value=ref)
    for job in jobs:
        for link in job.after:
            if link.ref not in refs:
                remedy = f"name one of {', '.join(sorted(refs))}"
                message = "names no job of this order"
                yield problem_of("after", message, value=link.ref, remedy=remedy)
    if len(refs) == len(jobs) and len(list(_in_sequence(jobs))) < len(jobs):
        yield problem_of("after", "goes round in a circle", remedy="leave one link out")


def _job_faults(job: NewJob) -> Iterable[dict[str, Any]]:
    if not job.items and job.category is None:
        remedy = "name a model, or else a category"
        yield problem_of("model", "is missing", remedy=remedy)
    for item in job.items:
        yield from _item_faults(item)
    if job.window and job.window[1] <= job.window[0]:
        shown = [instant.isoformat() for instant in job.window]
        yield problem_of("window_end", "is not after the window's start", value=shown)
    if job.is_confirmed and job.window is None:
        yield problem_of("confirmed", "needs the window that was agreed", value=True)
    if not 1 <= job.priority <= 5:
        yield problem_of("priority", "is not between 1 and 5", value=job.priority)
    if job.work_seconds is not None and not 60 <= job.work_seconds <= 30 * 86_400:
        message = "is not between 1 minute and 30 days"
        yield problem_of("minutes", message, value=job.work_seconds // 60)


def _item_faults(item: NewItem) -> Iterable[dict[str, Any]]:
    if not 1 <= item.quantity <= MAX_QUANTITY:
        message = f"is not between 1 and {MAX_QUANTITY}"
        yield problem_of("quantity", message, value=item.quantity)
    if item.serial and item.quantity != 1:
        remedy = "one line for each serial"
        yield problem_of("serial", "is of one item only", value=item.serial, remedy=remedy)


def _in_sequence(jobs: tuple[NewJob, ...]) -> Iterable[NewJob]:
    """Yield each job after those it follows; those in a circle are left out."""
    waiting, known = list(jobs), {job.ref for job in jobs}
    done: set[str] = set()
    while ready := [
        j for j in waiting if all(x.ref in done or x.ref not in known for x in j.after)
    ]:
        yield from ready
        done |= {job.ref for job in ready}
        waiting = [job for job in waiting if job.ref not in done]


def _repeated(names: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return sorted({name for name in names if name in seen or seen.add(name)})  # type: ignore[func-returns-value]


def canonical(order: NewOrder) -> str:
    """Return the order's content as JSON: equal for equal orders, whatever the way in.

    Whether parcels have arrived is left out: that is news about the same order.
    """
    content = asdict(order)
    content["parcels"] = sorted(content["parcels"], key=lambda parcel: str(parcel["tracking"]))
    for parcel in content["parcels"]:
        del parcel["has_arrived"]
    return json.dumps(content, sort_keys=True, default=_text, ensure_ascii=False)


def differences(before: str | None, after: str) -> dict[str, set[str]]:
    """Say what differs between two canonical contents.

    Returns:
        For ``""`` the order's own differing fields, for each job's ref those of the job. A job
        that is new or gone differs in every field; so does all when nothing is known of before.
    """
    old, new = json.loads(before or '{"jobs": []}'), json.loads(after)
    jobs = [{job["ref"]: job for job in content["jobs"]} for content in (old, new)]
    found = {"": _differing(old, new) - {"jobs"}} | {
        ref: _differing(jobs[0].get(ref, {}), jobs[1].get(ref, {}))
        for ref in jobs[0].keys() | jobs[1].keys()
    }
    return {name: fields for name, fields in found.items() if fields}


def _differing(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
