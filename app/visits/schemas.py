"""What visits look like on the wire."""

from typing import Any

from marshmallow import RAISE, Schema, fields, validate

from app.planning.models import VisitState
from app.visits.events import FailureReason
from app.visits.models import Verdict
from app.visits.queries import Stop
from app.visits.rules import REPORTABLE


class DayArguments(Schema):
    """Which day; today in the territory when left out."""

    class Meta:
        unknown = RAISE

    date = fields.Date()


class PositionSchema(Schema):
    """Where a device was, in WGS-84 degrees."""

    class Meta:
        unknown = RAISE

    lat = fields.Float(required=True, validate=validate.Range(-90, 90))
    lon = fields.Float(required=True, validate=validate.Range(-180, 180))
    accuracy_m = fields.Integer(allow_none=True, validate=validate.Range(0, 1_000_000))


class NewVisitReportSchema(Schema):
    """What a technician reports of a visit."""

    class Meta:
        unknown = RAISE

    state = fields.Enum(
        VisitState, by_value=True, required=True, validate=validate.OneOf(REPORTABLE)
    )
    at = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(allow_none=True)
    device = fields.String(required=True, validate=validate.Length(1, 64))
    sequence = fields.Integer(required=True, strict=True, validate=validate.Range(0, 2**31 - 1))
    position = fields.Nested(PositionSchema, allow_none=True)
    note = fields.String(allow_none=True, validate=validate.Length(max=4000))
    failure = fields.Enum(FailureReason, by_value=True, allow_none=True)


class VisitReportSchema(Schema):
    """What became of a report: applied, superseded or rejected, and why."""

    class Meta:
        unknown = RAISE

    id = fields.UUID(required=True)
    visit_id = fields.UUID(required=True)
    state = fields.Enum(VisitState, by_value=True, required=True)
    verdict = fields.Enum(Verdict, by_value=True, required=True)
    verdict_reason = fields.String(allow_none=True, required=True)
    reported_at = fields.AwareDateTime(required=True)
    received_at = fields.AwareDateTime(required=True)
    happened_at = fields.AwareDateTime(required=True)
    device = fields.String(required=True)
    sequence = fields.Integer(required=True)


class VisitContactSchema(Schema):
    """How the customer is reached; the privacy number's end, where it has one."""

    class Meta:
        unknown = RAISE

    name = fields.String(allow_none=True, required=True)
    phone = fields.String(allow_none=True, required=True)
    phone_expires_at = fields.AwareDateTime(allow_none=True, required=True)


class VisitCustomerSchema(Schema):
    """Whom to ask for; the phone is masked."""

    class Meta:
        unknown = RAISE

    name = fields.String(allow_none=True, required=True)
    phone = fields.String(allow_none=True, required=True)


class VisitPlaceSchema(Schema):
    """Where to go, and how to get in."""

    class Meta:
        unknown = RAISE

    address = fields.String(allow_none=True, required=True)
    district = fields.String(allow_none=True, required=True)
    lat = fields.Float(allow_none=True, required=True)
    lon = fields.Float(allow_none=True, required=True)
    approximate = fields.Boolean(required=True)
    floor = fields.Integer(allow_none=True, required=True)
    has_lift = fields.Boolean(allow_none=True, required=True)
    parking = fields.String(allow_none=True, required=True)
    permitted_hours = fields.List(fields.List(fields.String()), required=True)


class VisitItemSchema(Schema):
    """One item to work on."""

    class Meta:
        unknown = RAISE

    model = fields.String(required=True)
    name = fields.String(required=True)
    name_zh = fields.String(allow_none=True, required=True)
    serial = fields.String(allow_none=True, required=True)


class VisitParcelSchema(Schema):
    """One parcel that should be there."""

    class Meta:
        unknown = RAISE

    tracking = fields.String(required=True)
    contents = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    arrived_at = fields.AwareDateTime(allow_none=True, required=True)


class VisitCompanionSchema(Schema):
    """One of the crew."""

    class Meta:
        unknown = RAISE

    seat = fields.Integer(required=True)
    name = fields.String(required=True)


class VisitStopSchema(Schema):
    """One visit of a technician's day, with all that is needed to make it."""

    class Meta:
        unknown = RAISE

    visit_id = fields.UUID(required=True)
    job_id = fields.UUID(required=True)
    job_number = fields.String(required=True)
    ordinal = fields.Integer(required=True)
    state = fields.Enum(VisitState, by_value=True, required=True)
    next_states = fields.List(fields.Enum(VisitState, by_value=True), required=True)
    sequence = fields.Integer(required=True)
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    finished_at = fields.AwareDateTime(allow_none=True, required=True)
    window_start = fields.AwareDateTime(allow_none=True, required=True)
    window_end = fields.AwareDateTime(allow_none=True, required=True)
    promised = fields.Boolean(required=True)
    timezone = fields.String(required=True)
    title = fields.String(required=True)
    job_type = fields.String(required=True)
    brand = fields.String(required=True)
    category = fields.String(required=True)
    customer = fields.Nested(VisitCustomerSchema, required=True)
    place = fields.Nested(VisitPlaceSchema, required=True)
    items = fields.List(fields.Nested(VisitItemSchema), required=True)
    parcels = fields.List(fields.Nested(VisitParcelSchema), required=True)
    parts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    tools = fields.List(fields.String(), required=True)
    photos = fields.List(fields.String(), required=True)
    payers = fields.List(fields.String(), required=True)
    notes = fields.String(allow_none=True, required=True)
    seat = fields.Integer(required=True)
    crew = fields.List(fields.Nested(VisitCompanionSchema), required=True)


class MyDaySchema(Schema):
    """A technician's day in the order of the clock."""

    class Meta:
        unknown = RAISE

    date = fields.Date(required=True)
    stops = fields.List(fields.Nested(VisitStopSchema), required=True)


def stop_as_plain(stop: Stop) -> dict[str, Any]:
    """Return a stop in the shape of ``VisitStopSchema``."""
    job, assignment, visit = stop.view.job, stop.assignment, stop.visit
    return {
        "visit_id": visit.id,
        "job_id": job.id,
        "job_number": job.number,
        "ordinal": visit.ordinal,
        "state": visit.state,
        "next_states": stop.next_states,
        "sequence": assignment.sequence,
        "starts_at": assignment.starts_at,
        "ends_at": assignment.ends_at,
        "finished_at": visit.finished_at,
        "window_start": job.window_start,
        "window_end": job.window_end,
        "promised": job.window_confirmed_at is not None,
        "timezone": stop.view.territory.timezone,
        "title": stop.view.title,
        "job_type": job.job_type.value,
        "brand": stop.view.brand.name,
        "category": stop.view.category.code,
        "customer": {"name": stop.customer_name, "phone": stop.phone},
        "place": _where(stop),
        "parts": job.parts,
        "tools": job.tools,
        "photos": job.photos,
        "payers": stop.payers,
        "notes": stop.notes,
        "seat": assignment.seat,
        "crew": [{"seat": one.seat, "name": one.name} for one in stop.crew],
        **_goods(stop),
    }


def _where(stop: Stop) -> dict[str, Any]:
    place = stop.view.place
    return {
        "address": stop.address,
        "district": place.district,
        "lat": place.lat,
        "lon": place.lon,
        "approximate": stop.is_approximate,
        "floor": place.floor,
        "has_lift": place.has_lift,
        "parking": place.parking,
        "permitted_hours": place.permitted_hours,
    }


def _goods(stop: Stop) -> dict[str, Any]:
    items = [
        {"model": model.code, "name": model.name, "name_zh": model.name_zh, "serial": item.serial}
        for item, model in stop.view.items
    ]
    parcels = [
        {"tracking": one.tracking, "contents": one.contents, "arrived_at": one.arrived_at}
        for one in stop.view.parcels
    ]
    return {"items": items, "parcels": parcels}
