"""Reading places and what was found of their addresses."""

import math
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.core.db import db
from app.core.errors import NotFound
from app.core.personal import blind_index
from app.core.policies import Actor, Role
from app.places.models import (
    GeocodeAnswer,
    GeocodeState,
    Landmark,
    LandmarkKind,
    Place,
    Territory,
)
from app.places.queries.territories import for_update
from app.places.rules import LatLon, normalise_address

METRES_PER_DEGREE = 111_195.0


class PlaceNotFound(NotFound):
    """There is no such place."""

    code = "place-not-found"


def address_index(territory: Territory, address: str) -> str:
    """Return what finds an address again inside its territory."""
    return blind_index("address", f"{territory.code}|{normalise_address(address)}")


def visible(actor: Actor) -> sa.Select[Any]:
    """Select the places an actor may see: all, or those of the territories they dispatch."""
    chosen = sa.select(Place)
    if actor.is_administrator:
        return chosen
    if actor.has(Role.DISPATCHER):
        return chosen.where(Place.territory_id.in_(actor.territory_ids))
    return chosen.where(sa.false())


def get(place_id: UUID, *, actor: Actor, locked: bool = False) -> Place:
    """Return a place if the actor may see it, locked and fresh where it is to change.

    Raises:
        PlaceNotFound: there is none for this actor.
    """
    chosen = visible(actor).where(Place.id == place_id)
    if locked:
        chosen = for_update(chosen, of=Place)
    found: Place | None = db.session.scalar(chosen)
    if found is None:
        raise PlaceNotFound(place_id=place_id)
    return found


def waiting_select(actor: Actor, territory_id: UUID | None = None) -> sa.Select[Any]:
    """Select the places that wait for a pin."""
    chosen = visible(actor).where(Place.state == GeocodeState.WAITING)
    return chosen if territory_id is None else chosen.where(Place.territory_id == territory_id)


def waiting(actor: Actor, territory_id: UUID | None = None) -> list[Place]:
    """List the places that wait for a pin, longest first."""
    chosen = waiting_select(actor, territory_id).order_by(Place.state_since, Place.id)
    return list(db.session.scalars(chosen))


def held_by(person_id: UUID, territory_id: UUID, index: str) -> Place | None:
    """Return a person's own place at an address, if it is known already."""
    return db.session.scalar(
        sa.select(Place)
        .where(Place.person_id == person_id, Place.territory_id == territory_id)
        .where(Place.address_index == index)
        .order_by(Place.id)
        .limit(1)
    )


def twins(place: Place) -> list[Place]:
    """List other people's places of the same address."""
    chosen = sa.select(Place).where(
        Place.territory_id == place.territory_id, Place.address_index == place.address_index
    )
    return list(db.session.scalars(chosen.where(Place.id != place.id).order_by(Place.id)))


def landmarks_of(territory_id: UUID) -> list[Landmark]:
    chosen = sa.select(Landmark).where(Landmark.territory_id == territory_id)
    return list(db.session.scalars(chosen.order_by(Landmark.name, Landmark.id)))


def landmarks_near(territory_id: UUID, point: LatLon, within_m: float) -> Sequence[Landmark]:
    """List landmarks in the square about a point, and every district's circle."""
    lat, lon = point
    north = within_m / METRES_PER_DEGREE
    east = north / max(0.1, math.cos(math.radians(lat)))
    near = sa.and_(
        Landmark.lat.between(lat - north, lat + north),
        Landmark.lon.between(lon - east, lon + east),
    )
    chosen = sa.select(Landmark).where(Landmark.territory_id == territory_id)
    chosen = chosen.where(sa.or_(near, Landmark.kind == LandmarkKind.DISTRICT))
    return list(db.session.scalars(chosen.order_by(Landmark.name, Landmark.id)))


def geocoder_answer(provider: str, index: str) -> GeocodeAnswer | None:
    """Return what a geocoder said of an address before, a failure included."""
    return db.session.scalar(
        sa.select(GeocodeAnswer).where(
            GeocodeAnswer.provider == provider, GeocodeAnswer.address_index == index
        )
    )
