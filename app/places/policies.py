"""Who may do what to territories, landmarks and places."""

from app.core.policies import Actor
from app.places.models import Place, Territory


def can_keep_territories(actor: Actor) -> bool:
    return actor.is_administrator


def can_keep_landmarks(actor: Actor, territory: Territory) -> bool:
    return actor.works_in(territory.id)


def can_pin(actor: Actor, place: Place) -> bool:
    return actor.works_in(place.territory_id)


def can_reveal(actor: Actor, place: Place) -> bool:
    return actor.works_in(place.territory_id)


def can_test_geocoder(actor: Actor) -> bool:
    return actor.is_administrator
