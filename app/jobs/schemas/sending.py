"""What clients send: orders, changes, arrivals, imports."""

from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from app.catalogue.models import JobType
from app.jobs.models import LinkedTechnician, Payer
from app.jobs.rules.orders import (
    MAX_JOBS,
    MAX_PARCELS,
    NewCustomer,
    NewItem,
    NewJob,
    NewLink,
    NewOrder,
    NewParcel,
    NewPlace,
)
from app.jobs.schemas.common import CLOCK, CODE, LEVEL, MINUTES, REFERENCE, SHORT, Strict
from app.jobs.service import JobChange
from app.places.models import Datum

MAX_BATCH = 500
MAX_NOTES = validate.Length(max=2000)
REASON = validate.Length(min=3, max=500)


class WindowSchema(Strict):
    """When the visit may start, as instants with offset."""

    start = fields.AwareDateTime(required=True)
    end = fields.AwareDateTime(required=True)

    @post_load
    def pair(self, data: dict[str, Any], **_: Any) -> tuple[datetime, datetime]:
        return data["start"], data["end"]


class CustomerSchema(Strict):
    """Whom the work is for; a privacy number is written with its extension."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=120))
    phone = fields.String(required=True, validate=validate.Length(min=3, max=40))
    phone_expires_at = fields.AwareDateTime(load_default=None, allow_none=True)
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(max=200))
    locale = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=8))

    @post_load
    def built(self, data: dict[str, Any], **_: Any) -> NewCustomer:
        return NewCustomer(**data)


class ContactSchema(Strict):
    """Corrections of how the customer is reached."""

    name = fields.String(validate=validate.Length(min=1, max=120))
    phone = fields.String(validate=validate.Length(min=3, max=40))
    phone_expires_at = fields.AwareDateTime()
    email = fields.Email(validate=validate.Length(max=200))


class NewPlaceSchema(Strict):
    """Where the work is; without a position the address is looked up in the background."""

    address = fields.String(required=True, validate=validate.Length(min=3, max=300))
    territory = fields.String(load_default=None, allow_none=True, validate=CODE)
    district = fields.String(load_default=None, allow_none=True, validate=SHORT)
    lat = fields.Float(load_default=None, allow_none=True)
    lon = fields.Float(load_default=None, allow_none=True)
    datum = fields.Enum(Datum, by_value=True, load_default=Datum.WGS84)
    floor = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(min=-5, max=150)
    )
    has_lift = fields.Boolean(load_default=None, allow_none=True)
    parking = fields.String(load_default=None, allow_none=True, validate=SHORT)
    permitted_hours = fields.List(
        fields.Tuple((fields.String(validate=CLOCK), fields.String(validate=CLOCK))),
        load_default=list,
        validate=validate.Length(max=6),
    )

    @validates_schema
    def position_is_whole(self, data: dict[str, Any], **_: Any) -> None:
        if (data.get("lat") is None) != (data.get("lon") is None):
            raise ValidationError("A latitude comes with a longitude.", "lon")

    @post_load
    def built(self, data: dict[str, Any], **_: Any) -> NewPlace:
        return NewPlace(**data | {"permitted_hours": tuple(data["permitted_hours"])})


class ItemSchema(Strict):
    """So many of a model, or the one with this serial."""

    model = fields.String(required=True, validate=CODE)
    quantity = fields.Integer(load_default=1, validate=validate.Range(min=1, max=50))
    serial = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=80))

    @post_load
    def built(self, data: dict[str, Any], **_: Any) -> NewItem:
        return NewItem(**data)


class ParcelSchema(Strict):
    """One parcel and what it holds: part number to count."""

    tracking = fields.String(required=True, validate=REFERENCE)
    contents = fields.Dict(
        keys=fields.String(validate=CODE),
        values=fields.Integer(validate=validate.Range(min=1, max=10_000)),
        load_default=dict,
        validate=validate.Length(max=100),
    )
    expected_at = fields.AwareDateTime(load_default=None, allow_none=True)
    has_arrived = fields.Boolean(load_default=False)

    @post_load
    def built(self, data: dict[str, Any], **_: Any) -> NewParcel:
        return NewParcel(**data)


class LinkSchema(Strict):
    """The job of this order that has to be finished before."""

    ref = fields.String(required=True, validate=validate.Length(min=1, max=40))
    min_gap_minutes = fields.Integer(load_default=0, validate=validate.Range(min=0, max=86_400))
    max_gap_minutes = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(min=0, max=86_400)
    )
    technician = fields.Enum(LinkedTechnician, by_value=True, load_default=LinkedTechnician.ANY)

    @post_load
    def built(self, data: dict[str, Any], **_: Any) -> NewLink:
        longest = data["max_gap_minutes"]
        return NewLink(
            data["ref"],
            data["min_gap_minutes"] * 60,
            None if longest is None else longest * 60,
            data["technician"],
        )


class NewJobSchema(Strict):
    """One job of an order; its place is the order's where it has none of its own."""

    ref = fields.String(load_default="1", validate=validate.Length(min=1, max=40))
    job_type = fields.Enum(JobType, by_value=True, required=True)
    category = fields.String(load_default=None, allow_none=True, validate=CODE)
    items = fields.List(
        fields.Nested(ItemSchema), load_default=list, validate=validate.Length(max=20)
    )
    window = fields.Nested(WindowSchema, load_default=None, allow_none=True)
    confirmed = fields.Boolean(load_default=False)
    minutes = fields.Integer(load_default=None, allow_none=True, validate=MINUTES)
    after = fields.List(
        fields.Nested(LinkSchema), load_default=list, validate=validate.Length(max=10)
    )
    priority = fields.Integer(load_default=1, validate=LEVEL)
    notes = fields.String(load_default=None, allow_none=True, validate=MAX_NOTES)
    place = fields.Nested(NewPlaceSchema, load_default=None, allow_none=True)


class NewOrderSchema(Strict):
    """An order under the sender's own reference."""

    brand = fields.String(required=True, validate=CODE)
    reference = fields.String(required=True, validate=REFERENCE)
    customer = fields.Nested(CustomerSchema, required=True)
    place = fields.Nested(NewPlaceSchema, required=True)
    jobs = fields.List(
        fields.Nested(NewJobSchema),
        required=True,
        validate=validate.Length(min=1, max=MAX_JOBS),
    )
    parcels = fields.List(
        fields.Nested(ParcelSchema), load_default=list, validate=validate.Length(max=MAX_PARCELS)
    )
    payer = fields.Enum(Payer, by_value=True, load_default=Payer.BRAND)
    shop = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=120))

    @post_load
    def built(self, data: dict[str, Any], **_: Any) -> NewOrder:
        place = data.pop("place")
        jobs = tuple(_job(job, place) for job in data.pop("jobs"))
        return NewOrder(**data | {"parcels": tuple(data["parcels"])}, jobs=jobs)


def _job(data: dict[str, Any], place: NewPlace) -> NewJob:
    minutes = data["minutes"]
    return NewJob(
        job_type=data["job_type"],
        place=data["place"] or place,
        ref=data["ref"],
        category=data["category"],
        items=tuple(data["items"]),
        window=data["window"],
        is_confirmed=data["confirmed"],
        work_seconds=None if minutes is None else minutes * 60,
        after=tuple(data["after"]),
        priority=data["priority"],
        notes=data["notes"],
    )


class UpdateArguments(Strict):
    """Whether an order that is here already with other content is changed."""

    update = fields.Boolean(load_default=False)


class OrderBatchSchema(Strict):
    """Many orders at once; each is taken or refused on its own."""

    orders = fields.List(
        fields.Dict(), required=True, validate=validate.Length(min=1, max=MAX_BATCH)
    )


class JobChangesSchema(Strict):
    """What a dispatcher changes in a job; a new window is only proposed."""

    window = fields.Nested(WindowSchema, allow_none=True)
    minutes = fields.Integer(validate=MINUTES)
    setup_minutes = fields.Integer(validate=validate.Range(min=0, max=600))
    crew_levels = fields.List(
        fields.Integer(validate=LEVEL), validate=validate.Length(min=1, max=6)
    )
    tools = fields.List(fields.String(validate=CODE), validate=validate.Length(max=50))
    priority = fields.Integer(validate=LEVEL)
    notes = fields.String(allow_none=True, validate=MAX_NOTES)
    place = fields.Nested(NewPlaceSchema)
    customer = fields.Nested(ContactSchema)

    @post_load
    def built(self, data: dict[str, Any], **_: Any) -> JobChange:
        plain = ("tools", "priority", "notes")
        columns: dict[str, Any] = {name: data[name] for name in plain if name in data}
        if "minutes" in data:
            columns["work_seconds"] = data["minutes"] * 60
        if "setup_minutes" in data:
            columns["setup_seconds"] = data["setup_minutes"] * 60
        if "crew_levels" in data:
            columns["crew"] = [{"level": level} for level in data["crew_levels"]]
        return JobChange(
            columns=columns,
            window=data.get("window"),
            sets_window="window" in data,
            place=data.get("place"),
            contact=data.get("customer", {}),
        )


class CancellationSchema(Strict):
    """Why a job is called off."""

    reason = fields.String(required=True, validate=REASON)


class ConfirmationSchema(Strict):
    """Which window the consumer agreed to; the proposed one where none is given."""

    window = fields.Nested(WindowSchema, load_default=None, allow_none=True)


class JobRevealSchema(Strict):
    """Why personal data is opened."""

    reason = fields.String(load_default=None, allow_none=True, validate=REASON)


class ArrivalSchema(Strict):
    """A parcel that is where the work will be."""

    tracking = fields.String(required=True, validate=REFERENCE)
    brand = fields.String(load_default=None, allow_none=True, validate=CODE)
    reference = fields.String(load_default=None, allow_none=True, validate=REFERENCE)
    at = fields.AwareDateTime(load_default=None, allow_none=True)
    contents = fields.Dict(
        keys=fields.String(validate=CODE),
        values=fields.Integer(validate=validate.Range(min=1, max=10_000)),
        load_default=None,
        allow_none=True,
    )


class ArrivalsSchema(Strict):
    """Several parcels at once."""

    arrivals = fields.List(
        fields.Nested(ArrivalSchema), required=True, validate=validate.Length(min=1, max=MAX_BATCH)
    )


class MessageSchema(Strict):
    """A chat or shop message as it was pasted."""

    text = fields.String(required=True, validate=validate.Length(min=1, max=20_000))
    timezone = fields.String(load_default=None, allow_none=True, validate=SHORT)
