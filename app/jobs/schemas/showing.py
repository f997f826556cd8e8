"""What clients read: orders, jobs, what waits, reports and drafts. Personal data is masked."""

from typing import Any

from marshmallow import fields

from app.catalogue.models import JobType
from app.core.personal import masked
from app.jobs.models import JobState, LinkedTechnician, Payer
from app.jobs.queries import JobView
from app.jobs.schemas.common import Strict
from app.places.models import GeocodeState, Precision


class MaskedCustomerSchema(Strict):
    """The customer, as those see them who need not call."""

    name = fields.Function(lambda row: masked(row, "name"), required=True)
    phone = fields.Function(lambda row: masked(row, "phone"), required=True)
    phone_expires_at = fields.AwareDateTime(allow_none=True)


class MaskedPlaceSchema(Strict):
    """The place; ``address`` names the area, not the door."""

    id = fields.UUID(required=True)
    address = fields.Function(lambda row: masked(row, "address"))
    district = fields.String(allow_none=True)
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)
    precision = fields.Enum(Precision, by_value=True)
    radius_m = fields.Integer(allow_none=True)
    state = fields.Enum(GeocodeState, by_value=True)
    floor = fields.Integer(allow_none=True)
    has_lift = fields.Boolean(allow_none=True)
    parking = fields.String(allow_none=True)
    permitted_hours = fields.List(fields.List(fields.String()))


class ShownItemSchema(Strict):
    """An item the job is about."""

    id = fields.UUID(required=True)
    model = fields.String(required=True)
    name = fields.String(required=True)
    serial = fields.String(allow_none=True)


class ShownParcelSchema(Strict):
    """A parcel of the job's orders."""

    tracking = fields.String(required=True)
    contents = fields.Dict()
    expected_at = fields.AwareDateTime(allow_none=True)
    arrived_at = fields.AwareDateTime(allow_none=True)


class ShownLinkSchema(Strict):
    """A job that has to be finished before."""

    number = fields.String(required=True)
    state = fields.Enum(JobState, by_value=True)
    min_gap_seconds = fields.Integer()
    max_gap_seconds = fields.Integer(allow_none=True)
    technician = fields.Enum(LinkedTechnician, by_value=True)


class ShownReferenceSchema(Strict):
    """An order the job belongs to, and its part where long work is split."""

    id = fields.UUID(required=True)
    reference = fields.String(required=True)
    ref = fields.String(required=True)
    part = fields.Integer(required=True)


class ShownWindowSchema(Strict):
    """When the visit may start; a proposal until it is confirmed."""

    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime(required=True)
    confirmed_at = fields.AwareDateTime(allow_none=True)


def _window(view: JobView) -> dict[str, Any] | None:
    job = view.job
    if job.window_start is None:
        return None
    values = {"start": job.window_start, "end": job.window_end}
    return dict(ShownWindowSchema().dump(values | {"confirmed_at": job.window_confirmed_at}))


def _items(view: JobView) -> list[dict[str, Any]]:
    return [
        {"id": str(item.id), "model": model.code, "name": model.name, "serial": item.serial}
        for item, model in view.items
    ]


def _orders(view: JobView) -> list[dict[str, Any]]:
    return [
        {"id": str(order.id), "reference": order.reference, "ref": link.ref, "part": link.part}
        for order, link in view.orders
    ]


def _after(view: JobView) -> list[dict[str, Any]]:
    return [
        {
            "number": before.number,
            "state": before.state.value,
            "min_gap_seconds": link.min_gap_seconds,
            "max_gap_seconds": link.max_gap_seconds,
            "technician": link.technician.value,
        }
        for link, before in view.after
    ]


class JobSchema(Strict):
    """A job as clients read it."""

    id = fields.UUID(attribute="job.id", required=True)
    version = fields.Integer(attribute="job.version", required=True)
    number = fields.String(attribute="job.number", required=True)
    title = fields.String(required=True)
    job_type = fields.Enum(JobType, by_value=True, attribute="job.job_type", required=True)
    state = fields.Enum(JobState, by_value=True, attribute="job.state", required=True)
    blockers = fields.List(fields.Dict(), attribute="job.blockers")
    brand = fields.String(attribute="brand.code", required=True)
    category = fields.String(attribute="category.code", required=True)
    model = fields.Function(lambda view: view.model.code if view.model else None)
    territory = fields.String(attribute="territory.code", required=True)
    customer = fields.Nested(MaskedCustomerSchema, required=True)
    place = fields.Nested(MaskedPlaceSchema, required=True)
    window = fields.Function(_window)
    due_at = fields.AwareDateTime(attribute="job.due_at", allow_none=True)
    work_seconds = fields.Integer(attribute="job.work_seconds", allow_none=True)
    setup_seconds = fields.Integer(attribute="job.setup_seconds")
    crew = fields.List(fields.Dict(), attribute="job.crew")
    tools = fields.List(fields.String(), attribute="job.tools")
    parts = fields.Dict(attribute="job.parts")
    licences = fields.List(fields.String(), attribute="job.licences")
    photos = fields.List(fields.String(), attribute="job.photos")
    needs_certificate = fields.Boolean(attribute="job.needs_certificate")
    priority = fields.Integer(attribute="job.priority")
    has_notes = fields.Function(lambda view: view.job.notes_sealed is not None)
    cancel_reason = fields.String(attribute="job.cancel_reason", allow_none=True)
    items = fields.Function(_items)
    orders = fields.Function(_orders)
    parcels = fields.List(fields.Nested(ShownParcelSchema))
    after = fields.Function(_after)
    created_at = fields.AwareDateTime(attribute="job.created_at")
    released_at = fields.AwareDateTime(attribute="job.released_at", allow_none=True)


class RevealedJobSchema(Strict):
    """A job's personal data, open."""

    name = fields.String(attribute="customer.name", allow_none=True)
    phone = fields.String(attribute="customer.phone", allow_none=True)
    phone_expires_at = fields.AwareDateTime(attribute="customer.phone_expires_at", allow_none=True)
    email = fields.String(attribute="customer.email", allow_none=True)
    address = fields.String(attribute="place.address", allow_none=True)
    notes = fields.String(attribute="job.notes", allow_none=True)


def _order_jobs(view: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": str(job.id),
            "number": job.number,
            "ref": link.ref,
            "part": link.part,
            "job_type": job.job_type.value,
            "state": job.state.value,
        }
        for link, job in view.jobs
    ]


class OrderSchema(Strict):
    """An order as clients read it."""

    id = fields.UUID(attribute="order.id", required=True)
    brand = fields.String(attribute="brand.code", required=True)
    reference = fields.String(attribute="order.reference", required=True)
    customer = fields.Nested(MaskedCustomerSchema, required=True)
    payer = fields.Enum(Payer, by_value=True, attribute="order.payer")
    shop = fields.String(attribute="order.shop", allow_none=True)
    received_at = fields.AwareDateTime(attribute="order.received_at")
    parcels = fields.List(fields.Nested(ShownParcelSchema))
    jobs = fields.Function(_order_jobs)


class TakenOrderSchema(OrderSchema):
    """What became of an order that was sent."""

    outcome = fields.String(required=True)


class BatchItemSchema(Strict):
    """What became of one of many, in the order sent."""

    index = fields.Integer(required=True)
    outcome = fields.String(required=True)
    key = fields.String(required=True)
    id = fields.UUID(allow_none=True)
    errors = fields.List(fields.Dict())


class BatchSchema(Strict):
    """What became of each of many."""

    items = fields.List(fields.Nested(BatchItemSchema), required=True)


class WaitingGroupSchema(Strict):
    """A reason why jobs wait, the fix, and the first of them."""

    code = fields.String(required=True)
    fix = fields.String(required=True)
    count = fields.Integer(required=True)
    jobs = fields.List(fields.Nested(JobSchema), required=True)


class WaitingSchema(Strict):
    """What waits, by reason; a job with two reasons is under both."""

    groups = fields.List(fields.Nested(WaitingGroupSchema), required=True)


class ReportRowSchema(Strict):
    """What became of one line of an imported file."""

    line = fields.Integer(required=True)
    outcome = fields.String(required=True)
    key = fields.String(required=True)
    errors = fields.List(fields.Dict())


class ReportSchema(Strict):
    """What became of an imported file."""

    kind = fields.String(required=True)
    dry_run = fields.Boolean(required=True)
    counts = fields.Dict(required=True)
    ignored_columns = fields.List(fields.String(), required=True)
    rows = fields.List(fields.Nested(ReportRowSchema), required=True)


class ColumnSchema(Strict):
    """One column of a kind of import file."""

    field = fields.String(required=True)
    header_en = fields.String(required=True)
    header_zh = fields.String(required=True)
    required = fields.Boolean(required=True)
    example = fields.String()
    about = fields.String()


class ImportKindSchema(Strict):
    """A kind of import file."""

    kind = fields.String(required=True)
    columns = fields.List(fields.Nested(ColumnSchema), required=True)


class ImportKindsSchema(Strict):
    """The kinds of import files the actor may send."""

    items = fields.List(fields.Nested(ImportKindSchema), required=True)


class GuessSchema(Strict):
    """One finding in a message: the value, how sure it is, from which words."""

    value = fields.Function(lambda guess: _plain(guess.value))
    confidence = fields.Float(required=True)
    source = fields.String(required=True)


class DraftSchema(Strict):
    """What a message seems to ask for; send it as an order once a person has confirmed it."""

    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(GuessSchema),
        attribute="fields",
        data_key="fields",
    )
    missing = fields.List(fields.String(), required=True)
    rest = fields.String(required=True)


def _plain(value: Any) -> Any:
    if hasattr(value, "hour"):
        return f"{value:%H:%M}"
    return value.isoformat() if hasattr(value, "isoformat") else value
