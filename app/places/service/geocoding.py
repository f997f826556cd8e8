"""Looking for a place in the background: what to ask, what was said before, what to make of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.core import clock
from app.core.db import db, lock
from app.core.personal import FORGOTTEN
from app.core.policies import Actor, require, system
from app.places import policies, queries
from app.places.gateways import Found, GeocoderUnavailable, Question, chosen_geocoder
from app.places.models import (
    Datum,
    GeocodeAnswer,
    GeocodeState,
    Place,
    Precision,
    Territory,
)
from app.places.rules import distance_m
from app.places.rules.areas import is_served
from app.places.rules.gazetteer import best_landmark
from app.places.service.positions import Position, earlier, let_wait, put

FAILURES_KEPT = timedelta(days=30)
FINDER = system("geocoding")


@dataclass(frozen=True)
class GeocoderTest:
    """What the configured geocoder said of an address.

    Attributes:
        seconds: How long it took.
        from_centre_km: How far the position lies from the territory's centre.
    """

    provider: str
    found: Found | None
    seconds: float
    from_centre_km: float | None


def question_of(place_id: UUID) -> Question | None:
    """Say what a geocoder has to be asked about a place; ``None``: nothing.

    Nothing, when the place is no longer looked for, its person is forgotten, no geocoder is
    configured, or the chosen one has answered before.
    """
    place = db.session.get(Place, place_id)
    provider = chosen_geocoder().id
    if place is None or place.state is not GeocodeState.PENDING or not provider:
        return None
    if place.address in {None, FORGOTTEN} or _known(place, provider) is not None:
        return None
    return Question.about(place.address, queries.territory(place.territory_id))


def ask(question: Question) -> Found | None:
    """Ask the configured geocoder; outside any transaction, since it may take seconds.

    Raises:
        GeocoderUnavailable: it gave no answer.
    """
    return chosen_geocoder().find(question)


def remember(place_id: UUID, found: Found | None) -> None:
    """Keep what the configured geocoder said of a place's address, a failure too."""
    place = db.session.get(Place, place_id)
    if place is None:
        return
    provider = chosen_geocoder().id
    row = queries.geocoder_answer(provider, place.address_index)
    if row is None:
        row = GeocodeAnswer(provider=provider, address_index=place.address_index)
        db.session.add(row)
    row.found, row.answered_at = found is not None, clock.now()
    row.lat, row.lon = found.point if found else (None, None)
    row.precision = found.precision if found else Precision.NONE
    row.radius_m = found.radius_m if found else None
    db.session.flush()


def settle(place_id: UUID) -> None:
    """Decide where a pending place is, by the best that is known; else let it wait for a pin.

    Earlier places of the same address come first; then whichever is finer of the geocoder's
    answer and the gazetteer's.
    """
    place = lock(Place, [place_id]).get(place_id)
    if place is None or place.state is not GeocodeState.PENDING:
        return
    territory = queries.territory(place.territory_id)
    position = earlier(place) or _finest([_geocoded(place, territory), _in_gazetteer(place)])
    if position is None:
        let_wait(place, actor=FINDER)
        return
    put(place, position, action="locate-place", actor=FINDER)


def try_geocoder(address: str, territory: Territory, *, actor: Actor) -> GeocoderTest:
    """Ask the configured geocoder about one address, past the cache: does the key work?

    Raises:
        Forbidden: the actor may not.
        GeocoderUnavailable: none is configured, or it gives no answer; the reason says why.
    """
    require(policies.can_test_geocoder(actor), "test-geocoder")
    geocoder = chosen_geocoder()
    if not geocoder.id:
        raise GeocoderUnavailable(reason="no geocoder is configured; set SHIFU_GEOCODER")
    began = clock.now()
    found = geocoder.find(Question.about(address, territory))
    seconds = (clock.now() - began).total_seconds()
    centre = (territory.lat, territory.lon)
    away = round(distance_m(found.point, centre) / 1000, 1) if found else None
    return GeocoderTest(geocoder.id, found, seconds, away)


def _known(place: Place, provider: str) -> GeocodeAnswer | None:
    """Return what was answered before; a failure is asked about again after a month."""
    answer = queries.geocoder_answer(provider, place.address_index)
    if answer is not None and not answer.found and _is_old(answer):
        return None
    return answer


def _is_old(answer: GeocodeAnswer) -> bool:
    return answer.answered_at < clock.now() - FAILURES_KEPT


def _geocoded(place: Place, territory: Territory) -> Position | None:
    """Return the geocoder's answer if it can be right: inside the area it was asked about."""
    provider = chosen_geocoder().id
    answer = _known(place, provider) if provider else None
    if answer is None or answer.lat is None or answer.lon is None:
        return None
    point = (answer.lat, answer.lon)
    if not is_served(point, territory):
        return None
    return Position(point, answer.precision, answer.radius_m or 0, provider, Datum.WGS84)


def _in_gazetteer(place: Place) -> Position | None:
    marks = queries.landmarks_of(place.territory_id)
    mark = best_landmark(place.address or "", place.district, marks)
    return Position.of_landmark(mark) if mark else None


def _finest(positions: Iterable[Position | None]) -> Position | None:
    return min((p for p in positions if p), key=lambda p: p.radius_m, default=None)
