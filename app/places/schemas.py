"""What territories, landmarks and places look like on the wire."""

from collections.abc import Callable
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from app.core.personal import masked
from app.http.paging import PageArguments
from app.places.models import Datum, GeocodeState, Landmark, LandmarkKind, Place, Precision
from app.places.rules import is_approximate
from app.places.rules.profile import DAY_CLASSES
from app.places.service import GeocoderTest

CODE = validate.Regexp(r"^[\w./-]{1,60}\Z")
NAME = validate.Length(min=1, max=200)
LAT, LON = validate.Range(min=-90, max=90), validate.Range(min=-180, max=180)
CLOCK = validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d\Z")


def _run_forward(spans: list[list[str]]) -> None:
    if any(start >= end for start, end in spans):
        raise ValidationError("Hours must end after they start.")


def hours_field(*, required: bool = False) -> Any:
    """Return a field of local hours of a day: ``[["08:00", "12:00"], ["14:00", "18:00"]]``."""
    span = fields.List(fields.String(validate=CLOCK), validate=validate.Length(equal=2))
    bounds: list[Callable[[Any], Any]] = [validate.Length(max=6), _run_forward]
    return fields.List(span, required=required, validate=bounds)


class Strict(Schema):
    """Refuses fields it does not know."""

    class Meta:
        unknown = RAISE


class TerritoryFields(Strict):
    """What may be said of a territory."""

    name = fields.String(validate=NAME)
    name_zh = fields.String(validate=NAME, allow_none=True)
    timezone = fields.String(validate=validate.Length(max=60))
    country = fields.String(validate=validate.Length(equal=2))
    lat = fields.Float(validate=LAT)
    lon = fields.Float(validate=LON)
    radius_km = fields.Float(validate=validate.Range(min=1, max=500))
    travel_minutes = fields.Float(validate=validate.Range(min=0.1, max=60))
    travel_power = fields.Float(validate=validate.Range(min=0.1, max=2))
    access_seconds = fields.Integer(validate=validate.Range(min=0, max=3600))
    detour = fields.Float(validate=validate.Range(min=1, max=5))


class TerritorySchema(TerritoryFields):
    """A territory."""

    id = fields.UUID(required=True)
    code = fields.String(required=True)
    version = fields.Integer(required=True)


class NewTerritorySchema(TerritoryFields):
    """A territory to be opened."""

    code = fields.String(required=True, validate=CODE)
    name = fields.String(required=True, validate=NAME)
    timezone = fields.String(required=True, validate=validate.Length(max=60))
    country = fields.String(required=True, validate=validate.Length(equal=2))
    lat = fields.Float(required=True, validate=LAT)
    lon = fields.Float(required=True, validate=LON)
    radius_km = fields.Float(required=True, validate=validate.Range(min=1, max=500))


class TerritoryChangesSchema(TerritoryFields):
    """What is to change of a territory; what is left out stays."""


class SpeedProfileSchema(Strict):
    """How much longer travel takes by the time of day, ``[[second_of_day, factor], ...]``."""

    day_class = fields.String(required=True, validate=validate.OneOf(DAY_CLASSES))
    factors = fields.List(fields.List(fields.Float()), required=True)
    is_own = fields.Boolean(required=True)


class SpeedProfileChangesSchema(Strict):
    """A table of a class of days."""

    factors = fields.List(
        fields.List(fields.Float(), validate=validate.Length(equal=2)),
        required=True,
        validate=validate.Length(min=1, max=288),
    )


class LandmarkArguments(PageArguments):
    """Which landmarks to list."""

    territory = fields.String(required=True, validate=CODE)
    kind = fields.Enum(LandmarkKind, by_value=True)


class LandmarkSchema(Strict):
    """A named place of the gazetteer."""

    id = fields.UUID(required=True)
    kind = fields.Enum(LandmarkKind, by_value=True, required=True)
    name = fields.String(required=True)
    name_zh = fields.String(allow_none=True)
    district = fields.String(allow_none=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    radius_m = fields.Integer(required=True)
    permitted_hours = hours_field(required=True)


class NewLandmarkSchema(Strict):
    """A landmark to be entered; one of the same kind and name is changed instead."""

    territory = fields.String(required=True, validate=CODE)
    kind = fields.Enum(LandmarkKind, by_value=True, required=True)
    name = fields.String(required=True, validate=NAME)
    name_zh = fields.String(validate=NAME, allow_none=True)
    district = fields.String(validate=NAME, allow_none=True)
    lat = fields.Float(required=True, validate=LAT)
    lon = fields.Float(required=True, validate=LON)
    datum = fields.Enum(Datum, by_value=True, load_default=Datum.WGS84)
    radius_m = fields.Integer(required=True, validate=validate.Range(min=1, max=50_000))
    permitted_hours = hours_field()


class WaitingArguments(PageArguments):
    """Which waiting places to list."""

    territory = fields.String(validate=CODE)


class PlaceSchema(Strict):
    """A place, its address masked."""

    id = fields.UUID(required=True)
    territory_id = fields.UUID(required=True)
    address = fields.String(allow_none=True)
    district = fields.String(allow_none=True)
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)
    precision = fields.Enum(Precision, by_value=True, required=True)
    radius_m = fields.Integer(allow_none=True)
    is_approximate = fields.Boolean(required=True)
    source = fields.String(required=True)
    source_datum = fields.Enum(Datum, by_value=True, required=True)
    state = fields.Enum(GeocodeState, by_value=True, required=True)
    state_since = fields.AwareDateTime(required=True)
    confirmed_at = fields.AwareDateTime(allow_none=True)
    landmark_id = fields.UUID(allow_none=True)
    permitted_hours = hours_field(required=True)
    floor = fields.Integer(allow_none=True)
    has_lift = fields.Boolean(allow_none=True)
    parking = fields.String(allow_none=True)
    version = fields.Integer(required=True)


class SiteChangesSchema(Strict):
    """What is to change of what is known on site; what is left out stays."""

    district = fields.String(validate=NAME, allow_none=True)
    permitted_hours = hours_field()
    floor = fields.Integer(allow_none=True, validate=validate.Range(min=-5, max=200))
    has_lift = fields.Boolean(allow_none=True)
    parking = fields.String(allow_none=True, validate=validate.Length(max=200))


class PinSchema(Strict):
    """Where a place is, by a person's word; a reason keeps a pin in another district."""

    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    datum = fields.Enum(Datum, by_value=True, load_default=Datum.WGS84)
    reason = fields.String(validate=validate.Length(min=3, max=500))


class AddressRevealSchema(Strict):
    """Why somebody needs to read an address in full."""

    reason = fields.String(required=True, validate=validate.Length(min=3, max=500))


class AddressSchema(Strict):
    """An address in full."""

    id = fields.UUID(required=True)
    address = fields.String(allow_none=True)


class GeocoderQuestionSchema(Strict):
    """An address to try the configured geocoder with."""

    territory = fields.String(required=True, validate=CODE)
    address = fields.String(required=True, validate=validate.Length(min=2, max=300))


class GeocoderAnswerSchema(Strict):
    """What the configured geocoder said."""

    provider = fields.String(required=True)
    found = fields.Boolean(required=True)
    lat = fields.Float(allow_none=True)
    lon = fields.Float(allow_none=True)
    source_datum = fields.Enum(Datum, by_value=True, allow_none=True)
    precision = fields.Enum(Precision, by_value=True, allow_none=True)
    radius_m = fields.Integer(allow_none=True)
    from_centre_km = fields.Float(allow_none=True)
    seconds = fields.Float(required=True)


def place_as_plain(place: Place) -> dict[str, Any]:
    """Return a place as those see it who need not read its address."""
    shown = {name: getattr(place, name, None) for name in PlaceSchema().fields}
    shown["address"] = masked(place, "address")
    shown["is_approximate"] = is_approximate(place.radius_m)
    return shown


def landmark_as_plain(landmark: Landmark) -> dict[str, Any]:
    return {name: getattr(landmark, name) for name in LandmarkSchema().fields}


def trial_as_plain(test: GeocoderTest) -> dict[str, Any]:
    found = test.found
    return {
        "provider": test.provider,
        "found": found is not None,
        "lat": found.point[0] if found else None,
        "lon": found.point[1] if found else None,
        "source_datum": found.datum if found else None,
        "precision": found.precision if found else None,
        "radius_m": found.radius_m if found else None,
        "from_centre_km": test.from_centre_km,
        "seconds": round(test.seconds, 3),
    }
