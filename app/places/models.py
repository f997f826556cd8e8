"""Tables of places and travel."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import JsonList, Model, Versioned
from app.core.personal import Personal, Sealed, mask_address

NAME = sa.String(200)


class Datum(StrEnum):
    """The coordinate system a position came in; inside the product all is WGS-84."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Territory(Versioned, Model):
    """An area planned together.

    ``radius_km`` about the centre bounds the service area: a position outside it is refused.

    Attributes:
        travel_minutes: How its traffic moves, without a map: minutes = this × km ^ travel_power.
        access_seconds: Parking, gate and lift, added to the way to each stop.
        detour: Road metres for each metre as the crow flies.
    """

    __tablename__ = "territories"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    code: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name: Mapped[str] = mapped_column(NAME)
    name_zh: Mapped[str | None] = mapped_column(NAME)
    timezone: Mapped[str] = mapped_column(sa.String(60))
    country: Mapped[str] = mapped_column(sa.String(2))
    lat: Mapped[float]
    lon: Mapped[float]
    radius_km: Mapped[float]
    travel_minutes: Mapped[float] = mapped_column(default=3.11)
    travel_power: Mapped[float] = mapped_column(default=0.741)
    access_seconds: Mapped[int] = mapped_column(default=120)
    detour: Mapped[float] = mapped_column(default=1.35)

    __table_args__ = (
        CheckConstraint("radius_km > 0", name="some_reach"),
        CheckConstraint("travel_minutes > 0 AND travel_power > 0", name="travel_takes_time"),
    )


class LandmarkKind(StrEnum):
    """What a gazetteer entry is."""

    COMPOUND = "compound"
    STATION = "station"
    STREET = "street"
    DISTRICT = "district"


class Landmark(Versioned, Model):
    """A named place of the gazetteer: a residential compound, station, street or district.

    ``permitted_hours`` apply to work there: ``[["08:00", "12:00"], ["14:00", "18:00"]]``;
    empty: any time.
    """

    __tablename__ = "landmarks"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), index=True)
    kind: Mapped[LandmarkKind]
    name: Mapped[str] = mapped_column(NAME)
    name_zh: Mapped[str | None] = mapped_column(NAME)
    district: Mapped[str | None] = mapped_column(NAME)
    lat: Mapped[float]
    lon: Mapped[float]
    radius_m: Mapped[int]
    permitted_hours: Mapped[JsonList] = mapped_column(default=list)

    __table_args__ = (UniqueConstraint("territory_id", "kind", "name"),)


class Precision(StrEnum):
    """How well a position is known, best first."""

    CONFIRMED = "confirmed"
    PIN = "pin"
    ADDRESS = "address"
    COMPOUND = "compound"
    STREET = "street"
    DISTRICT = "district"
    NONE = "none"


class GeocodeState(StrEnum):
    """Whether the position is still being looked for."""

    FOUND = "found"
    PENDING = "pending"
    WAITING = "waiting"


class Place(Personal, Versioned, Model):
    """Where somebody is visited, or starts from.

    The position is WGS-84; ``source_datum`` remembers what it came in. Coordinates are personal
    data held open because routes are computed from them; the address is sealed.

    Attributes:
        radius_m: The position is right to about this; 0 for a door.
        state: ``waiting`` needs a person to drop a pin.
        state_since: Since when, so that what waits longest comes first.
        address_index: Blind index of the normalised address: the same address found before.
        permitted_hours: Local hours in which work may be done, narrower than the compound's.
    """

    __tablename__ = "places"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id), index=True)
    landmark_id: Mapped[UUID | None] = mapped_column(ForeignKey(Landmark.id))
    address_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    address_index: Mapped[str] = mapped_column(sa.String(32), index=True)
    district: Mapped[str | None] = mapped_column(NAME)
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    source_datum: Mapped[Datum] = mapped_column(default=Datum.WGS84)
    precision: Mapped[Precision] = mapped_column(default=Precision.NONE)
    radius_m: Mapped[int | None]
    source: Mapped[str] = mapped_column(sa.String(40), default="")
    state: Mapped[GeocodeState] = mapped_column(default=GeocodeState.PENDING, index=True)
    state_since: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None]
    permitted_hours: Mapped[JsonList] = mapped_column(default=list)
    floor: Mapped[int | None]
    has_lift: Mapped[bool | None]
    parking: Mapped[str | None] = mapped_column(sa.String(200))

    OPEN: ClassVar[Mapping[str, Any]] = {
        "address_index": "",
        "landmark_id": None,
        "lat": None,
        "lon": None,
        "radius_m": None,
        "precision": Precision.NONE,
        "state": GeocodeState.FOUND,
        "floor": None,
        "parking": None,
    }
    TOLD = ("district", "lat", "lon", "floor", "has_lift", "parking", "permitted_hours")
    DEALT_AT = "state_since"

    address = Sealed("address_sealed", "where the work is", mask_address)

    __table_args__ = (
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="whole_position"),
        CheckConstraint("lat IS NULL OR lat BETWEEN -90 AND 90", name="lat_on_earth"),
        CheckConstraint("lon IS NULL OR lon BETWEEN -180 AND 180", name="lon_on_earth"),
    )


class GeocodeAnswer(Model):
    """What a geocoder said of an address, its failures included.

    The address itself is not kept: ``address_index`` finds it again.
    """

    __tablename__ = "geocode_answers"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    provider: Mapped[str] = mapped_column(sa.String(40))
    address_index: Mapped[str] = mapped_column(sa.String(32))
    found: Mapped[bool]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    precision: Mapped[Precision] = mapped_column(default=Precision.NONE)
    radius_m: Mapped[int | None]
    answered_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("provider", "address_index"),)


class TravelPoint(Model):
    """A position interned at five decimals (about a metre), for the leg cache."""

    __tablename__ = "travel_points"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    lat_e5: Mapped[int]
    lon_e5: Mapped[int]

    __table_args__ = (UniqueConstraint("lat_e5", "lon_e5"),)


class TravelLeg(Model):
    """The free-flow travel between two points, as one provider gave it."""

    __tablename__ = "travel_legs"

    provider: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey(TravelPoint.id), primary_key=True)
    to_id: Mapped[int] = mapped_column(ForeignKey(TravelPoint.id), primary_key=True)
    seconds: Mapped[int]
    metres: Mapped[int]
    quality: Mapped[int] = mapped_column(sa.SmallInteger)


class SpeedProfile(Versioned, Model):
    """How much longer travel takes by time of day in a territory, for a class of days.

    ``factors``: ``[[second_of_day, factor], ...]`` from second 0, linear between points.
    """

    __tablename__ = "speed_profiles"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    territory_id: Mapped[UUID] = mapped_column(ForeignKey(Territory.id))
    day_class: Mapped[str] = mapped_column(sa.String(20))
    factors: Mapped[JsonList]

    __table_args__ = (UniqueConstraint("territory_id", "day_class"),)
